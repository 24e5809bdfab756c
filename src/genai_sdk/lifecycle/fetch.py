"""One load in flight, shared by every call that needs its answer."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from genai_sdk.lifecycle.answer import Answer
from genai_sdk.lifecycle.freshness import CacheEntry

K = TypeVar("K")
V = TypeVar("V")

_TICK = 0.001  # timers may fire a tick before the clock agrees that the time is over


class Fetch(Generic[K, V]):
    """A load in flight; threads and tasks of any event loop may wait for it.

    Args:
        key: What is loaded.
        before: What was known when it began.
        timeout: Seconds after which those who wait give up.
        check: Whether it only asks, ahead of time, if a value moved: a failure then leaves the entry as it was.

    Attributes:
        answer: What is known afterwards, an error included; it never fails.
        before: What was known when it began, or what an earlier process kept.
        accepted: Called once the answer is taken over, before anyone who waits has it; not called for one that came
            too late. The loader sets it.
    """

    def __init__(self, key: K, before: CacheEntry[V] | None, timeout: float, *, check: bool = False) -> None:
        self.key = key
        self.before = before
        self.check = check
        self.accepted: Callable[[], None] | None = None
        self.answer: Answer[CacheEntry[V]] = Answer()
        self._end = time.monotonic() + timeout

    @property
    def last(self) -> V | None:
        """The last good value, or None."""
        return None if self.before is None else self.before.value

    def join(self, timeout: float | None = None) -> None:
        """Wait for the answer, or the end, or `timeout` seconds."""
        try:
            self.answer.result(self._left(timeout))
        except TimeoutError:
            return

    async def ajoin(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the twin's argument
        """Wait for the answer, or the end, without blocking the loop."""
        await self.answer.wait(self._left(timeout))

    @property
    def overdue(self) -> bool:
        """Whether its time is over and there is no answer."""
        return not self.answer.done() and self._end - time.monotonic() < _TICK

    def _left(self, timeout: float | None) -> float:
        left = max(0.0, self._end - time.monotonic())
        return left if timeout is None else min(left, timeout)
