"""aiohttp's pool, bent where its options do not reach."""

from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol

import aiohttp
from aiohttp.client_proto import ResponseHandler


class Handler(ResponseHandler):
    """A connection's protocol that knows whether the server has spoken, and never leaves a reader waiting.

    Attributes:
        heard: Whether a byte has come since the connection was last handed out.
    """

    heard = False

    def data_received(self, data: bytes) -> None:
        """Take in what came."""
        self.heard = True
        super().data_received(data)

    def set_exception(self, exc: BaseException, *args: Any, **named: Any) -> None:
        """Fail the body as well: aiohttp 3.14 leaves its reader waiting when a chunk is malformed."""
        super().set_exception(exc, *args, **named)
        body = self._payload
        if body is not None and not body.is_eof() and body.exception() is None:
            body.set_exception(aiohttp.ClientPayloadError("malformed body"))


class Attempt(Protocol):
    """What the pool is told of an exchange, and tells it.

    Attributes:
        fresh: Whether only a new connection will do.
        kept: The kept connection that the exchange got, None if it got a new one.
        connected: Whether it has got a connection.
    """

    fresh: bool
    kept: Handler | None
    connected: bool


ATTEMPT: ContextVar[Attempt] = ContextVar("genai_sdk_attempt")


class Connector(aiohttp.TCPConnector):
    """A pool that bounds what is idle and not what is in use, and hands out the latest connection first.

    It also tells an exchange whether its connection was kept, and ends a connection at once, whatever waits to be
    sent. It overrides what aiohttp keeps to itself; `tests/http` says so when a release changes it.
    """

    def __init__(self, *, max_idle: int, **options: Any) -> None:
        super().__init__(limit=0, **options)
        self._factory = partial(Handler, loop=self._loop)  # type: ignore[assignment]
        self._max_idle = max_idle

    async def connect(self, *args: Any, **named: Any) -> Any:
        """Get a connection, kept or new."""
        connection = await super().connect(*args, **named)
        ATTEMPT.get().connected = True
        return connection

    async def _get(self, key: Any, traces: Any) -> Any:
        attempt = ATTEMPT.get()
        attempt.kept = None
        if attempt.fresh or (connection := await super()._get(key, traces)) is None:
            return None
        protocol = connection.protocol
        assert isinstance(protocol, Handler)
        protocol.heard = False
        attempt.kept = protocol
        return connection

    def _release(self, key: Any, protocol: Any, *, should_close: bool = False) -> None:
        if should_close or len(self._conns.get(key, ())) >= self._max_idle:
            should_close = True
            protocol.abort()
        super()._release(key, protocol, should_close=should_close)
        idle = self._conns.get(key)
        if idle and idle[-1][0] is protocol:
            idle.rotate()  # it takes from the left

    def _close(self, *, abort_ssl: bool = False) -> Any:
        for protocol in self._acquired:
            protocol.abort()
        return super()._close(abort_ssl=abort_ssl)

    def leave(self) -> list[Any]:
        """Give up without touching the loop, which is closed or another process's; return the transports there are."""
        protocols = [*self._acquired, *(protocol for idle in self._conns.values() for protocol, _ in idle)]
        self._closed = True
        self._conns.clear()
        self._acquired.clear()
        return [protocol.transport for protocol in protocols if protocol.transport is not None]
