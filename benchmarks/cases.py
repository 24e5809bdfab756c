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
        turns: How many turns each has in a round, whose median counts, since one that others disturbed says little;
            those that are slow, and hardly feel it, have one.
        without: Contenders that cannot do it.
        tls: Whether all of it goes over TLS: calls, connections and traces.
        wire: Who takes part: those that speak this wire.
    """

    title: str
    kind: Kind
    at_once: int = 1
    paced: bool = False
    rounds: int = 9
    turns: int = 1
    without: tuple[str, ...] = ()
    tls: bool = False
    wire: str = "openai"

    @property
    def unit(self) -> str:
        """What is counted."""
        return "chunk" if self.kind in ("stream", "astream") else "call"


_NO_WIRE = ("ours-memory", "ours-memory-traced")

_OF_OPENAI: Mapping[str, Case] = {
    "chat": Case("one call, sync", "chat"),
    "async-1": Case("async, 1 in flight", "achat"),
    "async-32": Case("async, 32 in flight", "achat", at_once=32),
    "async-256": Case("async, 256 in flight", "achat", at_once=256, rounds=5),
    "stream-burst": Case("one stream in a burst, sync", "stream", rounds=7),
    "stream-paced": Case("one paced stream, sync", "stream", paced=True, rounds=5, turns=3, without=_NO_WIRE),
    "streams-burst": Case("100 streams in bursts, async", "astream", at_once=100, rounds=2),
    "streams-paced": Case("100 paced streams, async", "astream", at_once=100, paced=True, rounds=3, without=_NO_WIRE),
    "embed": Case("embeddings of 256 texts, sync", "embed", rounds=5),
    "chat-tls": Case("one call over TLS, sync", "chat", rounds=5, without=_NO_WIRE, tls=True),
    "async-32-tls": Case("async over TLS, 32 in flight", "achat", at_once=32, rounds=5, without=_NO_WIRE, tls=True),
    "stream-burst-tls": Case("one stream in a burst over TLS, sync", "stream", rounds=5, without=_NO_WIRE, tls=True),
}

VENDORS: Mapping[str, tuple[str, ...]] = {
    "anthropic": ("chat", "async-256", "stream-burst", "stream-paced"),
    "gemini": ("chat", "async-256", "stream-burst", "stream-paced"),
    "bedrock": ("chat", "stream-burst", "stream-paced"),  # boto3 has no async
}
"""The other wires, with what is measured on them beside the vendor's own SDK."""


def on_wire(case: str, wire: str) -> str:
    """Return the name of a case on a wire."""
    return case if wire == "openai" else f"{case}-{wire}"


CASES: Mapping[str, Case] = {
    **_OF_OPENAI,
    **{
        on_wire(name, wire): _OF_OPENAI[name]._replace(
            title=f"{wire.capitalize()}: {_OF_OPENAI[name].title}", wire=wire
        )
        for wire, names in VENDORS.items()
        for name in names
    },
}
"""The cases that are measured in rounds; starts, connections, memory and traces have modules of their own."""
