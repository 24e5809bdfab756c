"""A driver that answers from memory: what is left of a call is everything but the wire."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from benchmarks import canned
from genai_sdk.drivers import DriverResponse
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, EmbeddingResponse
from genai_sdk.wires.operation import CHAT, EMBEDDING, Operation


def _body(answer: bytes) -> Any:
    import msgspec

    return msgspec.json.decode(answer.partition(b"\r\n\r\n")[2])


class MemoryDriver:
    """A `Driver` that hands out the same values again and again."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {
            CHAT.name: ChatCompletion.from_dict(canned.completion()),
            EMBEDDING.name: EmbeddingResponse.from_dict(_body(canned.embeddings(as_base64=False))),
        }
        events = [event[6:-2] for event in canned.completion_events(canned.BURST)[:-1]]
        self._chunks = [ChatCompletionChunk.from_dict(_body(b"\r\n\r\n" + event)) for event in events]

    def warm_up(self, *_: object) -> None:
        """Do nothing."""

    def serves(self, *_: object) -> bool:
        """Say that it has everything."""
        return True

    def is_warm(self, *_: object) -> bool:
        """Say that there is nothing to do."""
        return True

    def prepare(self, *_: object) -> None:
        """Do nothing."""

    def run(self, operation: Operation[Any, Any, Any], *_: object) -> DriverResponse[Any]:
        return DriverResponse(self._values[operation.name], "req-bench")

    async def arun(self, operation: Operation[Any, Any, Any], *_: object) -> DriverResponse[Any]:
        return DriverResponse(self._values[operation.name], "req-bench")

    def stream(self, *_: object) -> "_Chunks":
        return _Chunks(self._chunks)

    async def astream(self, *_: object) -> "_AsyncChunks":
        return _AsyncChunks(self._chunks)


class _Chunks:
    request_id = "req-bench"

    def __init__(self, chunks: list[ChatCompletionChunk]) -> None:
        self.ready = iter(chunks)

    def __iter__(self) -> Iterator[ChatCompletionChunk]:
        return self

    def __next__(self) -> ChatCompletionChunk:
        return next(self.ready)

    def more(self) -> bool:
        """Say that nothing else comes."""
        return False

    def close(self) -> None:
        """Do nothing."""


class _AsyncChunks:
    request_id = "req-bench"

    def __init__(self, chunks: list[ChatCompletionChunk]) -> None:
        self.ready = iter(chunks)

    def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]:
        return self

    async def __anext__(self) -> ChatCompletionChunk:
        for chunk in self.ready:
            return chunk
        raise StopAsyncIteration

    async def amore(self) -> bool:
        """Say that nothing else comes."""
        return False

    async def aclose(self) -> None:
        """Do nothing."""
