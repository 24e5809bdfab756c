"""Chat over `/chat/completions`: messages go out as they are, and an answer is decoded once."""

from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from genai_sdk.catalogue import counts_reasoning, has_developers, is_openai
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Usage
from genai_sdk.wires.framing import EVENT_STREAM, ServerSentEvents
from genai_sdk.wires.openai.answers import completion_of
from genai_sdk.wires.openai.body import APART, add_stream_options, encode_body, is_final, out_of_shape
from genai_sdk.wires.openai.messages import MessageRules
from genai_sdk.wires.openai.models import conditional_of, refuse_sampling, traits_of
from genai_sdk.wires.openai.text_answer import read_text_answer
from genai_sdk.wires.openai.text_event import decode_text
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.openai.usage import find_usage, usage_fields
from genai_sdk.wires.operation import ChatRequest
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest

if TYPE_CHECKING:  # loaded by the first stream
    from genai_sdk.wires.chunks import ChatParser


class ChatCodec(Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]):
    """https://platform.openai.com/docs/api-reference/chat."""

    framings = MappingProxyType({EVENT_STREAM: partial(ServerSentEvents, decode_text)})

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = url(endpoint, "/chat/completions")
        self._takes_cache_marks = endpoint.adapter == "openai" and not is_openai(endpoint.base_url)
        self._counts_reasoning = counts_reasoning(endpoint.model)
        self._traits = traits_of(endpoint)
        self.lacks, self.conditional = self._traits.lacks, conditional_of(self._traits)
        if self._counts_reasoning:
            self.places = MappingProxyType({"max_tokens": "max_completion_tokens"})
        self._rules = MessageRules(
            endpoint.adapter, endpoint.base_url, endpoint.model, has_developers=has_developers(endpoint.model)
        )

    def encode(self, request: ChatRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = request.options
        if options and not self.conditional.isdisjoint(options):
            refuse_sampling(self._traits, options)
        fields: dict[str, Any] = {
            "model": self.endpoint.model,
            "messages": self._messages(request),
            **{name: item for name, item in options.items() if item is not None and name not in APART},
        }
        if self._counts_reasoning and "max_tokens" in fields:
            fields.setdefault("max_completion_tokens", fields.pop("max_tokens"))
        if fields.get("tool_choice") in ("auto", "none") and not fields.get("tools"):
            del fields["tool_choice"]  # OpenAI refuses it without tools, and it says nothing
        if stream:
            add_stream_options(fields, options.get("stream_options"), with_usage=True)
        body = encode_body(fields, options, takes_cache_marks=self._takes_cache_marks)
        return HttpRequest(self._url, body, streams=stream)

    def _messages(self, request: ChatRequest) -> Any:
        try:
            messages: Sequence[Any] = self._rules.mended(request.messages)
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            wrong = error
        else:
            encoded = request.encoded
            as_it_is = messages is request.messages and encoded is not None and is_final(encoded)
            return msgspec.Raw(encoded) if as_it_is and encoded is not None else messages
        raise out_of_shape(wrong)

    def decode_ordinary(self, body: bytes) -> ChatCompletion | None:
        """Return an answer of text."""
        return read_text_answer(body)

    def decode(self, data: dict[str, Any], _headers: Mapping[str, str]) -> ChatCompletion | None:
        """Return the answer; what is left of the data after the known fields is its `model_extra`."""
        return completion_of(data, self.notice)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that a refused answer or event reports."""
        fields = usage_fields(find_usage(data))
        return Usage.from_dict(fields) if fields else None

    def parser(self) -> "ChatParser":
        """Return what reads a stream, whose events are chunks already."""
        from genai_sdk.wires.openai.stream import OpenAIStream

        return OpenAIStream(self.notice)

    def chunks(self, response: ChatCompletion) -> Sequence[ChatCompletionChunk]:
        """Return a whole answer as a stream gives it."""
        from genai_sdk.wires.chunks import chunks_of

        return chunks_of(response)
