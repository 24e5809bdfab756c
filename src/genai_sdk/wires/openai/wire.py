"""The wire: which operation goes over which of OpenAI's endpoints."""

from types import MappingProxyType
from typing import TYPE_CHECKING

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, EmbeddingResponse
from genai_sdk.wires.openai.chat import ChatCodec
from genai_sdk.wires.openai.responses.words import RESPONSES
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest
from genai_sdk.wires.wire import Codec, Endpoint, Wire

if TYPE_CHECKING:  # loaded by those who ask for responses
    from genai_sdk.wires.openai.responses.native import NativeResponses


def _chat(endpoint: Endpoint) -> Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]:
    if not endpoint.use_responses_api:
        return ChatCodec(endpoint)
    from genai_sdk.wires.openai.responses.codec import ResponsesCodec  # a cost only for those who ask for it

    return ResponsesCodec(endpoint)


def _embedding(endpoint: Endpoint) -> Codec[EmbeddingRequest, EmbeddingResponse, None]:
    from genai_sdk.wires.openai.embeddings import EmbeddingCodec  # as above

    return EmbeddingCodec(endpoint)


def _responses(endpoint: Endpoint) -> "NativeResponses | None":
    from genai_sdk.wires.openai.responses.native import NativeResponses, has_responses  # as above

    return NativeResponses(endpoint) if has_responses(endpoint) else None


class OpenAIWire(Wire):
    """https://platform.openai.com/docs/api-reference."""

    name = "openai"
    words = RESPONSES
    codecs = MappingProxyType({CHAT.name: _chat, EMBEDDING.name: _embedding, "responses": _responses})


WIRE = OpenAIWire()
