"""Values by key: loaded once however many ask, served at once, refreshed beside the calls, dropped when withdrawn."""

import math
import sys
import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from genai_sdk.errors import ClientClosedError, GenAIError, SourceUnavailableError
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.lifecycle.fetch import Fetch
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.lifecycle.freshness import CacheEntry, Freshness, copy_error, decide, fail, succeed
from genai_sdk.sentence import Sentence

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Keeps what a slow source delivers, and asks it as seldom as the calls allow.

    A call waits only where there is nothing to serve (or nothing fresh since `load_after`). A stale value is served
    while a thread asks anew; while the source fails the last good one serves for `max_stale`; one that was withdrawn
    no longer serves. Fit for threads, event loops and forks: a child keeps what is known, and loads by itself.

    Args:
        load: Loads a key, on a thread; blocking. It may return `fetch.last` where the source says that nothing changed.
        freshness: How long values and failures serve.
        source: Names the source, for messages.
        thread: The name of the threads that load.
        timeout: Seconds a call waits for a load.
        grace: Seconds more, where `load` keeps to `timeout` itself and says better what went wrong.
        size: Keys that are kept; of more, those loaded longest ago go.
        expires_at: When a value itself runs out, by the clock.
        recall: What an earlier process kept, to be served if the first load fails.
        settled: Told of every change of an entry, before those who wait have it.
        now: The wall clock in seconds: processes compare their times.
    """

    def __init__(
        self,
        load: Callable[[Fetch[K, V]], V],
        freshness: Freshness,
        *,
        source: Callable[[], str],
        thread: str,
        timeout: float,
        grace: float = 0.0,
        size: float = math.inf,
        expires_at: Callable[[V], float] | None = None,
        recall: Callable[[K], CacheEntry[V] | None] | None = None,
        settled: Callable[[K, CacheEntry[V] | None, CacheEntry[V]], None] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.freshness = freshness
        self._load = load
        self._source = source
        self._thread = thread
        self._timeout = timeout
        self._grace = grace
        self._size = size
        self._expires_at = expires_at
        self._recall = recall
        self._settled = settled
        self._now = now
        self._entries: dict[K, CacheEntry[V]] = {}
        self._fetches: dict[K, Fetch[K, V]] = {}
        self._closed = False
        self._lock = threading.Lock()
        in_forked_child(self._begin_in_child)

    def get(self, key: K, *, refresh: bool = False, patient: bool = True, timeout: float | None = None) -> V:
        """Return a value, from memory whenever that may be.

        Args:
            key: Which.
            refresh: Whether to load first, however fresh it is; a load that began before does not count.
            patient: Whether the call cannot do without the value, and so waits even where the last load failed.
            timeout: Seconds to wait, if fewer than the cache's own.

        Raises:
            GenAIError: What the load raised, and there is no value left to serve.
            SourceUnavailableError: No answer in time, and there is no value left to serve.
            ClientClosedError: The cache was closed, or the interpreter is shutting down.
        """
        # A fresh value, which is what nearly every call gets, takes no lock and no further frame.
        entry = None if refresh else self._entries.get(key)
        if entry is not None and entry.value is not None and entry.checked_at <= self._now() < entry.fresh_until:
            return entry.value
        result = self._consult(key, refresh, patient)
        if isinstance(result, Fetch):
            result.join(timeout)
            return self._collect(result, timeout)
        return result

    async def aget(
        self,
        key: K,
        *,
        refresh: bool = False,
        patient: bool = True,
        timeout: float | None = None,  # noqa: ASYNC109 - the twin's argument
    ) -> V:
        """Return a value; the twin of `get`."""
        entry = None if refresh else self._entries.get(key)
        if entry is not None and entry.value is not None and entry.checked_at <= self._now() < entry.fresh_until:
            return entry.value
        result = self._consult(key, refresh, patient)
        if isinstance(result, Fetch):
            await result.ajoin(timeout)
            return self._collect(result, timeout)
        return result

    def known(self, key: K) -> CacheEntry[V] | None:
        """Return what is known at this moment, without asking or waiting."""
        return self._entries.get(key)

    def in_flight(self, key: K) -> Fetch[K, V] | None:
        """Return the load that runs at this moment, if one does."""
        return self._fetches.get(key)

    def prefetch(self, key: K) -> V | None:
        """Return the value if there is one; see to it that it is loaded or refreshed where that is due. Never waits."""
        entry, now = self._entries.get(key), self._now()
        if entry is not None and entry.checked_at <= now < entry.fresh_until:
            return entry.value
        if decide(entry, now, self.freshness) in ("load", "refresh", "retry") and not sys.is_finalizing():
            fetch, mine = self._register(key)
            if fetch is not None and mine:
                self._start(fetch)
        return entry.value if entry is not None and entry.usable(now) else None

    def begin(self, key: K, *, refresh: bool = False) -> Fetch[K, V]:
        """Return the load in flight, or start one; with `refresh` one takes the place of what began before.

        Raises:
            ClientClosedError: The cache was closed, or the interpreter is shutting down.
        """
        refuse_at_exit()
        fetch, mine = self._register(key, refresh=refresh)
        if fetch is None:
            raise _closed()
        if mine:
            self._start(fetch)
        return fetch

    def check(self, key: K) -> CacheEntry[V] | GenAIError | None:
        """Ask on this thread, ahead of time, whether a value moved; a load in flight is left to itself.

        A failure that takes no value away leaves the entry as it was, to be refreshed by calls when its time comes.

        Returns:
            The entry after a good answer, the error after none, None where nothing was asked.
        """
        before = self._entries.get(key)
        if before is None or not before.usable(self._now()):
            return None
        fetch, mine = self._register(key, check=True)
        return self._perform(fetch) if fetch is not None and mine else None

    def put(self, key: K, value: V) -> None:
        """Take over a value that was learned elsewhere."""
        with self._lock:
            if not self._closed:
                self._entries[key] = self._good(value)

    def drop(self, key: K, value: V) -> None:
        """Forget a value that turned out to be of no use, unless it was replaced."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.value == value:
                del self._entries[key]

    def give_up(self, fetch: Fetch[K, V]) -> None:
        """End a load that has outlasted its time; its thread ends by itself and is not heard."""
        if not fetch.answer.done():
            self._settle(
                fetch,
                SourceUnavailableError(
                    Sentence.of(
                        "source.late",
                        "{source} did not answer within {timeout:g} s",
                        source=self._source(),
                        timeout=self._timeout,
                    )
                ),
            )

    def close(self) -> None:
        """Drop every value, end every wait with `ClientClosedError`, and refuse from now on."""
        with self._lock:
            self._closed = True
            self._entries.clear()
            fetches, self._fetches = self._fetches, {}
            for fetch in fetches.values():
                if not fetch.answer.done():
                    fetch.answer.set_result(CacheEntry(checked_at=self._now(), error=_closed()))

    def _consult(self, key: K, refresh: bool, patient: bool) -> V | Fetch[K, V]:
        """Return the value to be served, or the load to wait for; start that if it is due."""
        refuse_at_exit()
        if self._closed:
            raise _closed()
        entry = self._entries.get(key)
        decision = "load" if refresh else decide(entry, self._now(), self.freshness, patient=patient)
        if decision in ("load", "refresh", "retry"):
            fetch = self.begin(key, refresh=refresh)
            if decision == "load":
                return fetch
        return _value(entry, serve=decision in ("serve", "refresh"))

    def _register(self, key: K, *, refresh: bool = False, check: bool = False) -> tuple[Fetch[K, V] | None, bool]:
        """Return the load in flight and whether it is the caller's to perform; None once closed."""
        with self._lock:
            if self._closed:
                return None, False
            fetch = self._fetches.get(key)
            if fetch is not None and not refresh:
                return fetch, False
            fetch = Fetch(key, self._entries.get(key), self._timeout + self._grace, check=check)
            self._fetches[key] = fetch
            return fetch, True

    def _start(self, fetch: Fetch[K, V]) -> None:
        # A thread of its own for each, a daemon: none to keep alive over a fork, and none that an exit waits for.
        thread = threading.Thread(target=self._perform, args=[fetch], name=self._thread, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the process has no more threads to give, or is exiting
            self._settle(
                fetch,
                SourceUnavailableError(
                    Sentence.of(
                        "source.no_thread", "{source}: no thread can be started to ask it", source=self._source()
                    )
                ),
            )

    def _perform(self, fetch: Fetch[K, V]) -> CacheEntry[V] | GenAIError:
        try:
            if fetch.before is None and self._recall is not None:
                fetch.before = self._recall(fetch.key)
            result: V | GenAIError = self._load(fetch)
        except GenAIError as error:
            result = copy_error(error)
        except BaseException as error:  # noqa: BLE001 - a source of any making; those who wait must get an answer
            result = SourceUnavailableError(
                Sentence.of(
                    "source.failed", "{source} failed with {name}", source=self._source(), name=type(error).__name__
                )
            )
        entry = self._settle(fetch, result)
        return result if isinstance(result, GenAIError) else entry

    def _settle(self, fetch: Fetch[K, V], result: V | GenAIError) -> CacheEntry[V]:
        """Take an answer over, unless a later load, the end of its time or the end of all came first."""
        key = fetch.key
        with self._lock:
            before = self._entries.get(key) or fetch.before
            entry = self._entry_after(fetch, before, result)
            current = self._fetches.get(key) is fetch
            if current:
                self._entries.pop(key, None)
                self._entries[key] = entry
                if len(self._entries) > self._size:
                    del self._entries[next(iter(self._entries))]
        try:
            # The load is still in flight, so what is done here is done for one answer at a time.
            if current and fetch.accepted is not None and not isinstance(result, GenAIError):
                fetch.accepted()
            if current and self._settled is not None and entry is not before:
                self._settled(key, before, entry)
        finally:
            with self._lock:
                if self._fetches.get(key) is fetch:
                    del self._fetches[key]
                if not fetch.answer.done():
                    fetch.answer.set_result(entry)
            # Whoever still holds the load, such as an error's frames, shall not hold a value that was withdrawn.
            fetch.before = fetch.accepted = None
        return entry

    def _entry_after(self, fetch: Fetch[K, V], before: CacheEntry[V] | None, result: V | GenAIError) -> CacheEntry[V]:
        now = self._now()
        if not isinstance(result, GenAIError):
            # Unchanged, it stays the same object: what others have made of it stays valid.
            last = None if before is None else before.value
            return self._good(last if last is not None and last == result else result)
        if fetch.check and before is not None and before.usable(now) and not isinstance(result, self.freshness.final):
            return before
        return fail(before, result, now, self.freshness)

    def _good(self, value: V) -> CacheEntry[V]:
        now = self._now()
        expires_at = math.inf if self._expires_at is None else self._expires_at(value)
        return succeed(value, self.freshness, loaded_at=now, checked_at=now, expires_at=expires_at)

    def _collect(self, fetch: Fetch[K, V], timeout: float | None) -> V:
        if timeout is None or fetch.overdue:
            self.give_up(fetch)
        if fetch.answer.done():
            return _value(fetch.answer.result())
        # The caller's own time is over; the load goes on for the others.
        raise SourceUnavailableError(
            Sentence.of(
                "source.late_for_call",
                "{source} did not answer within the {timeout:g} s that the call has",
                source=self._source(),
                timeout=timeout,
            )
        )

    def _begin_in_child(self) -> None:
        self._lock = threading.Lock()
        self._fetches = {}


def _value(entry: CacheEntry[V] | None, *, serve: bool = True) -> V:
    """Return the value of an entry, else raise its error anew."""
    if serve and entry is not None and entry.value is not None:
        return entry.value
    raise _closed() if entry is None or entry.error is None else copy_error(entry.error)


def _closed() -> ClientClosedError:
    return ClientClosedError(Sentence.of("client.closed", "the client was closed; make a new one for further calls"))
