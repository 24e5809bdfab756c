"""The sync transport: opens exchanges over the connections of a pool."""

import time
import weakref
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from genai_sdk.http.deadline import Deadline
from genai_sdk.http.errors import ConnectionCut, ReadTimedOut, TotalTimedOut
from genai_sdk.http.pool import Pool
from genai_sdk.http.request import Request, TransportSettings
from genai_sdk.http.sync.response import SyncResponse
from genai_sdk.http.tls import Trust
from genai_sdk.lifecycle.fork import in_forked_child

if TYPE_CHECKING:  # loaded at the first exchange
    from genai_sdk.http.sync.connection import SyncConnection
    from genai_sdk.http.target import Target


class SyncTransport:
    """Sends requests and returns answers; thread-safe, and usable on both sides of a fork.

    It follows no redirect, keeps no cookie, decompresses nothing and retries nothing, but for one case: a kept
    connection that turns out dead before the first byte of an answer. Servers close idle connections at any moment,
    so this says nothing about the request, and it is sent once more on a new connection, a POST as well.

    No limit bounds the reading of CA files, and a name lookup that was given up goes on in a thread of its own until
    the operating system ends it.

    Args:
        settings: How to reach servers.
        trust: Whom to trust, if another transport's trust is shared; else the settings say it.
        now: The clock that idle connections age by, in seconds.

    Raises:
        ConfigurationError: If a proxy's URL cannot be used.
    """

    def __init__(
        self,
        settings: TransportSettings | None = None,
        *,
        trust: Trust | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        from genai_sdk.http.proxy import ProxyRules  # it loads what only transports need
        from genai_sdk.http.target import split

        self._place = split
        self._settings = settings or TransportSettings()
        self._rules = ProxyRules(self._settings)
        self._pool: Pool[SyncConnection] = Pool(self._settings.max_idle_per_host, self._settings.idle_seconds, now)
        self._trust = trust or Trust(self._settings.ca_bundle)
        weakref.finalize(self, self._pool.close_idle)
        in_forked_child(self._forget)

    def open(self, request: Request, deadline: Deadline) -> SyncResponse:
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
        target = self._place(request.url)
        key = target[:3]
        connection = self._pool.take(key)
        if connection is not None:
            try:
                return self._exchange(connection, request, target, deadline)
            except ConnectionCut:
                if connection.heard:
                    raise
            except (ReadTimedOut, TotalTimedOut):
                if not connection.heard:
                    self._pool.distrust(key, connection)
                raise
        return self._exchange(self._connect(target, deadline), request, target, deadline)

    def reach(self, url: str, deadline: Deadline) -> None:
        """Have a connection to a URL's host ready for the next exchange; do nothing where one is.

        Raises:
            TransportError: As `open` does.
            ConfigurationError: If the CA bundle cannot be read.
        """
        target = self._place(url)
        key = target[:3]
        self._pool.give(key, self._pool.take(key) or self._connect(target, deadline))

    def close(self) -> None:
        """Abort what is in flight, from any thread; new exchanges are refused. Allowed more than once."""
        self._pool.close()

    def _connect(self, target: "Target", deadline: Deadline) -> "SyncConnection":
        from genai_sdk.http.sync.connection import SyncConnection

        connection = SyncConnection(target, self._rules.find(*target[:3]))
        self._pool.enter(connection)
        try:
            connection.dial(self._trust.context() if target.scheme == "https" else None, deadline)
        except BaseException:
            self._pool.drop(connection)
            raise
        return connection

    def _exchange(
        self, connection: "SyncConnection", request: Request, target: "Target", deadline: Deadline
    ) -> SyncResponse:
        try:
            response = connection.exchange(request, target, deadline)
            return SyncResponse(response, connection, target[:3], self._pool, self._settings.max_body_bytes)
        except BaseException:
            self._pool.drop(connection)
            raise

    def _forget(self) -> None:
        for connection in self._pool.leave():
            connection.forget()

    def __enter__(self) -> "SyncTransport":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
