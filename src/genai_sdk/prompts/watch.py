"""Asks beside the calls whether the prompts in use moved, so that a moved label is seen within seconds."""

import sys
import threading
import time
from collections.abc import Callable

import msgspec

from genai_sdk.errors import AccessDeniedError, GenAIError, PromptNotFoundError
from genai_sdk.lifecycle.chance import chance
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.prompts.cache import PromptCache
from genai_sdk.prompts.rate_limit import PROCESS, Pace
from genai_sdk.prompts.source import PromptKey

IN_USE = 60.0
"""Seconds from its last use in which a prompt is checked."""

SOONEST, LATEST = 4.0, 4.8
"""Seconds between two checks of a prompt, by chance, so that processes that began together do not ask together."""

SLOW = 1.0
"""Seconds from which an answer counts as a sign that Langfuse has other things to do."""


class _Use(msgspec.Struct):
    used_at: float
    due_at: float


class PromptWatch:
    """Checks every prompt that was used in the last minute, about every 5 s, from a thread of its own.

    A check is a request with the entity tag of what is known: Langfuse answers 304 without a body as long as nothing
    moved. Versions asked for by their number are not checked, since they do not move; nor is what came without a tag,
    since each check would then carry the whole prompt. After a failure, a 429 or a slow answer it pauses, and the
    cache's own time to live is all there is. The thread begins with the first use and ends a minute after the last.

    Args:
        cache: Where the prompts are kept.
        back_off: Seconds that it pauses.
        pace: Spaces out the requests.
        now: The clock in seconds.
        wait: Waits for an event or a number of seconds; returns whether the event came.
        chance: A number from 0 to 1.
    """

    def __init__(
        self,
        cache: PromptCache,
        *,
        back_off: float,
        pace: Pace = PROCESS,
        now: Callable[[], float] = time.monotonic,
        wait: Callable[[threading.Event, float], bool] = threading.Event.wait,
        chance: Callable[[], float] = chance,
    ) -> None:
        self._cache = cache
        self._back_off = back_off
        self._pace = pace
        self._now = now
        self._wait = wait
        self._chance = chance
        self._in_use: dict[PromptKey, _Use] = {}
        self._paused_until = -1.0
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self._lock = threading.Lock()
        in_forked_child(self._begin_in_child)

    def use(self, key: PromptKey) -> None:
        """Take note that a call was served this prompt; waits for nothing."""
        if key.version is not None:
            return
        now = self._now()
        use = self._in_use.get(key)
        if use is None:
            self._in_use[key] = _Use(now, now + self._interval())
        else:
            use.used_at = now
        if self._thread is None:
            self._start()

    def close(self) -> None:
        """Ask no more; the thread ends by itself."""
        self._ended.set()

    def _start(self) -> None:
        if sys.is_finalizing():
            return  # a thread started now would never run
        with self._lock:
            if self._thread is not None or self._ended.is_set():
                return
            self._thread = threading.Thread(target=self._run, name="genai-prompt-checks", daemon=True)
            try:
                self._thread.start()
            except RuntimeError:  # the process has no more threads to give; the next use tries again
                self._thread = None

    def _run(self) -> None:
        while not self._ended.is_set():
            now = self._now()
            key = self._next(now)
            if key is None:
                if self._retire():
                    return
                due = max(min((use.due_at for use in list(self._in_use.values())), default=now), self._paused_until)
                # No longer than a prompt that is used from now on may wait for its first check.
                self._wait(self._ended, min(max(due - now, 0.0), SOONEST))
            elif not self._wait(self._ended, self._pace.take(now)):
                self._check(key)

    def _next(self, now: float) -> PromptKey | None:
        """Return the prompt whose check is due, the one that waits longest first."""
        uses = list(self._in_use.items())
        for key, use in uses:
            if now - use.used_at > IN_USE:
                self._in_use.pop(key, None)
        if now < self._paused_until:
            return None
        due = [(use.due_at, key) for key, use in uses if use.due_at <= now and key in self._in_use]
        return min(due, key=lambda item: item[0])[1] if due else None

    def _check(self, key: PromptKey) -> None:
        entry, began = self._cache.known(key), self._now()
        wait = self._back_off
        if entry is not None and entry.value is not None and entry.value.etag is not None:
            result = self._cache.check(key)
            withdrawn = isinstance(result, AccessDeniedError | PromptNotFoundError)
            if not withdrawn:
                wait = self._interval()
            if self._now() - began > SLOW or (isinstance(result, GenAIError) and not withdrawn):
                self._paused_until = self._now() + self._back_off
        if (use := self._in_use.get(key)) is not None:
            use.due_at = self._now() + wait

    def _retire(self) -> bool:
        """Let the thread end, unless there is something to do after all."""
        if self._in_use:
            return False
        with self._lock:
            # In this order: whoever uses a prompt meanwhile is either seen here, or sees that there is no thread.
            thread, self._thread = self._thread, None
            if self._in_use:
                self._thread = thread
                return False
            return True

    def _interval(self) -> float:
        return SOONEST + (LATEST - SOONEST) * self._chance()

    def _begin_in_child(self) -> None:
        self._in_use = {}
        self._thread = None
        self._lock = threading.Lock()
        ended, self._ended = self._ended.is_set(), threading.Event()
        if ended:
            self._ended.set()
