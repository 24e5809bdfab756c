"""One attempt's decisions, without I/O: what litellm is told, what is sent, and what an answer is worth."""

from collections.abc import Mapping, Set
from typing import Any

import msgspec

from genai_sdk.drivers import failures
from genai_sdk.drivers.attempt import Attempt
from genai_sdk.drivers.auth.auth import Auth
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.litellm.refusal import untranslatable
from genai_sdk.drivers.litellm.shapes import Shape, shape_of
from genai_sdk.drivers.request_headers import authenticated, composed, extra_headers
from genai_sdk.errors import ConfigurationError
from genai_sdk.http import Request
from genai_sdk.sentence import Sentence
from genai_sdk.wires.kept_files import named_files, with_vendor_ids
from genai_sdk.wires.operation import ChatRequest, EmbeddingRequest
from genai_sdk.wires.unsupported import ON_WIRE, UnsupportedError, unsupported
from genai_sdk.wires.values import without
from genai_sdk.wires.wire import HttpRequest, Wire

# What is ours to handle; litellm would send some of it, drop some and act on the rest.
_OURS = frozenset({"extra_body", "extra_headers", "prompt_cache_retention", "stream_options"})
# A field of a body by its own name, wherever a wire has it.
_VERBATIM = ("prompt_cache_retention",)

# litellm speaks every vendor's wire, so that an error may have any vendor's words.
_WIRE = Wire()


class TranslatedAttempt(Attempt):
    """One attempt that litellm translates.

    Args:
        deployment: The deployment.
        auth: What its requests are authenticated with.
        options: The call's parameters.

    Attributes:
        shape: What litellm is told of the deployment.
        request_id: The provider's id of the last request, once it answered.

    Raises:
        InvalidRequestError: `extra_headers` would replace authentication or framing.
        ConfigurationError: The connection lacks what its adapter needs.
    """

    def __init__(self, deployment: Deployment, auth: Auth, options: Mapping[str, Any]) -> None:
        super().__init__(deployment, _WIRE, auth.refused)
        self._auth = auth
        self._options = options
        self._more: dict[str, Any] = {name: options[name] for name in _VERBATIM if options.get(name) is not None}
        self._headers = extra_headers(deployment, options.get("extra_headers"))
        try:
            self.shape: Shape = shape_of(deployment, auth.project)
        except ValueError as error:
            raise ConfigurationError(
                Sentence.of(
                    "connection.failed", "connection {name!r}: {error}", name=deployment.connection.name, error=error
                )
            ) from None

    def chat_call(self, request: ChatRequest, *, stream: bool) -> dict[str, Any]:
        """Return the arguments of a chat call for litellm.

        Raises:
            BadRequestError: The wire has no place for a parameter.
        """
        messages = self._with_vendor_ids(request.messages)
        if not self.shape.takes_cache_marks:
            messages = without(messages, "cache_control")
        call = {"messages": messages, **self._call(self.shape.lacks)}
        return {**call, **self._stream_options()} if stream else call

    def _with_vendor_ids(self, messages: Any) -> Any:
        if not any(named_files(messages)):
            return messages
        view = self.deployment.connection.view
        try:
            return with_vendor_ids(messages, view.name, view.adapter)
        except UnsupportedError as error:
            refused = error.refused
        raise failures.unsupported(self.deployment, refused)

    def _stream_options(self) -> dict[str, Any]:
        """Return the options of a stream; usage comes whatever they say, so to ask for it alone is to ask nothing."""
        wanted = {k: v for k, v in (self._options.get("stream_options") or {}).items() if k != "include_usage"}
        if self.shape.usage_on_request:
            return {"stream_options": {**wanted, "include_usage": True}}
        if wanted and not self.shape.takes_stream_options:
            raise failures.unsupported(self.deployment, {"stream_options": ON_WIRE})
        if wanted:
            self._more["stream_options"] = wanted
        return {}

    def embedding_call(self, request: EmbeddingRequest) -> dict[str, Any]:
        """Return the arguments of an embedding call for litellm.

        Raises:
            BadRequestError: The wire has no place for a parameter.
        """
        texts = [request.input] if isinstance(request.input, str) else list(request.input)
        return {"input": texts, **self._call(self.shape.lacks_in_embedding)}

    def _call(self, lacks: Set[str]) -> dict[str, Any]:
        unknown = unsupported(lacks, self._options)
        if unknown:
            raise failures.unsupported(self.deployment, unknown)
        left_out = _OURS | lacks
        return {name: item for name, item in self._options.items() if name not in left_out and item is not None}

    def outgoing(self, request: HttpRequest) -> Request:
        """Return a request of litellm's as it goes out: with the call's own additions, and authenticated.

        Raises:
            BadRequestError: litellm would send it somewhere else, of which no case is known.
        """
        root = self.shape.root
        if request.url != root and not request.url.startswith((f"{root}/", f"{root}:", f"{root}?")):
            raise failures.unsendable(self.deployment, "litellm would send it elsewhere")
        request = self._extended(request)
        headers = authenticated(composed(request.headers, self._headers), self._auth.headers(request))
        return Request(request.method, request.url, headers, request.body)

    def _extended(self, request: HttpRequest) -> HttpRequest:
        """Return a request with the fields that litellm was not told of."""
        more = {**self._more, **(self._options.get("extra_body") or {})}
        if not more:
            return request
        assert isinstance(request.body, bytes)
        try:
            body = msgspec.json.encode({**msgspec.json.decode(request.body), **more})
        except TypeError as error:
            failed = error
        else:
            return msgspec.structs.replace(request, body=body)
        raise untranslatable(self.deployment, failed)
