"""What an async transport holds on one event loop."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any

from genai_sdk.http.aio.connection import AsyncConnection
from genai_sdk.http.aio.dial import Dialler
from genai_sdk.http.deadline import Deadline
from genai_sdk.http.errors import ConnectionCut, ReadTimedOut, TotalTimedOut
from genai_sdk.http.parser import RawResponse
from genai_sdk.http.pool import Key, Pool
from genai_sdk.http.proxy import ProxyRules
from genai_sdk.http.request import Request, TransportSettings
from genai_sdk.http.target import Target
from genai_sdk.http.tls import Trust

# Bytes taken from a socket at once.
PIECE = 64 * 1024


class LoopSession:
    """The connections of one event loop, made on that loop while it runs.

    Args:
        settings: How to reach servers.
        rules: Through which proxies.
        trust: Whom to trust.
        on_end: Called with the loop (and None, as `dict.pop` has it) when the loop ends.
    """

    def __init__(
        self,
        settings: TransportSettings,
        rules: ProxyRules,
        trust: Trust,
        on_end: Callable[[asyncio.AbstractEventLoop, None], Any],
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self._rules = rules
        self._trust = trust
        self._on_end = on_end
        self._pool: Pool[AsyncConnection] = Pool(settings.max_idle_per_host, settings.idle_seconds, self.loop.time)
        self._idle_seconds = settings.idle_seconds
        self._dialler = Dialler(self.loop)
        self._buffer = memoryview(bytearray(PIECE))
        self._broom: asyncio.TimerHandle | None = None
        self._left = False
        self._guard = self._until_the_loop_ends()

    async def start(self) -> None:
        """Have the session closed by the loop's own end."""
        await anext(self._guard)

    async def open(self, request: Request, target: Target, deadline: Deadline) -> tuple[AsyncConnection, RawResponse]:
        """Send a request and return its answer, and what carries it, once the head has arrived."""
        connection = self._pool.take(target[:3])
        if connection is not None:
            try:
                return connection, await self._exchange(connection, request, target, deadline)
            except ConnectionCut:
                if connection.heard:
                    raise
            except (ReadTimedOut, TotalTimedOut):
                if not connection.heard:
                    self._pool.distrust(target[:3], connection)
                raise
        connection = await self._connect(target, deadline)
        return connection, await self._exchange(connection, request, target, deadline)

    async def reach(self, target: Target, deadline: Deadline) -> None:
        """Have an idle connection to a target; see `AsyncTransport.reach`."""
        key = target[:3]
        self._keep(key, self._pool.take(key) or await self._connect(target, deadline))

    async def _connect(self, target: Target, deadline: Deadline) -> AsyncConnection:
        proxy = self._rules.find(*target[:3])
        connection = AsyncConnection(self.loop, proxy, self._buffer)
        self._pool.enter(connection)
        try:
            context = self._trust.context() if target.scheme == "https" else None
            await self._dialler.dial(connection, target, proxy, context, deadline)
        except BaseException:
            self._pool.drop(connection)
            raise
        return connection

    async def _exchange(
        self, connection: AsyncConnection, request: Request, target: Target, deadline: Deadline
    ) -> RawResponse:
        try:
            return await connection.exchange(request, target, deadline)
        except BaseException:
            self._pool.drop(connection)
            raise

    def finish(self, key: Key, connection: AsyncConnection, raw: RawResponse) -> None:
        """Put back a connection whose answer was read to its end."""
        connection.response = None
        if raw.keep_alive:
            self._keep(key, connection)
        else:
            self._pool.drop(connection)

    def _keep(self, key: Key, connection: AsyncConnection) -> None:
        self._pool.give(key, connection)
        if self._broom is None:
            self._broom = self.loop.call_later(self._idle_seconds, self._sweep)

    def abort(self, connection: AsyncConnection) -> None:
        """End one exchange: at once on this loop, else as soon as the loop turns."""
        if _running_loop() is self.loop:
            self._pool.drop(connection)
        else:
            self.abort_soon(connection)

    def abort_soon(self, connection: AsyncConnection) -> None:
        """End one exchange as soon as the loop turns; for finalisers, which run anywhere."""
        self._soon(self._pool.drop, connection)

    def close(self) -> None:
        """End everything as soon as the loop turns, from any thread."""
        self._soon(self._pool.close)

    async def aclose(self) -> None:
        """End everything, on this loop, and wait until the sockets are closed."""
        self._end()
        await self._guard.aclose()
        await asyncio.sleep(0)  # asyncio closes a socket at the loop's next turn

    def leave(self, *, forked: bool) -> None:
        """Let go of a loop that is closed, or that is another process's since the fork.

        asyncio cannot close anything there, and would complain when its transports are collected. In a forked child
        only descriptors are closed: the loop's epoll is shared with the parent.
        """
        reason = "the connection belongs to the process that opened it" if forked else "its event loop is closed"
        self._left = True
        transports = []
        for connection in self._pool.leave():
            transports.append(connection.transport)
            connection.forget(ConnectionCut(reason))
        for sock in list(self._dialler.sockets):
            # Not socket.close(): a transport still knows the socket, and would close the same number again.
            with suppress(OSError):
                os.close(sock.detach())
        if not forked:
            for transport in transports:
                _silence(transport)

    def _sweep(self) -> None:
        seconds = self._pool.sweep()
        self._broom = None if seconds is None else self.loop.call_later(seconds, self._sweep)

    def _end(self) -> None:
        self._pool.close()
        if self._broom is not None:
            self._broom.cancel()
            self._broom = None

    def _soon(self, call: Callable[..., None], *arguments: Any) -> None:
        if self._left:
            return
        try:
            self.loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:  # the loop is closed
            self._on_end(self.loop, None)
            self.leave(forked=False)

    async def _until_the_loop_ends(self) -> AsyncGenerator[None]:
        # asyncio.run and every Runner close the async generators of a loop before the loop itself, which is the one
        # notice that a loop gives of its end.
        try:
            yield
        finally:
            self._on_end(self.loop, None)
            self._end()
            await asyncio.sleep(0)


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
