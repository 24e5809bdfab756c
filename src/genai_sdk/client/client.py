"""`GenAIClient`: one client over every provider, composed here from the layers below."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Literal, Self, Unpack, overload

from genai_sdk.client.parameters import ChatKeywords, EmbeddingKeywords, RoutingKeywords, read_chat, read_embedding
from genai_sdk.client.settings import Settings, read_settings
from genai_sdk.connections import ConnectionRegistry, ConnectionSet, DatabaseSource, LangfuseDatabase
from genai_sdk.crypto import Cipher
from genai_sdk.errors import GenAIError
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.models import ModelRow, list_models
from genai_sdk.routing import (
    AsyncCompletionStream,
    Clock,
    CompletionStream,
    Plan,
    Planner,
    Router,
    explain,
    read_call_options,
)
from genai_sdk.routing.drivers.litellm import LiteLLMDriver, build_router
from genai_sdk.snapshot import Snapshot
from genai_sdk.types import ChatCompletion, ConnectionView, EmbeddingResponse

Messages = Sequence[Mapping[str, Any]]


class GenAIClient:
    """One client for every LLM, on the connections of a Langfuse project.

    Every argument may be left out: then its environment variable counts, then the default. Nothing is fetched and
    nothing heavy is imported before the first call (or `warm_up`). One client may be shared by threads, event loops
    and forked processes.

    Args:
        public_key: The Langfuse project's public key (LANGFUSE_PUBLIC_KEY).
        secret_key: Its secret key (LANGFUSE_SECRET_KEY).
        host: Langfuse's address (LANGFUSE_BASE_URL, then LANGFUSE_HOST).
        llm_connection_names: The connections to use, in this order; left out, every usable one, oldest first.
        router_args: Fallbacks, retries and the like, in the vocabulary of LiteLLM's Router; see docs/routing.md.
        database_url: The DSN of Langfuse's PostgreSQL, where connections are read (GENAI_DATABASE_URL).
        encryption_key: Langfuse's ENCRYPTION_KEY; several, newest first, with commas (GENAI_ENCRYPTION_KEY).
        salt: Langfuse's SALT; without it the key pair is checked by its slow hash (GENAI_SALT).
        driver: What makes the single attempts: "litellm", or "auto" to leave the choice to the SDK.
        stream_fallback: Whether a stream that broke after its first content raises ("before_first_content") or
            starts over with a marked chunk ("restart").
        deadline: Seconds a whole call may take, waits included; default 600.
        snapshot: A directory that keeps the last good connections, encrypted, for a start while the source is down.
        max_stale: Seconds the last good connections serve while the source is down; default a day.
        ca_bundle: A file of CA certificates (SSL_CERT_FILE).
        exit_timeout: Seconds that `close` waits for calls under way; default 5.

    Raises:
        MissingCredentialsError: No key pair, or nowhere to use it.
        InvalidRequestError: An argument is of the wrong form.
    """

    def __init__(
        self,
        *,
        public_key: str | None = None,
        secret_key: str | None = None,
        host: str | None = None,
        llm_connection_names: Sequence[str] | None = None,
        router_args: Mapping[str, Any] | None = None,
        database_url: str | None = None,
        encryption_key: str | None = None,
        salt: str | None = None,
        driver: Literal["auto", "litellm"] = "auto",
        stream_fallback: Literal["before_first_content", "restart"] = "before_first_content",
        deadline: float = 600,
        snapshot: str | None = None,
        max_stale: float = 86_400,
        ca_bundle: str | None = None,
        exit_timeout: float = 5,
    ) -> None:
        given = {name: value for name, value in locals().items() if name != "self"}
        self._settings = settings = read_settings(given)
        self._router_args = router_args
        self._transports = SyncTransport(settings.transport), AsyncTransport(settings.transport)
        self._driver = LiteLLMDriver(*self._transports)
        self._clock = Clock()
        self._registry = _registry(settings)
        self._router = Router(self._driver, self._registry, self._clock)
        self._planned: tuple[ConnectionSet, Planner] | None = None

    @overload
    def completion(
        self, model: str, messages: Messages, *, stream: Literal[False] = False, **options: Unpack[ChatKeywords]
    ) -> ChatCompletion: ...
    @overload
    def completion(
        self, model: str, messages: Messages, *, stream: Literal[True], **options: Unpack[ChatKeywords]
    ) -> CompletionStream: ...
    @overload
    def completion(
        self, model: str, messages: Messages, *, stream: bool, **options: Unpack[ChatKeywords]
    ) -> ChatCompletion | CompletionStream: ...
    def completion(
        self, model: str, messages: Messages, *, stream: bool = False, **options: Unpack[ChatKeywords]
    ) -> ChatCompletion | CompletionStream:
        """Ask a model, whichever provider serves it.

        Args:
            model: A model's name; see docs/models.md for what it may look like.
            messages: The conversation in OpenAI's shape.
            stream: Whether to return an iterator of chunks. It has reached its first content, so that everything
                that goes wrong before it has been retried or raised here.
            **options: OpenAI's parameters, and the routing options of this call; what is None was not given.

        Raises:
            UnknownModelError: No connection serves the model.
            InvalidRequestError: An argument is unknown or of the wrong form.
            ConfigurationError: Key pair, connection or secret are not as they should be.
            SourceUnavailableError: The connections cannot be read at the moment.
            ProviderError: The provider's answer to the last attempt; `.attempts` has them all.
            ClientClosedError: The client was closed.
        """
        started = self._clock.now()
        request, routing, answer = read_chat(messages, options)
        call = self._router.begin(
            self._planner(self._registry.get()), model, self._options(routing), started, streaming=stream
        )
        return self._router.stream(call, request, answer) if stream else self._router.complete(call, request, answer)

    @overload
    async def acompletion(
        self, model: str, messages: Messages, *, stream: Literal[False] = False, **options: Unpack[ChatKeywords]
    ) -> ChatCompletion: ...
    @overload
    async def acompletion(
        self, model: str, messages: Messages, *, stream: Literal[True], **options: Unpack[ChatKeywords]
    ) -> AsyncCompletionStream: ...
    @overload
    async def acompletion(
        self, model: str, messages: Messages, *, stream: bool, **options: Unpack[ChatKeywords]
    ) -> ChatCompletion | AsyncCompletionStream: ...
    async def acompletion(
        self, model: str, messages: Messages, *, stream: bool = False, **options: Unpack[ChatKeywords]
    ) -> ChatCompletion | AsyncCompletionStream:
        """Ask a model, whichever provider serves it; the twin of `completion`."""
        started = self._clock.now()
        request, routing, answer = read_chat(messages, options)
        call = self._router.begin(
            self._planner(await self._registry.aget()), model, self._options(routing), started, streaming=stream
        )
        if stream:
            return await self._router.astream(call, request, answer)
        return await self._router.acomplete(call, request, answer)

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
        started = self._clock.now()
        request, routing = read_embedding(input, options)
        call = self._router.begin(self._planner(self._registry.get()), model, self._options(routing), started)
        return self._router.embed(call, request)

    async def aembedding(
        self,
        model: str,
        input: str | Sequence[str],  # noqa: A002 - OpenAI's name
        **options: Unpack[EmbeddingKeywords],
    ) -> EmbeddingResponse:
        """Turn texts into vectors; the twin of `embedding`."""
        started = self._clock.now()
        request, routing = read_embedding(input, options)
        call = self._router.begin(self._planner(await self._registry.aget()), model, self._options(routing), started)
        return await self._router.aembed(call, request)

    def explain(self, model: str, **options: Unpack[RoutingKeywords]) -> Plan:
        """Show who would serve a model, in which order, and what would stand in; calls no provider.

        Raises:
            GenAIError: As `completion`, except for what a provider says.
        """
        return explain(self._planner(self._registry.get()), model, self._options(options))

    async def aexplain(self, model: str, **options: Unpack[RoutingKeywords]) -> Plan:
        """Show who would serve a model; the twin of `explain`."""
        return explain(self._planner(await self._registry.aget()), model, self._options(options))

    def models(self) -> tuple[ModelRow, ...]:
        """List the models that can be asked by name, each with the connections that serve it."""
        return list_models(self._planner(self._registry.get()).index)

    async def amodels(self) -> tuple[ModelRow, ...]:
        """List the models that can be asked by name; the twin of `models`."""
        return list_models(self._planner(await self._registry.aget()).index)

    def connections(self) -> tuple[ConnectionView, ...]:
        """List the connections, broken ones with their error, without any secret."""
        return tuple(connection.view for connection in self._registry.get().connections)

    async def aconnections(self) -> tuple[ConnectionView, ...]:
        """List the connections; the twin of `connections`."""
        return tuple(connection.view for connection in (await self._registry.aget()).connections)

    def to_litellm_router(self) -> Any:
        """Return a genuine `litellm.Router` with every usable connection registered and `router_args` passed on.

        It holds the provider keys in clear and behaves as Router does, not as this client; see docs/decisions/.
        """
        connections, listed = self._registry.get().connections, self._settings.llm_connection_names
        return build_router(connections, self._router_args or {}, listed)

    def warm_up(self) -> threading.Thread:
        """Do in the background what the first call would wait for: slow imports, and fetching the connections.

        Returns the thread, for those who want to wait for it. What goes wrong is raised by the first call instead.
        """
        thread = threading.Thread(target=self._warm_up, name="genai-warm-up", daemon=True)
        thread.start()
        return thread

    def _warm_up(self) -> None:
        with suppress(GenAIError):  # the first call meets it again and raises it where somebody reads it
            self._registry.get()
        self._router.warm_up()

    def close(self) -> None:
        """End the client: new calls are refused, those under way end with `ClientClosedError`. May be repeated."""
        for transport in self._transports:
            transport.close()
        self._registry.close()
        self._router.close(self._settings.exit_timeout)

    async def aclose(self) -> None:
        """End the client; the twin of `close`."""
        await self._transports[1].aclose()
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"GenAIClient(public_key={self._settings.public_key!r}, host={self._settings.host!r})"

    def _options(self, routing: Mapping[str, Any]) -> Any:
        return read_call_options(routing, self._settings.routing)

    def _planner(self, connections: ConnectionSet) -> Planner:
        """Return the planner of a set of connections, made once for each set."""
        planned = self._planned
        if planned is None or planned[0] is not connections:
            planned = self._planned = (connections, Planner(connections, self._settings.llm_connection_names))
        return planned[1]


def _registry(settings: Settings) -> ConnectionRegistry:
    secret_key = settings.secret_key.reveal()
    database = LangfuseDatabase(
        settings.database_url.reveal(),
        Cipher(settings.encryption_key.reveal()),
        salt=settings.salt.reveal() if settings.salt else None,
    )
    snapshot = (
        Snapshot(settings.snapshot, host=settings.host or "", public_key=settings.public_key, secret_key=secret_key)
        if settings.snapshot
        else None
    )
    return ConnectionRegistry(
        DatabaseSource(database, public_key=settings.public_key, secret_key=secret_key),
        names=settings.llm_connection_names,
        snapshot=snapshot,
        max_stale=settings.max_stale,
    )
