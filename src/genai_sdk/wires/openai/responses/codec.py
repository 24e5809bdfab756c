"""Chat over `/responses`: what is asked and answered keeps chat's shape."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Usage
from genai_sdk.wires.chunks import chunks_of
from genai_sdk.wires.openai.body import APART, add_stream_options, encode_body, out_of_shape
from genai_sdk.wires.openai.models import conditional_of, refuse_sampling, traits_of
from genai_sdk.wires.openai.responses.answer import completion_of
from genai_sdk.wires.openai.responses.events import ResponsesParser
from genai_sdk.wires.openai.responses.request import LACKS, PLACES, responses_fields
from genai_sdk.wires.openai.responses.usage import usage_of
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.operation import ChatRequest
from genai_sdk.wires.values import plain
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, UnencodableError


class ResponsesCodec(Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]):
    """https://platform.openai.com/docs/api-reference/responses."""

    lacks = LACKS
    places = PLACES

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._traits = traits_of(endpoint)
        self.conditional = conditional_of(self._traits) | {"stream_options"}
        self._url = url(endpoint, "/responses")

    def encode(self, request: ChatRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = request.options
        if options and not self.conditional.isdisjoint(options):
            refuse_sampling(self._traits, options)
        left_out = APART | LACKS
        options_set = {name: item for name, item in options.items() if item is not None and name not in left_out}
        fields = self._fields(request, options_set)
        if isinstance(fields, UnencodableError):
            raise fields
        if stream:
            add_stream_options(fields, options.get("stream_options"), with_usage=False)
        return HttpRequest(self._url, encode_body(fields, options, takes_cache_marks=False), streams=stream)

    def _fields(self, request: ChatRequest, options_set: Mapping[str, Any]) -> dict[str, Any] | UnencodableError:
        try:
            return responses_fields(self.endpoint.model, plain(request.messages), plain(options_set))
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            return out_of_shape(error)

    def decode(self, data: dict[str, Any], _headers: Mapping[str, str]) -> ChatCompletion | None:
        """Return the answer; None if there is nothing in it."""
        return completion_of(data, self.endpoint.model, self.notice)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that a refused response, or the event of one, reports."""
        response = data.get("response") if isinstance(data.get("response"), dict) else data
        fields = usage_of(response, response.get("output") or ())
        return Usage.from_dict(fields) if fields else None

    def parser(self) -> ResponsesParser:
        """Return what reads a stream."""
        return ResponsesParser(self.endpoint.model, self.notice)

    def chunks(self, response: ChatCompletion) -> Sequence[ChatCompletionChunk]:
        """Return a whole answer as a stream gives it."""
        return chunks_of(response)
