"""Prompts kept for a while: served at once, refreshed beside, one question at a time for each."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from genai_sdk.errors import ClientClosedError, GenAIError, SourceUnavailableError
from genai_sdk.http.ending import refuse_at_exit
from genai_sdk.http.fork import in_forked_child
from genai_sdk.prompts.entry import Entry, fail, succeed
from genai_sdk.prompts.source import PromptKey, PromptSource
from genai_sdk.prompts.stored import StoredPrompt

logger = logging.getLogger("genai_sdk")

SIZE = 1000
"""Versions of prompts that are kept; of more, those that were asked for longest ago go."""

_GRACE = 1.0


class PromptCache:
    """Delivers prompts, and asks their source as seldom as the calls allow.

    A prompt older than `ttl` is served while a thread asks anew. While the source fails, the last good one serves for
    `max_stale`; one that was deleted, or whose key pair was refused, no longer serves. Fit for threads, event loops
    and forks.

    Args:
        source: Where prompts come from.
        ttl: Seconds that a prompt is served without a question; 0 asks at every call.
        max_stale: Seconds that the last good one serves while the source fails.
        now: The wall clock in seconds.
    """

    def __init__(
        self, source: PromptSource, *, ttl: float, max_stale: float, now: Callable[[], float] = time.time
    ) -> None:
        self._source = source
        self._ttl = ttl
        self._max_stale = max_stale
        self._now = now
        self._entries: dict[PromptKey, Entry] = {}
        self._fetches: dict[PromptKey, Fetch] = {}
        self._closed = False
        self._lock = threading.Lock()
        in_forked_child(self._forget_fetches)

    def get(self, key: PromptKey, *, refresh: bool = False, patient: bool = True) -> StoredPrompt:
        """Return a prompt, from memory whenever it is fresh.

        Args:
            key: Which.
            refresh: Whether to ask first, however fresh it is.
            patient: Whether the call has nothing to fall back on, and so waits even where the last question failed.

        Raises:
            PromptNotFoundError: There is none.
            AccessDeniedError: The key pair was refused.
            SourceUnavailableError: The source fails, and there is no good prompt left.
            ConfigurationError: As `PromptSource.fetch`.
            ClientClosedError: The cache was closed.
        """
        found = self._consult(key, refresh, patient)
        if isinstance(found, Fetch):
            found.join()
            return self._collect(key, found)
        return found

    async def aget(self, key: PromptKey, *, refresh: bool = False, patient: bool = True) -> StoredPrompt:
        """Return a prompt; see `get`."""
        found = self._consult(key, refresh, patient)
        if isinstance(found, Fetch):
            await found.ajoin()
            return self._collect(key, found)
        return found

    def close(self) -> None:
        """End every wait with `ClientClosedError`, and refuse from now on."""
        with self._lock:
            self._closed = True
            self._entries.clear()
            fetches, self._fetches = self._fetches, {}
            for fetch in fetches.values():
                fetch.answer.set_result(Entry(asked_at=self._now(), error=_closed()))

    def _consult(self, key: PromptKey, refresh: bool, patient: bool) -> "StoredPrompt | Fetch":
        """Return the prompt to be served, or the fetch to wait for; start that if it is due."""
        entry = self._entries.get(key)
        if entry is None or refresh:
            return self._begin(key, fresh=refresh)
        advice = entry.advise(self._now(), ttl=self._ttl, max_stale=self._max_stale, patient=patient)
        if advice in ("refresh", "ask", "retry"):
            fetch = self._begin(key, fresh=False)
            if advice == "ask":
                return fetch
        if advice in ("serve", "refresh") and entry.prompt is not None:
            return entry.prompt
        raise anew(entry.error) if entry.error is not None else _closed()

    def _begin(self, key: PromptKey, *, fresh: bool) -> "Fetch":
        """Return the fetch in flight, or start one; a fresh one takes the place of one that began before."""
        refuse_at_exit()
        with self._lock:
            if self._closed:
                raise _closed()
            fetch = self._fetches.get(key)
            if fetch is not None and not fresh:
                return fetch
            fetch = self._fetches[key] = Fetch(self._source.timeout + _GRACE)
        # A thread of its own for each, a daemon: none to keep alive over a fork, and none that an exit waits for.
        thread = threading.Thread(target=self._perform, args=(key, fetch), name="genai-prompts", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the process has no more threads to give, or is exiting
            self._settle(key, fetch, SourceUnavailableError(f"{self._source.describe()}: no thread can be started"))
        return fetch

    def _perform(self, key: PromptKey, fetch: "Fetch") -> None:
        try:
            answer: StoredPrompt | GenAIError = self._source.fetch(key)
        except GenAIError as error:
            answer = anew(error)
        except BaseException as error:  # noqa: BLE001 - a bug of ours; those who wait must get an answer
            answer = SourceUnavailableError(f"{self._source.describe()}: {type(error).__name__} in the SDK")
        self._settle(key, fetch, answer)

    def _settle(self, key: PromptKey, fetch: "Fetch", answer: StoredPrompt | GenAIError) -> None:
        """Take an answer over, unless a later fetch or the end came first."""
        now = self._now()
        with self._lock:
            before = self._entries.get(key)
            entry = succeed(answer, now) if isinstance(answer, StoredPrompt) else fail(before, answer, now)
            current = self._fetches.get(key) is fetch
            if current:
                del self._fetches[key]
                self._entries.pop(key, None)
                self._entries[key] = entry
                if len(self._entries) > SIZE:
                    del self._entries[next(iter(self._entries))]
            if not fetch.answer.done():
                fetch.answer.set_result(entry)
        if current:
            _report(key, before, entry)

    def _collect(self, key: PromptKey, fetch: "Fetch") -> StoredPrompt:
        if not fetch.answer.done():
            reason = f"{self._source.describe()} did not answer within {self._source.timeout:g} s"
            self._settle(key, fetch, SourceUnavailableError(reason))
        entry = fetch.answer.result()
        if entry.prompt is not None and entry.usable(self._now(), self._max_stale):
            return entry.prompt
        raise anew(entry.error) if entry.error is not None else _closed()

    def _forget_fetches(self) -> None:
        self._lock = threading.Lock()
        self._fetches = {}


class Fetch:
    """A question in flight; threads and tasks of any event loop may wait for it.

    Args:
        timeout: Seconds after which those who wait give up.

    Attributes:
        answer: What is known afterwards, an error included; it is never cancelled and never fails.
    """

    def __init__(self, timeout: float) -> None:
        self.answer: Future[Entry] = Future()
        self.answer.set_running_or_notify_cancel()  # a cancelled waiter shall not cancel it for the others
        self._end = time.monotonic() + timeout

    def join(self) -> None:
        """Wait for the answer, or the end."""
        try:
            self.answer.result(self._left())
        except TimeoutError:
            return

    async def ajoin(self) -> None:
        """Wait for the answer, or the end, without blocking the loop."""
        import asyncio  # 20 ms that a synchronous process does not pay

        answer = asyncio.wrap_future(self.answer)
        try:
            await asyncio.wait({answer}, timeout=self._left())
        finally:
            answer.cancel()  # this loop's copy only: its loop may be closed when the answer comes

    def _left(self) -> float:
        return max(0.0, self._end - time.monotonic())


def anew(error: GenAIError) -> GenAIError:
    """Return an error of the same kind and message without the frames, causes and locals it was raised with."""
    return type(error)(str(error))


def _report(key: PromptKey, before: Entry | None, entry: Entry) -> None:
    """Log a change for the better or worse, once."""
    if entry.error is None and before is not None and before.error is not None:
        logger.info("prompt %s can be fetched again", key.describe())
    elif entry.error is not None and before is not None and before.error is None:
        serves = "and is no longer served" if entry.prompt is None else f"so its version {entry.prompt.version} stays"
        logger.warning("prompt %s cannot be refreshed, %s: %s", key.describe(), serves, entry.error)


def _closed() -> ClientClosedError:
    return ClientClosedError("the client was closed; make a new one for further calls")
