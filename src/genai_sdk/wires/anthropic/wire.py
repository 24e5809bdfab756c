"""The wire: where requests for a message go, and what their answers are worth."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from genai_sdk.catalogue import vertex_model_path
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Usage
from genai_sdk.wires.anthropic.answer import completion_of, usage_fields
from genai_sdk.wires.anthropic.hosts import HOSTS
from genai_sdk.wires.anthropic.models import facts_of
from genai_sdk.wires.anthropic.request import LACKS, conditional_of, message_fields, places_of
from genai_sdk.wires.anthropic.words import ANTHROPIC, API_VERSION
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.operation import ChatRequest
from genai_sdk.wires.unsupported import UnsupportedError
from genai_sdk.wires.values import encode, plain
from genai_sdk.wires.wire import JSON, Codec, Endpoint, HttpRequest, Wire

if TYPE_CHECKING:  # loaded by the first stream, and by those who ask for messages
    from genai_sdk.wires.anthropic.native import NativeMessages
    from genai_sdk.wires.chunks import ChatParser

# A value of ours inside `extra_body`, which msgspec would encode as the struct that it is.
_VALUE_MARK = b'"model_extra":{'


class Messages(Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]):
    """Chat over the Messages API."""

    lacks = LACKS

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        host = HOSTS[endpoint.adapter]
        self._fetches = host.fetches
        self._facts = facts_of(endpoint.model, on_vertex=host.is_vertex)
        self.conditional, self.places = conditional_of(self._facts), places_of(self._facts)
        headers = dict(JSON)
        if host.names_model:
            path = vertex_model_path(endpoint.project, endpoint.region, "anthropic", endpoint.model)
            self._urls = f"{endpoint.root}{path}:rawPredict", f"{endpoint.root}{path}:streamRawPredict"
            # `lib.vertex._client` of anthropic 2.14.0: the version moves into the body.
            self._head: dict[str, Any] = {"anthropic_version": API_VERSION}
        else:
            self._urls = (f"{endpoint.root}/v1/messages",) * 2
            self._head = {"model": endpoint.model}
            headers["anthropic-version"] = API_VERSION
        self.headers = headers

    def encode(self, request: ChatRequest, *, stream: bool) -> HttpRequest:
        """Return the request for a message."""
        fields = {**self._head, **message_fields(request, self._facts, takes_urls=self._fetches)}
        if stream:
            fields["stream"] = True
            if set(request.options.get("stream_options") or ()) - {"include_usage"}:  # usage always comes
                raise UnsupportedError("stream_options")
        more = request.options.get("extra_body")
        if more:
            fields.update(more)
        body = encode(fields)
        if _VALUE_MARK in body:
            body = encode(plain(fields))
        return HttpRequest(self._urls[stream], body, self.headers, streams=stream)

    def decode(self, data: Any, headers: Mapping[str, str], /) -> ChatCompletion | None:
        """Return the completion that a message is."""
        return completion_of(data, self.endpoint.model, self.notice)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that a refused message reports; the end of a streamed one need not say all of them."""
        usage = data.get("usage") if data.get("type") != "message_delta" else None
        return Usage.from_dict(usage_fields(usage)) if isinstance(usage, Mapping) else None

    def parser(self) -> "ChatParser":
        """Return what reads one stream."""
        from genai_sdk.wires.anthropic.events import Events, MessageParser

        return MessageParser(Events(self.endpoint.model, self.notice))

    def chunks(self, response: ChatCompletion) -> tuple[ChatCompletionChunk, ...]:
        """Return a whole answer as a stream gives it."""
        from genai_sdk.wires.chunks import chunks_of

        return chunks_of(response)


def _messages(endpoint: Endpoint) -> "NativeMessages":
    from genai_sdk.wires.anthropic.native import NativeMessages  # a cost only for those who ask for it

    return NativeMessages(endpoint)


class AnthropicWire(Wire):
    """Anthropic's Messages API."""

    name = "anthropic"
    words = ANTHROPIC
    codecs = MappingProxyType({"chat": Messages, "messages": _messages})

    def error_of(self, data: Any) -> ErrorBody | None:
        """Return the error in an event or a body of 2xx; nearly all of them say that they are none."""
        if type(data) is dict and "error" not in data and data.get("type") != "error":
            return None
        error = super().error_of(data)
        return None if error is None else _coded(error, data)

    def read_error(self, body: bytes) -> ErrorBody:
        """Return what the body of a response that is not 2xx says."""
        error = super().read_error(body)
        try:
            return _coded(error, msgspec.json.decode(body))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return error


def _coded(error: ErrorBody, data: Any) -> ErrorBody:
    """Return an error with the code of its details first, which says more than its type does."""
    match data:
        case {"error": {"details": {"error_code": str(code)}}}:
            return msgspec.structs.replace(error, codes=(code.lower(), *error.codes))
        case _:
            return error


WIRE = AnthropicWire()
"""The wire."""
