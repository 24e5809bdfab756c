"""The calls of a client, sync and async: each reads its arguments, begins its trace, and hands itself to the router."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union, Unpack

from msgspec.structs import replace

from genai_sdk.client.parameters import Arguments, EmbeddingKeywords, read_embedding
from genai_sdk.client.prompting import PROMPTS, link_of
from genai_sdk.client.recorded import Recorded
from genai_sdk.client.settings import Settings
from genai_sdk.client.sources import make_library
from genai_sdk.connections import ConnectionRegistry, ConnectionSet
from genai_sdk.errors import MissingCredentialsError
from genai_sdk.http import SyncTransport
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.routing import (
    Call,
    Clock,
    Planner,
    Router,
    RoutingOptions,
    read_call_options,
)
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import CallTrace, Tracer
from genai_sdk.types import EmbeddingResponse, Message, PromptLink
from genai_sdk.wires.operation import CHAT, EMBEDDING, A, C, Operation, Q

if TYPE_CHECKING:  # loaded by those who need them
    from genai_sdk.client.prompting import Prompt
    from genai_sdk.prompts import PromptLibrary, TextPrompt
    from genai_sdk.routing.capable import CapablePlanner
    from genai_sdk.tracing.observed import CallObserver

Messages = Sequence[Mapping[str, Any]]
Conversation = Union[Sequence[Mapping[str, Any] | Message], "TextPrompt"]
"""Messages, among which a model's own may be as they came; or a text prompt, which is the user's one message."""


class Calls:
    """The calls; `GenAIClient` is made of these and of what holds them together."""

    _settings: Settings
    _clock: Clock
    _registry: ConnectionRegistry
    _langfuse: SyncTransport
    _prompts: "dict[str, PromptLibrary]"
    _closed: bool
    _router: Router
    _tracer: Tracer
    _observers: "tuple[CallObserver, ...]"
    _planned: tuple[ConnectionSet, Planner] | None

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

        Examples:
            >>> [each.embedding for each in client.embedding("text-embedding-3-small", ["one", "two"]).data]
        """
        started = self._clock.now()
        return self._run(EMBEDDING, read_embedding(model, input, options), started)

    async def aembedding(
        self,
        model: str,
        input: str | Sequence[str],  # noqa: A002 - OpenAI's name
        **options: Unpack[EmbeddingKeywords],
    ) -> EmbeddingResponse:
        """Turn texts into vectors; the twin of `embedding`.

        Examples:
            >>> (await client.aembedding("text-embedding-3-small", "one")).data[0].embedding
        """
        started = self._clock.now()
        return await self._arun(EMBEDDING, read_embedding(model, input, options), started)

    def get_prompt(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        fallback: str | Messages | None = None,
        refresh: bool = False,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
    ) -> "Prompt":
        """Return a managed prompt from Langfuse, compiled if there are variables; see `genai docs prompts`.

        Args:
            name: Its name; folders are parts of it.
            variables: Variables by name, and for each placeholder a list of messages; None: as it is written.
            label: The label wanted; without label and version, `production`.
            version: The version wanted, in place of a label.
            fallback: A text or messages to take where Langfuse delivers nothing and there is no last good one.
            refresh: Whether to ask Langfuse first, however fresh the prompt is.
            experiment: Weights by label, such as `{"production": 90, "candidate": 10}`, of which one is drawn for `key`
                and recorded with every call that is made with the prompt.
            key: Whom it is drawn for, such as the user's id: the same key gets the same label, in every process.

        Raises:
            PromptNotFoundError: There is no such prompt, and no fallback.
            PromptVariableError: A variable is missing.
            InvalidRequestError: An argument is of the wrong form.
            MissingCredentialsError: The client has no `host`.
            AccessDeniedError: Langfuse refused the key pair, and there is no fallback.
            SourceUnavailableError: Langfuse does not answer, and there is neither a last good prompt nor a fallback.
            ClientClosedError: The client was closed.

        Examples:
            >>> prompt = client.get_prompt("greeting", variables={"name": "Mina"}, fallback="Hello {{name}}!")
            >>> client.completion("gpt-6-luna", prompt=prompt).text
        """
        choice: dict[str, Any] = {"label": label, "version": version, "experiment": experiment, "key": key}
        return self._library().get(name, variables=variables, fallback=fallback, refresh=refresh, **choice)

    async def aget_prompt(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        label: str | None = None,
        version: int | None = None,
        fallback: str | Messages | None = None,
        refresh: bool = False,
        experiment: Mapping[str, float] | None = None,
        key: str | None = None,
    ) -> "Prompt":
        """Return a managed prompt from Langfuse; the twin of `get_prompt`.

        Examples:
            >>> prompt = await client.aget_prompt("greeting", variables={"name": "Mina"}, fallback="Hello {{name}}!")
        """
        choice: dict[str, Any] = {"label": label, "version": version, "experiment": experiment, "key": key}
        return await self._library().aget(name, variables=variables, fallback=fallback, refresh=refresh, **choice)

    def _library(self) -> "PromptLibrary":
        """Return the prompts, whose part of the package is loaded when the first one is asked for."""
        library = self._prompts.get("")
        if library is None:
            refuse_at_exit()  # nothing can be imported then
            made = make_library(self._settings, self._langfuse)
            if made is None:
                raise MissingCredentialsError(
                    Sentence.of(
                        "prompt.no_host", "prompts live in Langfuse: give its address as host= or LANGFUSE_BASE_URL"
                    )
                )
            library = self._prompts.setdefault("", made)  # one, whoever comes first
            if self._closed:
                library.close()
        return library

    def _run(
        self, operation: Operation[Q, A, C], arguments: Arguments[Q], started: float, link: PromptLink | None = None
    ) -> A:
        """Answer a request of any operation, whole."""
        arguments, trace = self._recorded(operation, arguments, started, link)
        with Recorded(trace):
            call = self._begin(self._registry.get(), arguments, trace, started, operation)
            answer: A = self._router.run(operation, call, arguments.request, arguments.answer)
            return answer

    async def _arun(
        self, operation: Operation[Q, A, C], arguments: Arguments[Q], started: float, link: PromptLink | None = None
    ) -> A:
        """Answer a request of any operation; the twin of `_run`."""
        arguments, trace = self._recorded(operation, arguments, started, link)
        with Recorded(trace):
            call = self._begin(await self._registry.aget(), arguments, trace, started, operation)
            answer: A = await self._router.arun(operation, call, arguments.request, arguments.answer)
            return answer

    def _recorded(
        self,
        operation: Operation[Q, A, C],
        arguments: Arguments[Q],
        started: float,
        link: PromptLink | None,
        *,
        streaming: bool = False,
    ) -> tuple[Arguments[Q], CallTrace]:
        """Begin the trace of a call, and use the JSON of its input again where recording has made that."""
        request = arguments.request
        if operation is not CHAT and link is None and PROMPTS in sys.modules:
            link = link_of(request)
        trace = self._tracer.begin(
            operation.observation,
            model=arguments.model,
            input=getattr(request, operation.input),
            options=operation.options(request),
            labels=arguments.labels,
            prompt=link,
            began=started,
            streaming=streaming,
            operation=operation.name,
        )
        if self._observers:
            from genai_sdk.tracing.observed import CallFacts  # loaded with them

            facts = CallFacts(
                operation=operation.name,
                model=arguments.model,
                input=getattr(request, operation.input),
                options=operation.options(request),
                labels=arguments.labels,
                prompt=link,
                began=started,
                streaming=streaming,
            )
            for observer in self._observers:
                trace = observer.observe(trace, facts)
        if trace.encoded is not None and "encoded" in request.__struct_fields__:
            arguments = replace(arguments, request=replace(request, encoded=trace.encoded))
        return arguments, trace

    def _begin(
        self,
        connections: ConnectionSet,
        arguments: Arguments[Any],
        trace: CallTrace,
        started: float,
        operation: Operation[Any, Any, Any] = CHAT,
        *,
        streaming: bool = False,
    ) -> Call[Any]:
        options = self._options(arguments.routing)
        whole = self._planner(connections)
        planner: Planner | CapablePlanner = whole
        if operation is not CHAT:
            planner = self._router.capable(whole, operation, getattr(arguments.request, "home", None))
            if streaming and operation.assembly is None:  # which knows what to say where an answer starts over
                options = replace(options, stream_fallback="before_first_content")
        return self._router.begin(planner, arguments.model, options, started, streaming=streaming, trace=trace)

    def _options(self, routing: Mapping[str, Any]) -> RoutingOptions:
        return read_call_options(routing, self._settings.routing)

    def _planner(self, connections: ConnectionSet) -> Planner:
        """Return the planner of a set of connections, made once for each set."""
        planned = self._planned
        if planned is None or planned[0] is not connections:
            planned = self._planned = (connections, Planner(connections, self._settings.llm_connection_names))
        return planned[1]
