"""Messages over the Messages API: blocks and events go through as they are."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import msgspec

from genai_sdk.catalogue import vertex_model_path
from genai_sdk.types import Usage
from genai_sdk.types.messages import MessagesEvent, MessagesResponse
from genai_sdk.wires.anthropic.hosts import HOSTS
from genai_sdk.wires.anthropic.words import ANTHROPIC, API_VERSION, BLOCKS, EVENTS, STOP_REASONS
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.error_body import error_in
from genai_sdk.wires.eventstream import AWS_FRAMINGS
from genai_sdk.wires.kept_files import check_files
from genai_sdk.wires.messages.assembly import native_usage, whole_as_events
from genai_sdk.wires.messages.call import MessagesRequest
from genai_sdk.wires.seal import SEAL, is_sealed
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.values import encode, plain
from genai_sdk.wires.wire import JSON, Codec, Endpoint, FailedAnswerError, HttpRequest, MalformedError

Batch = EventBatch[MessagesEvent]

_APART = frozenset({"betas", "extra_body", "extra_headers", "user"})
_VALUE_MARK = b'"model_extra":{'
_EMPTY_AT_FIRST = frozenset({"text", "thinking"})


class NativeMessages(Codec[MessagesRequest, MessagesResponse, Batch]):
    """https://docs.anthropic.com/en/api/messages, at Anthropic and on Vertex AI."""

    places: Mapping[str, str] = MappingProxyType({"betas": "the header anthropic-beta", "user": "metadata.user_id"})

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        headers = dict(JSON)
        if HOSTS[endpoint.adapter].names_model:
            path = vertex_model_path(endpoint.project, endpoint.region, "anthropic", endpoint.model)
            self._urls = f"{endpoint.root}{path}:rawPredict", f"{endpoint.root}{path}:streamRawPredict"
            self._head: dict[str, Any] = {"anthropic_version": API_VERSION}
        else:
            self._urls = (f"{endpoint.root}/v1/messages",) * 2
            self._head = {"model": endpoint.model}
            headers["anthropic-version"] = API_VERSION
        self.headers = headers

    def encode(self, request: MessagesRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        fields = self.fields(request)
        if stream:
            fields["stream"] = True
        headers, betas = self.headers, request.options.get("betas")
        if betas:
            headers = {**headers, "anthropic-beta": ",".join(betas)}
        return HttpRequest(self._urls[stream], self.body(fields, request), headers, streams=stream)

    def fields(self, request: MessagesRequest) -> dict[str, Any]:
        """Return the fields of the body."""
        options = request.options
        check_files((request.messages, options.get("system")))
        user = {"metadata": {"user_id": options["user"]}} if options.get("user") else {}
        return {
            **self._head,
            "max_tokens": request.max_tokens,
            "messages": _messages(request),
            **{name: item for name, item in options.items() if name not in _APART},
            **user,
        }

    def body(self, fields: dict[str, Any], request: MessagesRequest) -> bytes:
        """Return the body."""
        fields.update(request.options.get("extra_body") or {})
        body = encode(fields)
        return encode(plain(fields)) if _VALUE_MARK in body else body

    def decode(self, data: dict[str, Any], _headers: Mapping[str, str]) -> MessagesResponse | None:
        """Return the message; None if there is none.

        Raises:
            MalformedError: It has an unknown stop reason and nothing else.
        """
        content = data.get("content")
        if not isinstance(content, list):
            return None
        word = data.get("stop_reason")
        for block in content:
            if block.get("type") not in BLOCKS:
                self.notice("block", block.get("type"))
        if word is not None and word not in STOP_REASONS:
            self.notice("finish reason", word)
        if word not in STOP_REASONS and not any(_says(block) for block in content):
            raise MalformedError(f"the stop reason {word!r} and nothing else")
        return message_of(data, self.endpoint.model, self.notice)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that a refused message reports; the end of a streamed one need not say all of them."""
        return native_usage(data.get("usage")) if data.get("type") != "message_delta" else None

    def parser(self) -> "NativeEvents":
        """Return what reads one stream."""
        return NativeEvents(self.endpoint.model, self.notice)

    def chunks(self, response: MessagesResponse) -> Sequence[Batch]:
        """Return a whole message as a stream gives it."""
        return whole_as_events(response)


class BedrockMessages(NativeMessages):
    """The same through Bedrock's InvokeModel, whose bodies are Anthropic's.

    https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
    """

    framings = AWS_FRAMINGS
    places = MappingProxyType({"betas": "anthropic_beta", "user": "metadata.user_id"})

    def __init__(self, endpoint: Endpoint) -> None:
        Codec.__init__(self, endpoint)
        url = f"{endpoint.root}/model/{quote(endpoint.model, safe='')}"
        self._urls = f"{url}/invoke", f"{url}/invoke-with-response-stream"
        self._head = {"anthropic_version": API_VERSION}  # `lib.bedrock._client` of anthropic 2.14.0

    def encode(self, request: MessagesRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent; names of beta features are in the body here."""
        fields = self.fields(request)
        if request.options.get("betas"):
            fields["anthropic_beta"] = list(request.options["betas"])
        return HttpRequest(self._urls[stream], self.body(fields, request), streams=stream)

    def parser(self) -> "NativeEvents":
        """Return what reads one stream."""
        return WrappedEvents(self.endpoint.model, self.notice)


class NativeEvents:
    """The `Parser` of one stream.

    Args:
        model: The model asked, for servers that do not repeat it.
        notice: Is told of words that no row names.

    Attributes:
        finished: Whether it was said why the message ended.
        done: Whether the stream is over.
    """

    def __init__(self, model: str, notice: Notice = ignore) -> None:
        self.finished = False
        self.done = False
        self._model = model
        self._notice = notice
        self._usage: dict[str, Any] = {}

    @property
    def whole(self) -> bool:
        """Whether nothing is missing."""
        return self.finished

    @property
    def usage(self) -> Usage | None:
        """The tokens that were reported so far."""
        return native_usage(self._usage) if self._usage else None

    def read(self, event: dict[str, Any]) -> Batch | None:
        """Return an event as it is."""
        has_content = False
        match event.get("type"):
            case "content_block_delta":
                delta = event.get("delta") or {}
                has_content = any(delta.get(name) for name in ("text", "thinking", "partial_json"))
            case "content_block_start":
                block = event.get("content_block") or {}
                if block.get("type") not in BLOCKS:
                    self._notice("block", block.get("type"))
                has_content = block.get("type") not in _EMPTY_AT_FIRST or _says(block)
            case "message_start":
                message = event.get("message") or {}
                self._count(message.get("usage"))
                event["message"] = message_of(message, self._model, self._notice)
                has_content = bool(message.get("content"))
            case "message_delta":
                self._finish(event)
                has_content = self.finished
            case "message_stop":
                self.done = True
            case kind if kind not in EVENTS:
                self._notice("event", kind)
        return EventBatch((MessagesEvent.from_dict(event),), has_content=has_content)

    def end(self) -> Sequence[Batch]:
        """Return nothing: all of it has come."""
        return ()

    def _count(self, usage: Any) -> None:
        if isinstance(usage, Mapping):
            self._usage.update({name: item for name, item in usage.items() if item is not None})

    def _finish(self, event: Mapping[str, Any]) -> None:
        self._count(event.get("usage"))
        word = (event.get("delta") or {}).get("stop_reason")
        if word is not None:
            self.finished = True
            if word not in STOP_REASONS:
                self._notice("finish reason", word)


class WrappedEvents(NativeEvents):
    """The `Parser` of Bedrock's stream, whose events are Anthropic's in base64."""

    def read(self, event: dict[str, Any]) -> Batch | None:
        """Return the event in an event.

        Raises:
            FailedAnswerError: It is an error.
            MalformedError: There is none in it.
        """
        try:
            inner = msgspec.json.decode(b64decode(event["chunk"]["bytes"]))
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedError(f"an event without bytes of JSON ({type(error).__name__})") from None
        if (failed := error_in(inner, ANTHROPIC.statuses)) is not None:
            raise FailedAnswerError(failed)
        return super().read(inner)


def message_of(data: Mapping[str, Any], model: str, notice: Notice = ignore) -> MessagesResponse:
    """Return a message with its blocks as they came."""
    usage = native_usage(data.get("usage"), notice)
    return MessagesResponse.from_dict({**data, "model": data.get("model") or model, "usage": usage})


def _says(block: Mapping[str, Any]) -> bool:
    return block.get("type") not in _EMPTY_AT_FIRST or bool(block.get("text") or block.get("thinking"))


def _messages(request: MessagesRequest) -> Any:
    encoded = request.encoded
    plain_enough = encoded is not None and _VALUE_MARK not in encoded and SEAL.encode() not in encoded
    if encoded is not None and plain_enough and request.options.get("system") is None:
        return msgspec.Raw(encoded)
    return [_without_sealed(message) for message in request.messages]


def _without_sealed(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a message without other vendors' thinking, which this package put into blocks and nobody here can read."""
    content = message.get("content")
    if not isinstance(content, list | tuple) or not any(map(is_sealed, content)):
        return message
    return {**message, "content": [block for block in content if not is_sealed(block)]}
