"""A run under way: an iterator of what happens, of which the last thing is the model's answer."""

import queue
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Generic, Protocol, Self

from genai_sdk.client.tools.execution import Execution, on_thread_of_its_own
from genai_sdk.client.tools.loop import ToolLoop
from genai_sdk.client.tools.values import (
    ChunkEvent,
    ResponseEvent,
    ToolCallEvent,
    ToolEvent,
    ToolResult,
    ToolResultEvent,
    ToolRun,
)
from genai_sdk.tracing import TraceBlock, Tracer
from genai_sdk.types import ToolCall
from genai_sdk.types.chat import P_co


class Asking(Protocol):
    """What a run asks the model with."""

    @property
    def completion(self) -> Callable[..., Any]:
        """As `GenAIClient.completion`."""
        ...

    @property
    def acompletion(self) -> Callable[..., Any]:
        """As `GenAIClient.acompletion`."""
        ...


class RunUnderWay(Generic[P_co]):
    """What both faces of a run have.

    Args:
        client: What the model is asked with.
        loop: Its decisions.
        block: What it is recorded in, which has begun.
        tracer: What its tools are recorded with.
        now: The clock.
        stream: Whether answers are streamed.
    """

    def __init__(
        self,
        client: Asking,
        loop: ToolLoop,
        block: TraceBlock,
        tracer: Tracer,
        now: Callable[[], float],
        *,
        stream: bool,
    ) -> None:
        self._client, self._loop, self._block, self._tracer, self._now = client, loop, block, tracer, now
        self._stream = stream

    @property
    def run(self) -> ToolRun[P_co]:
        """What the run has come to by now; once it is over, all of it."""
        return self._loop.run(self._block)

    def _executions(self, calls: Sequence[ToolCall]) -> list[Execution]:
        with self._block.inside():
            made = [Execution(self._loop, call, self._tracer, self._now) for call in calls]
            for each in made:
                each.block.begin()
        return made

    def _end(self, error: BaseException | None) -> None:
        choices = self.run.response.choices
        self._block.update(output=choices[0].message if choices else None)
        self._block.end(None if isinstance(error, GeneratorExit) else error)


class ToolStream(RunUnderWay[P_co]):
    """An iterator of the events of a run; to be closed by whoever reads no further."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._events = self._happening()

    def __iter__(self) -> Iterator[ToolEvent]:
        return self

    def __next__(self) -> ToolEvent:
        return next(self._events)

    def _happening(self) -> Iterator[ToolEvent]:
        loop = self._loop
        try:
            while True:
                request = loop.request()
                with self._block.inside():
                    answer = self._client.completion(**request, stream=self._stream)
                if self._stream:
                    with answer:
                        for chunk in answer:
                            yield ChunkEvent(chunk, loop.rounds + 1)
                    answer = answer.response
                calls = loop.take(answer)
                yield ResponseEvent(answer, loop.rounds)
                if not calls:
                    break
                loop.check(self._block)
                for call in calls:
                    yield ToolCallEvent(call.id or "", call.function.name, call.function.arguments, loop.rounds)
                for result in self._results(calls):
                    loop.put(result)
                    yield ToolResultEvent(result, loop.rounds)
        except BaseException as error:
            self._end(error)
            raise
        self._end(None)

    def _results(self, calls: Sequence[ToolCall]) -> Iterator[ToolResult]:
        """Call tools, each on a thread of its own, and yield what they come to as it comes."""
        done: queue.SimpleQueue[tuple[Execution, ToolResult | BaseException]] = queue.SimpleQueue()
        pending = self._executions(calls)
        end = time.monotonic() + self._loop.bounds.tool_timeout
        for each in pending:
            on_thread_of_its_own(each, lambda result, each=each: done.put((each, result)))  # type: ignore[misc]
        try:
            while pending:
                try:
                    execution, result = done.get(timeout=max(0.0, end - time.monotonic()))
                except queue.Empty:
                    break
                pending.remove(execution)
                if isinstance(result, BaseException):
                    raise result
                yield result
            while pending:
                yield pending.pop(0).late()
        finally:
            for each in pending:
                each.block.end(InterruptedError("the run was given up"))

    def close(self) -> None:
        """End the run: nothing is asked or called any more, and what it had come to stays readable."""
        close: Callable[[], None] = getattr(self._events, "close")  # noqa: B009 - a generator's, typed as an iterator
        close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
