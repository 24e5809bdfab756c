"""One attempt's decisions, without I/O: what litellm is told, what is sent, and what an answer is worth."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

import msgspec

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.connections import Secret
from genai_sdk.connections.headers import parse_headers
from genai_sdk.errors import BadRequestError, ConfigurationError, InvalidRequestError, ProviderError
from genai_sdk.http import Request
from genai_sdk.routing.drivers.driver import ChatRequest, Deployment, EmbeddingRequest
from genai_sdk.routing.drivers.litellm import failures
from genai_sdk.routing.drivers.litellm.complaint import complaint_of
from genai_sdk.routing.drivers.litellm.headers import body_id, request_id
from genai_sdk.routing.drivers.litellm.identity import Identity
from genai_sdk.routing.drivers.litellm.parameters import misfits
from genai_sdk.routing.drivers.litellm.question import Answer, Question
from genai_sdk.routing.drivers.litellm.shapes import Shape, shape_of
from genai_sdk.routing.drivers.litellm.values import without
from genai_sdk.version import __version__

# What is ours to handle; litellm would send some of it, drop some and act on the rest.
_OURS = frozenset({"extra_body", "extra_headers", "prompt_cache_retention", "stream_options"})
# A field of a body by its own name, wherever a wire has it.
_VERBATIM = ("prompt_cache_retention",)


class Attempt:
    """One attempt at one deployment.

    Args:
        deployment: The deployment.
        identity: What its requests are authenticated with.
        options: The call's parameters.

    Attributes:
        shape: What litellm is told of the deployment.
        request_id: The provider's id of the last request, once it answered.

    Raises:
        InvalidRequestError: `extra_headers` would replace authentication or framing.
        ConfigurationError: The connection lacks what its adapter needs.
    """

    def __init__(self, deployment: Deployment, identity: Identity, options: Mapping[str, Any]) -> None:
        self.deployment = deployment
        self.request_id: str | None = None
        self._identity = identity
        self._options = options
        self._more: dict[str, Any] = {name: options[name] for name in _VERBATIM if options.get(name) is not None}
        self._headers = _checked(deployment, options.get("extra_headers"))
        try:
            self.shape: Shape = shape_of(deployment, identity.project)
        except ValueError as error:
            raise ConfigurationError(f"connection {deployment.connection.name!r}: {error}") from None

    def chat_call(self, request: ChatRequest, *, stream: bool) -> dict[str, Any]:
        """Return the arguments of a chat call for litellm.

        Raises:
            BadRequestError: The wire has no place for a parameter.
        """
        messages: Any = request.messages
        if not self.shape.takes_cache_marks:
            messages = without(messages, "cache_control")
        call = {"messages": messages, **self._call(self.shape.lacking)}
        return {**call, **self._stream_options()} if stream else call

    def _stream_options(self) -> dict[str, Any]:
        """Return the options of a stream; usage comes whatever they say, so to ask for it alone is to ask nothing."""
        wanted = {k: v for k, v in (self._options.get("stream_options") or {}).items() if k != "include_usage"}
        if self.shape.usage_on_request:
            return {"stream_options": {**wanted, "include_usage": True}}
        if wanted and not self.shape.takes_stream_options:
            raise self._misfit(["stream_options"])
        if wanted:
            self._more["stream_options"] = wanted
        return {}

    def embedding_call(self, request: EmbeddingRequest) -> dict[str, Any]:
        """Return the arguments of an embedding call for litellm.

        Raises:
            BadRequestError: The provider has no embeddings, or its wire no place for a parameter.
        """
        adapter = ADAPTERS[self.deployment.connection.view.adapter]
        if not adapter.embeddings:
            raise failures.untranslatable(self.deployment, ValueError(f"{adapter.name} has no embeddings"))
        texts = [request.input] if isinstance(request.input, str) else list(request.input)
        return {"input": texts, **self._call(self.shape.lacking_embedding)}

    def _call(self, lacking: Set[str]) -> dict[str, Any]:
        unknown = list(misfits(lacking, self._options))
        if unknown:
            raise self._misfit(unknown)
        left_out = _OURS | lacking
        return {name: item for name, item in self._options.items() if name not in left_out and item is not None}

    def _misfit(self, names: Sequence[str]) -> BadRequestError:
        said = f"there is no place for {', '.join(names)} on this provider's wire"
        return failures.untranslatable(self.deployment, ValueError(said))

    def request(self, question: Question) -> Request:
        """Return what is sent for a question of litellm's: with the call's own additions, and authenticated.

        Raises:
            BadRequestError: litellm would send it somewhere else, of which no case is known.
        """
        root = self.shape.root
        if question.url != root and not question.url.startswith((f"{root}/", f"{root}:", f"{root}?")):
            raise failures.untranslatable(self.deployment, ValueError("litellm would send it elsewhere"))
        question = self._extended(question)
        connection = self.deployment.connection
        # What comes later wins: nothing can replace the last line, by construction and not by a check.
        headers = {"user-agent": f"genai-sdk/{__version__}", "accept-encoding": "identity", **question.headers}
        for name, value in self._headers.items():
            both = name == "anthropic-beta" and name in headers
            headers[name] = f"{headers[name]},{value.reveal()}" if both else value.reveal()
        headers.update(self._identity.prove(question, connection.view.region))
        return Request("POST", question.url, tuple(headers.items()), question.body)

    def _extended(self, question: Question) -> Question:
        """Return a question with the fields that litellm was not told of."""
        more = {**self._more, **(self._options.get("extra_body") or {})}
        if not more:
            return question
        try:
            body = msgspec.json.encode({**msgspec.json.decode(question.body), **more})
        except TypeError as error:
            failed = error
        else:
            return msgspec.structs.replace(question, body=body)
        raise failures.untranslatable(self.deployment, failed)

    def note(self, head: Answer) -> None:
        """Take from a response's head what is to be known beside the answer."""
        self.request_id = request_id(head.headers) or self.request_id

    def accept(self, answer: Answer) -> Answer:
        """Return an answer that litellm may read.

        Raises:
            ProviderError: It is an error, or no JSON object.
        """
        self.note(answer)
        if answer.status == 401:
            self._identity.refused()
        if not 200 <= answer.status < 300:
            raise failures.from_answer(self.deployment, answer)
        failure = self._flaw(answer)
        if failure is not None:
            raise failure
        return answer

    def _flaw(self, answer: Answer) -> ProviderError | None:
        try:
            data = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, RecursionError):
            data = None
        if not isinstance(data, dict):
            what = "no body" if not answer.body else f"no JSON object: {answer.body[:200].decode('utf-8', 'replace')}"
            return failures.malformed(self.deployment, answer, what)
        self.request_id = self.request_id or body_id(data)
        complaint = complaint_of(data)
        return None if complaint is None else failures.from_event(self.deployment, complaint, self.request_id)


def _checked(deployment: Deployment, extra: Any) -> dict[str, Secret]:
    connection = deployment.connection
    try:
        own = parse_headers(ADAPTERS[connection.view.adapter], extra)
    except ConfigurationError as error:
        said = str(error)
    else:
        return {name.lower(): value for name, value in {**connection.headers, **own}.items()}
    raise InvalidRequestError(f"extra_headers of the call: {said}")
