"""Where a client's connections and prompts come from, by its settings."""

from typing import TYPE_CHECKING

from genai_sdk.client.settings import Settings
from genai_sdk.connections import (
    BrokerSource,
    ConnectionRegistry,
    ProjectLookup,
    Source,
)
from genai_sdk.errors import InvalidRequestError
from genai_sdk.http import BasicAuthEndpoint, SyncTransport, read_endpoint
from genai_sdk.pricing import PriceLookup
from genai_sdk.routing import Clock, Router
from genai_sdk.routing.options import read_switch
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:  # loaded when the first prompt is asked for, and where OpenTelemetry or a Redis is named
    from genai_sdk.client.metrics import CallMetrics
    from genai_sdk.otel import Instrumentation, OpenTelemetry
    from genai_sdk.prompts import PromptLibrary
    from genai_sdk.routing.fleet import Fleet


def make_registry(settings: Settings, transport: SyncTransport) -> ConnectionRegistry:
    """Return the connections: from the database, else from a broker, else from the host asked as one."""
    secret_key = settings.secret_key
    snapshot = None
    if settings.snapshot:
        from genai_sdk.snapshot import Snapshot  # a cost only for those who keep one

        host, public_key = settings.host or "", settings.public_key
        snapshot = Snapshot(settings.snapshot, host=host, public_key=public_key, secret_key=secret_key)
    return ConnectionRegistry(
        make_source(settings, transport),
        names=settings.llm_connection_names,
        snapshot=snapshot,
        max_stale=settings.max_stale,
    )


def make_source(settings: Settings, transport: SyncTransport) -> Source:
    """Return where connections are read from: the database, else a broker, else the host asked as one."""
    secret_key = settings.secret_key
    if settings.database_url is not None and settings.encryption_key is not None:
        from genai_sdk.connections import DatabaseSource, LangfuseDatabase  # a cost only for those who read it
        from genai_sdk.crypto import Cipher

        database = LangfuseDatabase(settings.database_url, Cipher(settings.encryption_key.reveal()), salt=settings.salt)
        return DatabaseSource(database, public_key=settings.public_key, secret_key=secret_key)
    named = "broker_url (GENAI_BROKER_URL)" if settings.broker_url else "host (LANGFUSE_BASE_URL)"
    address = settings.broker_url or settings.host or ""
    endpoint = read_endpoint(address, settings.public_key, secret_key, named=named, secure=True)
    return BrokerSource(endpoint, transport)


def make_lookup(settings: Settings, transport: SyncTransport) -> ProjectLookup | None:
    """Return who knows the key pair's project where the connections' source does not say it; None without a host."""
    endpoint = _langfuse(settings)
    return None if endpoint is None else ProjectLookup(endpoint, transport)


def make_library(settings: Settings, transport: SyncTransport) -> "PromptLibrary | None":
    """Return the prompts of the host, or None without one."""
    endpoint = _langfuse(settings)
    if endpoint is None:
        return None
    from genai_sdk.prompts import PromptLibrary

    return PromptLibrary(endpoint, transport, ttl=settings.prompt_cache_ttl, max_stale=settings.max_stale)


def make_prices(settings: Settings, transport: SyncTransport) -> PriceLookup | None:
    """Return what the project says models cost, or None without a host."""
    endpoint = _langfuse(settings)
    return None if endpoint is None else PriceLookup(endpoint, transport, max_stale=settings.max_stale)


def _langfuse(settings: Settings) -> BasicAuthEndpoint | None:
    if settings.host is None:
        return None
    secret_key = settings.secret_key
    return read_endpoint(settings.host, settings.public_key, secret_key, named="host (LANGFUSE_BASE_URL)")


def read_clock(clock: Clock | None) -> Clock:
    """Return the clock of a client's calls.

    Raises:
        InvalidRequestError: It is none.
    """
    if clock is not None and not isinstance(clock, Clock):
        raise InvalidRequestError(
            Sentence.of(
                "client.clock",
                "clock must be one such as genai_sdk.testing.ManualClock(), not {kind}",
                kind=type(clock).__name__,
            )
        )
    return clock or Clock()


def make_metrics(wanted: bool, clock: Clock) -> "CallMetrics | None":
    """Return what counts calls for Prometheus; None where that is not wanted."""
    if not read_switch("metrics", wanted):
        return None
    from genai_sdk.client.metrics import CallMetrics

    return CallMetrics(clock.now)


def make_otel(settings: Settings, otel: "bool | OpenTelemetry", clock: Clock) -> "Instrumentation | None":
    """Return what tells the program's own OpenTelemetry of calls; None where that is not wanted."""
    if otel is False:
        return None
    from genai_sdk.otel.options import read_otel
    from genai_sdk.tracing.content import Redactor

    options = read_otel(otel)
    if options is None:
        return None
    from genai_sdk.otel.instrumentation import Instrumentation

    redactor = Redactor(settings.tracing.mask, settings.tracing.max_content_bytes)
    return Instrumentation(options, redactor, clock.now, clock.wall, records=settings.tracing.active)


def make_fleet(settings: Settings, router: Router, clock: Clock) -> "Fleet | None":
    """Return what shares a router's state with other processes of the same key pair; None where no Redis is named."""
    if settings.redis_url is None:
        return None
    from genai_sdk.routing.fleet import Fleet

    # The public key alone: processes of one key pair may name Langfuse in several ways, or not at all.
    fleet = Fleet(settings.redis_url, settings.public_key, router.health, router.limits, clock.now)
    router.share(fleet)
    return fleet
