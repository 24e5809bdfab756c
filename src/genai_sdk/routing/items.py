"""Streams of items as they come, such as sound or pictures, and what they come to. They never start over.

What came of a broken stream could not be taken back: nobody can be told to forget what was played to him.
"""

from typing import Any, TypeVar

from genai_sdk.drivers.driver import AsyncStream, Stream
from genai_sdk.errors import ProviderError, StreamInterruptedError
from genai_sdk.http import Deadline
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.opening import AsyncOpened, Opened, ended_early
from genai_sdk.routing.reading import AsyncReading, Describe, S, StreamState, SyncReading
from genai_sdk.routing.run import AsyncRunner, Runner
from genai_sdk.routing.steps import Steps, Try
from genai_sdk.sentence import Sentence
from genai_sdk.types.base import Value
from genai_sdk.wires.operation import A, Operation
from genai_sdk.wires.operations import counted

C = TypeVar("C", bound=Value)

_FACTS = ("provider", "connection", "model", "status_code", "request_id", "retry_after")


def open_items(step: Try, items: Stream[C], deadline: Deadline) -> Opened:
    """Read up to the first item; raises a `ProviderError` where the stream ends before it."""
    try:
        for first in items:
            deadline.lift()
            return Opened([first], items, items.request_id)
    except BaseException:
        items.close()
        raise
    items.close()
    raise ended_early(step.deployment)


async def aopen_items(step: Try, items: AsyncStream[C], deadline: Deadline) -> AsyncOpened:
    """Read up to the first item; the twin of `open_items`."""
    try:
        async for first in items:
            deadline.lift()
            return AsyncOpened([first], items, items.request_id)
    except BaseException:
        await items.aclose()
        raise
    await items.aclose()
    raise ended_early(step.deployment)


class _Items(StreamState[S, C, A]):
    """What a stream of items comes to."""

    _operation: Operation[Any, A, C]
    _request: Any
    _items: list[C]
    _is_whole = False

    def _gathered(self) -> A:
        assert self._operation.gather is not None, "an operation that is streamed can be put together"
        gathered: A = self._operation.gather(self._items, self._served.model)
        if self._is_whole and self._operation.units is not None:
            gathered = counted(self._operation, self._request, gathered)
        return gathered

    def _amount(self) -> str:
        return f"{len(self._items)} items"

    def _take(self, item: C) -> None:
        self._items.append(item)
        self._pending.append(item)

    def _broken(self, failure: ProviderError) -> StreamInterruptedError:
        facts = {name: getattr(failure, name) for name in _FACTS}
        return StreamInterruptedError(
            Sentence.of(
                "stream.items_broke",
                "the stream of {name} broke after {count} pieces ({reason}): {what} What had arrived is "
                "in the stream's .response.",
                name=self._operation.name,
                count=len(self._items),
                reason=failure.reason,
                what=failure.message,
            ),
            text=self.text,
            **facts,
        )

    def _settled(self, *, restarted: bool) -> None:
        self._is_whole = True
        super()._settled(restarted=restarted)


class ItemStream(_Items[Opened, C, A], SyncReading[C, A]):
    """An iterator of what a streamed operation brings; also a context manager.

    Raises while iterating:
        StreamInterruptedError: The stream broke after its first item.
        ClientClosedError: The client was closed meanwhile.
    """

    def __init__(
        self,
        operation: Operation[Any, A, C],
        request: Any,
        call: Call[Opened],
        steps: Steps,
        runner: Runner[Opened],
        describe: Describe,
    ) -> None:
        self._operation, self._request, self._items = operation, request, []
        super().__init__(call, steps, runner, describe)


class AsyncItemStream(_Items[AsyncOpened, C, A], AsyncReading[C, A]):
    """An async iterator of what a streamed operation brings; the twin of `ItemStream`."""

    def __init__(
        self,
        operation: Operation[Any, A, C],
        request: Any,
        call: Call[AsyncOpened],
        steps: Steps,
        runner: AsyncRunner[AsyncOpened],
        describe: Describe,
    ) -> None:
        self._operation, self._request, self._items = operation, request, []
        super().__init__(call, steps, runner, describe)
