"""Open streams: they wait for bytes and hand them to the decoder."""

from collections.abc import AsyncIterator, Iterator
from typing import Self

from genai_sdk.errors import ProviderError
from genai_sdk.http import AsyncResponse, SyncResponse, TransportClosed, TransportError
from genai_sdk.routing.drivers import failures
from genai_sdk.routing.drivers.attempt import Attempt
from genai_sdk.routing.drivers.decoder import Decoder
from genai_sdk.routing.drivers.driver import Reply
from genai_sdk.routing.drivers.values import chunks_of
from genai_sdk.types import ChatCompletion, ChatCompletionChunk

_NOTHING: tuple[ChatCompletionChunk, ...] = ()


class _Stream:
    """What both kinds of stream know and decide."""

    def __init__(self, attempt: Attempt, decoder: Decoder) -> None:
        self.request_id = attempt.request_id
        self._deployment = attempt.deployment
        self._decoder = decoder
        self._ready: Iterator[ChatCompletionChunk] = iter(_NOTHING)
        self._over = False
        self._closed = False

    def _take(self, data: bytes, failed: TransportError | None) -> Iterator[ChatCompletionChunk]:
        """Return what follows from bytes, from their end (none and no failure), or from a failure."""
        if data:
            return self._decoder.feed(data)
        self._over = True
        if self._closed:
            return iter(_NOTHING)
        if isinstance(failed, TransportClosed):
            raise TransportClosed(str(failed))
        # Nothing can be lost any more once the answer is whole.
        if failed is None or self._decoder.over:
            return self._decoder.end()
        raise failures.from_transport(self._deployment, failed)


class SyncStream(_Stream):
    """A `ChunkStream`."""

    def __init__(self, attempt: Attempt, decoder: Decoder, response: SyncResponse) -> None:
        super().__init__(attempt, decoder)
        self._response = response
        self._chunks = response.chunks()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ChatCompletionChunk:
        while True:
            try:
                chunk = next(self._ready, None)
            except ProviderError:
                self.close()
                raise
            if chunk is not None:
                self.request_id = self._decoder.request_id
                return chunk
            if self._over or self._closed:
                raise StopIteration
            self._ready = self._read()

    def _read(self) -> Iterator[ChatCompletionChunk]:
        data, failed = b"", None
        try:
            data = next(self._chunks, b"")
        except TransportError as error:
            failed = error
        return self._take(data, failed)

    def close(self) -> None:
        """Free the connection; what was read already is given up too."""
        self._closed = True
        self._ready = iter(_NOTHING)
        self._response.close()


class AsyncStream(_Stream):
    """An `AsyncChunkStream`."""

    def __init__(self, attempt: Attempt, decoder: Decoder, response: AsyncResponse) -> None:
        super().__init__(attempt, decoder)
        self._response = response
        self._chunks: AsyncIterator[bytes] = response.chunks()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChatCompletionChunk:
        while True:
            try:
                chunk = next(self._ready, None)
            except ProviderError:
                await self.aclose()
                raise
            if chunk is not None:
                self.request_id = self._decoder.request_id
                return chunk
            if self._over or self._closed:
                raise StopAsyncIteration
            self._ready = await self._read()

    async def _read(self) -> Iterator[ChatCompletionChunk]:
        data, failed = b"", None
        try:
            data = await anext(self._chunks, b"")
        except TransportError as error:
            failed = error
        return self._take(data, failed)

    async def aclose(self) -> None:
        """Free the connection; what was read already is given up too."""
        self._closed = True
        self._ready = iter(_NOTHING)
        await self._response.aclose()


class ReadyStream:
    """A `ChunkStream` and an `AsyncChunkStream` of an answer that is whole, because the model cannot stream."""

    def __init__(self, reply: Reply[ChatCompletion]) -> None:
        self.request_id = reply.request_id
        self._chunks = iter(chunks_of(reply.value))

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> ChatCompletionChunk:
        return next(self._chunks)

    def close(self) -> None:
        """Give the chunks up."""
        self._chunks = iter(_NOTHING)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChatCompletionChunk:
        chunk = next(self._chunks, None)
        if chunk is None:
            raise StopAsyncIteration
        return chunk

    async def aclose(self) -> None:
        """Give the chunks up."""
        self.close()
