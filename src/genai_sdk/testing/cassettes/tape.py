"""Streams that write down what they bring to their reader."""

from collections.abc import Callable, Sequence
from typing import Any

from genai_sdk.routing.event_stream import AsyncEventStream, EventStream
from genai_sdk.routing.items import AsyncItemStream, ItemStream
from genai_sdk.routing.stream import AsyncCompletionStream, CompletionStream
from genai_sdk.testing.cassettes.values import dumped
from genai_sdk.types import CallInfo, ChatCompletionChunk
from genai_sdk.types.base import Value

Keep = Callable[[list[dict[str, Any]], CallInfo, bool], None]
"""Takes the items of a stream, what is known of its call, and whether its reader closed it before its end."""


class Tape:
    """Takes down what a stream brings, and when.

    The time of an item is what its reader has waited by then, so that what the reader does between counts for nothing.

    Args:
        keep: Takes it when the stream has ended.
        now: The clock.
        at: Seconds that the call had taken when the stream was opened.
    """

    def __init__(self, keep: Keep, now: Callable[[], float], at: float) -> None:
        self.now = now
        self._keep = keep
        self._at = at
        self._items: list[dict[str, Any]] = []
        self._has_usage = False
        self._is_kept = False

    def take(self, item: Value, asked: float) -> None:
        """Take an item that was asked for at `asked`."""
        self._at += self.now() - asked
        if getattr(item, "restart", False):
            self._items.clear()  # what came before is void, so the recording is of a stream that went well
            return
        self._put(item)

    def end(self, stream: Any, *, unread: Sequence[Value] = (), closed: bool = False) -> None:
        """Hand over what the stream has brought."""
        if self._is_kept:
            return
        self._is_kept = True
        for item in unread:
            self._put(item)
        if isinstance(stream, CompletionStream | AsyncCompletionStream) and not self._has_usage and stream.usage:
            self._put(ChatCompletionChunk(usage=stream.usage))  # which is shown only to those who ask for it
        self._keep(self._items, stream.genai, closed)

    def _put(self, item: Value) -> None:
        self._has_usage = self._has_usage or getattr(item, "usage", None) is not None
        self._items.append({"at": round(self._at, 3), "item": dumped(item)})


class TapedStream(CompletionStream[Any]):
    """A `CompletionStream` that is recorded."""

    tape: Tape

    def __next__(self) -> ChatCompletionChunk:
        asked = self.tape.now()
        try:
            chunk = super().__next__()
        except StopIteration:
            self.tape.end(self)
            raise
        self.tape.take(chunk, asked)
        return chunk

    def _leave(self, how: str) -> None:
        super()._leave(how)
        self.tape.end(self, unread=self._pending[::-1], closed=not self._assembly.finished)


class AsyncTapedStream(AsyncCompletionStream[Any]):
    """The twin of `TapedStream`."""

    tape: Tape

    async def __anext__(self) -> ChatCompletionChunk:
        asked = self.tape.now()
        try:
            chunk = await super().__anext__()
        except StopAsyncIteration:
            self.tape.end(self)
            raise
        self.tape.take(chunk, asked)
        return chunk

    def _leave(self, how: str) -> None:
        super()._leave(how)
        self.tape.end(self, unread=self._pending[::-1], closed=not self._assembly.finished)


class TapedItems(ItemStream[Any, Any]):
    """An `ItemStream` that is recorded."""

    tape: Tape

    def __next__(self) -> Any:
        asked = self.tape.now()
        try:
            item = super().__next__()
        except StopIteration:
            self.tape.end(self)
            raise
        self.tape.take(item, asked)
        return item

    def _leave(self, how: str) -> None:
        unread = [*self._pending]
        super()._leave(how)
        self.tape.end(self, unread=unread, closed=True)


class AsyncTapedItems(AsyncItemStream[Any, Any]):
    """The twin of `TapedItems`."""

    tape: Tape

    async def __anext__(self) -> Any:
        asked = self.tape.now()
        try:
            item = await super().__anext__()
        except StopAsyncIteration:
            self.tape.end(self)
            raise
        self.tape.take(item, asked)
        return item

    def _leave(self, how: str) -> None:
        unread = [*self._pending]
        super()._leave(how)
        self.tape.end(self, unread=unread, closed=True)


class TapedEvents(EventStream[Any, Any]):
    """An `EventStream` that is recorded."""

    tape: Tape

    def __next__(self) -> Any:
        asked = self.tape.now()
        try:
            event = super().__next__()
        except StopIteration:
            self.tape.end(self)
            raise
        self.tape.take(event, asked)
        return event

    def _leave(self, how: str) -> None:
        unread = [*self._pending]
        super()._leave(how)
        self.tape.end(self, unread=unread, closed=not self._assembly.finished)


class AsyncTapedEvents(AsyncEventStream[Any, Any]):
    """The twin of `TapedEvents`."""

    tape: Tape

    async def __anext__(self) -> Any:
        asked = self.tape.now()
        try:
            event = await super().__anext__()
        except StopAsyncIteration:
            self.tape.end(self)
            raise
        self.tape.take(event, asked)
        return event

    def _leave(self, how: str) -> None:
        unread = [*self._pending]
        super()._leave(how)
        self.tape.end(self, unread=unread, closed=not self._assembly.finished)


_TAPED: dict[type[Any], type[Any]] = {
    CompletionStream: TapedStream,
    AsyncCompletionStream: AsyncTapedStream,
    ItemStream: TapedItems,
    AsyncItemStream: AsyncTapedItems,
    EventStream: TapedEvents,
    AsyncEventStream: AsyncTapedEvents,
}


def tape(stream: Any, recorder: Tape) -> Any:
    """Have a stream taken down; it stays the object that it is."""
    stream.tape = recorder
    stream.__class__ = _TAPED[type(stream)]
    return stream
