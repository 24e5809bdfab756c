"""The sync transport: the standard library's http.client under a small pool."""

import time
import weakref
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from genai_sdk.http.budget import Budget
from genai_sdk.http.errors import ConnectionCut
from genai_sdk.http.fork import in_forked_child
from genai_sdk.http.pool import Key, Pool
from genai_sdk.http.request import Request, TransportSettings, first_value

if TYPE_CHECKING:  # http.client and ssl are loaded at the first exchange
    import ssl

    from genai_sdk.http.answer import Answer
    from genai_sdk.http.channel import Channel
    from genai_sdk.http.target import Target


class SyncResponse:
    """An answer whose head has arrived.

    Read it to its end, and its connection is used again; close or drop it, and the connection ends. `close` may be
    called from any thread, the rest belongs to one thread at a time.

    Attributes:
        status: The status code.
        reason: The phrase behind it.
        headers: Names and values, in order and as they came.
    """

    __slots__ = ("_answer", "_channel", "_key", "_limit", "_pool", "headers", "reason", "status")

    def __init__(self, answer: "Answer", channel: "Channel", key: Key, pool: Pool, limit: int) -> None:
        self.status = answer.status
        self.reason = answer.reason
        self.headers = answer.fields
        self._answer = answer
        self._key = key
        self._pool = pool
        self._limit = limit
        self._channel: Channel | None = channel  # last: see __del__

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its name in any case."""
        return first_value(self.headers, name)

    def read(self) -> bytes:
        """Return the rest of the body, as it was sent (not decompressed).

        Raises:
            BodyTooLarge: If it is larger than the transport's bound.
            ConnectionCut: If the connection ends first or the body is malformed.
            ReadTimedOut: If no byte comes for longer than the gap.
            TotalTimedOut: If the total is used up.
            TransportClosed: If this or the transport was closed.
        """
        try:
            body = self._answer.whole(self._limit)
        except BaseException:
            self.close()
            raise
        self._finish()
        return body

    def chunks(self) -> Iterator[bytes]:
        """Yield the body, each piece as soon as it arrives; dropping the iterator closes the response.

        Raises:
            TransportError: As `read` does, but without a bound on the size.
        """
        piece = self._answer.piece
        try:
            while data := piece():
                yield data
        except BaseException:
            self.close()
            raise
        self._finish()

    def close(self) -> None:
        """End the exchange at once, unless the body was read to its end; allowed more than once."""
        channel, self._channel = self._channel, None
        if channel is not None:
            self._pool.drop(channel)

    def _finish(self) -> None:
        channel, self._channel = self._channel, None
        if channel is None:
            return
        self._answer.close()
        if self._answer.will_close:
            self._pool.drop(channel)
        else:
            self._pool.give(self._key, channel)

    def __enter__(self) -> "SyncResponse":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_channel", None) is not None:  # Ctrl-C can interrupt __init__
            self.close()


class SyncTransport:
    """Sends requests and returns answers; thread-safe, and usable on both sides of a fork.

    It follows no redirect, keeps no cookie, decompresses nothing and retries nothing, but for one case: a kept
    connection that turns out dead before the first byte of an answer. Servers close idle connections at any moment,
    so this says nothing about the request, and it is sent once more on a new connection, a POST as well.

    No limit bounds the reading of CA files, and a name lookup that was given up goes on in a thread of its own until
    the operating system ends it.

    Args:
        settings: How to reach servers.
        now: The clock that idle connections age by, in seconds.

    Raises:
        ConfigurationError: If a proxy's URL cannot be used.
    """

    def __init__(self, settings: TransportSettings | None = None, *, now: Callable[[], float] = time.monotonic) -> None:
        from genai_sdk.http.proxy import ProxyRules  # it loads what only transports need

        self._settings = settings or TransportSettings()
        self._rules = ProxyRules(self._settings)
        self._pool = Pool(self._settings.max_idle_per_host, self._settings.idle_seconds, now)
        self._context: ssl.SSLContext | None = None
        weakref.finalize(self, self._pool.let_go)
        in_forked_child(self._pool.forget)

    def open(self, request: Request, budget: Budget) -> SyncResponse:
        """Send a request and return its response once the head has arrived.

        Raises:
            UnsendableRequest: If the URL or a header is not what HTTP allows.
            ConnectFailed: If there is no way through.
            ConnectTimedOut: If connecting takes longer than it may.
            ReadTimedOut: If no byte moves for longer than the gap.
            TotalTimedOut: If the total is used up.
            ConnectionCut: If the connection ends before the head is whole, or the head is broken.
            TransportClosed: If the transport is or gets closed.
            ConfigurationError: If the CA bundle cannot be read.
        """
        from genai_sdk.http.channel import Channel
        from genai_sdk.http.target import split

        target = split(request.url)
        key = target[:3]
        channel = self._pool.take(key)
        if channel is not None:
            try:
                return self._exchange(channel, request, target, budget)
            except ConnectionCut:
                if channel.line.heard:
                    raise
        channel = Channel(target, self._rules.find(*key))
        self._pool.enter(channel)
        try:
            channel.dial(self._trust() if target.scheme == "https" else None, budget)
        except BaseException:
            self._pool.drop(channel)
            raise
        return self._exchange(channel, request, target, budget)

    def close(self) -> None:
        """Abort what is in flight, from any thread; new exchanges are refused. Allowed more than once."""
        self._pool.close()

    def _exchange(self, channel: "Channel", request: Request, target: "Target", budget: Budget) -> SyncResponse:
        try:
            answer = channel.exchange(request, target, budget)
            return SyncResponse(answer, channel, target[:3], self._pool, self._settings.max_body_bytes)
        except BaseException:
            self._pool.drop(channel)
            raise

    def _trust(self) -> "ssl.SSLContext":
        from genai_sdk.http.tls import client_context

        if self._context is None:
            self._context = client_context(self._settings.ca_bundle)
        return self._context

    def __enter__(self) -> "SyncTransport":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
