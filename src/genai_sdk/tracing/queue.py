"""What waits to be sent: bounded by its bytes, every record counted once."""

import queue
import threading
from contextlib import suppress

from genai_sdk.tracing.record import Record
from genai_sdk.tracing.sender import ExportResult
from genai_sdk.tracing.stats import DropReason

MAX_BYTES = 32 * 1024 * 1024
"""How much memory all records together may keep, those on their way included."""

WORTH_SENDING = 1024 * 1024
"""How much memory records keep before they are worth a sender of their own."""


class Mark(threading.Event):
    """A place in the queue: set when all before it is settled.

    Args:
        durable: Whether it is enough that all before it will outlive the process, where Langfuse takes nothing.
    """

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.durable = durable


class RecordQueue:
    """A queue of records for one reader, and their book-keeping.

    A record can come from the finalizer of a dropped stream, which Python may run between any two steps, also of a
    `put` on the same thread. So the lock is reentrant, and the queues are those that are made for it.

    Waking a thread costs the one that calls more than making a record does. So the reader is woken by the first record
    and then stays away from the queue for a while: the next ones wake nobody.

    Attributes:
        lock: Guards the counts; whoever needs several of them together may hold it.
        closed: Whether further records are dropped.
        recorded: How many records came.
        queued: How many of them are neither sent nor dropped.
        queued_bytes: How much memory those keep.
        outcomes: What became of the others.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self.closed = False
        self.begin()

    def begin(self) -> None:
        """Start empty, also in a forked child, which leaves the parent's records to the parent."""
        self.lock = threading.RLock()
        self.recorded = 0
        self.queued = 0
        self.queued_bytes = 0
        self.outcomes: dict[ExportResult, int] = {}
        self._queue: queue.SimpleQueue[Record | Mark] = queue.SimpleQueue()
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()

    def put(self, record: Record) -> bool:
        """Take a record in, or drop it; returns whether it was taken. Waits for nothing."""
        size = record.size
        with self.lock:
            self.recorded += 1
            reason: DropReason | None = "closed" if self.closed else None
            if reason is None and self.queued_bytes + size > self._max_bytes:
                reason = "queue_full"
            if reason is not None:
                self.outcomes[reason] = self.outcomes.get(reason, 0) + 1
                return False
            self.queued += 1
            self.queued_bytes += size
            worth_it = self.queued_bytes - size < WORTH_SENDING <= self.queued_bytes
            self._queue.put(record)
        if worth_it:
            self._bell.put(None)
        return True

    def mark(self, mark: Mark) -> None:
        """Let the reader come to `mark` after all that came before it, and soon."""
        self._queue.put(mark)
        self._bell.put(None)

    def take(self, timeout: float) -> Record | Mark | None:
        """Return what comes next, or None if nothing comes for `timeout` seconds."""
        try:
            return self._queue.get(timeout=timeout) if timeout > 0 else self._queue.get_nowait()
        except queue.Empty:
            return None

    def gather(self, seconds: float) -> None:
        """Let records come together for so long, or until they are worth sending, or somebody waits at a mark."""
        if self.queued_bytes < WORTH_SENDING:
            with suppress(queue.Empty):
                self._bell.get(timeout=seconds)
        # Whatever rang is in the queue already, to be taken next.
        with suppress(queue.Empty):
            while True:
                self._bell.get_nowait()

    @property
    def idle(self) -> bool:
        """Whether there is nothing to take and nothing on its way."""
        return not self.queued and self._queue.empty()

    def settle(self, records: int, size: int, outcome: ExportResult) -> None:
        """Count what became of records that were taken."""
        with self.lock:
            self.queued -= records
            self.queued_bytes -= size
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + records

    def resettle(self, records: int, before: ExportResult, outcome: ExportResult) -> None:
        """Count anew what became of records that were settled otherwise before."""
        with self.lock:
            self.outcomes[before] = self.outcomes.get(before, 0) - records
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + records

    @property
    def unsent(self) -> bool:
        """Whether anything waits, in memory or on disk."""
        return bool(self.queued or self.outcomes.get("spooled"))
