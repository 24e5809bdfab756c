"""The connections of a transport: idle ones by where they lead, and those in use."""

import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from genai_sdk.http.errors import TransportClosed, TransportError

Key = tuple[str, str, int]


class PooledConnection(Protocol):
    """What a pool keeps.

    Attributes:
        idle_since: When it was last put back, by the pool's clock.
    """

    idle_since: float

    def usable(self) -> bool:
        """Tell whether an idle connection is still open and, as it should be, silent."""
        ...

    def end(self, error: TransportError) -> None:
        """End it at once; who waits on it, or uses it later, gets `error`."""
        ...


C = TypeVar("C", bound=PooledConnection)


class Pool(Generic[C]):
    """Idle connections, the latest used first; thread-safe.

    Args:
        max_idle: Idle connections kept for each key (scheme, host and port).
        idle_seconds: Seconds that one is kept; those that are older go when the pool is next used.
        now: The clock, in seconds.
    """

    def __init__(self, max_idle: int, idle_seconds: float, now: Callable[[], float]) -> None:
        self._max_idle = max_idle
        self._idle_seconds = idle_seconds
        self._now = now
        self._closed = False
        self._sweep_at = 0.0
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[Key, list[C]] = {}
        self._busy: set[C] = set()

    def take(self, key: Key) -> C | None:
        """Return the connection that was put back last and still works, or None."""
        while True:
            with self._lock:
                idle = self._idle.get(key)
                if not idle:
                    return None
                connection = idle.pop()
                self._busy.add(connection)
            if self._now() - connection.idle_since < self._idle_seconds and connection.usable():
                return connection
            self.drop(connection)

    def enter(self, connection: C) -> None:
        """Count a new connection among those in use.

        Raises:
            TransportClosed: If the pool is closed.
        """
        with self._lock:
            if self._closed:
                raise TransportClosed("the transport is closed: make a new client")
            self._busy.add(connection)

    def give(self, key: Key, connection: C) -> None:
        """Put back a connection whose answer was read to its end."""
        now = connection.idle_since = self._now()
        surplus: list[C] = []
        with self._lock:
            if connection in self._busy:
                self._busy.discard(connection)
                idle = self._idle.setdefault(key, [])
                idle.append(connection)
                if len(idle) > self._max_idle:
                    surplus.append(idle.pop(0))
                if now >= self._sweep_at:
                    surplus += self._sweep(now)
            else:  # the pool was closed, or this is a forked child
                surplus.append(connection)
        for one in surplus:
            one.end(TransportClosed("this connection is no longer kept"))

    def drop(self, connection: C) -> None:
        """End a connection that is in use; without the lock, as a finaliser may run while its own thread holds it."""
        self._busy.discard(connection)
        connection.end(TransportClosed("the response was closed"))

    def distrust(self, key: Key, silent: C) -> None:
        """End what was idle when a connection was taken that then stayed silent for too long.

        Whatever lies between may have forgotten it without a word, and has then forgotten all that were open: so one
        call finds out instead of one for each. What was put back since was heard of, and is kept.
        """
        with self._lock:
            idle = self._idle.pop(key, [])
            if kept := [connection for connection in idle if connection.idle_since > silent.idle_since]:
                self._idle[key] = kept
        for connection in idle:
            if connection not in kept:
                connection.end(TransportClosed("this connection is no longer kept"))

    def sweep(self) -> float | None:
        """End what has been idle for too long, and return how many seconds the next has left, if there is one."""
        now = self._now()
        with self._lock:
            stale = self._sweep(now)
            since = [connection.idle_since for idle in self._idle.values() for connection in idle]
        for connection in stale:
            connection.end(TransportClosed("this connection is no longer kept"))
        return min(since) + self._idle_seconds - now if since else None

    def close_idle(self) -> None:
        """End the idle connections: nobody is left to use them, or the process ends."""
        with self._lock:
            connections = [connection for idle in self._idle.values() for connection in idle]
            self._idle = {}
        for connection in connections:
            connection.end(TransportClosed("this connection is no longer kept"))

    def close(self) -> None:
        """End every connection, those in use as well, and hand out no more."""
        with self._lock:
            self._closed = True
            connections = [*self._busy, *(connection for idle in self._idle.values() for connection in idle)]
            self._busy = set()
            self._idle = {}
        for connection in connections:
            connection.end(TransportClosed("the transport was closed during the exchange"))

    def leave(self) -> list[C]:
        """Start empty and return what there was, unended: in a forked child, or when nothing can be ended any more."""
        connections = [*self._busy, *(connection for idle in self._idle.values() for connection in idle)]
        self._reset()
        return connections

    def _sweep(self, now: float) -> list[C]:
        """Take out what has been idle for too long, for any key."""
        self._sweep_at = now + self._idle_seconds
        oldest = now - self._idle_seconds
        stale = [connection for idle in self._idle.values() for connection in idle if connection.idle_since <= oldest]
        for key, idle in list(self._idle.items()):
            self._idle[key] = [connection for connection in idle if connection.idle_since > oldest]
            if not self._idle[key]:
                del self._idle[key]
        return stale
