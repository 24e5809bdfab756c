"""The async transport: one aiohttp session for each event loop it is used on."""

import threading
import weakref
from collections.abc import AsyncIterator
from types import TracebackType
from typing import TYPE_CHECKING

from genai_sdk.http.budget import Budget
from genai_sdk.http.errors import BodyTooLarge, TransportClosed
from genai_sdk.http.fork import in_forked_child
from genai_sdk.http.request import Request, TransportSettings, first_value

if TYPE_CHECKING:  # asyncio and aiohttp are loaded at the first exchange
    import asyncio
    import ssl

    from genai_sdk.http.exchange import Exchange
    from genai_sdk.http.session import LoopSession

    Sessions = dict[asyncio.AbstractEventLoop, LoopSession]


class AsyncResponse:
    """An answer whose head has arrived; the async twin of `SyncResponse`, for one task at a time.

    Attributes:
        status: The status code.
        reason: The phrase behind it.
    """

    __slots__ = ("_exchange", "_limit", "_open", "_raw_headers", "_session", "reason", "status")

    def __init__(self, exchange: "Exchange", session: "LoopSession", limit: int) -> None:
        assert exchange.response is not None
        self.status: int = exchange.response.status
        self.reason: str = exchange.response.reason or ""
        self._raw_headers = exchange.response.raw_headers
        self._exchange = exchange
        self._session = session
        self._limit = limit
        self._open = True  # last: see __del__

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names and values, in order and as they came."""
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._raw_headers]

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its name in any case."""
        return first_value(self.headers, name)

    async def read(self) -> bytes:
        """Return the rest of the body, as it was sent (not decompressed).

        Raises:
            BodyTooLarge: If it is larger than the transport's bound.
            ConnectionCut: If the connection ends first or the body is malformed.
            ReadTimedOut: If no byte comes for longer than the gap.
            TotalTimedOut: If the total is used up.
            TransportClosed: If this or the transport was closed.
        """
        pieces = []
        left = self._limit
        if self._exchange.announced <= left:
            while data := await self._piece():
                left -= len(data)
                if left < 0:
                    break
                pieces.append(data)
            else:
                return b"".join(pieces)
        self._end()
        raise BodyTooLarge(f"the answer is larger than {self._limit} bytes")

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body, each piece as soon as it arrives; dropping the iterator closes the response.

        Raises:
            TransportError: As `read` does, but without a bound on the size.
        """
        try:
            while data := await self._piece():
                yield data
        finally:
            self._end()

    async def aclose(self) -> None:
        """End the exchange at once, unless the body was read to its end; allowed more than once."""
        self._end()

    async def _piece(self) -> bytes:
        try:
            data = await self._exchange.piece()
        except BaseException:
            self._end()
            raise
        if not data and self._open:
            self._open = False
            self._session.finish(self._exchange)
        return data

    def _end(self) -> None:
        if self._open:
            self._open = False
            self._session.abort(self._exchange, TransportClosed("the response was closed"))

    async def __aenter__(self) -> "AsyncResponse":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def __del__(self) -> None:
        if getattr(self, "_open", False):  # Ctrl-C can interrupt __init__
            self._session.abort_soon(self._exchange, TransportClosed("the response was dropped"))


class AsyncTransport:
    """Sends requests and returns answers; the async twin of `SyncTransport`.

    It may be used on several event loops, one after the other or at once; connections are shared within a loop. When
    a loop ends, its connections do; they also end when the transport is dropped.

    Two limits are looser than the sync twin's: while a body is sent only the total counts, and not the gap; and a
    name lookup that was given up goes on in the loop's executor until the operating system ends it, for which
    `asyncio.run` waits at its end. A cut connection may lose what had arrived and was not yet asked for.

    Args:
        settings: How to reach servers.

    Raises:
        ConfigurationError: If a proxy's URL cannot be used.
    """

    def __init__(self, settings: TransportSettings | None = None) -> None:
        from genai_sdk.http.proxy import ProxyRules  # it loads what only transports need

        self._settings = settings or TransportSettings()
        self._rules = ProxyRules(self._settings)
        self._context: ssl.SSLContext | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._sessions: Sessions = {}
        weakref.finalize(self, _close_all, self._sessions)
        in_forked_child(self._forget)

    async def open(self, request: Request, budget: Budget) -> AsyncResponse:
        """Send a request and return its response once the head has arrived.

        Raises:
            UnsendableRequest: If the URL or a header is not what HTTP allows.
            ConnectFailed: If there is no way through.
            ConnectTimedOut: If connecting takes longer than it may.
            ReadTimedOut: If no byte comes for longer than the gap.
            TotalTimedOut: If the total is used up.
            ConnectionCut: If the connection ends before the head is whole, or the head is broken.
            TransportClosed: If the transport is or gets closed.
            ConfigurationError: If the CA bundle cannot be read.
        """
        from genai_sdk.http.target import split

        target = split(request.url)
        context = self._trust() if target.scheme == "https" else None
        session = await self._session()
        exchange = await session.open(request, target, self._rules.find(*target[:3]), context, budget)
        return AsyncResponse(exchange, session, self._settings.max_body_bytes)

    def close(self) -> None:
        """Abort what is in flight on every loop, from any thread; new exchanges are refused."""
        self._refuse()
        _close_all(self._sessions)

    async def aclose(self) -> None:
        """Do what `close` does, and wait until the sockets of this loop are closed."""
        from asyncio import get_running_loop

        self._refuse()
        own = self._sessions.pop(get_running_loop(), None)
        _close_all(self._sessions)
        if own is not None:
            await own.aclose()

    def _refuse(self) -> None:
        with self._lock:
            self._closed = True

    async def _session(self) -> "LoopSession":
        from asyncio import get_running_loop

        from genai_sdk.http.session import LoopSession

        loop = get_running_loop()
        with self._lock:
            if self._closed:
                raise TransportClosed("the transport is closed: make a new client")
            session = self._sessions.get(loop)
            if session is not None:
                return session
            gone = [self._sessions.pop(other) for other in list(self._sessions) if other.is_closed()]
            session = self._sessions[loop] = LoopSession(self._settings, self._sessions.pop)
        for other in gone:
            other.leave(forked=False)
        await session.start()
        return session

    def _trust(self) -> "ssl.SSLContext":
        from genai_sdk.http.tls import client_context

        if self._context is None:
            self._context = client_context(self._settings.ca_bundle)
        return self._context

    def _forget(self) -> None:
        sessions = list(self._sessions.values())
        self._lock = threading.Lock()
        self._sessions.clear()
        for session in sessions:
            session.leave(forked=True)

    async def __aenter__(self) -> "AsyncTransport":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def _close_all(sessions: "Sessions") -> None:
    for session in list(sessions.values()):
        session.close()
