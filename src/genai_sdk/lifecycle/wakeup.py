"""Has the main thread run the handler of a signal that came an instant before it began to wait.

Python runs handlers between two steps of the main thread. A signal that comes after the last step, but before the
thread waits for a lock or a pipe, interrupts nothing: its handler runs once the wait is over. `multiprocessing.Pool`
ends its workers just when they begin to wait for a lock that it keeps, so that with any handler of SIGTERM some pools
of a busy machine never end (CPython 3.11.7: one in eight).
"""

import _thread
import os
import signal
import time
from types import FrameType

_PAUSES = (0.05, 0.5)
"""Seconds before the main thread is interrupted, and once more: it is surely waiting then, or has run the handler."""
_NONE = -1


class Wakeup:
    """Interrupts the main thread's wait after a signal, by SIGURG, which nobody minds.

    Nothing is done where an event loop or another library has Python's wakeup descriptor, or a handler of SIGURG.
    """

    def __init__(self) -> None:
        self._begun = False
        self._pipe: tuple[int, int] | None = None

    def begin(self) -> None:
        """Watch from here on, in the main thread; again in each forked child."""
        if self._begun or signal.getsignal(signal.SIGURG) not in {signal.SIG_DFL, _nothing}:
            return
        self._begun = True
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        other = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        if other != _NONE:
            signal.set_wakeup_fd(other)
            os.close(reader)
            os.close(writer)
            return
        self._pipe = reader, writer
        signal.signal(signal.SIGURG, _nothing)
        _thread.start_new_thread(_watch, (reader, _thread.get_ident()))

    def begin_in_child(self) -> None:
        """Leave the parent's pipe to the parent, in a child that was just forked."""
        self._begun = False
        if self._pipe is not None:
            writer = self._pipe[1]
            if (owner := signal.set_wakeup_fd(_NONE)) != writer:
                signal.set_wakeup_fd(owner)
            for end in self._pipe:
                os.close(end)
            self._pipe = None


def _watch(reader: int, main: int) -> None:
    while number := os.read(reader, 1):
        if number[0] != signal.SIGURG:
            for pause in _PAUSES:
                time.sleep(pause)
                signal.pthread_kill(main, signal.SIGURG)


def _nothing(number: int, frame: FrameType | None) -> None:
    pass
