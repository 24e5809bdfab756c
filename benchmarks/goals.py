"""The figures to reach: what each says of the samples, and whether that is enough. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.cases import on_wire
from benchmarks.contenders.roster import ROSTER
from benchmarks.samples import Figure, Samples, difference, figure, find, ratio

OURS = "ours-direct-traced"
"""What stands for us: the direct driver, recording every call; the peers record nothing."""
OURS_BY_WIRE: Mapping[str, str] = {
    "openai": OURS,
    "anthropic": "ours-anthropic",
    "gemini": "ours-gemini",
    "bedrock": "ours-bedrock",
}
"""What stands for us on each wire, in the order of the tables."""
SDKS: Mapping[str, str] = {
    "openai": "openai",
    "anthropic": "anthropic",
    "gemini": "google-genai",
    "bedrock": "boto3",
}
"""The vendor's own SDK on each wire."""
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


class VendorRow(NamedTuple):
    """One thing that is measured on several wires, with the goal on each."""

    what: str
    goals: Mapping[str, Goal]


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


def _row(what: str, case: str, measure: str, bounds: Mapping[str, float], *, at_least: bool = False) -> VendorRow:
    """Return a row whose goals are multiples of the vendors' own SDKs."""
    goals = {}
    for wire, bound in bounds.items():
        name = case if case == "cold" else on_wire(case, wire)
        ours, theirs = OURS_BY_WIRE[wire], SDKS[wire]
        read = _times(name, measure, ours, theirs)
        goals[wire] = Goal(what, bound, "×", read, (name, measure), ROSTER[theirs].label, at_least, ours, (theirs,))
    return VendorRow(what, goals)


def _cold_beside_ours(bound: float, wires: Sequence[str]) -> VendorRow:
    """Return a row whose goals are multiples of our own cold process on OpenAI's wire."""
    what, goals = "the same, as a multiple of ours on OpenAI's wire", {}
    for wire in wires:
        ours = OURS_BY_WIRE[wire]
        read = _times("cold", "cpu", ours, OURS)
        goals[wire] = Goal(what, bound, "×", read, ("cold", "cpu"), ROSTER[OURS].label, ours=ours, beside=(OURS,))
    return VendorRow(what, goals)


BESIDE_VENDORS: Sequence[VendorRow] = (
    _row(
        "CPU of a call, warm, sync",
        "chat",
        "cpu",
        {"openai": 0.12, "anthropic": 0.15, "gemini": 0.15, "bedrock": 0.15},
    ),
    _row(
        "calls a second, 256 in flight, async",
        "async-256",
        "rate",
        {"openai": 12, "anthropic": 10, "gemini": 10},
        at_least=True,
    ),
    _row(
        "CPU of a streamed chunk, in a burst",
        "stream-burst",
        "cpu",
        {"openai": 0.06, "anthropic": 0.3, "gemini": 0.06, "bedrock": 0.1},
    ),
    _row(
        "CPU of a streamed chunk, paced",
        "stream-paced",
        "cpu",
        {"openai": 0.25, "anthropic": 0.5, "gemini": 0.25, "bedrock": 0.25},
    ),
    _row(
        "CPU of a cold process to its first answer",
        "cold",
        "cpu",
        {"openai": 0.1, "anthropic": 0.08, "gemini": 0.15, "bedrock": 0.4},
    ),
    _cold_beside_ours(1.15, ("gemini", "bedrock")),
)
"""Ours, traced, beside each vendor's own SDK, untraced."""

GOALS: Sequence[Goal] = (
    Goal(
        "installed, with everything needed",
        45,
        "MB",
        _own("installed", "megabytes", OURS),
        ("installed", "megabytes"),
        beside=("openai", "litellm"),
    ),
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
