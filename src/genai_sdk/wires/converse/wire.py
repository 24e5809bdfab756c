"""Bedrock's wire: its codecs, and what its errors mean."""

from collections.abc import Callable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, ConnectionView, EmbeddingResponse, Usage
from genai_sdk.wires.converse.answer import completion_of, usage_of
from genai_sdk.wires.converse.embeddings import embedding_body, embedding_fields, format_of, is_known
from genai_sdk.wires.converse.models import facts_of
from genai_sdk.wires.converse.refusal import CONVERSE_WORDS, refusal_kind
from genai_sdk.wires.converse.request import conditional_of, converse_body, places_of, streams
from genai_sdk.wires.embedding_batches import BatchLimit, join_embeddings, split_texts
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.eventstream import AWS_FRAMINGS
from genai_sdk.wires.framing import Framing
from genai_sdk.wires.operation import ChatRequest, EmbeddingRequest, Operation
from genai_sdk.wires.refusal import RefusalKind, Words
from genai_sdk.wires.unsupported import JSON_OBJECT, NOTHING, ON_WIRE
from genai_sdk.wires.values import encode, plain
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, Parser, UnencodableError, Wire

if TYPE_CHECKING:  # loaded by those who ask for messages
    from genai_sdk.wires.anthropic.native import BedrockMessages

_REQUEST_ID = "x-amzn-requestid"

_LACKS: Set[str] = frozenset(
    (
        *("audio", "frequency_penalty", "logit_bias", "logprobs", "modalities", "n", "prediction", "presence_penalty"),
        *("prompt_cache_key", "prompt_cache_retention", "safety_identifier", "safety_settings", "seed", "store"),
        *("top_logprobs", "user", "verbosity", JSON_OBJECT),
    )
)
_APART = frozenset({"extra_body", "extra_headers", "stream_options"})


class ConverseCodec(Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]):
    """Chat over Converse and ConverseStream."""

    # ConverseRequest (botocore 1.44.8) has no place for these.
    lacks: Set[str] = _LACKS
    framings: ClassVar[Mapping[str, Callable[[], Framing]]] = AWS_FRAMINGS

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._facts = facts_of(endpoint.model)
        self.conditional, self.places = conditional_of(self._facts), places_of(self._facts)
        url = f"{endpoint.root}/model/{quote(endpoint.model, safe='')}"
        self._urls = f"{url}/converse", f"{url}/converse-stream"

    def unsupported(self, request: ChatRequest) -> Mapping[str, str]:
        """Return the parameters without a place; usage comes whatever `stream_options` say."""
        if not request.options:
            return NOTHING
        refused = super().unsupported(request)
        wanted = request.options.get("stream_options") or {}
        return {**refused, "stream_options": ON_WIRE} if any(name != "include_usage" for name in wanted) else refused

    def encode(self, request: ChatRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = {
            name: plain(item)
            for name, item in request.options.items()
            if item is not None and name not in _APART and name not in self.lacks
        }
        body = converse_body(request.messages, options, self._facts)
        body.update(request.options.get("extra_body") or {})
        stream = stream and streams(body, self._facts)
        return HttpRequest(self._urls[stream], encode(body), streams=stream)

    def decode(self, data: Any, headers: Mapping[str, str]) -> ChatCompletion | None:
        """Return the completion in an answer."""
        return completion_of(data, self.endpoint.model, headers.get(_REQUEST_ID, ""), self.notice)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that a refused answer reports."""
        usage = data.get("usage")
        return Usage.from_dict(usage_of(usage)) if isinstance(usage, Mapping) else None

    def parser(self) -> Parser[ChatCompletionChunk]:
        """Return what reads one stream."""
        from genai_sdk.wires.converse.events import ConverseParser

        return ConverseParser(self.endpoint.model, self.notice)

    def chunks(self, response: ChatCompletion) -> Sequence[ChatCompletionChunk]:
        """Return a whole answer as a stream gives it."""
        facts = {"id": response.id, "created": response.created, "model": response.model}
        choices = [
            {
                **choice.model_extra,
                "index": choice.index,
                "delta": choice.message.model_dump(exclude_none=True),
                "finish_reason": choice.finish_reason,
            }
            for choice in response.choices
        ]
        chunk = ChatCompletionChunk.from_dict({**facts, "choices": choices})
        last = ChatCompletionChunk.from_dict({**response.model_extra, **facts, "usage": response.usage})
        return (chunk, last)


class InvokeEmbeddingCodec(Codec[EmbeddingRequest, EmbeddingResponse, None]):
    """Embeddings over InvokeModel."""

    lacks: Set[str] = frozenset({"encoding_format", "user"})
    conditional: Set[str] = frozenset({"dimensions"})
    places: Mapping[str, str] = MappingProxyType({"dimensions": "the length of the vectors, as the model calls it"})

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = f"{endpoint.root}/model/{quote(endpoint.model, safe='')}/invoke"

    def split(self, request: EmbeddingRequest) -> Sequence[EmbeddingRequest]:
        """Return as many requests as the model needs: most take one text at a time."""
        return split_texts(request, BatchLimit(format_of(self.endpoint.model).batch))

    def join(self, responses: Sequence[EmbeddingResponse]) -> EmbeddingResponse:
        """Return the response to all texts, in their order."""
        return join_embeddings(responses)

    def encode(self, request: EmbeddingRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent for texts that one request holds."""
        texts = [request.input] if isinstance(request.input, str) else list(request.input)
        if not texts:
            raise UnencodableError("there is no text to embed")
        body = embedding_body(self.endpoint.model, plain(texts), request.options)
        body.update(request.options.get("extra_body") or {})
        return HttpRequest(self._url, encode(body))

    def decode(self, data: Any, headers: Mapping[str, str]) -> EmbeddingResponse | None:
        """Return the vectors in an answer."""
        fields = embedding_fields(self.endpoint.model, data, headers)
        return None if fields is None else EmbeddingResponse.from_dict(fields)


def _messages(endpoint: Endpoint) -> "BedrockMessages | None":
    """Return how messages go to Claude; what another name hides is asked by Converse."""
    if "anthropic." not in endpoint.model:
        return None
    from genai_sdk.wires.anthropic.native import BedrockMessages  # a cost only for those who ask for it

    return BedrockMessages(endpoint)


def _image(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.converse.pictures import codec_of  # a cost only for those who ask for it

    return codec_of(endpoint)


def _rerank(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.converse.rerank import RerankCodec

    return RerankCodec(endpoint)


def _knows(operation: str, model: str) -> bool:
    from genai_sdk.wires.converse import pictures, rerank

    rows = {"image_generation": pictures.draws, "image_edit": pictures.changes, "rerank": rerank.reranks}
    return rows[operation](model)


class ConverseWire(Wire):
    """Amazon Bedrock's runtime."""

    name: ClassVar[str] = "converse"
    words: ClassVar[Words] = CONVERSE_WORDS
    codecs: ClassVar[Mapping[str, Callable[[Endpoint], Codec[Any, Any, Any] | None]]] = MappingProxyType(
        {
            "chat": ConverseCodec,
            "embedding": InvokeEmbeddingCodec,
            "image_generation": _image,
            "image_edit": _image,
            "rerank": _rerank,
            "messages": _messages,
        }
    )

    def serves(self, operation: Operation[Any, Any, Any], model: str, _view: ConnectionView, /) -> bool:
        """Tell whether an operation can be had: but for chat, with the models whose format is known."""
        if operation.name == "chat" or operation.as_chat is not None:
            return True
        if operation.name == "embedding":
            return is_known(model)
        if operation.name not in self.codecs:
            return False
        return not model or _knows(operation.name, model)

    def error_of(self, data: Any) -> ErrorBody | None:
        """Return the error that an event holds; quick, since every event is asked."""
        return super().error_of(data) if "error" in data else None

    def refusal(self, status: int, headers: Mapping[str, str], error: ErrorBody) -> RefusalKind:
        """Return what kind of refusal an error is."""
        return refusal_kind(status, headers, error)


WIRE = ConverseWire()
"""The wire of the adapter `bedrock`."""
