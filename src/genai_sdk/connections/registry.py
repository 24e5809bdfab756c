"""The connections of one project, kept fresh: one question to the source at a time, and the last good answer."""

import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Sequence

from genai_sdk.connections.connection import Connection, ConnectionSet
from genai_sdk.connections.fetch import Fetch
from genai_sdk.connections.freshness import Holding, fail, hold
from genai_sdk.connections.reader import Reader, anew
from genai_sdk.connections.record import Delivery
from genai_sdk.connections.sources.source import Source
from genai_sdk.errors import AccessDeniedError, ClientClosedError, GenAIError, SourceUnavailableError
from genai_sdk.http.ending import refuse_at_exit
from genai_sdk.snapshot import Snapshot

logger = logging.getLogger("genai_sdk")

REFETCH_EVERY = 10.0
"""Seconds between two questions for other credentials of the same connection."""


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
        snapshot: Snapshot | None = None,
        max_stale: float = 86_400.0,
        now: Callable[[], float] = time.time,
        timeout: float = 10.0,
    ) -> None:
        self._reader = Reader(source, names, snapshot)
        self._max_stale = max_stale
        self._now = now
        self._timeout = timeout
        self._holding: Holding | None = None
        self._fetch: Fetch | None = None
        self._refetched: dict[str, float] = {}
        self._closed = False
        self._lock = threading.Lock()
        if hasattr(os, "register_at_fork"):
            this = weakref.ref(self)  # the hook cannot be taken back, and shall not keep the registry alive
            os.register_at_fork(after_in_child=lambda: _after_fork(this()))

    def get(self) -> ConnectionSet:
        """Return the connections, from memory whenever they are fresh.

        Raises:
            AccessDeniedError: The source refused the key pair.
            ConnectionNotFoundError: A name was missing at the first fetch.
            ConfigurationError: Nothing was ever delivered, for the source is not set up.
            SourceUnavailableError: The source does not answer, and there is no good set left.
            ClientClosedError: The registry was closed.
        """
        found = self._fresh() or self._consult()
        if isinstance(found, Fetch):
            found.join()
            return self._collect(found)
        return found

    @property
    def known(self) -> ConnectionSet | None:
        """What is known at this moment, without asking or waiting."""
        held = self._holding
        return None if held is None else held.connections

    async def aget(self) -> ConnectionSet:
        """Return the connections; see `get`."""
        found = self._fresh() or self._consult()
        if isinstance(found, Fetch):
            await found.ajoin()
            return self._collect(found)
        return found

    def refetch(self, failed: Connection) -> Connection | None:
        """Ask the source whether a connection that its provider refused has other credentials by now.

        Returns:
            The connection as it is now if it authenticates or is reached in another way than `failed`, else None: also
            when the source cannot tell, or was asked for this connection less than 10 s ago.
        """
        fetch = self._begin_refetch(failed)
        if fetch is not None:
            fetch.join()
            self._give_up(fetch)
        return self._renewed(failed)

    async def arefetch(self, failed: Connection) -> Connection | None:
        """Ask the source for other credentials; see `refetch`."""
        fetch = self._begin_refetch(failed)
        if fetch is not None:
            await fetch.ajoin()
            self._give_up(fetch)
        return self._renewed(failed)

    def close(self) -> None:
        """Drop every secret, end every wait with `ClientClosedError`, and refuse from now on."""
        closed = Holding(asked_at=self._now(), error=_closed())
        with self._lock:
            self._closed = True
            self._holding = closed
            fetch, self._fetch = self._fetch, None
        if fetch is not None:
            fetch.answer.set_result(closed)
        self._reader.close()

    def _fresh(self) -> ConnectionSet | None:
        """Return the set if it may be served without a thought; every call comes by here, so there is no lock."""
        held = self._holding
        if held is not None and held.asked_at <= self._now() <= held.fresh_until:
            return held.connections
        return None

    def _consult(self) -> ConnectionSet | Fetch:
        """Return the set to be served, or the fetch to wait for; start that if it is due."""
        refuse_at_exit()
        with self._lock:
            if self._closed:
                raise _closed()
            held = self._holding
            advice = "ask" if held is None else held.advise(self._now())
            due = advice in {"refresh", "ask"} and self._fetch is None
            if due:
                self._fetch = Fetch(self._timeout)
            fetch = self._fetch
        if due and fetch is not None:
            self._start(fetch)
        if advice == "ask" and fetch is not None:
            return fetch
        if advice == "raise" and held is not None and held.error is not None:
            raise anew(held.error)
        return _connections(held)

    def _start(self, fetch: Fetch) -> None:
        # A thread of its own for each, a daemon: none to keep alive over a fork, and none that an exit waits for.
        thread = threading.Thread(target=self._perform, args=[fetch], name="genai-connections", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the process has no more threads to give, or is exiting
            self._settle(
                fetch, SourceUnavailableError(f"{self._reader.describe()}: no thread can be started to ask it")
            )

    def _perform(self, fetch: Fetch) -> None:
        if self._holding is None:
            fetch.recalled = self._reader.recall(self._now(), self._max_stale)
        self._settle(fetch, self._reader.ask())

    def _settle(self, fetch: Fetch, answer: Delivery | GenAIError) -> None:
        """Take an answer over, unless the fetch was given up before."""
        if self._fetch is not fetch:
            return
        before = self._holding or fetch.recalled
        known = before is not None and before.connections is not None
        result = self._reader.read(answer, known=known) if isinstance(answer, Delivery) else answer
        now = self._now()
        if isinstance(result, ConnectionSet):
            # Unchanged, it stays the same object: what others have made of it stays valid.
            same = before.connections if before is not None and before.connections == result else None
            held = hold(same or result, fetched_at=now, asked_at=now, max_stale=self._max_stale)
        else:
            held = fail(before, result, now)
        with self._lock:
            if self._fetch is not fetch:
                return
            self._holding = held
        try:
            # The fetch is still in flight, so no other one touches the files at the same time.
            if isinstance(result, AccessDeniedError):
                self._reader.forget()
            elif isinstance(answer, Delivery) and held.error is None:
                self._reader.keep(answer, now)
            self._report(before, held)
        finally:
            with self._lock:
                mine = self._fetch is fetch
                if mine:
                    self._fetch = None
            if mine:
                fetch.answer.set_result(held)

    def _report(self, before: Holding | None, held: Holding) -> None:
        """Log a change for the better or worse, once."""
        failed_before = before is not None and before.error is not None
        if held.error is None and failed_before:
            logger.info("%s answers again", self._reader.describe())
        elif held.error is not None and held.connections is not None and not failed_before:
            age, left = held.asked_at - held.fetched_at, held.usable_until - held.asked_at
            logger.warning(
                "LLM connections of %.0f s ago stay in use for at most %.0f s more: %s", age, left, held.error
            )

    def _collect(self, fetch: Fetch) -> ConnectionSet:
        self._give_up(fetch)
        return _connections(fetch.answer.result())

    def _give_up(self, fetch: Fetch) -> None:
        """End a fetch that has outlasted its time; its thread ends by itself and is not heard."""
        if not fetch.answer.done():
            reason = f"{self._reader.describe()} did not answer within {self._timeout:g} s"
            self._settle(fetch, SourceUnavailableError(reason))

    def _begin_refetch(self, failed: Connection) -> Fetch | None:
        refuse_at_exit()
        with self._lock:
            if self._closed or self._renewed(failed) is not None:
                return None
            if self._fetch is not None:
                return self._fetch
            now, last = self._now(), self._refetched.get(failed.name)
            if last is not None and 0 <= now - last < REFETCH_EVERY:
                return None
            self._refetched[failed.name] = now
            fetch = self._fetch = Fetch(self._timeout)
        self._start(fetch)
        return fetch

    def _renewed(self, failed: Connection) -> Connection | None:
        held = self._holding
        found = held.connections.get(failed.name) if held is not None and held.connections is not None else None
        return None if found is None or found.error is not None or _access(found) == _access(failed) else found


def _access(connection: Connection) -> tuple[object, ...]:
    """Return what decides whether a provider accepts a call."""
    return (connection.credentials, connection.headers, connection.view.base_url, connection.view.region)


def _connections(held: Holding | None) -> ConnectionSet:
    if held is not None and held.connections is not None:
        return held.connections
    raise _closed() if held is None or held.error is None else anew(held.error)


def _closed() -> ClientClosedError:
    return ClientClosedError("the client was closed; make a new one for further calls")


def _after_fork(registry: ConnectionRegistry | None) -> None:
    """Give the child locks that nobody holds; the parent's fetch has no thread here. What is known stays known."""
    if registry is not None:
        registry._lock = threading.Lock()
        registry._fetch = None
