"""The connections of one project, kept fresh: one question to the source at a time, and the last good answer."""

import functools
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from genai_sdk import log
from genai_sdk.connections.connection import Connection, ConnectionSet
from genai_sdk.connections.expiry import without_ended
from genai_sdk.connections.reader import Reader
from genai_sdk.connections.refetch import RefetchResult, Refusal
from genai_sdk.connections.sources.source import Source
from genai_sdk.errors import AccessDeniedError, ClientClosedError
from genai_sdk.lifecycle import Cache, CacheEntry, Fetch, Freshness
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.lifecycle.freshness import succeed

if TYPE_CHECKING:  # a cost only for those who keep one
    from genai_sdk.snapshot import Snapshot

FRESH = 60.0
"""Seconds that a set is served without a question; so long a refused key pair is not asked for again either."""

IDLE = 300.0
"""Seconds from which a call asks first and is then served: the process was frozen, or idle."""

AHEAD = 120.0
"""Seconds before its end from which a short-lived credential is renewed beside the calls."""

RENEW_EVERY = 10.0
"""Seconds between two questions for that."""

_Load = Fetch[None, ConnectionSet]


class ConnectionRegistry:
    """Delivers a project's connections, and asks their source as seldom as the calls allow.

    The first call asks and waits. A set older than 60 s is served while a thread asks anew; if it is older than 300 s,
    the call waits for the answer. A refused key pair drops every secret, is asked for again after 60 s and recovers by
    itself. Any other failure leaves the last good set in use for `max_stale`. Fit for threads, event loops and forks.

    Args:
        source: Where connections come from.
        names: Those wanted, in connection order; None for all, oldest first.
        snapshot: Where the last good set is kept for the next process, or None.
        max_stale: Seconds that the last good set serves while the source is down.
        now: The wall clock in seconds: processes compare their times through snapshots.
        timeout: Seconds that a call waits for the source.
    """

    def __init__(
        self,
        source: Source,
        *,
        names: Sequence[str] | None = None,
        snapshot: "Snapshot | None" = None,
        max_stale: float = 86_400.0,
        now: Callable[[], float] = time.time,
        timeout: float = 10.0,
    ) -> None:
        self._reader = Reader(source, names, snapshot)
        self._now = now
        # A source delivers all of a project at once, so there is one entry.
        self._cache: Cache[None, ConnectionSet] = Cache(
            self._load,
            Freshness(fresh_for=FRESH, max_stale=max_stale, load_after=IDLE, retry_after=FRESH, denied=FRESH),
            source=self._reader.describe,
            thread="genai-connections",
            timeout=timeout,
            recall=self._recall,
            settled=self._settled,
            now=now,
        )
        self._refusals: dict[str, Refusal] = {}
        self._past: tuple[ConnectionSet, ConnectionSet] | None = None
        self._lock = threading.Lock()
        in_forked_child(self._begin_in_child)

    def get(self) -> ConnectionSet:
        """Return the connections, from memory whenever they are fresh.

        Raises:
            AccessDeniedError: The source refused the key pair.
            ConnectionNotFoundError: A name was missing at the first fetch.
            ConfigurationError: Nothing was ever delivered, for the source is not set up.
            SourceUnavailableError: The source does not answer, and there is no good set left.
            ClientClosedError: The registry was closed.
        """
        connections = self._cache.get(None)
        if connections.expires_at is None or not self._is_ending(connections):
            return connections
        fetch = self._begin_renewal()
        if fetch is not None and self._has_ended(connections):
            fetch.join()
        return self._lasting(connections)

    @property
    def known(self) -> ConnectionSet | None:
        """What is known at this moment, without asking or waiting."""
        entry = self._cache.known(None)
        return None if entry is None else entry.value

    async def aget(self) -> ConnectionSet:
        """Return the connections; see `get`."""
        connections = await self._cache.aget(None)
        if connections.expires_at is None or not self._is_ending(connections):
            return connections
        fetch = self._begin_renewal()
        if fetch is not None and self._has_ended(connections):
            await fetch.ajoin()
        return self._lasting(connections)

    def refetch(self, failed: Connection, timeout: float | None = None) -> RefetchResult:
        """Ask the source whether a connection that its provider refused has other credentials by now.

        Everybody whose key was refused shares a question. One that brings no other key is followed by the next after
        1 s at the earliest, then later and later, up to 10 s; one that does ends that.

        Args:
            failed: The connection as the provider refused it.
            timeout: Seconds that the call has for the answer, if fewer than the source's own.
        """
        for _ in range(2):
            fetch, mine = self._begin_refetch(failed)
            if fetch is None:
                break
            fetch.join(timeout)
            if self._is_enough(fetch, mine):
                break
        return self._result(failed)

    async def arefetch(
        self,
        failed: Connection,
        timeout: float | None = None,  # noqa: ASYNC109 - the twin's argument
    ) -> RefetchResult:
        """Ask the source for other credentials; the twin of `refetch`."""
        for _ in range(2):
            fetch, mine = self._begin_refetch(failed)
            if fetch is None:
                break
            await fetch.ajoin(timeout)
            if self._is_enough(fetch, mine):
                break
        return self._result(failed)

    def close(self) -> None:
        """Drop every secret, end every wait with `ClientClosedError`, and refuse from now on."""
        self._cache.close()
        self._reader.close()

    def _load(self, fetch: _Load) -> ConnectionSet:
        now = self._now()
        with self._lock:
            refused = any(not refusal.is_over(now) for refusal in self._refusals.values())
        delivery = self._reader.ask(anew=refused)
        connections = self._reader.read(delivery, known=fetch.last is not None)
        fetch.accepted = functools.partial(self._reader.accept, delivery, connections, self._now())
        return connections

    def _recall(self, _: None) -> CacheEntry[ConnectionSet] | None:
        """Return what an earlier process kept, if it may still serve."""
        kept, now = self._reader.recall(), self._now()
        if kept is None:
            return None
        entry = succeed(kept[0], self._cache.freshness, loaded_at=kept[1], checked_at=now)
        return entry if entry.usable(now) else None

    def _settled(self, _: None, before: CacheEntry[ConnectionSet] | None, entry: CacheEntry[ConnectionSet]) -> None:
        """Forget what a refusal takes away; log a change for the better or worse, once."""
        if isinstance(entry.error, AccessDeniedError):
            self._reader.forget()
        failed_before = before is not None and before.error is not None
        if entry.error is None and failed_before:
            log.info("%s answers again", self._reader.describe())
        elif entry.error is not None and entry.value is not None and not failed_before:
            age, left = entry.checked_at - entry.loaded_at, entry.usable_until - entry.checked_at
            log.warning("LLM connections of %.0f s ago stay in use for at most %.0f s more: %s", age, left, entry.error)

    def _begin_refetch(self, failed: Connection) -> tuple[_Load | None, bool]:
        """Return the question to wait for, if there is one, and whether it was asked just now."""
        refuse_at_exit()
        with self._lock:
            if self._renewed(failed) is not None:
                return None, False
            now, refusal = self._now(), self._refusal(failed)
            if refusal is None:
                refusal = self._refusals[failed.name] = Refusal(failed.view.updated_at, now, now)
            if (fetch := self._cache.in_flight(None)) is not None:
                return fetch, False
            if refusal.again_in(now) > 0:
                return None, False
            refusal.asked(now)
            try:
                return self._cache.begin(None), True
            except ClientClosedError:
                return None, False

    def _is_enough(self, fetch: _Load, mine: bool) -> bool:
        """Say whether an answer counts: one to a question that was under way before may be older than the new key."""
        if fetch.overdue:
            self._cache.give_up(fetch)
        return mine or not fetch.answer.done()

    def _refusal(self, failed: Connection) -> Refusal | None:
        refusal = self._refusals.get(failed.name)
        if refusal is None or refusal.updated_at != failed.view.updated_at or refusal.is_over(self._now()):
            return None
        return refusal

    def _result(self, failed: Connection) -> RefetchResult:
        with self._lock:
            renewed, refusal, now = self._renewed(failed), self._refusal(failed), self._now()
            if renewed is not None:
                if refusal is not None:
                    del self._refusals[failed.name]
                return RefetchResult(renewed)
            known = self.known
            current = None if known is None else known.get(failed.name)
            if current is None or current.error is not None or refusal is None or not refusal.worth_waiting(now):
                return RefetchResult()
            return RefetchResult(again_in=refusal.again_in(now))

    def _is_ending(self, connections: ConnectionSet) -> bool:
        return connections.expires_at is not None and self._now() + AHEAD >= connections.expires_at

    def _has_ended(self, connections: ConnectionSet) -> bool:
        return connections.expires_at is not None and self._now() >= connections.expires_at

    def _begin_renewal(self) -> _Load | None:
        """Ask for credentials that last, unless that was done of late."""
        entry = self._cache.known(None)
        if (fetch := self._cache.in_flight(None)) is not None:
            return fetch
        if entry is not None and 0 <= self._now() - entry.checked_at < RENEW_EVERY:
            return None
        try:
            return self._cache.begin(None)
        except ClientClosedError:
            return None

    def _lasting(self, before: ConnectionSet) -> ConnectionSet:
        """Return the connections as they are known by now; one whose credentials ended is broken, and says so."""
        connections = self.known or before
        if not self._has_ended(connections):
            return connections
        past = self._past
        if past is None or past[0] is not connections or self._has_ended(past[1]):
            past = self._past = (connections, without_ended(connections, self._now()))
        return past[1]

    def _renewed(self, failed: Connection) -> Connection | None:
        known = self.known
        current = None if known is None else known.get(failed.name)
        return None if current is None or current.error is not None or _access(current) == _access(failed) else current

    def _begin_in_child(self) -> None:
        self._lock = threading.Lock()


def _access(connection: Connection) -> tuple[object, ...]:
    """Return what decides whether a provider accepts a call."""
    return (connection.credentials, connection.headers, connection.view.base_url, connection.view.region)
