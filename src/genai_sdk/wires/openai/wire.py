"""The wire: which operation goes over which of OpenAI's endpoints."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, EmbeddingResponse
from genai_sdk.wires.openai.chat import ChatCodec
from genai_sdk.wires.openai.responses.words import RESPONSES
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest
from genai_sdk.wires.wire import Codec, Endpoint, Wire


def _chat(endpoint: Endpoint) -> Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]:
    if not endpoint.use_responses_api:
        return ChatCodec(endpoint)
    from genai_sdk.wires.openai.responses.codec import ResponsesCodec  # a cost only for those who ask for it

    return ResponsesCodec(endpoint)


def _embedding(endpoint: Endpoint) -> Codec[EmbeddingRequest, EmbeddingResponse, None]:
    from genai_sdk.wires.openai.embeddings import EmbeddingCodec  # as above

    return EmbeddingCodec(endpoint)


def _speech(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.speech import SpeechCodec  # and so are those below

    return SpeechCodec(endpoint)


def _transcription(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.transcription import TranscriptionCodec

    return TranscriptionCodec(endpoint)


class OpenAIWire(Wire):
    """https://platform.openai.com/docs/api-reference."""

    name = "openai"
    words = RESPONSES
    codecs: ClassVar[Mapping[str, Callable[[Endpoint], Codec[Any, Any, Any]]]] = MappingProxyType(
        {
            CHAT.name: _chat,
            EMBEDDING.name: _embedding,
            "speech": _speech,
            "transcription": _transcription,
        }
    )


WIRE = OpenAIWire()
