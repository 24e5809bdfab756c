"""The end of this process, however it comes about: whoever has something unfinished gets the time that it may take.

Python tells of an ordinary end alone. Beside it processes end by `os._exit`, which is how a forked child ends (those of
multiprocessing, Celery and RQ do), and by SIGTERM, which is how they and containers are stopped from outside.
"""

import _thread
import atexit
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType
from typing import NoReturn, Protocol

from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.lifecycle.wakeup import Wakeup

_exit = os._exit


class Finisher(Protocol):
    """What the end of the process waits for.

    Attributes:
        exit_timeout: Seconds that it may wait.
    """

    exit_timeout: float

    @property
    def unfinished(self) -> bool:
        """Whether there is anything to wait for; found out without a lock, since a signal may ask."""
        ...

    def flush(self, timeout: float, *, durable: bool = False) -> bool:
        """Wait for it, no longer than `timeout` seconds; the process may go on.

        With `durable` it is enough that it will outlive the process.
        """
        ...

    def finish(self, timeout: float) -> None:
        """Wait for it and for what is under way, no longer than `timeout` seconds; the process ends."""
        ...


class ProcessEnd:
    """Gives its members their time at `sys.exit` and the like, at `os._exit`, and at SIGTERM; all of them together.

    Nothing is set up before there is something to wait for, but for the handler of SIGTERM: servers such as uvicorn put
    their own in its place, and raise the signal again for the one they have found.
    """

    def __init__(self) -> None:
        self._members: list[weakref.ref[Finisher]] = []
        self._registered = False
        self._terminating = False
        self._wakeup = Wakeup()
        in_forked_child(self._begin_in_child)

    def add(self, member: Finisher) -> None:
        """Have the end of the process wait for a member, as long as something else keeps it alive."""
        self._members = [*(one for one in self._members if one() is not None), weakref.ref(member)]
        if not self._registered:
            self._registered = True
            atexit.register(self._at_exit)

    def guard(self) -> None:
        """See to it that `os._exit` waits too, in this process and those it forks; another's in its place stays."""
        if os._exit is _exit:
            os._exit = self._leave

    def handle_sigterm(self) -> None:
        """Have SIGTERM wait too, if nobody else handles it, or uvicorn does; a handler takes the main thread."""
        if os.name != "posix" or self._terminating:
            return
        handler = signal.getsignal(signal.SIGTERM)
        if handler == self._on_sigterm:
            self._watch()
            return
        if handler is not signal.SIG_DFL:
            from genai_sdk.lifecycle.uvicorn import after_shutdown  # a cost only where there is a handler

            after_shutdown(handler, self._flush)
        elif threading.current_thread() is threading.main_thread():
            with suppress(ValueError):  # Python takes handlers in the main interpreter only
                signal.signal(signal.SIGTERM, self._on_sigterm)
                self._watch()

    def _watch(self) -> None:
        """Let no handler be late in a process that another one may end at any step."""
        module = sys.modules.get("multiprocessing.process")
        child = module is not None and module.parent_process() is not None
        if child and threading.current_thread() is threading.main_thread():
            self._wakeup.begin()

    def _unfinished(self) -> list[Finisher]:
        members = [one() for one in self._members]
        return [member for member in members if member is not None and member.unfinished]

    def _flush(self) -> None:
        for member, timeout in self._times():
            member.flush(timeout, durable=True)

    def _finish(self) -> None:
        for member, timeout in self._times():
            member.finish(timeout)

    def _times(self) -> Iterator[tuple[Finisher, float]]:
        """Yield each member with the seconds that those before have left it, in which it is under way already."""
        began = time.monotonic()
        members = [member for one in self._members if (member := one()) is not None]
        for member in members[1:]:
            member.flush(0, durable=True)
        for member in members:
            yield member, max(0.0, member.exit_timeout - (time.monotonic() - began))

    def _at_exit(self) -> None:
        self._finish()
        if self._terminating:  # the program ended while the signal was waited with
            os.kill(os.getpid(), signal.SIGTERM)

    def _leave(self, status: int) -> NoReturn:
        """Stand in for `os._exit`."""
        try:
            if unfinished := self._unfinished():
                self._finish_beside(max(member.exit_timeout for member in unfinished))
        finally:
            _exit(status)

    def _finish_beside(self, timeout: float) -> None:
        """Wait on a thread for the end of all: whatever this one was interrupted in, the wait is bounded."""
        over = _thread.allocate_lock()
        over.acquire()

        def finish() -> None:
            try:
                self._finish()
            finally:
                over.release()

        with suppress(RuntimeError):  # no further thread: the interpreter is ending, and has waited
            _thread.start_new_thread(finish, ())
            over.acquire(timeout=timeout)

    def _on_sigterm(self, number: int, frame: FrameType | None) -> None:
        # The handler runs between any two steps of the main thread, which may hold any lock. So it takes none, not even
        # those of the module threading, and the main thread goes on meanwhile.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second signal ends the process at once
        if self._unfinished():
            self._terminating = True
            with suppress(RuntimeError):  # the process has no more threads to give
                _thread.start_new_thread(self._terminate, ())
                return
        signal.raise_signal(signal.SIGTERM)

    def _terminate(self) -> None:
        try:
            self._finish()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    def _begin_in_child(self) -> None:
        self._terminating = False
        self._wakeup.begin_in_child()
        if signal.getsignal(signal.SIGTERM) == self._on_sigterm:
            self._wakeup.begin()


PROCESS_END = ProcessEnd()
