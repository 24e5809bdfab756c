"""A recording as the answer of a call: whole, or as the stream that it was, over the loop that all streams go over."""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Generic, Self

import msgspec

from genai_sdk.client.parameters import Arguments
from genai_sdk.connections import Connection, RefetchResult
from genai_sdk.drivers.driver import Deployment
from genai_sdk.models import Resolution
from genai_sdk.routing import Clock, Router, RoutingOptions
from genai_sdk.routing.facts import Facts
from genai_sdk.routing.plan import Group
from genai_sdk.testing.cassettes.document import CassetteError, Recording
from genai_sdk.testing.cassettes.values import error_loaded, info_loaded, item_loaded, loaded
from genai_sdk.types import CallInfo, ConnectionView
from genai_sdk.types.call import AnswerReader
from genai_sdk.wires.operation import C, Operation

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def whole(recording: Recording, operation: Operation[Any, Any, Any], answer: AnswerReader | None) -> Any:
    """Return a recorded answer; raises a recorded failure."""
    if recording.error is not None:
        raise error_loaded(recording.error, recording.genai)
    if recording.response is None:
        raise CassetteError("this recording is of a stream, and the call asks for a whole answer: record it anew")
    value = loaded(operation.response, recording.response)
    return msgspec.structs.replace(value, genai=info_loaded(recording.genai, answer))


class ReplayRouter(Router):
    """Plays one recorded stream.

    Args:
        recording: The recording.
        clock: Waits.
        pace: How many times as long as recorded a wait for an item is: 0 for none, 1 for the recorded one.
    """

    def __init__(self, recording: Recording, clock: Clock, pace: float) -> None:
        driver: Any = _ReplayDriver(recording, clock, pace)  # which streams, and does nothing else
        super().__init__(driver, _NoKeys(), clock)
        self._facts = _RecordedFacts(clock, recording)
        self._place: Any = _Place(recording)  # which knows as much of a planner as one call needs

    def play(self, operation: Operation[Any, Any, Any], arguments: Arguments[Any]) -> Any:
        """Return the stream."""
        call = self.begin(self._place, arguments.model, RoutingOptions(), self._clock.now(), streaming=True)
        if operation.name == "chat":
            return self.stream(call, arguments.request, arguments.answer)
        if operation.assembly is not None:
            return self.stream_events(operation, call, arguments.request, arguments.answer)
        return self.stream_items(operation, call, arguments.request)

    async def aplay(self, operation: Operation[Any, Any, Any], arguments: Arguments[Any]) -> Any:
        """Return the stream; the twin of `play`."""
        call = self.begin(self._place, arguments.model, RoutingOptions(), self._clock.now(), streaming=True)
        if operation.name == "chat":
            return await self.astream(call, arguments.request, arguments.answer)
        if operation.assembly is not None:
            return await self.astream_events(operation, call, arguments.request, arguments.answer)
        return await self.astream_items(operation, call, arguments.request)

    def _fitted(self, operation: Any, call: Any, step: Any, request: Any, *, streaming: bool = False) -> Any:
        return request  # it goes nowhere


class ReplayedStream(Generic[C]):
    """A `driver.Stream` and a `driver.AsyncStream` of recorded items, after the waits that were recorded."""

    request_id: str | None = None

    def __init__(self, items: Iterable[tuple[float, C]], clock: Clock, *, closed: bool) -> None:
        self.ready: Iterator[C] = iter(())
        self._items = iter(items)
        self._clock = clock
        self._closed = closed

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> C:
        for item in self.ready:
            return item
        if not self.more():
            raise StopIteration
        return next(self.ready)

    def more(self) -> bool:
        """Wait for the next item."""
        if (item := self._next()) is None:
            return False
        if item[0]:
            self._clock.sleep(item[0])
        self.ready = iter((item[1],))
        return True

    def close(self) -> None:
        """Give the items up."""
        self._items, self.ready, self._closed = iter(()), iter(()), False

    def __aiter__(self) -> AsyncIterator[C]:
        return self

    async def __anext__(self) -> C:
        for item in self.ready:
            return item
        if not await self.amore():
            raise StopAsyncIteration
        return next(self.ready)

    async def amore(self) -> bool:
        """Wait for the next item; the twin of `more`."""
        if (item := self._next()) is None:
            return False
        if item[0]:
            await self._clock.asleep(item[0])
        self.ready = iter((item[1],))
        return True

    async def aclose(self) -> None:
        """Give the items up."""
        self.close()

    def _next(self) -> tuple[float, C] | None:
        item = next(self._items, None)
        if item is None and self._closed:
            raise CassetteError(
                "when this stream was recorded, its reader closed it here, and what would have followed is not known: "
                "record it anew with a reader that reads on"
            )
        return item


class _ReplayDriver:
    """As much of a `driver.Driver` as a stream without a failure asks for."""

    def __init__(self, recording: Recording, clock: Clock, pace: float) -> None:
        self._recording = recording
        self._clock = clock
        self._pace = pace

    def stream(self, operation: Operation[Any, Any, C], *_: Any) -> ReplayedStream[C]:
        recorded = self._recording
        if recorded.items is None:
            raise CassetteError("this recording is of a whole answer, and the call asks for a stream: record it anew")
        return ReplayedStream(self._waits(operation, recorded.items), self._clock, closed=recorded.closed)

    async def astream(self, operation: Operation[Any, Any, C], *_: Any) -> ReplayedStream[C]:
        return self.stream(operation)

    def _waits(self, operation: Operation[Any, Any, C], items: list[dict[str, Any]]) -> Iterator[tuple[float, C]]:
        before = 0.0
        for row in items:
            yield max(0.0, row["at"] - before) * self._pace, item_loaded(operation, row["item"])
            before = row["at"]

    def is_warm(self, *_: Any) -> bool:
        return True


class _RecordedFacts(Facts):
    """Knows what was known when the call was recorded."""

    def __init__(self, clock: Clock, recording: Recording) -> None:
        super().__init__(clock.now, None)
        self._recording = recording

    def info(self, call: Any, model: AnswerReader | None, *_: Any, **__: Any) -> CallInfo:
        return info_loaded(self._recording.genai, model)


class _Place:
    """A planner that knows one place."""

    def __init__(self, recording: Recording) -> None:
        known = recording.genai
        view = ConnectionView(
            name=known.get("connection") or "cassette",
            adapter=known.get("provider") or "openai",
            created_at=_EPOCH,
            updated_at=_EPOCH,
        )
        self._deployment = Deployment(Connection(view), known.get("model", ""))

    def group(self, name: str, *_: Any) -> Group:
        return Group(name, Resolution(name, ()), (self._deployment,))

    def fallbacks(self, *_: Any) -> tuple[Group, ...]:
        return ()

    def listed(self) -> Iterator[Deployment]:
        return iter((self._deployment,))


class _NoKeys:
    """A `KeySource` of which nobody asks anything: no recording is refused for its key."""

    def refetch(self, failed: Connection, timeout: float) -> RefetchResult:
        raise CassetteError("a recording has no key")

    async def arefetch(self, failed: Connection, timeout: float) -> RefetchResult:  # noqa: ASYNC109 - the twin's argument
        return self.refetch(failed, timeout)
