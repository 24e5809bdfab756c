"""The wire: where each call goes, and the codecs of chat and of embeddings."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import msgspec

from genai_sdk.catalogue import may_embed
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, ConnectionView, EmbeddingResponse, Usage
from genai_sdk.wires.embedding_batches import BatchLimit, join_embeddings, split_texts
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.gemini import embeddings
from genai_sdk.wires.gemini.answer import completion_of
from genai_sdk.wires.gemini.models import draws, embeds_contents, is_imagen, speaks
from genai_sdk.wires.gemini.request import LACKS, LACKS_ON_VERTEX, chat_body, conditional_of, places_of
from genai_sdk.wires.gemini.urls import STUDIO, model_url, plain_name
from genai_sdk.wires.gemini.usage import usage_of
from genai_sdk.wires.gemini.words import FAILURES, FINISH_REASONS, QUOTA_FAILURE, REFUSALS
from genai_sdk.wires.operation import ChatRequest, EmbeddingRequest, Operation
from genai_sdk.wires.unsupported import UnsupportedError, is_set
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, Parser, Wire

_TIER_HEADER = "x-gemini-service-tier"  # https://ai.google.dev/gemini-api/docs/flex-inference
_DAILY = r"per_?day"


def _speech(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.gemini.speech import SpeechCodec  # a cost only for those who ask for it

    return SpeechCodec(endpoint)


def _image(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    from genai_sdk.wires.gemini.pictures import DrawingCodec, ImagenCodec

    return ImagenCodec(endpoint) if is_imagen(endpoint.model) else DrawingCodec(endpoint)


class Chat(Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]):
    """Chat over generateContent and streamGenerateContent."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        url = model_url(endpoint)
        self._whole, self._streamed = f"{url}:generateContent", f"{url}:streamGenerateContent?alt=sse"
        self._model = plain_name(endpoint.model)
        self.lacks = LACKS if endpoint.adapter == STUDIO else LACKS_ON_VERTEX
        self.conditional, self.places = conditional_of(self._model), places_of(self._model)

    def encode(self, request: ChatRequest, *, stream: bool) -> HttpRequest:
        """Return the request of a chat call."""
        wanted = request.options.get("stream_options") or {}
        if stream and any(name != "include_usage" and is_set(name, item) for name, item in wanted.items()):
            raise UnsupportedError("stream_options")  # usage comes anyway
        body = chat_body(request, self._model)
        return HttpRequest(self._streamed if stream else self._whole, body, streams=stream)

    def decode(self, data: Any, headers: Mapping[str, str]) -> ChatCompletion | None:
        """Return the answer to a chat call."""
        tier = headers.get(_TIER_HEADER)
        return completion_of(data, self._model, None if tier == "standard" else tier, self.notice)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that a refused answer or event reports."""
        fields = usage_of(data.get("usageMetadata"))
        return Usage.from_dict(fields) if fields else None

    def parser(self) -> Parser[ChatCompletionChunk]:
        """Return what reads one stream."""
        from genai_sdk.wires.gemini.events import GeminiParser

        return GeminiParser(self._model, self.notice)

    def chunks(self, response: ChatCompletion) -> Sequence[ChatCompletionChunk]:
        """Return a whole answer as a stream gives it."""
        from genai_sdk.wires.chunks import chunks_of

        return chunks_of(response)


class Embeddings(Codec[EmbeddingRequest, EmbeddingResponse, None]):
    """Embeddings, by the way that the model has."""

    lacks = embeddings.LACKS
    places = MappingProxyType({"dimensions": "outputDimensionality"})

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = model_url(endpoint)
        self._model = plain_name(endpoint.model)
        self._by_contents = endpoint.adapter == STUDIO or embeds_contents(self._model)

    def split(self, request: EmbeddingRequest) -> Sequence[EmbeddingRequest]:
        """Return the requests that one call of Google's takes each."""
        most = embeddings.MOST_BATCHED if self._by_contents else embeddings.MOST_PREDICTED
        return split_texts(request, BatchLimit(most))

    def join(self, responses: Sequence[EmbeddingResponse]) -> EmbeddingResponse:
        """Return the answers as one."""
        return join_embeddings(responses)

    def encode(self, request: EmbeddingRequest, *, stream: bool) -> HttpRequest:
        """Return the request of an embedding call."""
        if self.endpoint.adapter == STUDIO:
            body = embeddings.batch_body(request, f"models/{self._model}")
            return HttpRequest(f"{self._url}:batchEmbedContents", body)
        if not self._by_contents:
            return HttpRequest(f"{self._url}:predict", embeddings.predict_body(request))
        single = isinstance(request.input, str) or len(request.input) == 1
        method = "embedContent" if single else "batchEmbedContents"
        return HttpRequest(f"{self._url}:{method}", embeddings.contents_body(request))

    def decode(self, data: Any, headers: Mapping[str, str]) -> EmbeddingResponse | None:
        """Return the answer to an embedding call."""
        return embeddings.embeddings_of(data, self._model)


_MAKERS: Mapping[str, tuple[Callable[[str], bool], ...]] = {
    "speech": (speaks,),
    "image_generation": (draws, is_imagen),
    "image_edit": (draws,),
}


class GeminiWire(Wire):
    """Google's wire, as Google AI Studio and Vertex AI serve it."""

    name = "gemini"
    words = REFUSALS
    codecs: ClassVar[Mapping[str, Callable[[Endpoint], Codec[Any, Any, Any] | None]]] = MappingProxyType(
        {"chat": Chat, "embedding": Embeddings, "speech": _speech, "image_generation": _image, "image_edit": _image}
    )

    def serves(self, operation: Operation[Any, Any, Any], model: str, view: ConnectionView, /) -> bool:
        """Tell whether an operation can be had: of vectors, sound and pictures, by the models that make them."""
        if not super().serves(operation, model, view):
            return False
        if operation.name == "embedding":
            return may_embed(view.adapter, model)
        if not model or operation.name not in _MAKERS:
            return True
        if is_imagen(model) and view.adapter == STUDIO:
            return False  # google-genai 3.6.1, `Models._generate_images`: no longer on the Gemini API
        return any(makes(model) for makes in _MAKERS[operation.name])

    def error_of(self, data: Any) -> ErrorBody | None:
        """Return the error that a body or an event holds: also that its model failed, which Google calls a finish."""
        if isinstance(data, dict) and (candidates := data.get("candidates")):
            only = candidates[0] if type(candidates) is list and len(candidates) == 1 else None
            if type(only) is dict and "finishReason" not in only:
                return None  # nearly every event
            return _failure(candidates)
        error = super().error_of(data)
        return error if error is None else _with_quotas(error, data)

    def read_error(self, body: bytes) -> ErrorBody:
        """Return what the body of a response that is not 2xx says: also which quota is used up."""
        error = super().read_error(body)
        if QUOTA_FAILURE.encode() not in body:
            return error
        try:
            data = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            return error
        return _with_quotas(error, data[0] if isinstance(data, list) and data else data)


def _failure(candidates: Any) -> ErrorBody | None:
    for candidate in candidates if isinstance(candidates, list) else ():
        word = candidate.get("finishReason") if isinstance(candidate, dict) else None
        ending = FINISH_REASONS.get(word) if isinstance(word, str) else None
        if ending is not None and ending in FAILURES:
            text = f"{word}: {candidate.get('finishMessage') or 'the model failed to answer'}"
            return ErrorBody(text, (str(word).lower(),), FAILURES[ending])
    return None


def _with_quotas(error: ErrorBody, data: Any) -> ErrorBody:
    """Return an error that says whether a quota is used up for longer than a minute, or there is none at all.

    https://ai.google.dev/gemini-api/docs/rate-limits: the limits of a minute and of a day are the same 429.
    """
    inner = data.get("error") if isinstance(data, dict) else None
    details = inner.get("details") if isinstance(inner, dict) else None
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, dict) and detail.get("@type") == QUOTA_FAILURE:
            for violation in detail.get("violations") or ():
                if (
                    re.search(_DAILY, str(violation.get("quotaId")), re.IGNORECASE)
                    or violation.get("quotaValue") == "0"
                ):
                    return msgspec.structs.replace(error, codes=("quota_exhausted", *error.codes))
    return error


WIRE = GeminiWire()
