"""The wire: which operation goes over which of OpenAI's endpoints."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from genai_sdk.catalogue import is_openai
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, ConnectionView, EmbeddingResponse
from genai_sdk.wires.openai.chat import ChatCodec
from genai_sdk.wires.openai.responses.words import RESPONSES
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest, Operation
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


def _speech(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.speech import SpeechCodec  # and so are those below

    return SpeechCodec(endpoint)


def _transcription(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.transcription import TranscriptionCodec

    return TranscriptionCodec(endpoint)


def _image(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.images import ImageCodec

    return ImageCodec(endpoint)


def _image_edit(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.images import ImageEditCodec

    return ImageEditCodec(endpoint)


def _rerank(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.rerank import RerankCodec

    return RerankCodec(endpoint)


def _moderation(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.moderation import ModerationCodec

    return ModerationCodec(endpoint)


def _text(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.text import TextCodec

    return TextCodec(endpoint)


def _retrieval(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.responses.retrieval import Retrieval

    return Retrieval(endpoint)


def _cancellation(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.openai.responses.retrieval import Cancellation

    return Cancellation(endpoint)


class OpenAIWire(Wire):
    """https://platform.openai.com/docs/api-reference."""

    name = "openai"
    words = RESPONSES
    codecs: ClassVar[Mapping[str, Callable[[Endpoint], Codec[Any, Any, Any] | None]]] = MappingProxyType(
        {
            CHAT.name: _chat,
            EMBEDDING.name: _embedding,
            "responses": _responses,
            "responses.retrieve": _retrieval,
            "responses.cancel": _cancellation,
            "speech": _speech,
            "transcription": _transcription,
            "image_generation": _image,
            "image_edit": _image_edit,
            "rerank": _rerank,
            "moderation": _moderation,
            "text_completion": _text,
        }
    )

    def serves(self, operation: Operation[Any, Any, Any], model: str, view: ConnectionView, /) -> bool:
        """Tell whether an operation can be had: OpenAI has no rerank, and Azure neither that nor moderation.

        Azure's reference (https://learn.microsoft.com/azure/ai-foundry/openai/reference-preview) lists neither.
        """
        if operation.name == "rerank":
            return view.adapter == "openai" and not is_openai(view.base_url)
        if operation.name == "moderation" and view.adapter == "azure":
            return False
        return super().serves(operation, model, view)


WIRE = OpenAIWire()
