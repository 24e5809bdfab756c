"""Open streams: they wait for bytes and hand them to the reader."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Generic, Self

from genai_sdk.drivers import failures
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.stream_reader import StreamReader
from genai_sdk.errors import ProviderError
from genai_sdk.http import AsyncResponse, Deadline, SyncResponse, TransportClosed, TransportError
from genai_sdk.wires.operation import C

_GRACE = 0.1
"""Seconds that the body's end may come after the stream's: who keeps to it keeps its connection."""


class _Stream(Generic[C]):
    """What both kinds of stream know and decide."""

    def __init__(self, deployment: Deployment, reader: StreamReader[C], deadline: Deadline) -> None:
        self.ready: Iterator[C] = iter(())
        self._deployment = deployment
        self._reader = reader
        self._deadline = deadline
        self._ended = False
        self._over = False
        self._closed = False

    @property
    def request_id(self) -> str | None:
        """The provider's id of the request, as far as it is known."""
        return self._reader.request_id

    def _take(self, data: bytes, failed: TransportError | None) -> Iterator[C]:
        """Return what follows from bytes, from their end (none and no failure), or from a failure."""
        if data and not self._ended:
            return self._reader.feed(data)
        self._over = True
        if self._closed or self._ended:
            return iter(())
        if isinstance(failed, TransportClosed):
            raise TransportClosed(str(failed))
        # Nothing can be lost any more once the answer is whole.
        if failed is None or self._reader.whole:
            return self._reader.end()
        raise self._reader.counted(failures.from_transport(self._deployment, failed))

    def _end(self) -> Iterator[C] | None:
        """Return what is left where the provider has said that the stream is over: its body may go on for hours."""
        if self._ended or not self._reader.done:
            return None
        self._ended = True
        self._deadline.narrow(_GRACE)
        return self._reader.end()


class SyncEventStream(_Stream[C]):
    """A `driver.Stream`."""

    def __init__(
        self, deployment: Deployment, reader: StreamReader[C], response: SyncResponse, deadline: Deadline
    ) -> None:
        super().__init__(deployment, reader, deadline)
        self._response = response
        self._chunks = response.chunks()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> C:
        while True:
            try:
                for chunk in self.ready:
                    return chunk
            except ProviderError:
                self.close()
                raise
            if not self.more():
                raise StopIteration

    def more(self) -> bool:
        """Wait for what comes next, once `ready` has ended."""
        if self._over or self._closed:
            return False
        self.ready = self._read()
        return True

    def _read(self) -> Iterator[C]:
        if (rest := self._end()) is not None:
            return rest
        data, failed = b"", None
        try:
            data = next(self._chunks, b"")
        except TransportError as error:
            failed = error
        if self._ended and data:
            self._response.close()
        return self._take(data, failed)

    def close(self) -> None:
        """Free the connection; what was read already is given up too."""
        self._closed = True
        self.ready = iter(())
        self._response.close()


class AsyncEventStream(_Stream[C]):
    """A `driver.AsyncStream`."""

    def __init__(
        self, deployment: Deployment, reader: StreamReader[C], response: AsyncResponse, deadline: Deadline
    ) -> None:
        super().__init__(deployment, reader, deadline)
        self._response = response
        self._chunks: AsyncIterator[bytes] = response.chunks()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> C:
        while True:
            try:
                for chunk in self.ready:
                    return chunk
            except ProviderError:
                await self.aclose()
                raise
            if not await self.amore():
                raise StopAsyncIteration

    async def amore(self) -> bool:
        """Wait for what comes next, once `ready` has ended."""
        if self._over or self._closed:
            return False
        self.ready = await self._read()
        return True

    async def _read(self) -> Iterator[C]:
        if (rest := self._end()) is not None:
            return rest
        data, failed = b"", None
        try:
            data = await anext(self._chunks, b"")
        except TransportError as error:
            failed = error
        if self._ended and data:
            await self._response.aclose()
        return self._take(data, failed)

    async def aclose(self) -> None:
        """Free the connection; what was read already is given up too."""
        self._closed = True
        self.ready = iter(())
        await self._response.aclose()


class ReadyStream(Generic[C]):
    """A `driver.Stream` and a `driver.AsyncStream` of an answer that is whole, because the model cannot stream."""

    def __init__(self, chunks: Iterable[C], request_id: str | None) -> None:
        self.request_id = request_id
        self.ready = iter(chunks)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> C:
        return next(self.ready)

    def more(self) -> bool:
        """Say that nothing else comes."""
        return False

    def close(self) -> None:
        """Give the chunks up."""
        self.ready = iter(())

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> C:
        for chunk in self.ready:
            return chunk
        raise StopAsyncIteration

    async def amore(self) -> bool:
        """Say that nothing else comes."""
        return False

    async def aclose(self) -> None:
        """Give the chunks up."""
        self.close()
