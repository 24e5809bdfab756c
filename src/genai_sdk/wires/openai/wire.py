"""The wire: which operation goes over which of OpenAI's endpoints."""

from types import MappingProxyType

from genai_sdk.types import ChatCompletion, ChatCompletionChunk
from genai_sdk.wires.openai.chat import ChatCodec
from genai_sdk.wires.openai.embeddings import EmbeddingCodec
from genai_sdk.wires.openai.responses.codec import ResponsesCodec
from genai_sdk.wires.openai.responses.words import RESPONSES
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest
from genai_sdk.wires.wire import Codec, Endpoint, Wire


def _chat(endpoint: Endpoint) -> Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]:
    return ResponsesCodec(endpoint) if endpoint.use_responses_api else ChatCodec(endpoint)


class OpenAIWire(Wire):
    """https://platform.openai.com/docs/api-reference."""

    name = "openai"
    words = RESPONSES
    codecs = MappingProxyType({CHAT.name: _chat, EMBEDDING.name: EmbeddingCodec})


WIRE = OpenAIWire()
