"""Streams of every operation but chat: items as they come, and what they come to. They never start over by themselves.

What chat's streams can do beyond that (a marked restart, turns that are continued) belongs to `stream.py`.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Generic, Self, TypeVar

import msgspec

from genai_sdk.drivers.driver import AsyncStream, Stream
from genai_sdk.errors import ClientClosedError, ProviderError, StreamInterruptedError
from genai_sdk.http import Deadline, TransportClosed
from genai_sdk.lifecycle.fork import PROCESS
from genai_sdk.routing.attempts import Call, T
from genai_sdk.routing.opening import ended_early
from genai_sdk.routing.run import AsyncRunner, Runner
from genai_sdk.routing.steps import Steps, Try
from genai_sdk.types import CallInfo, Usage
from genai_sdk.types.base import Value
from genai_sdk.wires.operation import A, Operation, Q
from genai_sdk.wires.operations import counted

C = TypeVar("C", bound=Value)

_FACTS = ("provider", "connection", "model", "status_code", "request_id", "retry_after")

Describe = Callable[[Usage | None, str | None], CallInfo]
"""Makes the facts of a call from its tokens and its class of service."""


class OpenedItems(msgspec.Struct, Generic[C]):
    """A stream that has brought its first item."""

    first: C
    rest: Stream[C]
    request_id: str | None

    def close(self) -> None:
        """Free the connection of a stream that nobody reads."""
        self.rest.close()


class AsyncOpenedItems(msgspec.Struct, Generic[C]):
    """The async twin of `OpenedItems`."""

    first: C
    rest: AsyncStream[C]
    request_id: str | None

    async def aclose(self) -> None:
        """Free the connection of a stream that nobody reads."""
        await self.rest.aclose()


def open_items(step: Try, items: Stream[C], deadline: Deadline) -> OpenedItems[C]:
    """Read up to the first item; raises a `ProviderError` where the stream ends before it."""
    try:
        for first in items:
            deadline.lift()
            return OpenedItems(first, items, items.request_id)
    except BaseException:
        items.close()
        raise
    items.close()
    raise ended_early(step.deployment)


async def aopen_items(step: Try, items: AsyncStream[C], deadline: Deadline) -> AsyncOpenedItems[C]:
    """Read up to the first item; the twin of `open_items`."""
    try:
        async for first in items:
            deadline.lift()
            return AsyncOpenedItems(first, items, items.request_id)
    except BaseException:
        await items.aclose()
        raise
    await items.aclose()
    raise ended_early(step.deployment)


class _ItemState(Generic[Q, A, C, T]):
    """What both kinds of stream know and decide; it reads nothing itself."""

    def __init__(
        self, operation: Operation[Q, A, C], request: Q, call: Call[T], steps: Steps, describe: Describe
    ) -> None:
        self._operation = operation
        self._request = request
        self._call = call
        self._steps = steps
        self._describe = describe
        self._items: list[C] = []
        self._done = False
        self._is_whole = False
        self._info: CallInfo | None = None
        self._generation = PROCESS.generation
        call.trace.watch(self._record_as_it_is)

    def __repr__(self) -> str:
        served = self.genai
        state = "ended" if self._done else "open"
        return f"<{type(self).__name__} of {served.connection}/{served.model}: {state}, {len(self._items)} items>"

    @property
    def genai(self) -> CallInfo:
        """Who serves the stream, its attempts, and once it has ended its cost and latency."""
        return self._info or self._describe(self._whole.usage, None)

    @property
    def usage(self) -> Usage | None:
        """The tokens, once the provider has reported them (at the end)."""
        return self._whole.usage

    @property
    def response(self) -> A:
        """What has arrived so far, as one answer."""
        whole: A = msgspec.structs.replace(self._whole, genai=self.genai)  # type: ignore[type-var]
        return whole

    @property
    def _whole(self) -> A:
        assert self._operation.gather is not None, "an operation that is streamed can be put together"
        assert self._call.served is not None, "a stream that has its first item was served"
        whole: A = self._operation.gather(self._items, self._call.served.model)
        if self._is_whole and self._operation.units is not None:
            whole = counted(self._operation, self._request, whole)
        return whole

    def _take(self, item: C) -> C:
        self._items.append(item)
        return item

    def _stand_still(self) -> None:
        """Let the facts of the call stand as they are now."""
        self._done = True
        usage = self._whole.usage
        self._info = self._describe(usage, None)
        assert self._call.served is not None
        self._call.spent(self._call.served, usage)

    def _record_as_it_is(self) -> None:
        """Record what has arrived at the end of the process, whose other threads may read on for moments."""
        if not self._done:
            self._call.trace.stopped("dropped", self.response)

    def _leave(self, how: str) -> None:
        """End the attempt loop of a stream that is read no further, and record what it had brought."""
        self._stand_still()
        with suppress(ValueError):  # the loop is deciding on another thread, which ends by itself
            self._steps.close()
        self._call.trace.stopped(how, self.response)

    def _failed(self, error: BaseException) -> None:
        self._stand_still()
        self._call.trace.failed(error, self.response)

    def _ended(self) -> None:
        self._is_whole = True
        self._stand_still()
        self._call.trace.answered(self.response)

    def _interrupted(self, error: ProviderError) -> StreamInterruptedError:
        facts = {name: getattr(error, name) for name in _FACTS}
        text = getattr(self._whole, "text", "")
        return StreamInterruptedError(
            f"the stream of {self._operation.name} broke after {len(self._items)} pieces ({error.reason}): "
            f"{error.message} What had arrived is in the stream's .response.",
            text=text,
            **facts,
        )

    def _check_process(self) -> None:
        if PROCESS.generation != self._generation:
            raise StreamInterruptedError("this stream was opened by the parent process; open one in this process")


class ItemStream(_ItemState[Q, A, C, OpenedItems[C]]):
    """An iterator of what a streamed operation brings; also a context manager.

    Raises while iterating:
        StreamInterruptedError: The stream broke after its first item.
        ClientClosedError: The client was closed meanwhile.
    """

    def __init__(
        self,
        operation: Operation[Q, A, C],
        request: Q,
        call: Call[OpenedItems[C]],
        steps: Steps,
        runner: Runner[OpenedItems[C]],
        describe: Describe,
    ) -> None:
        super().__init__(operation, request, call, steps, describe)
        self._runner = runner
        self._rest = call.answer.rest
        self._held: list[C] = [call.answer.first]

    def __iter__(self) -> Iterator[C]:
        return self

    def __next__(self) -> C:
        self._check_process()
        if self._held:
            return self._take(self._held.pop())
        if self._done:
            raise StopIteration
        failure: ProviderError | None = None
        try:
            for item in self._rest:
                return self._take(item)
        except ProviderError as error:
            failure = error
        except TransportClosed:
            closed = ClientClosedError("the client was closed while the stream was read")
            self._rest.close()
            self._failed(closed)
            raise closed from None
        except BaseException as error:
            self._rest.close()
            self._failed(error)
            raise
        self._settle(failure)
        raise StopIteration

    def _settle(self, failure: ProviderError | None) -> None:
        """Tell the attempt loop how the stream ended."""
        self._rest.close()
        try:
            self._runner.run(self._steps, None if failure is None else self._interrupted(failure))
        except BaseException as error:
            self._failed(error)
            raise
        self._ended()

    def close(self) -> None:
        """Stop reading and free the connection; what had arrived stays readable."""
        if not self._done:
            self._rest.close()
            self._held.clear()
            self._leave("closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not getattr(self, "_done", True) and hasattr(self, "_rest"):
            self._rest.close()
            self._leave("dropped")


class AsyncItemStream(_ItemState[Q, A, C, AsyncOpenedItems[C]]):
    """An async iterator of what a streamed operation brings; the twin of `ItemStream`."""

    def __init__(
        self,
        operation: Operation[Q, A, C],
        request: Q,
        call: Call[AsyncOpenedItems[C]],
        steps: Steps,
        runner: AsyncRunner[AsyncOpenedItems[C]],
        describe: Describe,
    ) -> None:
        super().__init__(operation, request, call, steps, describe)
        self._runner = runner
        self._rest = call.answer.rest
        self._held: list[C] = [call.answer.first]

    def __aiter__(self) -> AsyncIterator[C]:
        return self

    async def __anext__(self) -> C:
        self._check_process()
        if self._held:
            return self._take(self._held.pop())
        if self._done:
            raise StopAsyncIteration
        failure: ProviderError | None = None
        try:
            async for item in self._rest:
                return self._take(item)
        except ProviderError as error:
            failure = error
        except TransportClosed:
            closed = ClientClosedError("the client was closed while the stream was read")
            await self._rest.aclose()
            self._failed(closed)
            raise closed from None
        except BaseException as error:
            await self._rest.aclose()
            self._failed(error)
            raise
        await self._settle(failure)
        raise StopAsyncIteration

    async def _settle(self, failure: ProviderError | None) -> None:
        await self._rest.aclose()
        try:
            await self._runner.run(self._steps, None if failure is None else self._interrupted(failure))
        except BaseException as error:
            self._failed(error)
            raise
        self._ended()

    async def aclose(self) -> None:
        """Stop reading and free the connection; what had arrived stays readable."""
        if not self._done:
            await self._rest.aclose()
            self._held.clear()
            self._leave("closed")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        if not getattr(self, "_done", True) and hasattr(self, "_rest"):  # whose own end frees the connection
            self._leave("dropped")
