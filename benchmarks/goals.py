"""The figures to reach: what each says of the samples, and whether that is enough. Pure."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.samples import Figure, Samples, difference, figure, find, ratio

OURS = "ours-direct-traced"
"""What stands for us: the direct driver, recording every call; the peers record nothing."""
PEERS = ("openai", "litellm", "router", "router-langfuse")
"""Who is shown beside us."""


class Goal(NamedTuple):
    """A figure to reach.

    Attributes:
        what: What is measured.
        bound: What it is to be, at most, or with `at_least` at least.
        unit: What follows the number: "×" for a multiple of a peer's.
        read: Returns the figure, or None where it was not measured.
        shown: The case and the measure whose own figures are shown beside it.
        against: Whose multiple it is, for the tables.
        at_least: Whether more is better.
        ours: Who stands for us in `shown`.
        beside: Which peers do the same in `shown`, so that their figures say something beside ours.
    """

    what: str
    bound: float
    unit: str
    read: Callable[[Samples], Figure | None]
    shown: tuple[str, str]
    against: str = ""
    at_least: bool = False
    ours: str = OURS
    beside: Sequence[str] = PEERS

    def reached(self, found: Figure) -> bool:
        """Whether a figure is good enough."""
        return found.median >= self.bound if self.at_least else found.median <= self.bound

    @property
    def text(self) -> str:
        """The goal in words."""
        against = f" {self.against}" if self.against else ""
        return f"{'≥' if self.at_least else '≤'} {self.bound:g} {self.unit}{against}"


def _times(case: str, measure: str, ours: str, theirs: str) -> Callable[[Samples], Figure | None]:
    return lambda samples: ratio(find(samples, case, ours, measure), find(samples, case, theirs, measure))


def _less(case: str, measure: str, ours: str, theirs: str) -> Callable[[Samples], Figure | None]:
    return lambda samples: difference(find(samples, case, ours, measure), find(samples, case, theirs, measure))


def _own(case: str, measure: str, ours: str) -> Callable[[Samples], Figure | None]:
    def read(samples: Samples) -> Figure | None:
        found = find(samples, case, ours, measure)
        return figure(found) if found else None

    return read


def _grown(more: str, less: str, measure: str, ours: str, *, as_ratio: bool) -> Callable[[Samples], Figure | None]:
    compare = ratio if as_ratio else difference
    return lambda samples: compare(find(samples, more, ours, measure), find(samples, less, ours, measure))


GOALS: Sequence[Goal] = (
    Goal(
        "`import genai_sdk`",
        0.6,
        "×",
        _times("import", "cpu", "ours-memory", "httpx"),
        ("import", "cpu"),
        "`import httpx`",
        ours="ours-memory",
    ),
    Goal(
        "cold process to first answer, broker source",
        0.4,
        "×",
        _times("cold", "wall", OURS, "openai"),
        ("cold", "wall"),
        "openai",
    ),
    Goal("CPU of a call, warm, sync", 0.2, "×", _times("chat", "cpu", OURS, "openai"), ("chat", "cpu"), "openai"),
    Goal(
        "calls a second, 256 in flight, async",
        10,
        "×",
        _times("async-256", "rate", OURS, "openai"),
        ("async-256", "rate"),
        "openai",
        at_least=True,
    ),
    Goal(
        "CPU of a streamed chunk, in a burst",
        0.1,
        "×",
        _times("stream-burst", "cpu", OURS, "openai"),
        ("stream-burst", "cpu"),
        "openai",
    ),
    Goal(
        "CPU of a streamed chunk, paced",
        0.25,
        "×",
        _times("stream-paced", "cpu", OURS, "openai"),
        ("stream-paced", "cpu"),
        "openai",
    ),
    Goal(
        "time to the first token",
        1.2,
        "×",
        _times("stream-paced", "first", OURS, "sockets"),
        ("stream-paced", "first"),
        "raw sockets",
    ),
    Goal(
        "tracing's share of a call on the calling thread",
        60,
        "µs",
        _less("chat", "thread", OURS, "ours-direct"),
        ("chat", "thread"),
        beside=(),
    ),
    Goal(
        "the same, answers from memory",
        60,
        "µs",
        _less("chat", "thread", "ours-memory-traced", "ours-memory"),
        ("chat", "thread"),
        ours="ours-memory-traced",
        beside=(),
    ),
    Goal(
        "CPU through the litellm driver, traced, above `litellm.completion`",
        250,
        "µs",
        _less("chat", "cpu", "ours-litellm-traced", "litellm"),
        ("chat", "cpu"),
        ours="ours-litellm-traced",
    ),
    Goal(
        "resolving a name among 1,000 connections, warm",
        5,
        "µs",
        _own("resolve-1000", "cpu", "ours-memory"),
        ("resolve-1000", "cpu"),
        ours="ours-memory",
    ),
    Goal(
        "CPU of a call with 1,000 connections, as a multiple of that with one",
        1.1,
        "×",
        _grown("connections-1000", "connections-1", "cpu", OURS, as_ratio=True),
        ("connections-1000", "cpu"),
    ),
    Goal(
        "CPU of a call after 100,000 calls, as a multiple of that after 1,000",
        1.1,
        "×",
        _grown("calls-100000", "calls-1000", "cpu", OURS, as_ratio=True),
        ("calls-100000", "cpu"),
    ),
    Goal(
        "a call on the calling thread with a queue of traces 80 % full, as a multiple of that with an empty one",
        1.1,
        "×",
        _grown("queue-80", "queue-0", "thread", OURS, as_ratio=True),
        ("queue-80", "thread"),
    ),
    Goal("memory after the first call", 75, "MB", _own("memory-1", "megabytes", OURS), ("memory-1", "megabytes")),
    Goal(
        "growth of memory from call 1,000 to call 100,000",
        2,
        "MB",
        _grown("memory-100000", "memory-1000", "megabytes", OURS, as_ratio=False),
        ("memory-100000", "megabytes"),
    ),
    Goal(
        "the same, answers from memory, traced",
        2,
        "MB",
        _grown("memory-100000", "memory-1000", "megabytes", "ours-memory-traced", as_ratio=False),
        ("memory-100000", "megabytes"),
        ours="ours-memory-traced",
        beside=(),
    ),
)
