"""What can be asked of a model: an operation is a row, and everything that carries calls is generic over rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar

import msgspec

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, EmbeddingResponse, Response

Q = TypeVar("Q", bound=msgspec.Struct)
"""What an operation is asked with."""
A = TypeVar("A", bound=Response)
"""What it is answered with."""
C = TypeVar("C")
"""What a stream of it consists of."""


class Operation(msgspec.Struct, Generic[Q, A, C], frozen=True):
    """One thing that can be asked of a model.

    Attributes:
        name: Its name, which codecs are found by.
        request: The type of its requests.
        response: The type of its responses.
        chunk: The type of a stream's items; `NoneType` where it has no streams.
        observation: What Langfuse shows a call of it as.
        input: The field of a request that is recorded as the call's input.
        as_chat: Makes its codec on a wire that has none, from the wire's codec of chat; None where it is no kind of
            chat.
        assembly: Makes what puts a stream of a vendor's own events together again; None where it has no such events.
        gather: Makes a response of a stream's items and the model asked; None where it has no streams, and for chat,
            whose chunks are put together as they come.
        units: Returns what a request and its response are billed by where no tokens are, by the names of
            `catalogue.unit_prices`; None where nothing is known.
    """

    name: str
    request: type[Q]
    response: type[A]
    chunk: type[C]
    observation: Literal["generation", "embedding", "retriever", "guardrail", "span"]
    input: str
    gather: Callable[[Sequence[C], str], A] | None = None
    units: Callable[[Q, A], Mapping[str, float]] | None = None
    as_chat: Callable[[Any], Any] | None = None
    assembly: Callable[[], Any] | None = None

    def options(self, request: Q) -> Mapping[str, Any]:
        """Return the parameters of a request."""
        options: Mapping[str, Any] = getattr(request, "options", {})
        return options


class ChatRequest(msgspec.Struct, frozen=True):
    """A chat call.

    Attributes:
        messages: The conversation in OpenAI's shape. Never written to.
        options: OpenAI's parameters by their names, validated.
        encoded: The messages as JSON, if that was made already.
    """

    messages: Sequence[Mapping[str, Any]]
    options: Mapping[str, Any] = {}
    encoded: bytes | None = None

    @property
    def wants_usage(self) -> bool:
        """Whether a stream is asked to say its tokens."""
        return bool((self.options.get("stream_options") or {}).get("include_usage"))


class EmbeddingRequest(msgspec.Struct, frozen=True):
    """An embedding call.

    Attributes:
        input: One text or several.
        options: OpenAI's parameters by their names, validated.
        encoded: The input as JSON, if that was made already.
    """

    input: str | Sequence[str]
    options: Mapping[str, Any] = {}
    encoded: bytes | None = None


CHAT = Operation("chat", ChatRequest, ChatCompletion, ChatCompletionChunk, "generation", "messages")
"""A conversation and its next message."""

EMBEDDING = Operation("embedding", EmbeddingRequest, EmbeddingResponse, type(None), "embedding", "input")
"""Texts and their vectors."""
