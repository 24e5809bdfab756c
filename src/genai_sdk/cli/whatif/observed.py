"""What was observed of each deployment, by the time at which it was. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from genai_sdk.cli.whatif.recorded import RecordedCall
from genai_sdk.tracing.ledger import LedgerRow

CANCELLED = "cancelled"
"""The reason of an attempt that a hedged one overtook, or whose caller ended the call."""

NOT_OBSERVED = frozenset({CANCELLED, "deadline", "misconfigured", "over its limit"})
"""Reasons that tell of the client or its caller, and not of the deployment."""

FEW = 5
"""What is drawn from fewer attempts than these is said to be."""


class Observed:
    """The attempts that were made, by deployment; whole answers apart from streams, whose seconds mean something else.

    Args:
        calls: The calls they were made in.
        near: Seconds between two attempts at most, for one to tell of the other.
    """

    def __init__(self, calls: Iterable[RecordedCall], near: float) -> None:
        self._near = near
        found: dict[tuple[str, str, bool], list[tuple[float, LedgerRow]]] = {}
        for call in calls:
            at = call.at
            for row in call.attempts:
                at += row.waited
                if row.reason not in NOT_OBSERVED:
                    found.setdefault((row.connection, row.model, call.streamed), []).append((at, row))
                at += 0.0 if row.hedged else row.latency
        self._rows: dict[tuple[str, str, bool], tuple[list[float], list[LedgerRow]]] = {}
        for key, pairs in found.items():
            pairs.sort(key=lambda pair: pair[0])
            self._rows[key] = ([at for at, _ in pairs], [row for _, row in pairs])

    def near(self, deployment: tuple[str, str], at: float, *, streamed: bool) -> Sequence[LedgerRow]:
        """Return what was observed of a deployment about a time."""
        times, rows = self._rows.get((*deployment, streamed), ([], []))
        return rows[bisect_left(times, at - self._near) : bisect_right(times, at + self._near)]
