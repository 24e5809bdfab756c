"""The connections of a sync transport: idle ones by where they lead, and those in use."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from genai_sdk.http.errors import TransportClosed

if TYPE_CHECKING:  # http.client is loaded at the first exchange
    from genai_sdk.http.channel import Channel

Key = tuple[str, str, int]


class Pool:
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
        self._idle: dict[Key, list[Channel]] = {}
        self._busy: set[Channel] = set()

    def take(self, key: Key) -> "Channel | None":
        """Return the connection that was put back last and still works, or None."""
        while True:
            with self._lock:
                idle = self._idle.get(key)
                if not idle:
                    return None
                channel = idle.pop()
                self._busy.add(channel)
            if self._now() - channel.idle_since <= self._idle_seconds and channel.line.usable():
                return channel
            self.drop(channel)

    def enter(self, channel: "Channel") -> None:
        """Count a new connection among those in use.

        Raises:
            TransportClosed: If the pool is closed.
        """
        with self._lock:
            if self._closed:
                raise TransportClosed("the transport is closed: make a new client")
            self._busy.add(channel)

    def give(self, key: Key, channel: "Channel") -> None:
        """Put back a connection whose answer was read to its end."""
        now = channel.idle_since = self._now()
        with self._lock:
            surplus = [channel]
            if channel in self._busy:  # else the pool was closed, or this is a forked child
                self._busy.discard(channel)
                idle = self._idle.setdefault(key, [])
                idle.append(channel)
                surplus = [idle.pop(0)] if len(idle) > self._max_idle else []
                if now >= self._sweep_at:
                    surplus += self._sweep(now)
        for channel in surplus:
            channel.line.end(TransportClosed("this connection is no longer kept"))

    def drop(self, channel: "Channel") -> None:
        """End a connection that is in use; without the lock, as a finaliser may run while its own thread holds it."""
        self._busy.discard(channel)
        channel.line.end(TransportClosed("the response was closed"))

    def let_go(self) -> None:
        """End the idle connections: nobody is left to use them, or the process ends."""
        with self._lock:
            channels = [channel for idle in self._idle.values() for channel in idle]
            self._idle = {}
        for channel in channels:
            channel.line.end(TransportClosed("this connection is no longer kept"))

    def close(self) -> None:
        """End every connection, those in use as well, and hand out no more."""
        with self._lock:
            self._closed = True
            channels = [*self._busy, *(channel for idle in self._idle.values() for channel in idle)]
            self._busy = set()
            self._idle = {}
        for channel in channels:
            channel.line.end(TransportClosed("the transport was closed during the exchange"))

    def forget(self) -> None:
        """In a forked child: leave every connection to the parent process and start empty."""
        channels = [*self._busy, *(channel for idle in self._idle.values() for channel in idle)]
        self._reset()
        for channel in channels:
            channel.line.forget()

    def _sweep(self, now: float) -> "list[Channel]":
        """Take out what has been idle for too long, for any key."""
        self._sweep_at = now + self._idle_seconds
        oldest = now - self._idle_seconds
        stale = [channel for idle in self._idle.values() for channel in idle if channel.idle_since < oldest]
        for key, idle in list(self._idle.items()):
            self._idle[key] = [channel for channel in idle if channel.idle_since >= oldest]
            if not self._idle[key]:
                del self._idle[key]
        return stale
