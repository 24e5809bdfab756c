"""What becomes of records, counted one and all; each kind of loss is logged once."""

from collections.abc import Sequence
from typing import Literal

from genai_sdk import log
from genai_sdk.tracing.delivery import Encoded
from genai_sdk.tracing.queue import RecordQueue
from genai_sdk.tracing.sender import ExportResult, Sender

_NO_FAULT = ("sent", "unconfirmed", "spooled", "set_aside", "closed")


class Losses:
    """Settles records with the queue they came from.

    Args:
        records: The queue, which counts.
        sender: Knows what went wrong last.
    """

    def __init__(self, records: RecordQueue, sender: Sender) -> None:
        self._records = records
        self._sender = sender
        self._logged: set[ExportResult] = set()

    def settle(self, records: Sequence[Encoded], outcome: ExportResult) -> None:
        """Count what became of records."""
        self._records.settle(len(records), sum(record.size for record in records), outcome)
        self.log(outcome)

    def move(self, records: Sequence[Encoded], before: Literal["queued", "spooled"], outcome: ExportResult) -> None:
        """Count what became of records that were queued or spooled before."""
        if before == "queued":
            self.settle(records, outcome)
        else:
            self._records.resettle(len(records), "spooled", outcome)
            self.log(outcome)

    def unreadable(self, records: int, reason: str) -> None:
        """Count spooled records that cannot be read back."""
        if records:
            self._records.resettle(records, "spooled", "unreadable")
        self.log("unreadable", reason)

    def unencodable(self, size: int, reason: str) -> None:
        """Count a record that cannot be encoded."""
        self._records.settle(1, size, "unencodable")
        self.log("unencodable", reason)

    def log(self, outcome: ExportResult, reason: str | None = None) -> None:
        """Log a loss, the first of its kind; without a reason it is what went wrong last."""
        if outcome not in _NO_FAULT and outcome not in self._logged:
            self._logged.add(outcome)
            log.warning(
                "Traces are being lost (%s): %s. This is said once; client.stats() counts them.",
                outcome,
                reason or self._sender.last_error,
            )
