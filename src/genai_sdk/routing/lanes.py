"""Attempts that run beside each other: threads for a sync call, tasks for an async one."""

import contextvars
import queue
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Generic

import msgspec

from genai_sdk.errors import ConfigurationError, ProviderError
from genai_sdk.http import Deadline
from genai_sdk.routing.attempts import T
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.steps import Begin, Cancel, Next, Over, Try

if TYPE_CHECKING:  # a synchronous process does not pay for it
    import asyncio


class _Lane(Generic[T]):
    """One thread's attempt; `cancel` may come at any moment, from the thread of the call."""

    def __init__(self, number: int, perform: Callable[[Try], T], discard: Callable[[T], None]) -> None:
        self.number = number
        self._perform = perform
        self._discard = discard
        self._lock = threading.Lock()
        self._cancelled = False
        self._deadline: Deadline | None = None
        self._answer: T | None = None

    def bound(self, deadline: Deadline) -> None:
        with self._lock:
            self._deadline = deadline
            cancelled = self._cancelled
        if cancelled:
            deadline.cancel()

    def run(self, attempt: Try, inbox: "queue.SimpleQueue[Over | BaseException]") -> None:
        outcome: Over | BaseException
        try:
            answer = self._perform(attempt)
            with self._lock:
                self._answer = answer
                cancelled = self._cancelled
            if cancelled:
                self._discard(answer)
                return
            outcome = Over(self.number, answer)
        except (ProviderError, ConfigurationError) as error:
            outcome = Over(self.number, error=error)
        except BaseException as error:  # noqa: BLE001 - it belongs to the thread that waits
            outcome = error
        with self._lock:
            if self._cancelled:
                return
        inbox.put(outcome)

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            deadline, answer = self._deadline, self._answer
        if answer is not None:
            self._discard(answer)
        elif deadline is not None:
            deadline.cancel()


class Lanes(Generic[T]):
    """The lanes of a sync call.

    Args:
        perform: Makes one attempt.
        discard: Frees what an attempt brought that nobody wants any more.
        clock: Waits.
    """

    def __init__(self, perform: Callable[[Try], T], discard: Callable[[T], None], clock: Clock) -> None:
        self._perform = perform
        self._discard = discard
        self._clock = clock
        self._inbox: queue.SimpleQueue[Over | BaseException] = queue.SimpleQueue()
        self._lanes: dict[int, _Lane[T]] = {}

    def do(self, step: Begin | Next | Cancel) -> Over | None:
        """Carry out what the attempt loop asks for."""
        if isinstance(step, Begin):
            self._begin(step)
        elif isinstance(step, Cancel):
            self._lanes.pop(step.lane).cancel()
        else:
            return self._next(step.seconds)
        return None

    def close(self) -> None:
        """Give up whatever is under way."""
        while self._lanes:
            self._lanes.popitem()[1].cancel()

    def _begin(self, step: Begin) -> None:
        lane = self._lanes[step.lane] = _Lane(step.lane, self._perform, self._discard)
        attempt = msgspec.structs.replace(step.attempt, bound=lane.bound)
        context = contextvars.copy_context()
        arguments = (lane.run, attempt, self._inbox)
        try:
            threading.Thread(target=context.run, args=arguments, name="genai-attempt", daemon=True).start()
        except RuntimeError:  # no thread to be had: this one makes the attempt
            lane.run(attempt, self._inbox)

    def _next(self, seconds: float | None) -> Over | None:
        item = self._clock.take(self._inbox, seconds)
        if isinstance(item, BaseException):
            raise item
        if item is not None:
            del self._lanes[item.lane]
        return item


class AsyncLanes(Generic[T]):
    """The lanes of an async call; the twin of `Lanes`."""

    def __init__(
        self, perform: Callable[[Try], Awaitable[T]], discard: Callable[[T], Awaitable[None]], clock: Clock
    ) -> None:
        self._perform = perform
        self._discard = discard
        self._clock = clock
        self._lanes: dict[int, asyncio.Task[Over]] = {}

    async def do(self, step: Begin | Next | Cancel) -> Over | None:
        """Carry out what the attempt loop asks for."""
        import asyncio

        if isinstance(step, Begin):
            self._lanes[step.lane] = asyncio.create_task(self._run(step), name="genai-attempt")
        elif isinstance(step, Cancel):
            await self._cancel(self._lanes.pop(step.lane))
        else:
            return await self._next(step.seconds)
        return None

    async def close(self) -> None:
        """Give up whatever is under way."""
        while self._lanes:
            await self._cancel(self._lanes.popitem()[1])

    async def _run(self, step: Begin) -> Over:
        try:
            return Over(step.lane, await self._perform(step.attempt))
        except (ProviderError, ConfigurationError) as error:
            return Over(step.lane, error=error)

    async def _next(self, seconds: float | None) -> Over | None:
        done = await self._clock.first(self._lanes.values(), seconds)
        if not done:
            return None
        lane = min(number for number, task in self._lanes.items() if task in done)
        return self._lanes.pop(lane).result()

    async def _cancel(self, task: "asyncio.Task[Over]") -> None:
        """End a task; cancelling closes its socket before it ends, so that this waits for nothing outside."""
        import asyncio

        task.cancel()
        await asyncio.wait([task])
        with suppress(BaseException):  # it was given up, whatever it would have said
            answer = task.result().answer
            if answer is not None:
                await self._discard(answer)  # type: ignore[arg-type]  # what `perform` has brought
