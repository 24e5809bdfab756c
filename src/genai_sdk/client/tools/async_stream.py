"""A run under way, async: the twin of `stream`."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from types import TracebackType
from typing import Any, Self

from genai_sdk.client.tools.execution import Execution, on_thread_of_its_own
from genai_sdk.client.tools.stream import RunUnderWay
from genai_sdk.client.tools.values import (
    ChunkEvent,
    ResponseEvent,
    ToolCallEvent,
    ToolEvent,
    ToolResult,
    ToolResultEvent,
)
from genai_sdk.types import ToolCall
from genai_sdk.types.chat import P_co


class AsyncToolStream(RunUnderWay[P_co]):
    """An async iterator of the events of a run; the twin of `ToolStream`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._events = self._happening()

    def __aiter__(self) -> AsyncIterator[ToolEvent]:
        return self

    async def __anext__(self) -> ToolEvent:
        return await anext(self._events)

    async def _happening(self) -> AsyncIterator[ToolEvent]:
        loop = self._loop
        try:
            while True:
                request = loop.request()
                with self._block.inside():
                    answer = await self._client.acompletion(**request, stream=self._stream)
                if self._stream:
                    async with answer:
                        async for chunk in answer:
                            yield ChunkEvent(chunk, loop.rounds + 1)
                    answer = answer.response
                calls = loop.take(answer)
                yield ResponseEvent(answer, loop.rounds)
                if not calls:
                    break
                loop.check(self._block)
                for call in calls:
                    yield ToolCallEvent(call.id or "", call.function.name, call.function.arguments, loop.rounds)
                async for result in self._results(calls):
                    loop.put(result)
                    yield ToolResultEvent(result, loop.rounds)
        except BaseException as error:
            self._end(error)
            raise
        self._end(None)

    async def _results(self, calls: Sequence[ToolCall]) -> AsyncIterator[ToolResult]:
        """Call tools, coroutines on the loop and functions on threads, and yield what they come to as it comes."""
        running = {asyncio.ensure_future(_awaited(each)): each for each in self._executions(calls)}
        end = time.monotonic() + self._loop.bounds.tool_timeout
        try:
            while running:
                left = max(0.0, end - time.monotonic())
                done, _ = await asyncio.wait(running, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if not done:
                    break
                for task in done:
                    del running[task]
                    yield task.result()
            for task, execution in [*running.items()]:
                task.cancel()
                del running[task]
                yield execution.late()
        finally:
            for task, execution in running.items():
                task.cancel()
                execution.block.end(asyncio.CancelledError())

    async def aclose(self) -> None:
        """End the run; the twin of `close`."""
        close: Callable[[], Any] = getattr(self._events, "aclose")  # noqa: B009
        await close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


async def _awaited(execution: Execution) -> ToolResult:
    if execution.is_async:
        return await execution.arun()
    loop = asyncio.get_running_loop()
    future: asyncio.Future[ToolResult] = loop.create_future()

    def settle(result: ToolResult | BaseException) -> None:
        if future.done():
            return
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)

    def done(result: ToolResult | BaseException) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result)

    on_thread_of_its_own(execution, done)
    return await future
