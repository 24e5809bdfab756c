"""The broker's settings: option before environment before default. The broker's only reader of the environment."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from genai_sdk.broker.audit import STANDARD_OUTPUT
from genai_sdk.client.network import transport_of
from genai_sdk.errors import ConfigurationError, MissingCredentialsError
from genai_sdk.http import TransportSettings, read_endpoint
from genai_sdk.secret import Sealed, Secret
from genai_sdk.sentence import Sentence

AuthMode = Literal["database", "langfuse"]

VARIABLES: Mapping[str, str] = {
    "host": "GENAI_BROKER_HOST",
    "port": "GENAI_BROKER_PORT",
    "workers": "GENAI_BROKER_WORKERS",
    "tls_cert": "GENAI_BROKER_TLS_CERT",
    "tls_key": "GENAI_BROKER_TLS_KEY",
    "auth": "GENAI_BROKER_AUTH",
    "langfuse_url": "LANGFUSE_BASE_URL",
    "policy": "GENAI_BROKER_POLICY",
    "audit": "GENAI_BROKER_AUDIT",
    "rate": "GENAI_BROKER_RATE",
    "burst": "GENAI_BROKER_BURST",
    "trusted_proxies": "GENAI_BROKER_TRUSTED_PROXIES",
    "drain": "GENAI_BROKER_DRAIN",
}
"""The variable of each option."""

SECRETS: Mapping[str, str] = {
    "database_url": "GENAI_DATABASE_URL",
    "encryption_key": "GENAI_ENCRYPTION_KEY",
    "salt": "GENAI_SALT",
    "redis_url": "GENAI_BROKER_REDIS_URL",
    "metrics_token": "GENAI_BROKER_METRICS_TOKEN",
}
"""The variable of each secret, which no option takes: other users of a machine see a command's options. The name of a
file that holds it may stand in a variable with `_FILE` at its end, as secrets are mounted into containers."""


class BrokerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a broker runs.

    Attributes:
        host: The address to listen on.
        port: The port; 0 for a free one.
        workers: Processes that answer.
        tls_cert: A PEM file with the certificate chain; None where a proxy speaks TLS.
        tls_key: A PEM file with its key.
        database_url: Langfuse's PostgreSQL.
        encryption_key: Langfuse's ENCRYPTION_KEY; several, newest first, separated by commas.
        salt: Langfuse's SALT, or None to check key pairs by their slow hash.
        auth: Who checks key pairs: `database`, the rows of Langfuse's own; `langfuse`, its API.
        langfuse_url: Langfuse's address, where that checks key pairs.
        redis_url: Where processes share rate limits; None to keep them by themselves.
        policy: A TOML file of who may have what; None: every project its own connections.
        audit: Where audit lines go: a file, `-` for standard output, or `off`.
        rate: Requests a second that one key pair may make.
        burst: Requests that it may make at once.
        trusted_proxies: Addresses and networks whose X-Forwarded-For is believed.
        drain: Seconds from SIGTERM in which requests are still answered, while `/ready` says no.
        metrics_token: What `/metrics` asks for; None to answer whoever comes through no proxy.
        transport: Certificates and proxies for what the broker itself asks.
    """

    host: str
    port: int
    workers: int
    tls_cert: str | None
    tls_key: str | None
    database_url: Secret
    encryption_key: Secret
    salt: Secret | None
    auth: AuthMode
    langfuse_url: str | None
    redis_url: Secret | None
    policy: str | None
    audit: str
    rate: float
    burst: float
    trusted_proxies: tuple[str, ...]
    drain: float
    metrics_token: Secret | None
    transport: TransportSettings


def read_broker_settings(options: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> BrokerSettings:
    """Read the options of `genai broker` over the environment; that of the process unless another is given.

    Raises:
        MissingCredentialsError: The database's address or key is missing.
        ConfigurationError: A setting has the wrong form.
    """
    variables = Sealed(os.environ if environ is None else environ)
    del environ  # whoever prints a traceback with its variables prints none of these
    return _read(options, variables)


def read_limits_redis(environ: Mapping[str, str] | None = None) -> Secret | None:
    """Return the address of the Redis that the environment names for brokers' rate limits, or None.

    Raises:
        ConfigurationError: The file that is to hold it cannot be read.
    """
    return _secret(SECRETS["redis_url"], Sealed(os.environ if environ is None else environ))


def _read(options: Mapping[str, Any], environ: Sealed[Mapping[str, str]]) -> BrokerSettings:
    def text(name: str) -> str | None:
        item = options.get(name)
        return str(item) if item is not None else environ.reveal().get(VARIABLES[name], "").strip() or None

    def number(name: str, default: float, least: float) -> float:
        return _number(VARIABLES[name], text(name), default, least)

    secrets = {name: _secret(variable, environ) for name, variable in SECRETS.items()}
    database_url, encryption_key = secrets["database_url"], secrets["encryption_key"]
    if database_url is None or encryption_key is None:
        missing = [SECRETS[name] for name in ("database_url", "encryption_key") if secrets[name] is None]
        raise MissingCredentialsError(
            Sentence.of(
                "broker.missing",
                "the broker reads Langfuse's database: set {missing} (or the same with _FILE at its end, "
                "to the path of a file that holds it)",
                missing=" and ".join(missing),
            )
        )
    auth = _auth(text("auth") or "database")
    langfuse_url = text("langfuse_url") if auth == "langfuse" else None
    if auth == "langfuse":
        if langfuse_url is None:
            raise MissingCredentialsError(
                Sentence.of(
                    "broker.langfuse", "with --auth langfuse key pairs are checked by Langfuse: set LANGFUSE_BASE_URL"
                )
            )
        langfuse_url = read_endpoint(langfuse_url, "", Secret(""), named="LANGFUSE_BASE_URL").url
    tls_cert, tls_key = text("tls_cert"), text("tls_key")
    if (tls_cert is None) != (tls_key is None):
        raise ConfigurationError(
            Sentence.of("broker.tls_pair", "TLS takes two files: name both --tls-cert and --tls-key")
        )
    if tls_cert is not None and tls_key is not None:
        _check_tls(tls_cert, tls_key)
    rate = number("rate", 100.0, 0.01)
    return BrokerSettings(
        host=text("host") or "127.0.0.1",
        port=int(number("port", 4142, 0)),
        workers=int(number("workers", 1, 1)),
        tls_cert=tls_cert,
        tls_key=tls_key,
        database_url=database_url,
        encryption_key=encryption_key,
        salt=secrets["salt"],
        auth=auth,
        langfuse_url=langfuse_url,
        redis_url=secrets["redis_url"],
        policy=text("policy"),
        audit=text("audit") or STANDARD_OUTPUT,
        rate=rate,
        burst=number("burst", 10 * rate, 1),
        trusted_proxies=tuple(filter(None, (each.strip() for each in (text("trusted_proxies") or "").split(",")))),
        drain=number("drain", 0.0, 0.0),
        metrics_token=secrets["metrics_token"],
        transport=transport_of(environ),
    )


def _secret(variable: str, environ: Sealed[Mapping[str, str]]) -> Secret | None:
    value = Secret(environ.reveal().get(variable, "").strip())
    path = environ.reveal().get(f"{variable}_FILE", "").strip()
    if not value.reveal() and path:
        content = _content(path)
        if content is None:
            raise ConfigurationError(
                Sentence.of(
                    "broker.secret_file",
                    "{variable}_FILE names {path}, which cannot be read",
                    variable=variable,
                    path=path,
                )
            )
        value = content
    return value if value.reveal() else None


def _content(path: str) -> Secret | None:
    with suppress(OSError, UnicodeDecodeError):  # the latter quotes the file
        return Secret(Path(path).read_text().strip())
    return None


def _check_tls(cert: str, key: str) -> None:
    """Look whether two files are a certificate with its key: uvicorn says so in a traceback, and asks for passwords."""
    import ssl  # loaded by those who speak it

    for path in (cert, key):
        if not os.access(path, os.R_OK):
            raise ConfigurationError(Sentence.of("broker.tls_file", "the TLS file {path} cannot be read", path=path))
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password=lambda: "")
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        reason = getattr(error, "reason", None) or error
        raise ConfigurationError(
            Sentence.of(
                "broker.tls_form",
                "the TLS files {cert} and {key} are not a certificate chain and its key, in PEM and "
                "without a password: {reason}",
                cert=cert,
                key=key,
                reason=reason,
            )
        ) from None


def _auth(text: str) -> AuthMode:
    modes: tuple[AuthMode, ...] = get_args(AuthMode)
    for mode in modes:
        if text == mode:
            return mode
    raise ConfigurationError(
        Sentence.of(
            "broker.auth",
            "--auth (GENAI_BROKER_AUTH) is {text!r}; it is one of {modes}",
            text=text,
            modes=", ".join(get_args(AuthMode)),
        )
    )


def _number(variable: str, text: str | None, default: float, least: float) -> float:
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not least <= number < 1e9:
        raise ConfigurationError(
            Sentence.of(
                "broker.number",
                "{variable} must be a number of at least {least:g}, not {text}",
                variable=variable,
                least=least,
                text=repr(text),
            )
        )
    return number
