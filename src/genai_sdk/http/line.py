"""A socket whose every wait asks the budget of the exchange it serves."""

import io
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from genai_sdk.http.budget import Budget
from genai_sdk.http.errors import ConnectionCut, TransportError

T = TypeVar("T")
BUFFER = 32 * 1024
# Seconds of a single wait. A signal that arrives just before a system call does not interrupt it, so Ctrl-C gets
# through at its end only; and a limit that is seldom changed costs no system call of its own.
STEP = 0.5
# Up to here head and body travel as one write: copying is cheaper than a second packet.
JOINED = 64 * 1024


class Reader(io.BufferedReader):
    """The buffer over a line; it outlives the answers that are read from it."""

    def close(self) -> None:
        """Do nothing: http.client closes its file after each answer, the line ends by `Line.end`."""


class Line(io.RawIOBase):
    """A connected socket in the form that http.client uses (`sendall`, `makefile`, `close`).

    One thread at a time uses a line. `end` may be called by any thread at any time: it shuts the socket down, which
    wakes the user. The descriptor is closed by the user if it is inside a system call, else by the caller, so that
    no system call ever meets a number that already belongs to another socket.

    Attributes:
        budget: The limits of the exchange at hand, None between exchanges.
        heard: Whether the server has sent a byte since this was last set to False.
        interrupt: Called by `end` to wake a user that waits for something else than the socket.
    """

    def __init__(self) -> None:
        self.budget: Budget | None = None
        self.heard = False
        self.interrupt: Callable[[], None] | None = None
        self._sock: socket.socket | None = None
        self._timeout: float | None = None
        self._unsent: list[bytes] = []
        self._inside = False
        self._ended: TransportError | None = None
        self._hung_up = False
        self._reader: Reader | None = Reader(self, BUFFER)

    # For the one who connects.

    def connected(self) -> socket.socket:
        """Return the socket, or raise what the line was ended with."""
        sock = self._sock
        if sock is None:
            raise self._ended or ConnectionCut("the connection is closed")
        return sock

    def attach(self, sock: socket.socket) -> None:
        """Make `sock` this line's socket, in place of the one before it."""
        former, self._sock = self._sock, sock
        self._timeout = sock.gettimeout()
        if former is not None:
            former.close()
        self.check()

    def check(self) -> None:
        """Raise what the line was ended with, if it was."""
        if self._ended is not None:
            self._close_socket()
            raise self._ended

    # For http.client.

    def makefile(self, mode: str) -> Reader:
        """Return the one reader of this line, whatever the mode."""
        reader = self._reader
        if reader is None:
            raise self._ended or ConnectionCut("the connection is closed")
        return reader

    def sendall(self, data: bytes) -> None:
        """Keep `data` until `transmit`: http.client hands over head and body apart."""
        self._unsent.append(data)

    def close(self) -> None:
        """Do nothing: http.client closes before the body of its last answer is read; see `end`."""

    def readable(self) -> bool:
        """Tell the reader that it may read."""
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        """Receive what there is, after waiting for it as long as the budget allows.

        Between exchanges there is no budget and no wait: then None says that nothing is there.
        """
        sock = self.connected()
        if self.budget is None:
            try:
                count = self._call(sock, 0.0, sock.recv_into, buffer)
            except (BlockingIOError, ssl.SSLWantReadError):
                return None
            self._hung_up = not count
            return count
        count = self._wait(self.budget, sock, sock.recv_into, buffer)
        if count:
            self.heard = True
        else:
            self.check()
        return count

    # For the exchange.

    def transmit(self) -> None:
        """Send what http.client handed over.

        Raises:
            ReadTimedOut: If the server takes nothing for longer than the gap.
            TotalTimedOut: If the total is used up.
        """
        blocks, self._unsent = self._unsent, []
        if len(blocks) > 1 and len(blocks[-1]) <= JOINED:
            blocks = [b"".join(blocks)]
        sock = self.connected()
        assert self.budget is not None
        for block in blocks:
            rest = memoryview(block)
            while rest:
                rest = rest[self._wait(self.budget, sock, sock.send, rest) :]

    def usable(self) -> bool:
        """Tell whether an idle line is still open and, as it should be, silent."""
        self.budget = None
        reader = self._reader
        try:
            return reader is not None and not reader.peek(1) and not self._hung_up
        except (OSError, TransportError):
            return False

    def end(self, error: TransportError) -> None:
        """End the line at once; who waits on it, or uses it later, gets `error`."""
        self._ended = self._ended or error
        if (sock := self._sock) is not None:
            # Below TLS, and effective even if another process holds a copy of the descriptor. It fails when there is
            # no connection (any more).
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        if (interrupt := self.interrupt) is not None:
            interrupt()
        if not self._inside:
            self._close_socket()

    def forget(self) -> None:
        """Close this process's descriptor of a connection that the parent process goes on using."""
        self._ended = ConnectionCut("the connection belongs to the process that opened it")
        self._close_socket()

    def guarded(self, operation: Callable[[], T], timeout: float = 0.0) -> T:
        """Run a system call on the socket, so that `end` lets it finish before the descriptor is closed."""
        self._inside = True
        try:
            self.check()
            self.connected().settimeout(timeout)
            self._timeout = timeout
            return operation()
        finally:
            self._inside = False
            if self._ended is not None:
                self._close_socket()

    def _wait(
        self, budget: Budget, sock: socket.socket, operation: Callable[[memoryview], int], data: memoryview
    ) -> int:
        left = budget.read_timeout()
        while left is None or left > 0:
            step = STEP if left is None or left > STEP else left
            try:
                return self._call(sock, step, operation, data)
            except TimeoutError:
                left = None if left is None else left - step
            except OSError:
                self.check()
                raise
        raise budget.read_overdue()

    def _call(
        self, sock: socket.socket, timeout: float, operation: Callable[[memoryview], int], data: memoryview
    ) -> int:
        # As `guarded`, without the closure: this is the hot path.
        self._inside = True
        try:
            if self._ended is not None:
                raise self._ended
            if timeout != self._timeout:
                sock.settimeout(timeout)
                self._timeout = timeout
            return operation(data)
        finally:
            self._inside = False
            if self._ended is not None:
                self._close_socket()

    def _close_socket(self) -> None:
        sock, self._sock = self._sock, None
        self._reader = None  # it refers back to this line
        if sock is not None:
            sock.close()


def in_steps(left: float | None, attempt: Callable[[float], T]) -> T:
    """Call `attempt` with a short time to wait until it succeeds.

    Raises:
        TimeoutError: If it raised that until no time was left.
    """
    while left is None or left > 0:
        step = STEP if left is None or left > STEP else left
        try:
            return attempt(step)
        except TimeoutError:
            left = None if left is None else left - step
    raise TimeoutError
