"""The client's settings: argument before environment before default. The only reader of environment variables."""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from genai_sdk.connections import Secret
from genai_sdk.drivers.factory import DriverName
from genai_sdk.errors import InvalidRequestError, MissingCredentialsError
from genai_sdk.http import BasicAuthEndpoint, TransportSettings, read_endpoint
from genai_sdk.routing.options import (
    RoutingOptions,
    StreamFallback,
    one_of,
    read_router_args,
    read_seconds,
    read_switch,
)
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

_NEEDED: Mapping[str, str] = {
    "public_key": "the Langfuse public key",
    "secret_key": "the Langfuse secret key",
    "encryption_key": "Langfuse's ENCRYPTION_KEY, which opens the secrets stored in the database",
}
_SWITCHES: Mapping[str, bool] = {"true": True, "1": True, "false": False, "0": False}
_NOWHERE = (
    "a place to read connections from: pass host= or set LANGFUSE_BASE_URL (a Langfuse with a broker), broker_url= or "
    "GENAI_BROKER_URL, or database_url= or GENAI_DATABASE_URL"
)
_OR_UP = ". Or start a local platform, which needs none of them, with `genai up`"


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
        tracing: What is recorded of calls, and how.
        exit_timeout: Seconds that closing may take.
        handle_sigterm: Whether SIGTERM waits for traces, where nobody else handles it.
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
    tracing: TracingSettings
    exit_timeout: float
    handle_sigterm: bool
    platform: str | None = None


class LangfuseAccess(msgspec.Struct, frozen=True, kw_only=True):
    """Where Langfuse's API is asked, as the environment says.

    Attributes:
        endpoint: Its address and the key pair.
        transport: Certificates and proxies.
    """

    endpoint: BasicAuthEndpoint
    transport: TransportSettings


def home_directory(environ: Mapping[str, str] | None = None) -> "Path":
    """Return the local platform's data directory: GENAI_HOME, by default `~/.genai`."""
    from pathlib import Path

    environ = os.environ if environ is None else environ
    return Path(environ.get(HOME, "").strip() or _DEFAULT_HOME).expanduser()


def read_settings(arguments: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> Settings:
    """Read the arguments of `GenAIClient` over the environment; that of the process unless another is given.

    Raises:
        MissingCredentialsError: There is no key pair, or nowhere to use it.
        InvalidRequestError: An argument has the wrong form.
        ConfigurationError: The CA bundle cannot be read.
    """
    environ = os.environ if environ is None else environ
    platform = _platform(arguments, environ)
    if platform is not None:
        from_platform = {"public_key": platform.public_key, "secret_key": platform.secret_key, "host": platform.url}
        arguments = {**arguments, **from_platform}

    def text(name: str) -> str | None:
        return _text(name, arguments.get(name)) or next(
            (environ[key].strip() for key in ENVIRONMENT[name] if environ.get(key, "").strip()), None
        )

    database_url, broker_url = text("database_url"), text("broker_url")
    if arguments.get("broker_url") and not arguments.get("database_url"):
        database_url = None  # an argument beats the environment
    public_key, secret_key, encryption_key = text("public_key"), text("secret_key"), text("encryption_key")
    needs = {"public_key": public_key, "secret_key": secret_key}
    if database_url:
        needs["encryption_key"] = encryption_key
    missing = [f"{_NEEDED[name]}: pass {name}= or set {ENVIRONMENT[name][0]}" for name in needs if not needs[name]]
    if not (database_url or broker_url or text("host")):
        missing.append(_NOWHERE)
    if missing or public_key is None or secret_key is None:
        nothing = len(missing) == len(needs) + 1
        raise MissingCredentialsError(f"missing {'; '.join(missing)}{_OR_UP if nothing else ''}")
    salt = text("salt")
    routing = RoutingOptions(
        deadline=read_seconds("deadline", arguments["deadline"]),
        stream_fallback=one_of("stream_fallback", arguments["stream_fallback"], get_args(StreamFallback)),
    )
    return Settings(
        public_key=public_key,
        secret_key=Secret(secret_key),
        host=text("host"),
        llm_connection_names=_names(arguments.get("llm_connection_names")),
        database_url=Secret(database_url) if database_url else None,
        encryption_key=Secret(encryption_key) if database_url and encryption_key else None,
        salt=Secret(salt) if salt else None,
        broker_url=None if database_url else broker_url,
        routing=read_router_args(arguments.get("router_args"), routing),
        driver=one_of("driver", arguments["driver"], get_args(DriverName)),
        snapshot=_text("snapshot", arguments.get("snapshot")),
        max_stale=read_seconds("max_stale", arguments["max_stale"], zero=True),
        prompt_cache_ttl=_ttl(arguments["prompt_cache_ttl"]),
        transport=read_transport(environ, text("ca_bundle")),
        tracing=TracingSettings(
            host=text("host"),
            public_key=public_key,
            enabled=read_switch("tracing", arguments["tracing"]),
            environment=text("environment"),
            release=text("release"),
            sample_rate=_share(arguments.get("sample_rate"), environ),
            capture_content=read_switch("capture_content", arguments["capture_content"]),
            mask=arguments.get("mask"),
            max_content_bytes=arguments["max_content_bytes"],
            infer_cost=_switch("infer_cost", arguments.get("infer_cost"), environ),
            upload_media=read_switch("upload_media", arguments["upload_media"]),
            join_otel=read_switch("join_otel", arguments["join_otel"]),
            spool=_spool(text("spool"), arguments),
        ),
        exit_timeout=read_seconds("exit_timeout", arguments["exit_timeout"], zero=True),
        handle_sigterm=_switch("handle_sigterm", arguments.get("handle_sigterm"), environ, default=True),
        platform=None if platform is None else platform.url,
    )


def read_access(environ: Mapping[str, str] | None = None) -> LangfuseAccess:
    """Return the Langfuse that the environment names, else the local platform that runs.

    Raises:
        MissingCredentialsError: There is neither.
        ConfigurationError: The address is none, or is not https.
    """
    environ = os.environ if environ is None else environ
    platform = _platform({}, environ)

    def text(name: str) -> str:
        return next((environ[key].strip() for key in ENVIRONMENT[name] if environ.get(key, "").strip()), "")

    if platform is None:
        public_key, secret_key, host = text("public_key"), text("secret_key"), text("host")
        needed = {name: text(name) for name in ("public_key", "secret_key", "host")}
        missing = [ENVIRONMENT[name][0] for name, setting in needed.items() if not setting]
        if missing:
            up = _OR_UP if len(missing) == len(needed) else ""
            raise MissingCredentialsError(f"it is not known which Langfuse to use: set {', '.join(missing)}{up}")
    else:
        public_key, secret_key, host = platform.public_key, platform.secret_key, platform.url
    return LangfuseAccess(
        endpoint=read_endpoint(host, public_key, secret_key, named="host (LANGFUSE_BASE_URL)", secure=True),
        transport=read_transport(environ),
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


def _platform(arguments: Mapping[str, Any], environ: Mapping[str, str]) -> "PlatformEndpoint | None":
    """Return the running local platform if nothing, given or set, names another place."""
    for name in ELSEWHERE:
        if arguments.get(name) or any(environ.get(key, "").strip() for key in ENVIRONMENT[name]):
            return None
    from genai_sdk.client.platform import read_platform

    return read_platform(home_directory(environ))


def _text(name: str, item: Any) -> str | None:
    if item is not None and not isinstance(item, str):
        raise InvalidRequestError(f"{name} must be a string, not {type(item).__name__}")
    return item.strip() or None if item is not None else None


def _ttl(item: Any) -> float | None:
    return None if item is None else read_seconds("prompt_cache_ttl", item, zero=True)


def _share(value: Any, environ: Mapping[str, str]) -> Any:
    """Return the sample rate, a number wherever it reads as one; `TracingSettings` judges it."""
    text = next((environ[key] for key in ENVIRONMENT["sample_rate"] if environ.get(key, "").strip()), "1")
    if value is not None:
        return value
    with suppress(ValueError):
        return float(text)
    return text


def _switch(name: str, value: Any, environ: Mapping[str, str], *, default: bool = False) -> bool:
    """Return a switch that a variable may stand in for.

    Raises:
        InvalidRequestError: It says neither yes nor no.
    """
    if value is not None:
        return read_switch(name, value)
    variable = ENVIRONMENT[name][0]
    text = environ.get(variable, "").strip().lower()
    if text and text not in _SWITCHES:
        raise InvalidRequestError(f"{variable} must be true or false, not {text!r}")
    return _SWITCHES.get(text, default)


def _spool(directory: str | None, arguments: Mapping[str, Any]) -> SpoolSettings | None:
    if directory is None:
        return None
    return SpoolSettings(
        directory=directory, max_bytes=arguments["spool_max_bytes"], max_age=arguments["spool_max_age"]
    )


def _names(item: Sequence[str] | None) -> tuple[str, ...] | None:
    if item is None:
        return None
    names = isinstance(item, Sequence) and not isinstance(item, str)
    if not names or not item or not all(isinstance(name, str) and name for name in item):
        raise InvalidRequestError(
            f"llm_connection_names must be a list of connection names, not {item!r}; "
            "leave it out to use every connection"
        )
    return tuple(dict.fromkeys(item))


def read_transport(environ: Mapping[str, str], ca_bundle: str | None = None) -> TransportSettings:
    """Return certificates and proxies as the environment says them.

    Args:
        environ: The environment.
        ca_bundle: What was given in its place.

    Raises:
        ConfigurationError: The CA bundle cannot be read.
    """
    ca_bundle = ca_bundle or environ.get("SSL_CERT_FILE", "").strip() or None

    def either(name: str) -> str | None:
        return environ.get(name.lower()) or environ.get(name) or None

    if ca_bundle is not None:
        from genai_sdk.http.tls import client_context  # loads ssl, which only they pay for who name a bundle

        client_context(ca_bundle)  # so that a wrong one is met now, and not at some later call
    return TransportSettings(
        ca_bundle=ca_bundle,
        # A CGI server sets HTTP_PROXY from a request's Proxy header: https://httpoxy.org
        http_proxy=environ.get("http_proxy") or (None if "REQUEST_METHOD" in environ else either("HTTP_PROXY")),
        https_proxy=either("HTTPS_PROXY"),
        no_proxy=either("NO_PROXY"),
    )
