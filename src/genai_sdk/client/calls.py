"""The calls of a client, sync and async: each reads its arguments, begins its trace, and hands itself to the router."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Unpack, overload

from msgspec.structs import replace

from genai_sdk.client.parameters import (
    Arguments,
    ChatKeywords,
    EmbeddingKeywords,
    read_chat,
    read_embedding,
    read_stream,
)
from genai_sdk.client.prompting import Prompt, Prompted, apply, names_prompt, wanted
from genai_sdk.client.settings import Settings
from genai_sdk.connections import ConnectionRegistry, ConnectionSet
from genai_sdk.errors import MissingCredentialsError
from genai_sdk.prompts import PromptLibrary
from genai_sdk.routing import (
    AsyncCompletionStream,
    Call,
    ChatRequest,
    Clock,
    CompletionStream,
    EmbeddingRequest,
    Planner,
    Router,
    RoutingOptions,
    read_call_options,
)
from genai_sdk.tracing import CallTrace, Tracer
from genai_sdk.types import ChatCompletion, EmbeddingResponse, Message

Messages = Sequence[Mapping[str, Any]]
Conversation = Sequence[Mapping[str, Any] | Message]
"""Messages, among which a model's own may be as they came."""


class Calls:
    """The calls; `GenAIClient` is made of these and of what holds them together."""

    _settings: Settings
    _clock: Clock
    _registry: ConnectionRegistry
    _prompts: PromptLibrary | None
    _router: Router
    _tracer: Tracer
    _planned: tuple[ConnectionSet, Planner] | None

    @overload
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: str | Prompt | None = None,
        variables: Mapping[str, Any] | None = None,
        stream: Literal[False] = False,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion: ...
    @overload
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: str | Prompt | None = None,
        variables: Mapping[str, Any] | None = None,
        stream: Literal[True],
        **options: Unpack[ChatKeywords],
    ) -> CompletionStream: ...
    @overload
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: str | Prompt | None = None,
        variables: Mapping[str, Any] | None = None,
        stream: bool,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion | CompletionStream: ...
    def completion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: str | Prompt | None = None,
        variables: Mapping[str, Any] | None = None,
        stream: bool = False,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion | CompletionStream:
        """Ask a model, whichever provider serves it.

        Args:
            model: A model's name; see docs/models.md for what it may look like. Left out, the prompt's config says it.
            messages: The conversation in OpenAI's shape. Left out, the prompt is the conversation.
            prompt: A managed prompt, or its name in Langfuse: links the call to the prompt's version, and supplies
                messages, model and parameters where the call gives none.
            variables: The prompt's variables, where `prompt` is a name.
            stream: Whether to return an iterator of chunks. It has reached its first content, so that everything
                that goes wrong before it has been retried or raised here.
            **options: OpenAI's parameters, and the routing options of this call; what is None was not given.

        Raises:
            UnknownModelError: No connection serves the model.
            InvalidRequestError: An argument is unknown or of the wrong form.
            ConfigurationError: Key pair, connection or secret are not as they should be.
            SourceUnavailableError: The connections cannot be read at the moment.
            ProviderError: The provider's answer to the last attempt; `.attempts` has them all.
            PromptNotFoundError: There is no such prompt.
            PromptVariableError: A variable of the prompt is missing.
            ClientClosedError: The client was closed.
        """
        started = self._clock.now()
        stream = read_stream(stream)
        if names_prompt(prompt):
            prompt, variables = self.get_prompt(prompt, variables=wanted(variables, messages)), None
        given, trace = self._begin_chat(apply(prompt, variables, model, messages, options), started, streaming=stream)
        with _Recorded(trace):
            planner = self._planner(self._registry.get())
            call = self._begin(planner, given, trace, started, streaming=stream)
            if stream:
                return self._router.stream(call, given.request, given.answer)
            return self._router.complete(call, given.request, given.answer)

    @overload
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: str | Prompt | None = None,
        variables: Mapping[str, Any] | None = None,
        stream: Literal[False] = False,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion: ...
    @overload
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: str | Prompt | None = None,
        variables: Mapping[str, Any] | None = None,
        stream: Literal[True],
        **options: Unpack[ChatKeywords],
    ) -> AsyncCompletionStream: ...
    @overload
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: str | Prompt | None = None,
        variables: Mapping[str, Any] | None = None,
        stream: bool,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion | AsyncCompletionStream: ...
    async def acompletion(
        self,
        model: str | None = None,
        messages: Conversation | None = None,
        *,
        prompt: str | Prompt | None = None,
        variables: Mapping[str, Any] | None = None,
        stream: bool = False,
        **options: Unpack[ChatKeywords],
    ) -> ChatCompletion | AsyncCompletionStream:
        """Ask a model, whichever provider serves it; the twin of `completion`."""
        started = self._clock.now()
        stream = read_stream(stream)
        if names_prompt(prompt):
            prompt, variables = await self.aget_prompt(prompt, variables=wanted(variables, messages)), None
        given, trace = self._begin_chat(apply(prompt, variables, model, messages, options), started, streaming=stream)
        with _Recorded(trace):
            planner = self._planner(await self._registry.aget())
            call = self._begin(planner, given, trace, started, streaming=stream)
            if stream:
                return await self._router.astream(call, given.request, given.answer)
            return await self._router.acomplete(call, given.request, given.answer)

    def embedding(
        self,
        model: str,
        input: str | Sequence[str],  # noqa: A002 - OpenAI's name
        **options: Unpack[EmbeddingKeywords],
    ) -> EmbeddingResponse:
        """Turn texts into vectors.

        Args:
            model: A model's name.
            input: One text or a list of texts; `data` comes back in their order.
            **options: OpenAI's parameters, and the routing options of this call.

        Raises:
            GenAIError: As `completion`.
        """
        given, trace, started = self._begin_embedding(model, input, options)
        with _Recorded(trace):
            call = self._begin(self._planner(self._registry.get()), given, trace, started)
            return self._router.embed(call, given.request)

    async def aembedding(
        self,
        model: str,
        input: str | Sequence[str],  # noqa: A002 - OpenAI's name
        **options: Unpack[EmbeddingKeywords],
    ) -> EmbeddingResponse:
        """Turn texts into vectors; the twin of `embedding`."""
        given, trace, started = self._begin_embedding(model, input, options)
        with _Recorded(trace):
            call = self._begin(self._planner(await self._registry.aget()), given, trace, started)
            return await self._router.aembed(call, given.request)

    def get_prompt(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        fallback: str | Messages | None = None,
        refresh: bool = False,
    ) -> Prompt:
        """Return a managed prompt from Langfuse, compiled if there are variables; see docs/prompts.md.

        Args:
            name: Its name; folders are parts of it.
            variables: Variables by name, and for each placeholder a list of messages; None: as it is written.
            label: The label wanted; without label and version, `production`.
            version: The version wanted, in place of a label.
            fallback: A text or messages to take where Langfuse delivers nothing and there is no last good one.
            refresh: Whether to ask Langfuse first, however fresh the prompt is.

        Raises:
            PromptNotFoundError: There is no such prompt, and no fallback.
            PromptVariableError: A variable is missing.
            InvalidRequestError: An argument is of the wrong form.
            MissingCredentialsError: The client has no `host`.
            AccessDeniedError: Langfuse refused the key pair, and there is no fallback.
            SourceUnavailableError: Langfuse does not answer, and there is neither a last good prompt nor a fallback.
            ClientClosedError: The client was closed.
        """
        return self._library().get(
            name, variables=variables, label=label, version=version, fallback=fallback, refresh=refresh
        )

    async def aget_prompt(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        fallback: str | Messages | None = None,
        refresh: bool = False,
    ) -> Prompt:
        """Return a managed prompt from Langfuse; the twin of `get_prompt`."""
        return await self._library().aget(
            name, variables=variables, label=label, version=version, fallback=fallback, refresh=refresh
        )

    def _library(self) -> PromptLibrary:
        if self._prompts is None:
            raise MissingCredentialsError("prompts live in Langfuse: give its address as host= or LANGFUSE_BASE_URL")
        return self._prompts

    def _begin_chat(
        self, call: Prompted, started: float, *, streaming: bool
    ) -> tuple[Arguments[ChatRequest], CallTrace]:
        given = read_chat(call.model, call.messages, call.options)
        request = given.request
        trace = self._tracer.begin(
            "generation",
            model=given.model,
            input=request.messages,
            options=request.options,
            labels=given.labels,
            prompt=call.link,
            began=started,
            streaming=streaming,
        )
        if trace.encoded is not None:
            given = replace(given, request=replace(request, encoded=trace.encoded))
        return given, trace

    def _begin_embedding(
        self, model: str, texts: str | Sequence[str], options: Mapping[str, Any]
    ) -> tuple[Arguments[EmbeddingRequest], CallTrace, float]:
        started = self._clock.now()
        given = read_embedding(model, texts, options)
        request = given.request
        trace = self._tracer.begin(
            "embedding", model=model, input=texts, options=request.options, labels=given.labels, began=started
        )
        return given, trace, started

    def _begin(
        self,
        planner: Planner,
        given: Arguments[Any],
        trace: CallTrace,
        started: float,
        *,
        streaming: bool = False,
    ) -> Call:
        options = self._options(given.routing)
        return self._router.begin(planner, given.model, options, started, streaming=streaming, trace=trace)

    def _options(self, routing: Mapping[str, Any]) -> RoutingOptions:
        return read_call_options(routing, self._settings.routing)

    def _planner(self, connections: ConnectionSet) -> Planner:
        """Return the planner of a set of connections, made once for each set."""
        planned = self._planned
        if planned is None or planned[0] is not connections:
            planned = self._planned = (connections, Planner(connections, self._settings.llm_connection_names))
        return planned[1]


class _Recorded:
    """Tells the trace what a call ends with, if it ends with an error before it is answered."""

    __slots__ = ("_trace",)

    def __init__(self, trace: CallTrace) -> None:
        self._trace = trace

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._trace.failed(error)
