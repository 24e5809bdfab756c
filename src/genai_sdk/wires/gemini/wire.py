"""The wire: where each call goes, and the codecs of chat and of embeddings."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar
from urllib.parse import quote

import msgspec

from genai_sdk.catalogue import vertex_model_path
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, EmbeddingResponse, Usage
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.gemini import embeddings
from genai_sdk.wires.gemini.answer import completion_of
from genai_sdk.wires.gemini.models import embeds_contents
from genai_sdk.wires.gemini.request import LACKS, LACKS_ON_VERTEX, chat_body
from genai_sdk.wires.gemini.usage import usage_of
from genai_sdk.wires.gemini.words import FAILURES, FINISH_REASONS, QUOTA_FAILURE, REFUSALS
from genai_sdk.wires.operation import ChatRequest, EmbeddingRequest
from genai_sdk.wires.unsupported import is_set
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, Parser, UnsupportedError, Wire

_STUDIO = "google-ai-studio"
_TIER_HEADER = "x-gemini-service-tier"  # https://ai.google.dev/gemini-api/docs/flex-inference
_DAILY = r"per_?day"


def model_url(endpoint: Endpoint) -> str:
    """Return the URL of a model, up to the method.

    A tuned model of Vertex AI is behind an endpoint, which has a number for a name.
    """
    root, model = endpoint.root, endpoint.model
    if endpoint.adapter == _STUDIO:
        return f"{root}/{model if model.startswith('tunedModels/') else f'models/{_name(model)}'}"
    number = model.removeprefix("endpoints/")
    if number.isdigit():
        place = vertex_model_path(endpoint.project, endpoint.region, "google", "-").partition("/publishers/")[0]
        return f"{root}{place}/endpoints/{number}"
    return root + vertex_model_path(endpoint.project, endpoint.region, "google", _plain(model))


def _plain(model: str) -> str:
    return model.removeprefix("models/")


def _name(model: str) -> str:
    return quote(_plain(model), safe="@")


class Chat(Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]):
    """Chat over generateContent and streamGenerateContent."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        url = model_url(endpoint)
        self._whole, self._streamed = f"{url}:generateContent", f"{url}:streamGenerateContent?alt=sse"
        self._model = _plain(endpoint.model)
        self.lacks = LACKS if endpoint.adapter == _STUDIO else LACKS_ON_VERTEX

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

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = model_url(endpoint)
        self._model = _plain(endpoint.model)
        self._by_contents = endpoint.adapter == _STUDIO or embeds_contents(self._model)

    def split(self, request: EmbeddingRequest) -> Sequence[EmbeddingRequest]:
        """Return the requests that one call of Google's takes each."""
        texts = request.input
        most = embeddings.MOST_BATCHED if self._by_contents else embeddings.MOST_PREDICTED
        if isinstance(texts, str) or len(texts) <= most:
            return (request,)
        starts = range(0, len(texts), most)
        return [msgspec.structs.replace(request, input=texts[start : start + most]) for start in starts]

    def join(self, responses: Sequence[EmbeddingResponse]) -> EmbeddingResponse:
        """Return the answers as one."""
        return responses[0] if len(responses) == 1 else embeddings.joined(responses)

    def encode(self, request: EmbeddingRequest, *, stream: bool) -> HttpRequest:
        """Return the request of an embedding call."""
        if self.endpoint.adapter == _STUDIO:
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


class GeminiWire(Wire):
    """Google's wire, as Google AI Studio and Vertex AI serve it."""

    name = "gemini"
    words = REFUSALS
    codecs: ClassVar[Mapping[str, Callable[[Endpoint], Codec[Any, Any, Any] | None]]] = MappingProxyType(
        {"chat": Chat, "embedding": Embeddings}
    )

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
