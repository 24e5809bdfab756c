"""One connection on one event loop, and the exchanges it carries one after the other."""

import asyncio
import socket
from contextlib import suppress
from typing import cast

from genai_sdk.http.deadline import TICK, Deadline
from genai_sdk.http.errors import ConnectionCut, TransportClosed, TransportError
from genai_sdk.http.head import outgoing
from genai_sdk.http.parser import RawResponse, ResponseParser
from genai_sdk.http.proxy import Proxy
from genai_sdk.http.request import Outgoing, Request
from genai_sdk.http.target import Target

# Bytes of a body that wait to be taken: beyond, the server is no longer listened to.
HIGH_WATER = 256 * 1024
# Bytes taken at once from a connection that broke while we wrote.
REST = 64 * 1024


class AsyncConnection(asyncio.BufferedProtocol):
    """A connection to one scheme, host and port, straight or through a proxy.

    Args:
        loop: Its event loop.
        proxy: Through which proxy it leads.
        buffer: Where what arrives is put for as long as it takes to feed it on; all wires of a loop share one.

    Attributes:
        idle_since: When it was last put back, by the pool's clock.
        response: The answer of the exchange at hand, None between exchanges.
        transport: What asyncio made of the socket, None before it is connected.
        sock: The socket.
        dialling: The limit under which it is being connected.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, proxy: Proxy | None, buffer: memoryview) -> None:
        self.idle_since = 0.0
        self.response: RawResponse | None = None
        self.transport: asyncio.Transport | None = None
        self.sock: socket.socket | None = None
        self.dialling: asyncio.Timeout | None = None
        self._loop = loop
        self._proxy = proxy
        self._buffer = buffer
        self._parser = ResponseParser()
        self._waiter: asyncio.Future[bool] | None = None
        self._due: float | None = None
        self._unsent = 0
        self._timer: asyncio.TimerHandle | None = None
        self._deaf = False
        self._failure: TransportError | None = None

    async def exchange(self, request: Request, target: Target, deadline: Deadline) -> RawResponse:
        """Send a request and return its answer once the head is there.

        Raises:
            TransportError: As `AsyncTransport.open` says.
        """
        return await self.ask(request.method, outgoing(request, target, self._proxy), deadline)

    async def ask(self, method: str, written: Outgoing, deadline: Deadline) -> RawResponse:
        """Send a request and return the answer once its head is there."""
        transport = self.transport
        if self._failure is not None or transport is None:
            raise self._failure or ConnectionCut("the connection is closed")
        response = self.response = self._parser.begin(method)
        written.write(transport)
        while not response.head_complete:
            await self.more(deadline)
        return response

    async def more(self, deadline: Deadline) -> None:
        """Wait until something came that was not there before.

        Raises:
            ConnectionCut: If the connection ended too early, or what came is broken.
            ReadTimedOut: If no byte moves for longer than the gap.
            TotalTimedOut: If the total is used up.
            TransportClosed: If the connection was ended meanwhile.
        """
        if self._failure is not None:
            raise self._failure
        left = deadline.read_timeout()
        if left is not None and left <= 0:
            raise deadline.read_overdue()
        if self._deaf and self.transport is not None:
            self._deaf = False
            self.transport.resume_reading()
        waiter = self._waiter = self._loop.create_future()
        if left is not None:
            self._watch(left)
        try:
            while await waiter:
                left = deadline.read_timeout()
                if not self._taken() or left is None or deadline.expired:
                    raise deadline.read_overdue()
                waiter = self._waiter = self._loop.create_future()
                self._watch(left)
        finally:
            self._waiter = self._due = None

    def usable(self) -> bool:
        """Tell whether it is still open and was silent, as it should be between exchanges."""
        return self._failure is None and self.transport is not None and not self.transport.is_closing()

    def end(self, error: TransportError) -> None:
        """End it at once; who waits on it, or uses it later, gets `error`."""
        self._fail(error)
        if self.dialling is not None and not self.dialling.expired():
            self.dialling.reschedule(self._loop.time())

    def forget(self, error: TransportError) -> None:
        """Leave it as it is; who uses it later gets `error`."""
        self._failure = error
        self.transport = None

    @property
    def heard(self) -> bool:
        """Whether the server has sent a byte since the last request."""
        return self.response is not None and self.response.heard

    @property
    def closed(self) -> TransportClosed | None:
        """What it was ended with, if it was from our side."""
        return self._failure if isinstance(self._failure, TransportClosed) else None

    def check(self) -> None:
        """Raise what it was ended with, if it was."""
        if self._failure is not None:
            raise self._failure

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport; ends it if this was ended while it was made."""
        self.transport = cast("asyncio.Transport", transport)
        if self._failure is not None:
            self.transport.abort()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Return where to put what arrives."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Feed the answer."""
        response = self.response
        if response is None:
            self._fail(ConnectionCut("the server spoke without being asked"))
            return
        try:
            self._parser.feed(self._buffer[:nbytes])
        except ConnectionCut as error:
            self._fail(error)
            return
        if response.buffered > HIGH_WATER and not self._deaf and self.transport is not None:
            self._deaf = True
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """Take the end of what the server sends; it is the end of the connection, too."""
        self._over(None)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the connection."""
        if exc is not None:
            self._read_rest()
        self._over(exc)
        self._parser.close()
        self.transport = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _over(self, cause: Exception | None) -> None:
        response = self.response
        try:
            if response is None or (cause is not None and not response.complete):
                raise ConnectionCut(
                    f"the connection broke {'in the body' if response and response.head_complete else 'early'}"
                )
            self._parser.end()
        except ConnectionCut as error:
            self._failure = self._failure or error
        self._failure = self._failure or ConnectionCut("the connection is closed")
        self._wake()

    def _fail(self, error: TransportError) -> None:
        self._failure = self._failure or error
        if self.transport is not None:
            self.transport.abort()
        self._wake()

    def _read_rest(self) -> None:
        """Feed what came before a write failed: a server that refuses a body often says so before it hangs up."""
        response, transport, sock = self.response, self.transport, self.sock
        if self._failure or response is None or sock is None or transport is None:
            return
        if transport.get_extra_info("ssl_object") is None:
            with suppress(OSError, ConnectionCut):
                while not response.complete and (data := sock.recv(REST)):
                    self._parser.feed(data)

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(False)

    def _watch(self, seconds: float) -> None:
        """Wake the waiter in so many seconds. A timer that is due earlier is left in place, and set anew then."""
        self._due = due = self._loop.time() + seconds
        self._unsent = self._backlog()
        timer = self._timer
        if timer is not None:
            if timer.when() <= due:
                return
            timer.cancel()
        self._timer = self._loop.call_at(due, self._overdue)

    def _overdue(self) -> None:
        self._timer = None
        if self._due is None:
            return
        if self._loop.time() < self._due - TICK:
            self._timer = self._loop.call_at(self._due, self._overdue)
        elif self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(True)

    def _taken(self) -> bool:
        """Tell whether the server took some of the body since the wait began."""
        return self._backlog() < self._unsent

    def _backlog(self) -> int:
        return self.transport.get_write_buffer_size() if self.transport is not None else 0
