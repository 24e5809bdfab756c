"""Records on their way: encoded one by one, sent together, settled with what came of them."""

from genai_sdk import log
from genai_sdk.tracing.content import Redactor
from genai_sdk.tracing.queue import RecordQueue
from genai_sdk.tracing.record import Record, ScoreRecord
from genai_sdk.tracing.sender import ExportResult, Sender

BATCH_BYTES = 1024 * 1024


class Batch:
    """What the exporter has taken from the records and not yet sent; used by one thread at a time.

    Args:
        records: Told what became of each record.
        sender: Sends.
        redactor: What content passes on its way out.
    """

    def __init__(self, records: RecordQueue, sender: Sender, redactor: Redactor) -> None:
        self._records = records
        self._sender = sender
        self._redactor = redactor
        self._warned: set[ExportResult] = set()
        self.begin()

    def begin(self) -> None:
        """Start empty."""
        self._spans: list[tuple[bytes, int]] = []
        self._scores: list[tuple[bytes, int]] = []
        self._bytes = 0

    def add(self, record: Record, *, upload: bool = True) -> None:
        """Encode a record and put it to the others; `upload` says whether there is time for its media."""
        size = record.size
        from genai_sdk.tracing import otlp  # loaded beside the calls, by the first record that is sent

        try:
            if isinstance(record, ScoreRecord):
                self._scores.append((otlp.score_body(record, self._redactor), size))
                encoded = self._scores[-1][0]
            else:
                encoded = otlp.spans_of(record, self._redactor if upload else self._redactor.without_uploads())
                self._spans.append((encoded, size))
        except Exception as error:  # noqa: BLE001 - one odd record must not end the thread that sends all others
            self._settle(1, size, "unencodable", f"{type(error).__name__}: {error}")
            return
        self._bytes += len(encoded)

    @property
    def full(self) -> bool:
        """Whether it is to be sent before anything is put to it."""
        return self._bytes >= BATCH_BYTES

    def send(self, within: float) -> None:
        """Send all of it, or lose it; takes no longer than `within` seconds for each request there is to make."""
        spans, scores = self._spans, self._scores
        self.begin()
        if spans:
            self._send_spans(spans, within)
        for body, size in scores:
            self._settle(1, size, self._sender.send_score(body, within))

    def _send_spans(self, spans: list[tuple[bytes, int]], within: float) -> None:
        from genai_sdk.tracing import otlp

        outcome = self._sender.send_spans(otlp.envelope(encoded for encoded, _ in spans), within)
        if outcome == "too_large" and len(spans) > 1:
            middle = len(spans) // 2
            self._send_spans(spans[:middle], within)
            self._send_spans(spans[middle:], within)
        else:
            self._settle(len(spans), sum(size for _, size in spans), outcome)

    def _settle(self, records: int, size: int, outcome: ExportResult, why: str | None = None) -> None:
        self._records.settle(records, size, outcome)
        if outcome not in ("sent", "closed") and outcome not in self._warned:
            self._warned.add(outcome)
            log.warning(
                "Traces are being lost (%s): %s. This is said once; client.stats() counts them.",
                outcome,
                why or self._sender.last_error,
            )
