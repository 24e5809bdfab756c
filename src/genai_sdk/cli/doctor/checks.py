"""What `genai doctor` looks at: each check says what it saw, and what to do where that is wrong."""

import importlib.util
import platform
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from genai_sdk.catalogue import table_date
from genai_sdk.cli.doctor.check import Check, State, words_of
from genai_sdk.cli.doctor.connection_checks import check_connections
from genai_sdk.cli.doctor.record_checks import check_prompts, check_spool, check_traces
from genai_sdk.cli.doctor.redis_checks import redis_checks
from genai_sdk.cli.remote import Remote
from genai_sdk.client import GenAIClient
from genai_sdk.client.origins import origins
from genai_sdk.client.settings import LangfuseAccess, read_access
from genai_sdk.errors import GenAIError
from genai_sdk.http import is_loopback
from genai_sdk.sentence import Sentence
from genai_sdk.version import __version__

_SKEWED, _REFUSED = 30.0, 300.0
"""Seconds of a clock that is off: what is odd, and what AWS and Google refuse signatures and tokens for."""

_EXPIRES = 14  # days before the end of a certificate
_PACKAGES = (
    "httptools",
    "msgspec",
    "cryptography",
    "bcrypt",
    "litellm",
    "psycopg",
    "botocore",
    "google-auth",
    "redis",
    "openai",
    "langfuse",
)


def examine(*, live: bool) -> Iterator[Check]:
    """Look at everything, one thing after the other; what cannot be reached is not waited for twice.

    Args:
        live: Whether a model of each connection is asked, which costs a few tokens.
    """
    yield from _settings()
    yield from _versions()
    try:
        access: LangfuseAccess | None = read_access()
    except GenAIError as error:
        access = None
        yield Check(
            area="langfuse",
            name="address",
            state="failed",
            detail=words_of(error),
        )
    reached = False
    if access is not None:
        for check in _langfuse(access):
            reached = reached or (check.name == "key pair" and check.state == "ok")
            yield check
    yield from redis_checks()
    try:
        client = GenAIClient()
    except GenAIError as error:
        yield Check(
            area="connections",
            name="client",
            state="failed",
            detail=words_of(error),
        )
        return
    with client:
        yield from check_connections(client, live=live)
        if access is not None and reached:
            with Remote(access) as remote:
                yield from check_prompts(client, remote)
                yield from check_traces(client, remote)
            yield from check_spool(access)


def _settings() -> Iterator[Check]:
    try:
        found = origins()
    except GenAIError as error:
        yield Check(
            area="settings",
            name="local platform",
            state="failed",
            detail=words_of(error),
        )
        return
    for origin in found:
        if origin.source:
            detail = Sentence.of("doctor.value", "{value} (from {source})", value=origin.value, source=origin.source)
            yield Check(area="settings", name=origin.setting, state="note", detail=detail)
    if any(origin.setting == "database_url" and origin.source for origin in found):
        there = importlib.util.find_spec("psycopg") is not None
        yield Check(
            area="settings",
            name="psycopg",
            state="ok" if there else "failed",
            detail=Sentence.of("doctor.database", "connections are read from a database")
            if there
            else Sentence.of("doctor.no_psycopg", "connections are read from a database, and psycopg is not installed"),
            remedy="" if there else "pip install 'genai-sdk-langfuse[postgres]'",
        )


def _versions() -> Iterator[Check]:
    python = f"{platform.python_implementation()} {platform.python_version()} on {platform.system()}"
    ours = Sentence.of(
        "doctor.versions",
        "genai-sdk-langfuse {version}, {python}; prices and models of {date}",
        version=__version__,
        python=python,
        date=table_date(),
    )
    yield Check(area="versions", name="genai_sdk", state="note", detail=ours)
    installed = []
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            installed.append(f"{name} {version(name)}")
    yield Check(area="versions", name="packages", state="note", detail=", ".join(installed))


def _langfuse(access: LangfuseAccess) -> Iterator[Check]:
    with Remote(access) as remote:
        began = time.monotonic()
        try:
            answer = remote.look("/api/public/health")
        except GenAIError as error:
            remedy = Sentence.of(
                "doctor.check_address",
                "check LANGFUSE_BASE_URL, the network, a proxy, or the CA bundle (SSL_CERT_FILE)",
            )
            yield Check(
                area="langfuse",
                name="address",
                state="failed",
                detail=words_of(error),
                remedy=remedy,
            )
            return
        took = (time.monotonic() - began) * 1000
        known = answer.body.get("version") if isinstance(answer.body, dict) else None
        version_known = Sentence.of("doctor.langfuse_version", ", version {version}", version=known) if known else ""
        detail = Sentence.of(
            "doctor.langfuse_answers",
            "{url} answers in {took:.0f} ms{version}",
            url=remote.url,
            took=took,
            version=version_known,
        )
        yield Check(area="langfuse", name="address", state="ok", detail=detail)
        yield from _transport(access)
        if answer.date is not None:
            yield check_clock(answer.date)
        try:
            projects = remote.ask("GET", "/api/public/projects")["data"]
        except (GenAIError, LookupError, TypeError) as error:
            yield Check(
                area="langfuse",
                name="key pair",
                state="failed",
                detail=words_of(error),
            )
            return
        names = ", ".join(f"{each.get('name')} ({each.get('id')})" for each in projects)
        yield Check(
            area="langfuse",
            name="key pair",
            state="ok",
            detail=Sentence.of("doctor.project", "project {names}", names=names),
        )


def _transport(access: LangfuseAccess) -> Iterator[Check]:
    parts = urlsplit(access.endpoint.url)
    if parts.scheme != "https":
        yield check_plain(parts.hostname or "")
    elif access.transport.https_proxy is None:
        from genai_sdk.cli.certificate import expiry

        ends = expiry(parts.hostname or "", parts.port or 443, access.transport.ca_bundle)
        if ends is not None:
            days = (ends - datetime.now(UTC)).days
            yield Check(
                area="langfuse",
                name="TLS",
                state="ok" if days > _EXPIRES else "warning",
                detail=Sentence.of("doctor.certificate", "the certificate is good for {days} more days", days=days),
                remedy=""
                if days > _EXPIRES
                else Sentence.of("doctor.renew_certificate", "have Langfuse's certificate renewed"),
            )


def check_plain(host: str) -> Check:
    """Say what an http address means: nothing on this machine, and the key pair in clear to any other."""
    if is_loopback(host):
        detail = Sentence.of("doctor.plain_here", "http on this machine: keys and contents do not leave it")
        return Check(area="langfuse", name="TLS", state="note", detail=detail)
    detail = Sentence.of("doctor.plain", "http to {host}: the key pair and what is recorded travel in clear", host=host)
    remedy = Sentence.of(
        "doctor.use_https", "give Langfuse an https address, unless the network between is yours alone"
    )
    return Check(area="langfuse", name="TLS", state="warning", detail=detail, remedy=remedy)


def check_clock(header: str) -> Check:
    """Compare this machine's clock with the Date header of an answer."""
    try:
        off = (datetime.now(UTC) - parsedate_to_datetime(header)).total_seconds()
    except (TypeError, ValueError):
        return Check(
            area="langfuse",
            name="clock",
            state="note",
            detail=Sentence.of("doctor.no_date", "Langfuse's answer has no date to compare"),
        )
    state: State = "ok" if abs(off) < _SKEWED else "warning" if abs(off) < _REFUSED else "failed"
    seconds = abs(off)
    detail = Sentence.of("doctor.clock", "agrees with Langfuse's")
    if state != "ok" and off > 0:
        detail = Sentence.of("doctor.clock_ahead", "{seconds:.0f} s ahead of Langfuse's", seconds=seconds)
    elif state != "ok":
        detail = Sentence.of("doctor.clock_behind", "{seconds:.0f} s behind Langfuse's", seconds=seconds)
    remedy = (
        ""
        if state == "ok"
        else Sentence.of(
            "doctor.set_clock", "set this machine's clock (NTP): AWS and Google refuse what is signed at a wrong time"
        )
    )
    return Check(area="langfuse", name="clock", state=state, detail=detail, remedy=remedy)
