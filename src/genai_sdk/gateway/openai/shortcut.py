"""The way of a call past the SDK's HTTP: from the options of its `request` to a client's call, and back to its models.

A call that has anything which only HTTP can show (a raw response, headers, hooks, files) goes the long way, through
the transport; and so do all calls with an SDK that lacks one of the seams.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any, get_args

import openai
from openai.types import CreateEmbeddingResponse

from genai_sdk.errors import GenAIError
from genai_sdk.gateway.openai.api_call import HttpRequest
from genai_sdk.gateway.openai.application import AsyncEvents, Events, HttpResponse
from genai_sdk.gateway.openai.deferred_response import deferred_response
from genai_sdk.gateway.openai.likeness import make_embeddings
from genai_sdk.gateway.openai.streams import make_stream, read_as_json
from genai_sdk.gateway.openai.transport import API_KEY, Transport
from genai_sdk.gateway.stainless import Sdk

_HOOKS = ("_prepare_options", "_prepare_request")
_SEAMS = ("request", "copy", "_build_request", "_process_response_data", "_make_status_error_from_response", *_HOOKS)
_STREAM_SEAMS = ("__stream__", "_iter_events")

_OPTIONS = frozenset(
    {
        *("method", "url", "json_data", "extra_json", "files", "content", "headers", "timeout", "max_retries"),
        *("post_parser", "security"),
    }
)
"""The options of a request that are read here (openai 2.0.0 and 3.57.0, `FinalRequestOptions`)."""

_COPIED = {"timeout", "max_retries"}
"""What a copy of the SDK's client may have of its own, and still be read here."""

_RAW = "x-stainless-raw-response"
_log = logging.getLogger("openai._base_client")


def is_open(kind: type, stream: type) -> bool:
    """Return whether an SDK has all that is needed here, in its client's class and in its stream's."""
    has_models = hasattr(openai.BaseModel, "model_copy") and hasattr(openai.BaseModel, "__pydantic_extra__")
    return has_models and all(hasattr(kind, name) for name in _SEAMS) and all(hasattr(stream, n) for n in _STREAM_SEAMS)


class Shortcut:
    """The short way of one client of the SDK's.

    Args:
        sdk: The client, as it was made.
        transport: Its transport, which is the long way.
        vendor: The SDK.

    Attributes:
        application: Answers the requests.
    """

    def __init__(self, sdk: Any, transport: Transport, vendor: Sdk) -> None:
        self.application = transport.application
        self._transport = transport
        self._vendor = vendor
        self._base_url = sdk.base_url
        self._http_client = sdk._client
        self._hooks = [(name, getattr(type(sdk), name)) for name in _HOOKS]

    def of_copy(self, sdk: Any, made: Any, options: Mapping[str, Any]) -> "Shortcut | None":
        """Return the short way of a copy of the SDK's client; None if it has none."""
        if options.keys() <= _COPIED and self._holds(sdk):
            return Shortcut(made, self._transport, self._vendor)
        return None

    def _holds(self, sdk: Any) -> bool:
        """Return whether a client is still as it was made: its attributes can be set, and its hooks replaced."""
        return (
            sdk.api_key == API_KEY
            and sdk.base_url is self._base_url
            and sdk._client is self._http_client
            and not sdk.is_closed()
            and not any(sdk._client.event_hooks.values())
            and all(name not in sdk.__dict__ and getattr(type(sdk), name) is hook for name, hook in self._hooks)
            and not _log.isEnabledFor(logging.DEBUG)  # whoever wants to see the SDK's own steps
        )

    def read(self, sdk: Any, cast_to: Any, options: Any, keywords: Mapping[str, Any]) -> HttpRequest | None:
        """Return what a request comes to; None if it has to go the long way."""
        try:
            return self._read(sdk, cast_to, options, keywords)
        except AttributeError:  # something has another name in this version
            return None

    def _read(self, sdk: Any, cast_to: Any, options: Any, keywords: Mapping[str, Any]) -> HttpRequest | None:
        stream = bool(keywords.get("stream"))
        is_known = _chunk_type(keywords.get("stream_cls")) if stream else _is_model(cast_to)
        timeout = sdk.timeout if isinstance(options.timeout, openai.NotGiven) else options.timeout
        timeout = getattr(timeout, "read", timeout)
        if not (is_known and _is_plain(options) and isinstance(timeout, int | float | None) and self._holds(sdk)):
            return None
        body = options.json_data
        if options.extra_json:
            body = {**body, **options.extra_json}
        if bool(body.get("stream")) != stream:
            return None
        try:
            data = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
        except (TypeError, ValueError):  # the SDK says what is wrong, or knows what to make of it
            return None
        return HttpRequest(method="POST", path=options.url, body=data, timeout=timeout)

    def finish(self, sdk: Any, cast_to: Any, options: Any, keywords: Mapping[str, Any], answer: HttpResponse) -> Any:
        """Return what the SDK's `request` does with an answer: a model, or a stream of models."""
        response = deferred_response(self._vendor.http)(
            lambda: self._transport.response(answer, sdk._build_request(options)), answer.body
        )
        if isinstance(answer.body, Events | AsyncEvents):
            return make_stream(
                answer.body,
                self._vendor.interrupted,
                cast_to=_chunk_type(keywords["stream_cls"]),
                response=response,
                client=sdk,
                options=options,
            )

        def construct(data: Any) -> Any:
            return sdk._process_response_data(data=data, cast_to=cast_to, response=response)

        made: Any
        if cast_to is CreateEmbeddingResponse and isinstance(answer.body, dict):
            rows = answer.body["data"]  # the bulk of it, and plain already
            made = make_embeddings(construct, {**read_as_json({**answer.body, "data": []}), "data": rows})
        else:
            made = construct(read_as_json(answer.body))
        if callable(options.post_parser):
            made = options.post_parser(made)
        if isinstance(made, openai.BaseModel):
            made._request_id = answer.headers.get("x-request-id")
        return made

    def failure(self, sdk: Any, options: Any, error: GenAIError) -> Exception:
        """Return the SDK's error for one of ours."""
        request = sdk._build_request(options)
        http = self._vendor.http
        made: Exception
        try:
            made = sdk._make_status_error_from_response(self._transport.failed(error, request))
        except http.TimeoutException:
            made = openai.APITimeoutError(request=request)
        except http.TransportError:
            made = openai.APIConnectionError(request=request)
        return self._vendor.explained(made, error)


def _is_plain(options: Any) -> bool:
    """Return whether a request is JSON on a path, with nothing that is not read here."""
    return (
        options.method == "post"
        and options.url.startswith("/")
        and "?" not in options.url
        and options.model_fields_set <= _OPTIONS
        and not options.files
        and getattr(options, "content", None) is None  # not in openai 2.0.0
        and isinstance(options.json_data, dict)
        and (isinstance(options.headers, openai.NotGiven) or all(map(_is_of_the_sdk, options.headers)))
    )


def _is_of_the_sdk(header: str) -> bool:
    name = header.lower()
    return name.startswith("x-stainless-") and name != _RAW


def _is_model(cast_to: Any) -> bool:
    return isinstance(cast_to, type) and issubclass(cast_to, openai.BaseModel)


def _chunk_type(stream_cls: Any) -> Any:
    """Return what a stream of the SDK's own is of."""
    if getattr(stream_cls, "__origin__", None) in (openai.Stream, openai.AsyncStream):
        return get_args(stream_cls)[0]
    return None
