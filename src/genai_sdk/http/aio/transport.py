"""The async transport: opens exchanges on the event loops it is used on."""

import threading
import weakref
from types import TracebackType
from typing import TYPE_CHECKING

from genai_sdk.http.aio.response import AsyncResponse
from genai_sdk.http.deadline import Deadline
from genai_sdk.http.errors import TransportClosed
from genai_sdk.http.request import Request, TransportSettings
from genai_sdk.http.tls import Trust
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.lifecycle.loop import no_loop

if TYPE_CHECKING:  # asyncio is loaded at the first exchange
    import asyncio

    from genai_sdk.http.aio.session import LoopSession

    Sessions = dict[asyncio.AbstractEventLoop, LoopSession]


class AsyncTransport:
    """Sends requests and returns answers; the async twin of `SyncTransport`.

    It may be used on several event loops, one after the other or at once; connections are shared within a loop. When
    a loop ends, its connections do; they also end when the transport is dropped.

    One limit is looser than the sync twin's: a name lookup that was given up goes on in the loop's executor until the
    operating system ends it, for which `asyncio.run` waits at its end.

    Args:
        settings: How to reach servers.
        trust: Whom to trust, if another transport's trust is shared; else the settings say it.

    Raises:
        ConfigurationError: If a proxy's URL cannot be used.
    """

    def __init__(self, settings: TransportSettings | None = None, *, trust: Trust | None = None) -> None:
        from genai_sdk.http.proxy import ProxyRules  # it loads what only transports need

        self._settings = settings or TransportSettings()
        self._rules = ProxyRules(self._settings)
        self._trust = trust or Trust(self._settings.ca_bundle)
        self._closed = False
        self._lock = threading.Lock()
        self._sessions: Sessions = {}
        weakref.finalize(self, _close_all, self._sessions)
        in_forked_child(self._forget)

    async def open(self, request: Request, deadline: Deadline) -> AsyncResponse:
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
        session = self._known() or await self._session()
        connection, answer = await session.open(request, target, deadline)
        return AsyncResponse(answer, connection, target[:3], session, deadline, self._settings.max_body_bytes)

    async def reach(self, url: str, deadline: Deadline) -> None:
        """Have a connection to a URL's host ready on this loop for the next exchange; do nothing where one is.

        Raises:
            TransportError: As `open` does.
            ConfigurationError: If the CA bundle cannot be read.
        """
        from genai_sdk.http.target import split

        session = self._known() or await self._session()
        await session.reach(split(url), deadline)

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

    def _known(self) -> "LoopSession | None":
        from asyncio import get_running_loop

        try:
            return None if self._closed else self._sessions.get(get_running_loop())
        except RuntimeError:
            pass
        raise no_loop()

    async def _session(self) -> "LoopSession":
        from asyncio import get_running_loop

        from genai_sdk.http.aio.session import LoopSession

        loop = get_running_loop()
        with self._lock:
            if self._closed:
                raise TransportClosed("the transport is closed: make a new client")
            gone = [self._sessions.pop(other) for other in list(self._sessions) if other.is_closed()]
            session = LoopSession(self._settings, self._rules, self._trust, self._sessions.pop)
            self._sessions[loop] = session
        for other in gone:
            other.leave(forked=False)
        await session.start()
        return session

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
