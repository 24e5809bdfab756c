"""Responses over `/responses`: items and events go through as they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.catalogue import is_azure_v1, is_openai
from genai_sdk.types import ConnectionView, Usage
from genai_sdk.types.responses import ResponsesEvent, ResponsesResponse
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.kept_files import check_files
from genai_sdk.wires.openai.body import APART, add_stream_options, encode_body, is_final
from genai_sdk.wires.openai.responses.answer import finish_fields
from genai_sdk.wires.openai.responses.usage import usage_of
from genai_sdk.wires.openai.responses.words import EVENTS, ITEMS
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.responses.assembly import native_usage, whole_as_events
from genai_sdk.wires.responses.call import ResponsesRequest
from genai_sdk.wires.seal import SEAL, is_sealed
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, MalformedError

Batch = EventBatch[ResponsesEvent]

_SHOWN = frozenset({"text", "arguments", "annotation", "audio", "image"})
_EMPTY_AT_FIRST = frozenset({"message", "reasoning"})


def has_responses(endpoint: Endpoint | ConnectionView) -> bool:
    """Tell whether an endpoint is known to have `/responses`: OpenAI, Azure's undated wire, or one that says so."""
    if endpoint.use_responses_api:
        return True
    base_url = endpoint.base_url
    return is_azure_v1(base_url or "") if endpoint.adapter == "azure" else is_openai(base_url)


class NativeResponses(Codec[ResponsesRequest, ResponsesResponse, Batch]):
    """https://platform.openai.com/docs/api-reference/responses."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = url(endpoint, "/responses")

    def encode(self, request: ResponsesRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = request.options
        check_files((request.input, options.get("tools")))
        fields: dict[str, Any] = {
            "model": self.endpoint.model,
            "input": _input(request, self.endpoint.connection),
            **{name: item for name, item in options.items() if item is not None and name not in APART},
        }
        if stream:
            add_stream_options(fields, options.get("stream_options"), with_usage=False)
        return HttpRequest(self._url, encode_body(fields, options, takes_cache_marks=False), streams=stream)

    def decode(self, data: dict[str, Any], _headers: Mapping[str, str]) -> ResponsesResponse | None:
        """Return the response; None if there is nothing in it."""
        status = data.get("status") or "completed"
        output = data.get("output")
        if not isinstance(output, list) or (not output and status == "completed"):
            return None
        return response_of(data, self.endpoint.model, self.notice)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that a refused response, or the event of one, reports."""
        response = data.get("response") if isinstance(data.get("response"), dict) else data
        return native_usage(usage_of(response, response.get("output") or ()), response.get("usage"))

    def parser(self) -> "NativeEvents":
        """Return what reads a stream."""
        return NativeEvents(self.endpoint.model, self.notice)

    def chunks(self, response: ResponsesResponse) -> Sequence[Batch]:
        """Return a whole response as a stream gives it."""
        return whole_as_events(response)


class NativeEvents:
    """The `Parser` of one stream.

    Args:
        model: The model asked, for a response that names none.
        notice: Is told of words that no row names.

    Attributes:
        finished: Whether the response has ended.
        usage: The tokens, once they are reported.
    """

    def __init__(self, model: str, notice: Notice = ignore) -> None:
        self.finished = False
        self.usage: Usage | None = None
        self._model = model
        self._notice = notice

    @property
    def whole(self) -> bool:
        """Whether nothing is missing: the last event has all."""
        return self.finished

    @property
    def done(self) -> bool:
        """Whether the stream is over, whatever the server does with its socket."""
        return self.finished

    def read(self, event: dict[str, Any]) -> Batch:
        """Return an event as it is.

        Raises:
            MalformedError: The response failed and says no reason.
        """
        kind = EVENTS.get(event.get("type", ""))
        if kind in _SHOWN:
            return EventBatch((ResponsesEvent.from_dict(event),), has_content=bool(_piece(event)))
        if kind == "item":
            item = event.get("item") or {}
            if (word := item.get("type")) not in ITEMS:
                self._notice("block", word)
            return EventBatch((ResponsesEvent.from_dict(event),), has_content=word not in _EMPTY_AT_FIRST)
        if kind == "failed":
            raise MalformedError("an event that it failed, for no reason given")
        if kind is None:
            self._notice("event", event.get("type"))
        if isinstance(response := event.get("response"), dict):
            event["response"] = made = response_of(response, self._model, self._notice)
            if kind == "end" or (kind is None and made.status in ("completed", "incomplete")):
                self.finished, self.usage = True, made.usage
        return EventBatch((ResponsesEvent.from_dict(event),), has_content=self.finished)

    def end(self) -> Sequence[Batch]:
        """Return nothing: what comes last came with the response."""
        return ()


def response_of(data: Mapping[str, Any], model: str, notice: Notice = ignore) -> ResponsesResponse:
    """Return a response with its items as they came.

    Args:
        data: The response's JSON.
        model: The model asked, for a response that names none.
        notice: Is told of words that no row names.

    Raises:
        MalformedError: It failed and says no reason.
    """
    finish_fields(data, notice, has_calls=False)
    return kept_response(data, model, notice)


def kept_response(data: Mapping[str, Any], model: str, notice: Notice = ignore) -> ResponsesResponse:
    """Return a response however it ended; arguments as of `response_of`."""
    output = data.get("output") or ()
    for item in output:
        if item.get("type") not in ITEMS:
            notice("block", item.get("type"))
    usage = native_usage(usage_of(data, output, notice), data.get("usage"))
    return ResponsesResponse.from_dict({**data, "model": data.get("model") or model, "usage": usage})


def _piece(event: Mapping[str, Any]) -> Any:
    return next(
        (event[name] for name in ("delta", "text", "arguments", "input", "annotation") if event.get(name)), None
    )


def _input(request: ResponsesRequest, connection: str) -> Any:
    encoded = request.encoded
    foreign = {name for name, home in request.reasoning.items() if home != connection}
    as_it_is = encoded is not None and request.options.get("instructions") is None and is_final(encoded) and not foreign
    if as_it_is and encoded is not None and SEAL.encode() not in encoded:
        return msgspec.Raw(encoded)
    if isinstance(request.input, str):
        return request.input
    # Reasoning of another vendor's, which this package put into an item, is nothing that OpenAI could open; nor is what
    # OpenAI encrypted for another account, which it refuses (`invalid_encrypted_content`).
    return [item for item in request.input if not is_sealed(item) and item.get("id") not in foreign]
