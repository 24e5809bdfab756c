"""What an async transport holds on one event loop."""

import asyncio
import os
import socket
import ssl
import weakref
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any

import aiohttp

from genai_sdk.http.answer import MAX_HEAD
from genai_sdk.http.budget import Budget
from genai_sdk.http.connector import Connector
from genai_sdk.http.errors import ConnectionCut, TransportClosed, TransportError
from genai_sdk.http.exchange import Exchange
from genai_sdk.http.proxy import Proxy
from genai_sdk.http.request import Request, TransportSettings
from genai_sdk.http.target import Target

OWN_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class LoopSession:
    """One aiohttp session, made on the running loop, and the exchanges it carries.

    Args:
        settings: How to reach servers.
        on_end: Called with the loop (and None, as `dict.pop` has it) when the loop ends.
    """

    def __init__(self, settings: TransportSettings, on_end: Callable[[asyncio.AbstractEventLoop, None], Any]) -> None:
        self.loop = asyncio.get_running_loop()
        self._on_end = on_end
        self._exchanges: set[Exchange] = set()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._connector = Connector(
            max_idle=settings.max_idle_per_host,
            keepalive_timeout=settings.idle_seconds,
            socket_factory=self._new_socket,
        )
        self._session = aiohttp.ClientSession(
            connector=self._connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            skip_auto_headers=OWN_HEADERS,
            timeout=aiohttp.ClientTimeout(),
            max_line_size=MAX_HEAD,
            max_field_size=MAX_HEAD,
        )
        # aiohttp would send some methods twice, on new connections as well.
        self._session._retry_connection = False
        self._guard = self._until_the_loop_ends()

    async def start(self) -> None:
        """Have the session closed by the loop's own end."""
        await anext(self._guard)

    async def open(
        self, request: Request, target: Target, proxy: Proxy | None, context: ssl.SSLContext | None, budget: Budget
    ) -> Exchange:
        """Send a request and return its exchange once the head of the answer has arrived."""
        exchange = Exchange(request, target, proxy, budget)
        self._exchanges.add(exchange)
        try:
            try:
                await exchange.start(self._session, context)
            except ConnectionCut:
                if exchange.kept is None or exchange.kept.heard:
                    raise
                exchange.fresh = True
                await exchange.start(self._session, context)
        except BaseException:
            self._exchanges.discard(exchange)
            raise
        return exchange

    def finish(self, exchange: Exchange) -> None:
        """Strike out an exchange whose answer was read to its end."""
        self._exchanges.discard(exchange)

    def abort(self, exchange: Exchange, error: TransportError) -> None:
        """End one exchange: at once on this loop, else as soon as the loop turns."""
        self._exchanges.discard(exchange)
        if _running_loop() is self.loop:
            exchange.abort(error)
        else:
            self._soon(exchange.abort, error)

    def abort_soon(self, exchange: Exchange, error: TransportError) -> None:
        """End one exchange as soon as the loop turns; for finalisers, which run anywhere."""
        self._exchanges.discard(exchange)
        self._soon(exchange.abort, error)

    def close(self) -> None:
        """End everything as soon as the loop turns, from any thread."""
        self._soon(self._abort_all)

    async def aclose(self) -> None:
        """End everything, on this loop, and wait until the sockets are closed."""
        self._abort_exchanges()
        await self._session.close()
        await self._guard.aclose()
        await asyncio.sleep(0)  # asyncio closes a socket at the loop's next turn

    def leave(self, *, forked: bool) -> None:
        """Let go of a loop that is closed, or that is another process's since the fork.

        Neither aiohttp nor asyncio can close anything there, and both would complain when collected. In a forked
        child only descriptors are closed: the loop's epoll is shared with the parent.
        """
        reason = "the connection belongs to the process that opened it" if forked else "its event loop is closed"
        for exchange in self._exchanges:
            exchange.forget(ConnectionCut(reason))
        self._exchanges = set()
        transports = self._connector.leave()
        self._session.detach()
        for sock in list(self._sockets):
            # Not socket.close(): a transport still knows the socket, and would close the same number again.
            with suppress(OSError):
                os.close(sock.detach())
        if not forked:
            for transport in transports:
                _silence(transport)

    def _soon(self, call: Callable[..., None], *arguments: Any) -> None:
        try:
            self.loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:  # the loop is closed
            self._on_end(self.loop, None)
            self.leave(forked=False)

    def _abort_exchanges(self) -> None:
        for exchange in list(self._exchanges):
            exchange.abort(TransportClosed("the transport was closed during the exchange"))

    def _abort_all(self) -> None:
        self._abort_exchanges()
        self._connector._close(abort_ssl=True)

    async def _until_the_loop_ends(self) -> AsyncGenerator[None]:
        # asyncio.run and every Runner close the async generators of a loop before the loop itself, which is the one
        # notice that a loop gives of its end.
        try:
            yield
        finally:
            self._on_end(self.loop, None)
            await self._session.close()

    def _new_socket(self, address: tuple[Any, ...]) -> socket.socket:
        sock = socket.socket(*address[:3])
        self._sockets.add(sock)
        return sock


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _silence(transport: Any) -> None:
    """Keep asyncio from warning of a transport whose socket is closed: on a closed loop it has no other way to end."""
    if (tls := getattr(transport, "_ssl_protocol", None)) is not None:
        transport._closed = True
        transport = tls._transport
    if hasattr(transport, "_sock"):  # not with uvloop
        transport._sock = None
