"""A socket whose every wait asks the deadline of the exchange it serves."""

import select
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from genai_sdk.http.deadline import Deadline
from genai_sdk.http.errors import ConnectionCut, TransportError
from genai_sdk.http.request import Outgoing

T = TypeVar("T")
D = TypeVar("D")
# Bytes taken from the socket at once.
PIECE = 64 * 1024
# Seconds of a single wait. A signal that arrives just before a system call does not interrupt it, so Ctrl-C gets
# through at its end only; and a limit that is seldom changed costs no system call of its own.
STEP = 0.5


class Socket:
    """A connected socket.

    One thread at a time uses a line. `end` may be called by any thread at any time: it shuts the socket down, which
    wakes the user. The descriptor is closed by the user if it is inside a system call, else by the caller, so that
    no system call ever meets a number that already belongs to another socket.

    Attributes:
        deadline: The limits of the exchange at hand, None between exchanges.
        interrupt: Called by `end` to wake a user that waits for something else than the socket.
    """

    def __init__(self) -> None:
        self.deadline: Deadline | None = None
        self.interrupt: Callable[[], None] | None = None
        self._sock: socket.socket | None = None
        self._timeout: float | None = None
        self._poll: select.poll | None = None
        self._inside = False
        self._ended: TransportError | None = None

    # For the one who connects.

    def connected(self) -> socket.socket:
        """Return the socket, or raise what the socket was ended with."""
        sock = self._sock
        if sock is None:
            raise self._ended or ConnectionCut("the connection is closed")
        return sock

    def attach(self, sock: socket.socket) -> None:
        """Make `sock` this socket's socket, in place of the one before it."""
        former, self._sock = self._sock, sock
        self._timeout = sock.gettimeout()
        if hasattr(select, "poll"):  # not on Windows
            self._poll = select.poll()
            self._poll.register(sock, select.POLLIN)
        if former is not None:
            former.close()
        self.check()

    def check(self) -> None:
        """Raise what the socket was ended with, if it was."""
        if self._ended is not None:
            self._close_socket()
            raise self._ended

    # For the exchange.

    def send(self, outgoing: Outgoing) -> None:
        """Send a request.

        Raises:
            ReadTimedOut: If the server takes nothing for longer than the gap.
            TotalTimedOut: If the total is used up.
        """
        sock = self.connected()
        assert self.deadline is not None
        while self._wait(self.deadline, sock, outgoing.send, sock):
            pass

    def receive(self) -> bytes:
        """Return what arrives next, empty if that is the end.

        Raises:
            ReadTimedOut: If no byte comes for longer than the gap.
            TotalTimedOut: If the total is used up.
        """
        sock, deadline = self.connected(), self.deadline
        assert deadline is not None
        data = self._wait(deadline, sock, sock.recv, PIECE)
        if not data:
            self.check()
        return data

    def usable(self) -> bool:
        """Tell whether an idle socket is still open and, as it should be, silent."""
        if self._sock is not None and self._poll is not None and not self._poll.poll(0):
            return True
        # TLS may have something to say that is no data.
        try:
            self.guarded(lambda: self.connected().recv(1))
        except OSError as error:
            # The latter is TLS's word for the former, which is not loaded for plain http.
            return isinstance(error, BlockingIOError) or type(error).__name__ == "SSLWantReadError"
        except TransportError:
            pass
        return False

    def end(self, error: TransportError) -> None:
        """End the socket at once; who waits on it, or uses it later, gets `error`."""
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

    def _wait(self, deadline: Deadline, sock: socket.socket, operation: Callable[[D], T], data: D) -> T:
        left = deadline.read_timeout()
        while left is None or left > 0:
            step = STEP if left is None or left > STEP else left
            # As `guarded`, without the closure: this is the hot path.
            self._inside = True
            try:
                if self._ended is not None:
                    raise self._ended
                if step != self._timeout:
                    sock.settimeout(step)
                    self._timeout = step
                return operation(data)
            except OSError as error:
                # With a number the system says it, of a connection that it gave up: see `liveness`.
                if not isinstance(error, TimeoutError) or error.errno is not None:
                    self.check()
                    raise
                left = None if left is None else left - step
            finally:
                self._inside = False
                if self._ended is not None:
                    self._close_socket()
        raise deadline.read_overdue()

    def _close_socket(self) -> None:
        sock, self._sock = self._sock, None
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
