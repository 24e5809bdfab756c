"""Records written to disk before they are sent, and sent by a thread of their own, whoever wrote them."""

import math
import threading
import time
import weakref
from collections import deque
from collections.abc import Sequence

from genai_sdk.errors import DecryptionError
from genai_sdk.tracing.delivery import BATCH_BYTES, Delivery, Encoded
from genai_sdk.tracing.losses import Losses
from genai_sdk.tracing.queue import Mark
from genai_sdk.tracing.sender import ExportResult, Sender
from genai_sdk.tracing.spool.entry import Entry
from genai_sdk.tracing.spool.files import SpoolFiles

WRITE_AFTER = 0.1
"""Seconds that a record may wait to be written: what a process loses that is killed."""
SEND_AFTER = 1.0
"""Seconds that written records may wait for others to be sent with."""
LOOK_AFTER = 30.0
"""Seconds between two looks for files of processes that ended."""
AGAIN_AFTER = 5.0
"""Seconds after which what Langfuse failed on is tried again."""
DISK_HANGS = 1.0
"""Seconds that the end of a client waits for a write; on a disk that hangs that could be for ever."""
KEPT = 4 * 1024 * 1024
"""Bytes that are kept in memory beside the disk, so that what is sent soon is not read again."""

_NOT_FINAL = ("unavailable", "unconfirmed", "closed")


class Spool:
    """What stands below the exporter where a spool is set: it takes records, writes them, and sees them sent.

    The exporter's thread writes; another one sends, so that a Langfuse that hangs delays no write. What ended processes
    have left is sent in turn with what this one has.

    Args:
        files: The files.
        sender: Sends.
        losses: Told what became of records.

    Attributes:
        linger: Seconds that the exporter gathers records for.
        replayed: Records of ended processes that this one sent.
        expired: Records of ended processes that reached their age.
    """

    linger = WRITE_AFTER

    def __init__(self, files: SpoolFiles, sender: Sender, losses: Losses) -> None:
        self._files = files
        self._sender = sender
        self._losses = losses
        self._delivery = Delivery(sender, self._settle, KEPT)
        sender.on_failure = self._note_failure
        self.begin()

    def begin(self) -> None:
        """Start empty, also in a forked child."""
        # Reentrant: a finalizer that Python runs in the midst of it may come here as well.
        self._lock = threading.RLock()
        self._pending: deque[Entry | Mark] = deque()
        self._foreign: deque[Entry] = deque()
        self._since = 0.0
        self._kept = self._in_memory = 0
        self._looked = -math.inf
        self._closed = self._busy = self._own_last = False
        self._thread: threading.Thread | None = None
        self._bell = threading.Event()
        self.replayed = self.expired = 0
        self._delivery.begin()
        self._files.begin()

    def send(self, records: list[Encoded], within: float) -> None:
        """Write records and have them sent; where no thread can be started any more, try that for `within` seconds."""
        if records:
            with self._lock:
                entry = self._files.write(records)
                if entry.file is not None:
                    self._losses.move(records, "queued", "spooled")
                self._put(entry)
                if self._closed and not self._busy:
                    self._end()
        if self._start():
            self._bell.set()
        else:
            self._work_through(within)

    def mark(self, mark: Mark) -> None:
        """Set `mark` as soon as all that came before it is settled, or outlives this process where that is enough."""
        with self._lock:
            self._pending.append(mark)
            if self._sender.down:
                self._let_durable_go()
            if self._closed and not self._busy:
                self._end()
        if self._start():
            self._bell.set()
        else:
            self._work_through(0)

    def again(self) -> None:
        """Do nothing: its own thread sees to it."""

    def rest(self, *, final: bool) -> None:
        """Delete what holds nothing; at last, end, and leave what is on disk to another process."""
        self._closed = self._closed or final
        if self._lock.acquire(timeout=DISK_HANGS):
            try:
                if not final:
                    self._files.rest()
                elif not self._busy:
                    self._end()
            finally:
                self._lock.release()
        self._bell.set()

    def close(self) -> None:
        """End."""
        self.rest(final=True)

    def _start(self) -> bool:
        with self._lock:
            if self._thread is not None:
                return True
            bell = self._bell
            reference = weakref.ref(self, lambda _: bell.set())
            self._thread = threading.Thread(target=_serve, args=(reference, bell), name="genai-spool", daemon=True)
            try:
                self._thread.start()
            except RuntimeError as error:
                self._thread = None
                return "shutdown" not in str(error)  # out of threads, the next record tries
            return True

    def _put(self, entry: Entry) -> None:
        if not self._pending:
            self._since = time.monotonic()
        last = self._pending[-1] if self._pending else None
        if entry.file is None:
            self._in_memory += 1
        elif self._kept + entry.bytes > KEPT:
            entry.records = None
            if isinstance(last, Entry) and last.absorb(entry):
                entry.file.entries.remove(entry)
                return
        else:
            self._kept += entry.bytes
        self._pending.append(entry)

    def work(self) -> float | None:
        """Do what is due; return how many seconds nothing will be, or None at the end."""
        with self._lock:
            if self._closed:
                self._end()
                return None
            wait = self._gathering()
            group, mark = self._next(own=wait <= 0)
            self._busy = True
        try:
            return self._work_on(group, mark, wait)
        finally:
            with self._lock:
                self._busy = False

    def _work_on(self, group: list[Entry], mark: Mark | None, wait: float) -> float:
        if group:
            self._deliver(group, math.inf)
        elif mark is not None:
            self._delivery.mark(mark)
        elif wait <= 0:
            self._delivery.again()
        if self._adopt() or group or mark is not None:
            return 0
        return wait if wait > 0 else AGAIN_AFTER if self._delivery.holding else LOOK_AFTER

    def _gathering(self) -> float:
        """Return how long what waits may go on waiting for more."""
        if not self._pending or any(isinstance(item, Mark) for item in self._pending):
            return 0
        if sum(item.bytes for item in self._pending if isinstance(item, Entry)) >= BATCH_BYTES:
            return 0
        return self._since + SEND_AFTER - time.monotonic()

    def _next(self, *, own: bool) -> tuple[list[Entry], Mark | None]:
        """Take what is to be done next: this process's own, where it is due, in turn with what others left."""
        turn = self._foreign and (self._own_last or not own or not self._pending)
        self._own_last = not turn
        if turn:
            return [self._foreign.popleft()], None
        group = self._take() if own else []
        return group, self._take_mark() if own and not group else None

    def _take(self) -> list[Entry]:
        """Take what is sent together."""
        group: list[Entry] = []
        size = 0
        self._since = time.monotonic() - SEND_AFTER
        while self._pending and size < BATCH_BYTES:
            item = self._pending[0]
            if isinstance(item, Mark) or (item.records is None and group):
                break
            self._pending.popleft()
            group.append(item)
            size += BATCH_BYTES if item.records is None else item.bytes
            if item.file is not None and item.records is not None:
                self._kept -= item.bytes
        return group

    def _take_mark(self) -> Mark | None:
        if not self._pending:
            return None
        item = self._pending.popleft()
        assert isinstance(item, Mark)
        return item

    def _deliver(self, group: Sequence[Entry], within: float) -> None:
        records: list[Encoded] = []
        for entry in group:
            try:
                records += entry.load()
            except (DecryptionError, OSError) as error:
                self._losses.unreadable(0 if self._is_foreign(entry) else entry.left, str(error))
                self._done(entry, entry.left)
        written = [entry.at for entry in group if entry.file is not None]
        if written:
            within = min(within, max(0.0, min(written) - self._files.oldest))
        self._delivery.send(records, within)
        with self._lock:
            for entry in reversed(group):
                if entry.returned:
                    self._take_back(entry)

    def _take_back(self, entry: Entry) -> None:
        """Put what was not sent back to the front, or delete it where it has reached its age."""
        entry.records, entry.returned = entry.returned, []
        foreign = self._is_foreign(entry)
        if entry.file is None or entry.at > self._files.oldest:
            (self._foreign if foreign else self._pending).appendleft(entry)
            self._kept += 0 if foreign or entry.file is None else entry.bytes
            return
        if foreign:
            self.expired += len(entry.records)
        else:
            self._losses.move(entry.records, "spooled", "expired")
        self._done(entry, len(entry.records))

    def _settle(self, records: Sequence[Encoded], outcome: ExportResult) -> None:
        by_entry: dict[int, tuple[Entry, list[Encoded]]] = {}
        for record in records:
            assert isinstance(record.source, Entry)
            by_entry.setdefault(id(record.source), (record.source, []))[1].append(record)
        with self._lock:
            for entry, its in by_entry.values():
                self._settle_entry(entry, its, outcome)

    def _settle_entry(self, entry: Entry, records: list[Encoded], outcome: ExportResult) -> None:
        if outcome in _NOT_FINAL and (entry.file is not None or not self._sender.closed):
            entry.returned += records
            return
        if outcome in ("refused", "too_large") and self._files.set_aside(records, self._reason(outcome)):
            outcome = "set_aside"
        if self._is_foreign(entry):
            self.replayed += len(records) if outcome == "sent" else 0
            self._losses.log(outcome)
        else:
            self._losses.move(records, "queued" if entry.file is None else "spooled", outcome)
        self._done(entry, len(records))

    def _done(self, entry: Entry, records: int) -> None:
        with self._lock:
            entry.left -= records
            if not entry.left and entry.file is not None:
                self._files.settle(entry)
            elif not entry.left:
                self._in_memory -= 1

    def _reason(self, outcome: ExportResult) -> str:
        return f"{outcome}: {self._sender.last_error}"

    def _is_foreign(self, entry: Entry) -> bool:
        return entry.file is not None and entry.file.foreign

    def _adopt(self) -> bool:
        """Take over a file of a process that ended; return whether there was one."""
        if self._sender.down or time.monotonic() < self._looked + LOOK_AFTER:
            return False
        with self._lock:
            self.expired += self._files.expire()
            self._foreign.extend(self._files.adopt())
            if not self._foreign:
                self._looked = time.monotonic()
            return bool(self._foreign)

    def _note_failure(self) -> None:
        self._looked = -math.inf  # whose Langfuse was away may have ended meanwhile
        self._let_durable_go()

    def _let_durable_go(self) -> None:
        """Set the marks of those for whom it is enough that all is on disk."""
        with self._lock:
            if not self._in_memory:
                for item in list(self._pending):
                    if isinstance(item, Mark) and item.durable:
                        item.set()
                        self._pending.remove(item)

    def _work_through(self, within: float) -> None:
        end = time.monotonic() + within
        while True:
            with self._lock:
                group, mark = self._next(own=True)
            if group:
                self._deliver(group, max(0.0, end - time.monotonic()))
                if any(entry.left for entry in group):
                    break
            elif mark is not None:
                mark.set()
            else:
                break
        while (mark := self._take_mark_anywhere()) is not None:
            mark.set()

    def _take_mark_anywhere(self) -> Mark | None:
        with self._lock:
            for item in self._pending:
                if isinstance(item, Mark):
                    self._pending.remove(item)
                    return item
        return None

    def _end(self) -> None:
        """Give back what is on disk, and count what is not."""
        self._delivery.close()
        while self._pending:
            item = self._pending.popleft()
            if isinstance(item, Mark):
                item.set()
            elif item.file is None:
                self._losses.move(item.load(), "queued", "closed")
        self._files.close()


def _serve(reference: "weakref.ref[Spool]", bell: threading.Event) -> None:
    """Work for a spool for as long as there is one."""
    pause: float | None = 0.0
    while pause is not None:
        bell.wait(pause)
        bell.clear()
        spool = reference()
        if spool is None:
            return
        pause = spool.work()
        del spool
