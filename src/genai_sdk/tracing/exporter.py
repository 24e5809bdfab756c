"""The background thread that sends records: started by the first, ended by idleness, waited for at exit."""

import sys
import threading
import time
import weakref
from collections.abc import Callable

from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.lifecycle.process_end import PROCESS_END
from genai_sdk.tracing.batch import Batch
from genai_sdk.tracing.content import Redactor
from genai_sdk.tracing.queue import RecordQueue
from genai_sdk.tracing.record import Record
from genai_sdk.tracing.sender import Sender
from genai_sdk.tracing.stats import DropReason, TracingStats

IDLE = 10.0
"""Seconds without a record after which the thread ends; the next record starts another."""
LINGER = 1.0
"""Seconds that a record may wait for others to be sent with."""
ALL_THE_TIME = 3600.0
"""More seconds than any delivery's own bounds allow."""
_RECORDING = 0.25
"""Seconds that the end of the process waits for another thread that is just recording the end of a stream."""


class Exporter:
    """Takes records without waiting and sends them from a thread of its own; thread-safe and fork-safe.

    The end of the process waits for what is unsent, however it comes about: the last line, `sys.exit`, an exception,
    Ctrl-C, `os._exit`, SIGTERM. Lost is what is unsent when no Python runs any more: at SIGKILL, a crash of the
    interpreter, or another signal that nobody handles.

    Args:
        sender: Sends; closed by `close`.
        redactor: What content passes on its way out.
        exit_timeout: Seconds that the end of the process may wait for what is unsent.
        handle_sigterm: Whether SIGTERM waits too, where nobody else handles it.

    Attributes:
        epoch: Differs between a process and its forked children.
        exit_timeout: Seconds that the end of the process may wait.
    """

    def __init__(
        self, sender: Sender, redactor: Redactor, exit_timeout: float, *, handle_sigterm: bool = False
    ) -> None:
        self.epoch = 0
        self.exit_timeout = exit_timeout
        self._records = RecordQueue()
        self._sender = sender
        self._batch = Batch(self._records, sender, redactor)
        self._handle_sigterm = handle_sigterm
        self._thread: threading.Thread | None = None
        self._open: dict[object, weakref.WeakMethod[Callable[[], None]]] = {}
        self._ending = False
        in_forked_child(self._begin_in_child)
        PROCESS_END.add(self)
        if handle_sigterm:
            PROCESS_END.handle_sigterm()

    def put(self, record: Record) -> None:
        """Take a record in; waits for nothing, but for a call made so late that the process has ended otherwise."""
        if sys.is_finalizing():
            return  # no thread runs any more, and one that ended may hold the lock
        with self._records.lock:
            started = not self._records.put(record) or self._thread is not None or self._start()
        if not started:
            self._drain(self.exit_timeout)
        elif self._ending:
            self.flush(self.exit_timeout)

    def watch(self, key: object, end: Callable[[], None]) -> None:
        """Call `end`, a bound method, at the end of the process, unless `unwatch` or its owner's end comes before."""
        self._open[key] = weakref.WeakMethod(end, lambda _: self.unwatch(key))
        if self._thread is None:
            self._guard()

    def unwatch(self, key: object) -> None:
        """Forget what was to be ended, if it was."""
        self._open.pop(key, None)

    def flush(self, timeout: float) -> bool:
        """Wait until what was recorded so far is sent or given up; returns whether that took less than `timeout`."""
        if threading.current_thread() is self._thread:
            return False  # the mask, which runs there, cannot wait for itself
        if sys.is_finalizing():
            return not self._records.queued  # no thread runs any more
        done = threading.Event()
        with self._records.lock:
            if not self._records.queued:
                return True
            self._records.mark(done)
            started = self._thread is not None or self._start()
        if not started:
            self._drain(timeout)
        self._sender.hurry()
        return done.wait(timeout)

    def close(self, timeout: float) -> None:
        """Send what there is for at most `timeout` seconds; whatever is left then or comes later is dropped."""
        with self._records.lock:
            if self._records.closed:
                return
            self._records.closed = True
        self.flush(timeout)
        self._sender.close()
        while (item := self._records.take(0)) is not None:
            if isinstance(item, threading.Event):
                item.set()
            else:
                self._records.settle(1, item.size, "closed")
        self._records.mark(threading.Event())  # wakes the thread, which sees that all is over
        self._sender.hurry()

    def stats(self) -> TracingStats:
        """Return how it fares."""
        with self._records.lock:
            dropped: dict[DropReason, int] = {
                reason: count for reason, count in self._records.outcomes.items() if reason != "sent"
            }
            return TracingStats(
                recorded=self._records.recorded,
                sent=self._records.outcomes.get("sent", 0),
                dropped=dropped,
                queued=self._records.queued,
                queued_bytes=self._records.queued_bytes,
                outages=self._sender.outages,
                last_error=self._sender.last_error,
            )

    def _begin_in_child(self) -> None:
        self.epoch += 1
        self._thread = None
        self._open = {}
        self._ending = False
        self._records.begin()
        self._batch.begin()
        self._sender.begin()

    def _start(self) -> bool:
        """Start the thread; False where the interpreter is ending and starts none any more."""
        self._thread = threading.Thread(target=self._run, name="genai-tracing", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            self._thread = None
            # Python 3.12 says so once it runs what was registered with atexit. Out of threads, the next record tries.
            return "shutdown" not in str(error)
        self._guard()
        return True

    def _guard(self) -> None:
        """Have the end of this process wait; who handles SIGTERM may have changed since the last time."""
        PROCESS_END.guard()
        if self._handle_sigterm:
            PROCESS_END.handle_sigterm()

    def _run(self) -> None:
        while True:
            item = self._records.take(IDLE)
            idle = item is None
            if isinstance(item, Record):
                self._records.gather(LINGER)
            while item is not None:
                if isinstance(item, Record):
                    self._batch.add(item)
                if self._batch.full or not isinstance(item, Record):
                    self._batch.send(ALL_THE_TIME)
                if isinstance(item, threading.Event):
                    item.set()
                item = self._records.take(0)
            self._batch.send(ALL_THE_TIME)
            if (self._records.closed or idle) and self._retire():
                return

    def _retire(self) -> bool:
        """Let the thread end, unless there is something to do after all."""
        with self._records.lock:
            if not self._records.idle:
                return False
            self._thread = None
            return True

    def _drain(self, timeout: float) -> None:
        """Send what there is from this thread, where no other can be started."""
        end = time.monotonic() + timeout
        while (item := self._records.take(0)) is not None:
            if isinstance(item, threading.Event):
                item.set()
            else:
                self._batch.add(item, upload=False)
        self._batch.send(max(0.0, end - time.monotonic()))

    @property
    def unfinished(self) -> bool:
        """Whether something is unsent, or would be recorded now."""
        return bool(self._records.queued or self._open)

    def finish(self, timeout: float) -> None:
        """Record what is under way, and wait for what is unsent; what comes later is waited for one by one."""
        for reference in list(self._open.values()):
            end = reference()
            if end is not None:
                end()
        began = time.monotonic()
        while self._open and time.monotonic() - began < min(timeout, _RECORDING):
            time.sleep(_RECORDING / 50)
        self.flush(max(0.0, timeout - (time.monotonic() - began)))
        self._ending = True
