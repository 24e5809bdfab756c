"""`GenAIClient`: one client over every provider, composed here from the layers below."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack

import msgspec

from genai_sdk import log
from genai_sdk.client.job_access import JobAccess
from genai_sdk.client.media_calls import MediaCalls
from genai_sdk.client.native import NativeCalls
from genai_sdk.client.parameters import TraceKeywords
from genai_sdk.client.prompt_runs import PromptRuns
from genai_sdk.client.sdk_objects import SdkObjects
from genai_sdk.client.settings import read_settings
from genai_sdk.client.sources import (
    make_fleet,
    make_lookup,
    make_metrics,
    make_otel,
    make_prices,
    make_registry,
    read_clock,
)
from genai_sdk.client.stats import ClientStats, client_stats
from genai_sdk.client.text_calls import TextCalls
from genai_sdk.client.tool_calls import ToolCalls
from genai_sdk.client.views import Views
from genai_sdk.connections import Connection, ConnectionSet
from genai_sdk.drivers.factory import DriverName, make_driver
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.errors import GenAIError, InvalidRequestError
from genai_sdk.http import MAX_RESPONSE_BYTES, AsyncTransport, SyncTransport
from genai_sdk.http.tls import Trust
from genai_sdk.interpreter import refuse_in_subinterpreter
from genai_sdk.lifecycle.ending import on_thread, refuse_at_exit
from genai_sdk.routing import Clock, Planner, Router
from genai_sdk.secret import Sealed
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import Tracer, read_labels

if TYPE_CHECKING:  # loaded by the methods that return them
    from genai_sdk.otel import OpenTelemetry
    from genai_sdk.tracing import TraceBlock

BLOCK_LABELS = frozenset({"user_id", "session_id", "tags", "metadata"})
"""The labels that a block takes; its name is the trace's."""


class GenAIClient(ToolCalls, MediaCalls, TextCalls, NativeCalls, JobAccess, PromptRuns, SdkObjects, Views):
    """One client for every LLM, on the connections of a Langfuse project.

    Every argument may be left out: then its environment variable counts, then the default. Nothing is fetched and
    nothing heavy is imported before the first call (or `warm_up`). One client may be shared by threads, event loops
    and forked processes.

    Args:
        public_key: The Langfuse project's public key (LANGFUSE_PUBLIC_KEY).
        secret_key: Its secret key (LANGFUSE_SECRET_KEY).
        host: Langfuse's address (LANGFUSE_BASE_URL, then LANGFUSE_HOST).
        llm_connection_names: The connections to use, in this order; left out, every usable one, oldest first.
        router_args: Fallbacks, retries and the like, in the vocabulary of LiteLLM's Router; see `genai docs routing`.
        database_url: The DSN of Langfuse's PostgreSQL, where connections are read (GENAI_DATABASE_URL).
        encryption_key: Langfuse's ENCRYPTION_KEY; several, newest first, with commas (GENAI_ENCRYPTION_KEY).
        salt: Langfuse's SALT; without it the key pair is checked by its slow hash (GENAI_SALT).
        broker_url: A broker's address, where connections are read in place of the database (GENAI_BROKER_URL). With
            neither, `host` is asked as a broker.
        driver: What makes the single attempts: "direct" (our own wires, without LiteLLM), "litellm" (LiteLLM for every
            provider; its extra has to be installed), or "auto": our own, and LiteLLM for what they do not have yet.
        stream_fallback: Whether a stream that broke after its first content raises ("before_first_content") or
            starts over with a marked chunk ("restart").
        deadline: Seconds a whole call may take, waits included; default 600.
        stream_deadline: Seconds that one stream may take from beginning to end, starting over included; left out, only
            its gaps count.
        max_response_bytes: The most bytes of one provider's answer, whole or streamed; default 256 MiB.
        hedge_after: Seconds without an answer, or without a stream's first content, after which the same call is also
            made on the next deployment of its group: the first content wins. 0, the default, for never.
        max_hedge_share: The share of calls that may be made twice so, 0 to 1; default 0.1.
        first_token_timeout: Seconds that a stream's first content may take before another deployment is asked; 0, the
            default, for `timeout` alone. Of these three, what `router_args` says counts first.
        snapshot: A directory that keeps the last good connections, encrypted, for a start while the source is down.
        max_stale: Seconds the last good connections serve while the source is down; default a day.
        prompt_cache_ttl: Seconds that a prompt is served without asking Langfuse. Left out, 60, and the prompts in use
            are checked every few seconds beside the calls, so that a moved label is seen within 5 s; see
            `genai docs prompts`.
        ca_bundle: A file of CA certificates (SSL_CERT_FILE).
        environment: Langfuse's environment of what is recorded (LANGFUSE_TRACING_ENVIRONMENT).
        release: The version of your application (LANGFUSE_RELEASE).
        sample_rate: The share of traces that is recorded, 0 to 1; default 1 (LANGFUSE_SAMPLE_RATE).
        tracing: Whether calls are recorded; they are only with a `host`.
        capture_content: Whether inputs and outputs are recorded.
        mask: Called as `mask(data=…)` on all that is recorded; what it returns is recorded in its place.
        max_content_bytes: The longest input or output that is recorded, in bytes; default 1,000,000.
        infer_cost: Whether Langfuse guesses the cost of a call whose price is not known here, by its model's name; else
            such a call costs 0 there, with `cost: unknown` in its metadata (GENAI_INFER_COST).
        upload_media: Whether pictures, sound and files in messages are uploaded to Langfuse.
        join_otel: Whether a call under another library's OpenTelemetry span becomes part of that trace.
        spool: A directory where traces wait on disk, encrypted, while Langfuse is away, and from which another process
            sends those of one that was killed (GENAI_SPOOL); POSIX only.
        spool_max_bytes: About how many bytes the spool's files may have together; default 256 MiB.
        spool_max_age: Seconds after which what the spool could not send is deleted; default three days.
        redis_url: A Redis through which processes share who rests and what was used of `rpm` and `tpm`; without one,
            each goes by what it sees itself (GENAI_REDIS_URL). Needs the extra `redis`.
        exit_timeout: Seconds that `close`, or the end of the process, waits for calls and traces; default 5.
        handle_sigterm: Whether SIGTERM waits for traces too, where nobody else handles it; default True
            (GENAI_HANDLE_SIGTERM). See `genai docs tracing`.
        otel: Whether calls are also spans and metrics of the program's own OpenTelemetry; an `OpenTelemetry` says which
            providers, and whether with content. Needs the extra `otel`; see `genai docs opentelemetry`.
        metrics: Whether calls are counted for `metrics_text`.
        clock: The time of calls, their waits and their records, for tests: `genai_sdk.testing.ManualClock` passes when
            told. Left out, real time.

    Raises:
        MissingCredentialsError: No key pair, or nowhere to use it.
        InvalidRequestError: An argument is of the wrong form.
        ConfigurationError: The CA bundle or an address cannot be read.
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
        broker_url: str | None = None,
        driver: DriverName = "auto",
        stream_fallback: Literal["before_first_content", "restart"] = "before_first_content",
        deadline: float = 600,
        stream_deadline: float | None = None,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        hedge_after: float = 0,
        max_hedge_share: float = 0.1,
        first_token_timeout: float = 0,
        snapshot: str | None = None,
        max_stale: float = 86_400,
        prompt_cache_ttl: float | None = None,
        ca_bundle: str | None = None,
        environment: str | None = None,
        release: str | None = None,
        sample_rate: float | None = None,
        tracing: bool = True,
        capture_content: bool = True,
        mask: Callable[..., Any] | None = None,
        max_content_bytes: int = 1_000_000,
        infer_cost: bool | None = None,
        upload_media: bool = False,
        join_otel: bool = False,
        spool: str | None = None,
        spool_max_bytes: int = 268_435_456,
        spool_max_age: float = 259_200,
        redis_url: str | None = None,
        exit_timeout: float = 5,
        handle_sigterm: bool | None = None,
        otel: "bool | OpenTelemetry" = False,
        metrics: bool = False,
        clock: Clock | None = None,
    ) -> None:
        refuse_in_subinterpreter()
        arguments: Sealed[Mapping[str, Any]] = Sealed(
            {name: value for name, value in locals().items() if name != "self"}
        )
        del (
            secret_key,
            database_url,
            encryption_key,
            salt,
            redis_url,
        )  # whoever prints a traceback with its variables has none
        self._settings = settings = read_settings(arguments)
        self._router_args = router_args
        trust = Trust(settings.transport.ca_bundle)
        self._transports = (
            SyncTransport(settings.provider_transport, trust=trust),
            AsyncTransport(settings.provider_transport, trust=trust),
        )
        self._unknown = UnknownWords()
        self._driver = make_driver(settings.driver, *self._transports, self._unknown)
        self._clock = read_clock(clock)
        self._langfuse = SyncTransport(settings.transport, trust=trust)
        self._registry = make_registry(settings, self._langfuse)
        self._prompts = {}
        self._closed = False
        self._project = make_lookup(settings, self._langfuse)
        self._prices = make_prices(settings, self._langfuse)
        project_price = None if self._prices is None else self._prices.price_of
        self._router = Router(self._driver, self._registry, self._clock, project_price)
        self._fleet = make_fleet(settings, self._router, self._clock)
        self._tracer = Tracer(
            settings.tracing,
            transport=SyncTransport(settings.transport, trust=trust),
            secret_key=settings.secret_key.reveal,
            project_id=self._project_id,
            exit_timeout=settings.exit_timeout,
            handle_sigterm=settings.handle_sigterm,
            now=self._clock.now,
            wall=self._clock.wall,
        )
        self._metrics = make_metrics(metrics, self._clock)
        self._observers = tuple(each for each in (self._metrics, make_otel(settings, otel, self._clock)) if each)
        if settings.platform is not None:
            log.warning("nothing names a Langfuse, so the local platform at %s is used", settings.platform)
        if settings.tracing.enabled and settings.host is None:
            log.warning("calls are not recorded, since Langfuse's address is not known: set LANGFUSE_BASE_URL")
        self._planned: tuple[ConnectionSet, Planner] | None = None

    def trace(self, name: str, *, input: object = None, **labels: Unpack[TraceKeywords]) -> "TraceBlock":  # noqa: A002
        """Return a block to be entered with `with`: a trace of its own, and every call in it belongs to it.

        Args:
            name: The block's name, and the trace's.
            input: What goes in; `update` of the block says what comes out.
            **labels: `user_id`, `session_id`, `tags`, `metadata`: what is said of all that is in it.

        Raises:
            InvalidRequestError: A label is unknown or of the wrong form.

        Examples:
            >>> with client.trace("checkout", user_id="mina") as trace:
            ...     response = client.completion("gpt-6-luna", [{"role": "user", "content": "Hello!"}])
            ...     trace.score("helpful", True)
        """
        if unknown := set(labels) - BLOCK_LABELS:
            raise InvalidRequestError(
                Sentence.of(
                    "trace.unknown_label",
                    "trace does not know {unknown}; known: {names}",
                    unknown=repr(sorted(unknown)),
                    names=", ".join(sorted(BLOCK_LABELS)),
                )
            )
        return self._tracer.block(name, read_labels(labels), input)

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until everything recorded so far is sent or given up.

        Returns whether that took less than `timeout` seconds.

        Examples:
            >>> client.flush(timeout=2)
        """
        return self._tracer.flush(timeout)

    async def aflush(self, timeout: float = 5.0) -> bool:  # noqa: ASYNC109 - the twin's argument
        """Wait until everything recorded so far is sent; the twin of `flush`.

        Examples:
            >>> await client.aflush(timeout=2)
        """
        return await on_thread(self._tracer.flush, timeout)

    def stats(self) -> ClientStats:
        """Return what became of the records, which words of providers were not known, and how sharing fares.

        Examples:
            >>> client.stats().dropped
        """
        tracing = msgspec.structs.replace(self._tracer.stats(), unknown_words=self._unknown.counts())
        return client_stats(tracing, self._fleet)

    def to_litellm_router(self) -> Any:
        """Return a genuine `litellm.Router` with every usable connection registered and `router_args` passed on.

        It holds the provider keys in clear and behaves as Router does, not as this client; see
        `genai docs router-differences`.

        Examples:
            >>> router = client.to_litellm_router()
        """
        from genai_sdk.routing.litellm_router import build_router  # a cost only for those who want one

        connections, listed = self._registry.get().connections, self._settings.llm_connection_names
        return build_router(connections, self._router_args or {}, listed)

    async def ato_litellm_router(self) -> Any:
        """Return a genuine `litellm.Router`; the twin of `to_litellm_router`.

        Examples:
            >>> router = await client.ato_litellm_router()
        """
        return await on_thread(self.to_litellm_router)

    def warm_up(self) -> threading.Thread:
        """Do in the background what the first call would wait for.

        That is to fetch the connections, to load what they need, and to connect to the first eight hosts they lead to
        (name lookup and TLS included). Returns the thread, for those who want to wait for it. What goes wrong is raised
        by the first call instead.

        Raises:
            ClientClosedError: The interpreter is shutting down.

        Examples:
            >>> client.warm_up().join()
        """
        refuse_at_exit()
        thread = threading.Thread(target=self._warm_up, name="genai-warm-up", daemon=True)
        thread.start()
        return thread

    async def awarm_up(self) -> None:
        """Do what the first call on this event loop would wait for, and return when it is done; see `warm_up`.

        Raises:
            ClientClosedError: The interpreter is shutting down.

        Examples:
            >>> await client.awarm_up()
        """
        from genai_sdk.client.warming import awarm_up

        connections: Sequence[Connection] = ()
        with suppress(GenAIError):
            connections = (await self._registry.aget()).connections
        await awarm_up(self._router, self._transports[1], connections)

    def _warm_up(self) -> None:
        from genai_sdk.client.warming import warm_up

        connections: Sequence[Connection] = ()
        with suppress(GenAIError):  # the first call meets it again and raises it where somebody reads it
            connections = self._registry.get().connections
        warm_up(self._router, self._transports[0], connections)

    def close(self) -> None:
        """End the client: new calls are refused, those under way end with `ClientClosedError`. May be repeated.

        Examples:
            >>> client.close()
        """
        for transport in (*self._transports, self._langfuse):
            transport.close()
        self._registry.close()
        self._closed = True
        for langfuse in (*self._prompts.values(), self._project, self._prices):
            if langfuse is not None:
                langfuse.close()
        began = self._clock.now()
        self._router.close(self._settings.exit_timeout)
        self._tracer.close(max(0.0, self._settings.exit_timeout - (self._clock.now() - began)))

    async def aclose(self) -> None:
        """End the client; the twin of `close`.

        Examples:
            >>> await client.aclose()
        """
        await self._transports[1].aclose()
        await on_thread(self.close)

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

    def _project_id(self) -> str | None:
        known = self._registry.known
        if known is None:
            return None  # the first call asks for the connections, which come with their project
        project = known.project or (self._project.get() if self._project is not None else None)
        return None if project is None else project.id
