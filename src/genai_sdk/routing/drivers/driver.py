"""What a driver is: it makes one attempt on one deployment, and knows no policy."""

from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from genai_sdk.connections import Connection
from genai_sdk.http import Budget
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, EmbeddingResponse

T = TypeVar("T")


class Deployment(msgspec.Struct, frozen=True):
    """One model on one connection."""

    connection: Connection
    model: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells deployments apart: (connection name, model id)."""
        return (self.connection.name, self.model)


class ChatRequest(msgspec.Struct, frozen=True):
    """A chat call.

    Attributes:
        messages: The conversation in OpenAI's shape.
        options: OpenAI's parameters by their names, validated.
        encoded: The messages as JSON, if that was made already.
    """

    messages: Sequence[Mapping[str, Any]]
    options: Mapping[str, Any] = {}
    encoded: bytes | None = None


class EmbeddingRequest(msgspec.Struct, frozen=True):
    """An embedding call: one text or several, and OpenAI's parameters by their names."""

    input: str | Sequence[str]
    options: Mapping[str, Any] = {}


class Reply(msgspec.Struct, Generic[T], frozen=True):
    """An answer and what its HTTP response said beside it."""

    value: T
    request_id: str | None = None


class ChunkStream(Protocol):
    """A stream that was answered with 2xx; ends when the provider's stream ends."""

    request_id: str | None

    def __iter__(self) -> Iterator[ChatCompletionChunk]: ...
    def __next__(self) -> ChatCompletionChunk: ...
    def close(self) -> None:
        """Free the connection; allowed at any time, more than once, from any thread."""


class AsyncChunkStream(Protocol):
    """The async twin of `ChunkStream`."""

    request_id: str | None

    def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]: ...
    async def __anext__(self) -> ChatCompletionChunk: ...
    async def aclose(self) -> None:
        """Free the connection; allowed at any time, more than once."""


class Driver(Protocol):
    """Makes one attempt.

    Every method raises a `ProviderError` with its facts filled in (provider, connection, model, status_code,
    request_id, retry_after, reason) and no secret in its message, raised with neither cause nor context. Time is
    bounded by the budget; a stream's owner lifts its total at the first content.
    """

    def complete(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> Reply[ChatCompletion]:
        """Answer a chat call."""
        ...

    def acomplete(
        self, deployment: Deployment, request: ChatRequest, budget: Budget
    ) -> Awaitable[Reply[ChatCompletion]]:
        """Answer a chat call; the twin of `complete`."""
        ...

    def stream(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> ChunkStream:
        """Answer a chat call with a stream that was accepted with 2xx."""
        ...

    def astream(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> Awaitable[AsyncChunkStream]:
        """Answer a chat call with a stream; the twin of `stream`."""
        ...

    def embed(self, deployment: Deployment, request: EmbeddingRequest, budget: Budget) -> Reply[EmbeddingResponse]:
        """Answer an embedding call."""
        ...

    def aembed(
        self, deployment: Deployment, request: EmbeddingRequest, budget: Budget
    ) -> Awaitable[Reply[EmbeddingResponse]]:
        """Answer an embedding call; the twin of `embed`."""
        ...

    def is_warm(self, connection: Connection, /) -> bool:
        """Tell whether `warm_up` has nothing left to do for a connection."""
        ...

    def warm_up(self, connections: Iterable[Connection], /) -> None:
        """Do now what the first call on these connections would do: the slow imports."""
        ...
