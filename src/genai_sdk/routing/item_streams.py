"""Opens the streams of every operation but chat; a part of the router."""

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from genai_sdk.drivers.driver import AsyncStream, Deployment, Driver, Stream
from genai_sdk.http import Deadline
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.bounds import deadline_of
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.facts import Facts
from genai_sdk.routing.run import AsyncRunner, KeySource, Runner
from genai_sdk.routing.steps import Steps, Try
from genai_sdk.routing.under_way import UnderWay
from genai_sdk.types import CallInfo, Usage
from genai_sdk.types.call import AnswerReader
from genai_sdk.wires.operation import A, Operation, Q

if TYPE_CHECKING:  # loaded by the first of these streams
    from genai_sdk.routing.event_stream import AsyncEventStream, EventStream
    from genai_sdk.routing.items import AsyncItemStream, ItemStream
    from genai_sdk.wires.batch import E, EventBatch

Begun = Callable[[Try, Stream[Any], Deadline], Any]
"""Reads a stream up to what it is handed out with."""
AsyncBegun = Callable[[Try, AsyncStream[Any], Deadline], Awaitable[Any]]


class ItemStreams:
    """Streams of items as they come, and of the events of a vendor's own shape."""

    _driver: Driver
    _keys: KeySource
    _clock: Clock
    _facts: Facts
    _under_way: UnderWay

    def _prepare(self, operation: Operation[Any, Any, Any], call: Call[Any], deployment: Deployment) -> None:
        raise NotImplementedError

    async def _aprepare(self, operation: Operation[Any, Any, Any], call: Call[Any], deployment: Deployment) -> None:
        raise NotImplementedError

    def _fitted(
        self, operation: "Operation[Q, A, Any]", call: Call[Any], step: Try, request: Q, *, streaming: bool = False
    ) -> Q:
        raise NotImplementedError

    def stream_items(self, operation: "Operation[Q, A, Any]", call: Call[Any], request: Q) -> "ItemStream[Any, A]":
        """Answer a request of another operation than chat with a stream that has reached its first item."""
        refuse_at_exit()  # nothing can be imported then
        from genai_sdk.routing.items import ItemStream, open_items
        from genai_sdk.routing.opening import Opened

        steps, runner = self._open(operation, call, request, open_items, Opened.close)
        return ItemStream(operation, request, call, steps, runner, self._described(call))

    async def astream_items(
        self, operation: "Operation[Q, A, Any]", call: Call[Any], request: Q
    ) -> "AsyncItemStream[Any, A]":
        """Answer a request with a stream of items; the twin of `stream_items`."""
        refuse_at_exit()
        from genai_sdk.routing.items import AsyncItemStream, aopen_items
        from genai_sdk.routing.opening import AsyncOpened

        steps, runner = await self._aopen(operation, call, request, aopen_items, AsyncOpened.aclose)
        return AsyncItemStream(operation, request, call, steps, runner, self._described(call))

    def stream_events(
        self,
        operation: "Operation[Q, A, EventBatch[E]]",
        call: Call[Any],
        request: Q,
        model: AnswerReader | None = None,
    ) -> "EventStream[E, A]":
        """Answer a request with the events of a vendor's own shape, up to the first content."""
        refuse_at_exit()
        from genai_sdk.routing.event_stream import EventStream
        from genai_sdk.routing.opening import Opened, open_stream

        assemble = operation.assembly
        assert assemble is not None, "who streams events puts them together"
        steps, runner = self._open(
            operation,
            call,
            request,
            lambda step, items, deadline: open_stream(step.deployment, items, deadline, assemble),
            Opened.close,
        )
        return EventStream(call, steps, runner, self._described(call, model), assemble)

    async def astream_events(
        self,
        operation: "Operation[Q, A, EventBatch[E]]",
        call: Call[Any],
        request: Q,
        model: AnswerReader | None = None,
    ) -> "AsyncEventStream[E, A]":
        """Answer a request with the events of a vendor's own shape; the twin of `stream_events`."""
        refuse_at_exit()
        from genai_sdk.routing.event_stream import AsyncEventStream
        from genai_sdk.routing.opening import AsyncOpened, aopen_stream

        assemble = operation.assembly
        assert assemble is not None, "who streams events puts them together"
        steps, runner = await self._aopen(
            operation,
            call,
            request,
            lambda step, items, deadline: aopen_stream(step.deployment, items, deadline, assemble),
            AsyncOpened.aclose,
        )
        return AsyncEventStream(call, steps, runner, self._described(call, model), assemble)

    def _open(
        self,
        operation: "Operation[Q, A, Any]",
        call: Call[Any],
        request: Q,
        begun: Begun,
        close: Callable[[Any], None],
    ) -> tuple[Steps, Runner[Any]]:
        def attempt(step: Try) -> Any:
            self._prepare(operation, call, step.deployment)
            fitted = self._fitted(operation, call, step, request, streaming=True)
            deadline = deadline_of(step, gap=call.options.stream_timeout, stream=call.stream_left())
            return begun(step, self._driver.stream(operation, step.deployment, fitted, deadline), deadline)

        steps = call.steps()
        runner = Runner(call, attempt, self._keys.refetch, self._clock, close)
        with self._under_way:
            runner.run(steps)
        return steps, runner

    async def _aopen(
        self,
        operation: "Operation[Q, A, Any]",
        call: Call[Any],
        request: Q,
        begun: AsyncBegun,
        close: Callable[[Any], Awaitable[None]],
    ) -> tuple[Steps, AsyncRunner[Any]]:
        async def attempt(step: Try) -> Any:
            await self._aprepare(operation, call, step.deployment)
            fitted = self._fitted(operation, call, step, request, streaming=True)
            deadline = deadline_of(step, gap=call.options.stream_timeout, stream=call.stream_left())
            items = await self._driver.astream(operation, step.deployment, fitted, deadline)
            return await begun(step, items, deadline)

        steps = call.steps()
        runner = AsyncRunner(call, attempt, self._keys.arefetch, self._clock, close)
        with self._under_way:
            await runner.run(steps)
        return steps, runner

    def _described(
        self, call: Call[Any], model: AnswerReader | None = None
    ) -> Callable[[Usage | None, str | None], CallInfo]:
        first = self._clock.now() - call.started - call.warmup
        return functools.partial(self._facts.info, call, model, first_content=first)
