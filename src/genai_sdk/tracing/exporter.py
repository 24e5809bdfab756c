"""The background thread that sends records: started by the first, ended by idleness, waited for at exit."""

import math
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.lifecycle.process_end import PROCESS_END
from genai_sdk.tracing.batch import Batch
from genai_sdk.tracing.content import Redactor
from genai_sdk.tracing.delivery import Delivery
from genai_sdk.tracing.losses import Losses
from genai_sdk.tracing.queue import Mark, RecordQueue
from genai_sdk.tracing.record import Record
from genai_sdk.tracing.sender import Sender
from genai_sdk.tracing.stats import DropReason, TracingStats

if TYPE_CHECKING:
    from genai_sdk.tracing.outlet import Outlet

IDLE = 10.0
"""Seconds without a record after which the thread ends; the next record starts another."""
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
        spool: Makes what writes records before they are sent; without it they are sent from memory.
        handle_sigterm: Whether SIGTERM waits too, where nobody else handles it.

    Attributes:
        epoch: Differs between a process and its forked children.
        exit_timeout: Seconds that the end of the process may wait.
    """

    def __init__(
        self,
        sender: Sender,
        redactor: Redactor,
        exit_timeout: float,
        spool: "Callable[[Losses], Outlet] | None" = None,
        *,
        handle_sigterm: bool = False,
    ) -> None:
        self.epoch = 0
        self.exit_timeout = exit_timeout
        self._records = RecordQueue()
        self._sender = sender
        losses = Losses(self._records, sender)
        self._batch = Batch(redactor, losses.unencodable)
        self._outlet: Outlet = Delivery(sender, losses.settle) if spool is None else spool(losses)
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
            self.flush(self.exit_timeout, durable=True)

    def watch(self, key: object, end: Callable[[], None]) -> None:
        """Call `end`, a bound method, at the end of the process, unless `unwatch` or its owner's end comes before."""
        self._open[key] = weakref.WeakMethod(end, lambda _: self.unwatch(key))
        if self._thread is None:
            self._guard()

    def unwatch(self, key: object) -> None:
        """Forget what was to be ended, if it was."""
        self._open.pop(key, None)

    def flush(self, timeout: float, *, durable: bool = False) -> bool:
        """Wait until what was recorded so far is sent or given up; returns whether that took less than `timeout`.

        With `durable` it is enough that it is on disk, where Langfuse takes nothing.
        """
        if threading.current_thread() is self._thread:
            return False  # the mask, which runs there, cannot wait for itself
        if sys.is_finalizing():
            return not self._records.unsent  # no thread runs any more
        done = Mark(durable=durable)
        with self._records.lock:
            if not self._records.unsent:
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
        self.flush(timeout, durable=True)
        self._sender.close()
        while (item := self._records.take(0)) is not None:
            if isinstance(item, Mark):
                item.set()
            else:
                self._records.settle(1, item.size, "closed")
        self._records.mark(Mark())  # wakes the thread, which sees that all is over
        self._sender.hurry()
        self._outlet.rest(final=True)

    def stats(self) -> TracingStats:
        """Return how it fares."""
        with self._records.lock:
            outcomes = dict(self._records.outcomes)
            return TracingStats(
                recorded=self._records.recorded,
                sent=outcomes.pop("sent", 0),
                unconfirmed=outcomes.pop("unconfirmed", 0),
                spooled=outcomes.pop("spooled", 0),
                set_aside=outcomes.pop("set_aside", 0),
                replayed=self._outlet.replayed,
                expired=self._outlet.expired,
                dropped=cast("dict[DropReason, int]", outcomes),  # these are the reasons that are left
                queued=self._records.queued,
                queued_bytes=self._records.queued_bytes,
                outages=self._sender.outages,
                last_error=self._sender.last_error,
                broken_contracts=self._batch.contracts.counts,
            )

    def _begin_in_child(self) -> None:
        self.epoch += 1
        self._thread = None
        self._open = {}
        self._ending = False
        self._records.begin()
        self._batch.begin()
        self._batch.contracts.begin()
        self._outlet.begin()
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
                self._records.gather(self._outlet.linger)
            while item is not None:
                if isinstance(item, Record):
                    self._batch.add(item)
                if self._batch.full or isinstance(item, Mark):
                    self._outlet.send(self._batch.take(), math.inf)
                if isinstance(item, Mark):
                    self._outlet.mark(item)
                item = self._records.take(0)
            self._outlet.send(self._batch.take(), math.inf)
            if idle:
                self._outlet.again()
            if self._records.closed:
                self._outlet.close()
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
        end, marks = time.monotonic() + timeout, [Mark(durable=True)]
        while (item := self._records.take(0)) is not None:
            if isinstance(item, Mark):
                marks.append(item)
            else:
                self._batch.add(item, upload=False)
        self._outlet.send(self._batch.take(), max(0.0, end - time.monotonic()))
        for mark in marks:
            self._outlet.mark(mark)
        marks[0].wait(max(0.0, end - time.monotonic()))

    @property
    def unfinished(self) -> bool:
        """Whether something is unsent, or would be recorded now."""
        return bool(self._records.unsent or self._open)

    def finish(self, timeout: float) -> None:
        """Record what is under way, and wait for what is unsent; what comes later is waited for one by one."""
        for reference in list(self._open.values()):
            end = reference()
            if end is not None:
                end()
        began = time.monotonic()
        while self._open and time.monotonic() - began < min(timeout, _RECORDING):
            time.sleep(_RECORDING / 50)
        self.flush(max(0.0, timeout - (time.monotonic() - began)), durable=True)
        self._outlet.rest(final=False)
        self._ending = True
