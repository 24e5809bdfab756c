"""The client's settings: argument before environment before default. The only reader of environment variables."""

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from genai_sdk.client.missing import missing_settings, no_langfuse
from genai_sdk.client.network import read_transport, transport_of
from genai_sdk.client.setting_values import bytes_of, limit_of, names_of, text_of, ttl_of
from genai_sdk.drivers.factory import DriverName
from genai_sdk.errors import ConfigurationError, InvalidRequestError
from genai_sdk.http import BasicAuthEndpoint, TransportSettings, read_endpoint
from genai_sdk.routing.options import (
    RoutingOptions,
    StreamFallback,
    one_of,
    read_router_args,
    read_seconds,
    read_share,
    read_switch,
    read_wait,
)
from genai_sdk.secret import Sealed, Secret
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import SpoolSettings, TracingSettings

if TYPE_CHECKING:  # only they look for a local platform who name no other place
    from pathlib import Path

    from genai_sdk.client.platform import PlatformEndpoint

ENVIRONMENT: Mapping[str, tuple[str, ...]] = {
    "public_key": ("LANGFUSE_PUBLIC_KEY",),
    "secret_key": ("LANGFUSE_SECRET_KEY",),
    "host": ("LANGFUSE_BASE_URL", "LANGFUSE_HOST"),
    "database_url": ("GENAI_DATABASE_URL",),
    "encryption_key": ("GENAI_ENCRYPTION_KEY",),
    "salt": ("GENAI_SALT",),
    "broker_url": ("GENAI_BROKER_URL",),
    "ca_bundle": ("SSL_CERT_FILE",),
    "environment": ("LANGFUSE_TRACING_ENVIRONMENT",),
    "release": ("LANGFUSE_RELEASE",),
    "sample_rate": ("LANGFUSE_SAMPLE_RATE",),
    "redis_url": ("GENAI_REDIS_URL",),
    "infer_cost": ("GENAI_INFER_COST",),
    "spool": ("GENAI_SPOOL",),
    "handle_sigterm": ("GENAI_HANDLE_SIGTERM",),
}
"""Which variables stand in for an argument that is not given; the first that is set counts."""

METRICS_TOKEN = "GENAI_BROKER_METRICS_TOKEN"  # noqa: S105 - a name
"""The variable with what a broker's `/metrics` asks for as a bearer token."""

HOME = "GENAI_HOME"
"""The variable that names the local platform's data directory."""

_DEFAULT_HOME = "~/.genai"
ELSEWHERE = ("public_key", "secret_key", "host", "database_url", "broker_url")
"""Given anywhere, one of these means another place than the local platform."""

_SWITCHES: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a client is made of, read and checked once.

    Attributes:
        public_key: The Langfuse project's public key.
        secret_key: Its secret key.
        host: Langfuse's address, or None.
        llm_connection_names: The connections to use in this order; None for every usable one, oldest first.
        database_url: The DSN of Langfuse's PostgreSQL, or None to ask a broker.
        encryption_key: Langfuse's ENCRYPTION_KEY; several, newest first, separated by commas. None without a database.
        salt: Langfuse's SALT, or None to check the key pair by its slow hash.
        broker_url: A broker's address; None to ask the database, or the host as a broker.
        routing: How calls are attempted.
        driver: Which driver makes the attempts.
        snapshot: A directory for encrypted last-good sets of connections, or None for none.
        max_stale: Seconds that a last-good set of connections, or prompt, serves while its source is down.
        prompt_cache_ttl: Seconds that a prompt is served without a question; None for the default, with checks beside.
        transport: Certificates and proxies.
        max_response_bytes: The most bytes of one provider's answer.
        tracing: What is recorded of calls, and how.
        exit_timeout: Seconds that closing may take.
        handle_sigterm: Whether SIGTERM waits for traces, where nobody else handles it.
        redis_url: Where processes share what they know of deployments; None to keep it to themselves.
        platform: The local platform's address, where that is what is used because nothing else was named.
    """

    public_key: str
    secret_key: Secret
    host: str | None
    llm_connection_names: tuple[str, ...] | None
    database_url: Secret | None
    encryption_key: Secret | None
    salt: Secret | None
    broker_url: str | None
    routing: RoutingOptions
    driver: DriverName
    snapshot: str | None
    max_stale: float
    prompt_cache_ttl: float | None
    transport: TransportSettings
    max_response_bytes: int
    tracing: TracingSettings
    exit_timeout: float
    handle_sigterm: bool
    redis_url: Secret | None = None
    platform: str | None = None

    @property
    def provider_transport(self) -> TransportSettings:
        """How providers are reached."""
        return msgspec.structs.replace(self.transport, max_body_bytes=self.max_response_bytes)


class LangfuseAccess(msgspec.Struct, frozen=True, kw_only=True):
    """Where Langfuse's API is asked, as the environment says.

    Attributes:
        endpoint: Its address and the key pair.
        transport: Certificates and proxies.
    """

    endpoint: BasicAuthEndpoint
    transport: TransportSettings


def home_directory(environ: Mapping[str, str] | None = None) -> "Path":
    """Return the local platform's data directory: GENAI_HOME, by default `~/.genai`.

    Raises:
        ConfigurationError: It is under the home of a user who has none.
    """
    from pathlib import Path

    directory = (os.environ if environ is None else environ).get(HOME, "").strip() or _DEFAULT_HOME
    del environ  # whoever prints a traceback with its variables prints none of these
    try:
        return Path(directory).expanduser()
    except RuntimeError:  # a container's user may be a mere number
        raise ConfigurationError(
            Sentence.of(
                "settings.no_home",
                "there is no home directory for {directory}, where a local platform says that it runs: "
                "set {home} to a directory, or name a Langfuse ({variable} and the like)",
                directory=directory,
                home=HOME,
                variable=ENVIRONMENT["public_key"][0],
            )
        ) from None


def read_settings(arguments: Sealed[Mapping[str, Any]], environ: Mapping[str, str] | None = None) -> Settings:
    """Read the arguments of `GenAIClient` over the environment; that of the process unless another is given.

    Raises:
        MissingCredentialsError: There is no key pair, or nowhere to use it.
        InvalidRequestError: An argument has the wrong form.
        ConfigurationError: The CA bundle cannot be read, or nothing is named and there is no home directory.
    """
    return _read(arguments, Sealed(os.environ if environ is None else environ))


def _read(given: Sealed[Mapping[str, Any]], environ: Sealed[Mapping[str, str]]) -> Settings:
    """Read the settings; nothing that could be secret is in a variable, for a traceback may be printed with them."""
    platform = _platform(given, environ)
    if platform is not None:
        from_platform = {"public_key": platform.public_key, "secret_key": platform.sealed_key, "host": platform.url}
        given = Sealed({**given.reveal(), **from_platform})
        del from_platform

    def argument(name: str) -> Any:
        return given.reveal()[name]

    def text(name: str) -> str | None:
        return text_of(name, given.reveal().get(name)) or next(
            (value for key in ENVIRONMENT[name] if (value := environ.reveal().get(key, "").strip())), None
        )

    def secret(name: str) -> Secret | None:
        if isinstance(sealed := given.reveal().get(name), Secret):
            return sealed
        return Secret(text(name) or "") if text(name) else None

    database_url, broker_url = secret("database_url"), text("broker_url")
    if given.reveal().get("broker_url") and not given.reveal().get("database_url"):
        database_url = None  # an argument beats the environment
    public_key, secret_key, encryption_key = text("public_key"), secret("secret_key"), secret("encryption_key")
    needs: dict[str, object] = {"public_key": public_key, "secret_key": secret_key}
    if database_url is not None:
        needs["encryption_key"] = encryption_key
    lacks = {name: ENVIRONMENT[name][0] for name in needs if not needs[name]}
    is_nowhere = not (database_url or broker_url or text("host"))
    if lacks or is_nowhere or public_key is None or secret_key is None:
        raise missing_settings(lacks, is_nowhere=is_nowhere, is_all=is_nowhere and len(lacks) == len(needs))
    routing = RoutingOptions(
        deadline=read_seconds("deadline", argument("deadline")),
        stream_deadline=limit_of("stream_deadline", argument("stream_deadline")),
        stream_fallback=one_of("stream_fallback", argument("stream_fallback"), get_args(StreamFallback)),
        hedge_after=read_wait("hedge_after", argument("hedge_after")),
        max_hedge_share=read_share("max_hedge_share", argument("max_hedge_share")),
        first_token_timeout=read_wait("first_token_timeout", argument("first_token_timeout")),
    )
    return Settings(
        public_key=public_key,
        secret_key=secret_key,
        host=text("host"),
        llm_connection_names=names_of(given.reveal().get("llm_connection_names")),
        database_url=database_url,
        encryption_key=encryption_key if database_url is not None else None,
        salt=secret("salt"),
        broker_url=None if database_url else broker_url,
        routing=read_router_args(given.reveal().get("router_args"), routing),
        driver=one_of("driver", argument("driver"), get_args(DriverName)),
        snapshot=text_of("snapshot", given.reveal().get("snapshot")),
        max_stale=read_seconds("max_stale", argument("max_stale"), zero=True),
        prompt_cache_ttl=ttl_of(argument("prompt_cache_ttl")),
        transport=transport_of(environ, text("ca_bundle")),
        max_response_bytes=bytes_of("max_response_bytes", argument("max_response_bytes")),
        tracing=TracingSettings(
            host=text("host"),
            public_key=public_key,
            enabled=read_switch("tracing", argument("tracing")),
            environment=text("environment"),
            release=text("release"),
            sample_rate=_share(given.reveal().get("sample_rate"), environ),
            capture_content=read_switch("capture_content", argument("capture_content")),
            mask=given.reveal().get("mask"),
            max_content_bytes=argument("max_content_bytes"),
            infer_cost=_switch("infer_cost", given.reveal().get("infer_cost"), environ),
            upload_media=read_switch("upload_media", argument("upload_media")),
            join_otel=read_switch("join_otel", argument("join_otel")),
            spool=_spool(text("spool"), given.reveal()),
        ),
        exit_timeout=read_seconds("exit_timeout", argument("exit_timeout"), zero=True),
        handle_sigterm=_switch("handle_sigterm", given.reveal().get("handle_sigterm"), environ, default=True),
        redis_url=secret("redis_url"),
        platform=None if platform is None else platform.url,
    )


def read_access(environ: Mapping[str, str] | None = None) -> LangfuseAccess:
    """Return the Langfuse that the environment names, else the local platform that runs.

    Raises:
        MissingCredentialsError: There is neither.
        ConfigurationError: The address is none, or is not https.
    """
    variables = Sealed(os.environ if environ is None else environ)
    del environ  # whoever prints a traceback with its variables prints none of these
    platform = _platform(Sealed({}), variables)

    def text(name: str) -> str:
        values = variables.reveal()
        return next((values[key].strip() for key in ENVIRONMENT[name] if values.get(key, "").strip()), "")

    if platform is None:
        public_key, secret_key, host = text("public_key"), Secret(text("secret_key")), text("host")
        needed = {name: bool(text(name)) for name in ("public_key", "secret_key", "host")}
        missing = [ENVIRONMENT[name][0] for name, setting in needed.items() if not setting]
        if missing:
            raise no_langfuse(missing, is_all=len(missing) == len(needed))
    else:
        public_key, secret_key, host = platform.public_key, platform.sealed_key, platform.url
    return LangfuseAccess(
        endpoint=read_endpoint(host, public_key, secret_key, named="host (LANGFUSE_BASE_URL)", secure=True),
        transport=transport_of(variables),
    )


class MetricsAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How the numbers of brokers are read, as the environment says.

    Attributes:
        url: Where those of the broker are, or None where none is named.
        token: What they ask for, or None.
        transport: Certificates and proxies.
    """

    url: str | None
    token: Secret | None
    transport: TransportSettings


def read_metrics_access(environ: Mapping[str, str] | None = None) -> MetricsAccess:
    """Return how the numbers of the environment's broker are read.

    Raises:
        ConfigurationError: The CA bundle cannot be read.
    """
    environ = os.environ if environ is None else environ
    broker, token = (environ.get(name, "").strip() for name in (*ENVIRONMENT["broker_url"], METRICS_TOKEN))
    return MetricsAccess(
        url=f"{broker.rstrip('/')}/metrics" if broker else None,
        token=Secret(token) if token else None,
        transport=read_transport(environ),
    )


def read_spool(environ: Mapping[str, str] | None = None) -> str | None:
    """Return the spool's directory as the environment names it, or None."""
    environ = os.environ if environ is None else environ
    return next((environ[name].strip() for name in ENVIRONMENT["spool"] if environ.get(name, "").strip()), None)


def read_fleet_redis(environ: Mapping[str, str] | None = None) -> Secret | None:
    """Return the address of the Redis that the environment names for a fleet's state, or None."""
    environ = os.environ if environ is None else environ
    return next(
        (Secret(environ[name].strip()) for name in ENVIRONMENT["redis_url"] if environ.get(name, "").strip()), None
    )


def _platform(given: Sealed[Mapping[str, Any]], environ: Sealed[Mapping[str, str]]) -> "PlatformEndpoint | None":
    """Return the running local platform if nothing, given or set, names another place."""
    for name in ELSEWHERE:
        if given.reveal().get(name) or any(environ.reveal().get(key, "").strip() for key in ENVIRONMENT[name]):
            return None
    from genai_sdk.client.platform import read_platform

    return read_platform(home_directory(environ.reveal()))


def _share(value: Any, environ: Sealed[Mapping[str, str]]) -> Any:
    """Return the sample rate, a number wherever it reads as one; `TracingSettings` judges it."""
    values = environ.reveal()
    text = next((values[key] for key in ENVIRONMENT["sample_rate"] if values.get(key, "").strip()), "1")
    del values
    if value is not None:
        return value
    with suppress(ValueError):
        return float(text)
    return text


def _switch(name: str, value: Any, environ: Sealed[Mapping[str, str]], *, default: bool = False) -> bool:
    """Return a switch that a variable may stand in for.

    Raises:
        InvalidRequestError: It says neither yes nor no.
    """
    if value is not None:
        return read_switch(name, value)
    variable = ENVIRONMENT[name][0]
    text = environ.reveal().get(variable, "").strip().lower()
    if text and text not in _SWITCHES:
        raise InvalidRequestError(
            Sentence.of(
                "settings.boolean", "{variable} must be true or false, not {text}", variable=variable, text=repr(text)
            )
        )
    return _SWITCHES.get(text, default)


def _spool(directory: str | None, arguments: Mapping[str, Any]) -> SpoolSettings | None:
    if directory is None:
        return None
    return SpoolSettings(
        directory=directory, max_bytes=arguments["spool_max_bytes"], max_age=arguments["spool_max_age"]
    )
