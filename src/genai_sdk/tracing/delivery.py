"""Encoded records on their way to Langfuse: sent together, halved where they are too large, judged one and all."""

import math
from collections import deque
from collections.abc import Callable, Sequence

import msgspec

from genai_sdk.tracing.queue import Mark
from genai_sdk.tracing.sender import ExportResult, Sender

BATCH_BYTES = 1024 * 1024
PASSED = 3
"""How many requests Langfuse takes while it fails on one, before that one is at fault."""


class Encoded(msgspec.Struct):
    """A record as it is sent.

    Attributes:
        body: Spans in JSON, with commas between them, or a score.
        size: The bytes it was counted with.
        score: Whether it is a score.
        source: Where it comes from, for whoever settles it.
    """

    body: bytes
    size: int
    score: bool = False
    source: object = None


Settle = Callable[[Sequence[Encoded], ExportResult], None]


class Held(msgspec.Struct):
    """Records that Langfuse answers with a failure of its own, and how many others it took meanwhile."""

    records: list[Encoded]
    passed: int = 0


class Delivery:
    """Sends from the thread that calls it; used by one at a time.

    Order is kept. But where Langfuse itself fails (500) six times, it may be the fault of the records: they step aside
    for the next ones, and are at fault once others went through three times and they did not.

    Args:
        sender: Sends.
        settle: Told what became of records.
        hold_bytes: How many bytes may have stepped aside; more are settled as `unavailable`.
    """

    linger = 1.0
    replayed = expired = 0

    def __init__(self, sender: Sender, settle: Settle, hold_bytes: float = math.inf) -> None:
        self._sender = sender
        self._settle = settle
        self._hold_bytes = hold_bytes
        self.begin()

    def begin(self) -> None:
        """Start empty."""
        self._held: deque[Held] = deque()
        self._marks: list[Mark] = []

    @property
    def holding(self) -> bool:
        """Whether anything has stepped aside."""
        return bool(self._held)

    def send(self, records: Sequence[Encoded], within: float) -> None:
        """Send records, for at most `within` seconds for each request there is to make."""
        spans = [record for record in records if not record.score]
        if spans:
            self._send(spans, within)
        for record in records:
            if record.score:
                self._send([record], within)

    def mark(self, mark: Mark) -> None:
        """Set `mark` as soon as all that came before it is settled."""
        self.again()
        if self._held:
            self._marks.append(mark)
        else:
            mark.set()

    def again(self) -> None:
        """Try once more what stepped aside, as far as Langfuse takes it."""
        for _ in range(len(self._held)):
            held = self._held.popleft()
            outcome = self._post(held.records, math.inf, once=True)
            if outcome in (None, "unavailable"):
                self._held.append(held)
                break
            self._conclude(held.records, outcome, math.inf)
        self._release()

    def rest(self, *, final: bool) -> None:
        """Do nothing: it leaves nothing behind."""

    def close(self) -> None:
        """Give up what stepped aside."""
        while self._held:
            self._settle(self._held.popleft().records, "closed")
        self._release()

    def _send(self, records: list[Encoded], within: float) -> None:
        outcome = self._post(records, within)
        if outcome is None:
            self._hold(records)
            return
        self._conclude(records, outcome, within)
        if outcome == "sent" and self._held:
            self._judge()

    def _hold(self, records: list[Encoded]) -> None:
        held = sum(len(record.body) for one in (*self._held, Held(records)) for record in one.records)
        if held > self._hold_bytes:
            self._settle(records, "unavailable")
        else:
            self._held.append(Held(records))

    def _conclude(self, records: list[Encoded], outcome: ExportResult | None, within: float) -> None:
        if outcome == "too_large" and len(records) > 1:
            for half in _halves(records):
                self._send(half, within)
        elif outcome is not None:
            self._settle(records, outcome)

    def _judge(self) -> None:
        """Try once more what stepped aside, now that Langfuse is known to take others."""
        for _ in range(len(self._held)):
            held = self._held.popleft()
            outcome = self._post(held.records, math.inf, once=True)
            held.passed += outcome is None
            if outcome not in (None, "unavailable"):
                self._conclude(held.records, outcome, math.inf)
            elif held.passed < PASSED:
                self._held.append(held)
            elif len(held.records) > 1:
                self._held.extend(Held(half) for half in _halves(held.records))
            else:
                self._settle(held.records, "refused")
        self._release()

    def _release(self) -> None:
        if not self._held:
            for mark in self._marks:
                mark.set()
            self._marks = []

    def _post(self, records: list[Encoded], within: float, *, once: bool = False) -> ExportResult | None:
        if records[0].score:
            return self._sender.send_score(records[0].body, within, once=once)
        from genai_sdk.tracing import otlp  # its first user encodes, beside the calls

        return self._sender.send_spans(otlp.envelope(record.body for record in records), within, once=once)


def _halves(records: list[Encoded]) -> tuple[list[Encoded], list[Encoded]]:
    middle = len(records) // 2
    return records[:middle], records[middle:]
