"""What is measured, row by row."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Kind = Literal["chat", "achat", "stream", "astream", "embed"]


class Case(NamedTuple):
    """One thing that every contender does again and again.

    Attributes:
        title: What the tables call it.
        kind: Which of a contender's methods is called.
        at_once: How many of them are under way at a time.
        paced: Whether streams come piece by piece.
        rounds: How often all contenders are measured in turn, at most.
        without: Contenders that cannot do it.
    """

    title: str
    kind: Kind
    at_once: int = 1
    paced: bool = False
    rounds: int = 9
    without: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """What is counted."""
        return "chunk" if self.kind in ("stream", "astream") else "call"


_NO_WIRE = ("ours-memory", "ours-memory-traced")

CASES: Mapping[str, Case] = {
    "chat": Case("one call, sync", "chat"),
    "async-1": Case("async, 1 in flight", "achat"),
    "async-32": Case("async, 32 in flight", "achat", at_once=32),
    "async-256": Case("async, 256 in flight", "achat", at_once=256, rounds=5),
    "stream-burst": Case("one stream in a burst, sync", "stream", rounds=7),
    "stream-paced": Case("one paced stream, sync", "stream", paced=True, rounds=5, without=_NO_WIRE),
    "streams-burst": Case("100 streams in bursts, async", "astream", at_once=100, rounds=2),
    "streams-paced": Case("100 paced streams, async", "astream", at_once=100, paced=True, rounds=3, without=_NO_WIRE),
    "embed": Case("embeddings of 256 texts, sync", "embed", rounds=5),
}
"""The cases that are measured in rounds; starts, connections, memory and traces have modules of their own."""
