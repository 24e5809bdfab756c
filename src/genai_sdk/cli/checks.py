"""What `genai doctor` looks at: each check says what it saw, and what to do where that is wrong."""

import importlib.util
import platform
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import msgspec

from genai_sdk.catalogue import end_of_life, price_of, table_date
from genai_sdk.cli.remote import Remote
from genai_sdk.cli.trace_reader import TraceReader
from genai_sdk.client import GenAIClient
from genai_sdk.client.origins import origins
from genai_sdk.client.settings import LangfuseAccess, read_access, read_spool
from genai_sdk.client.trial import model_to_try
from genai_sdk.errors import GenAIError, SourceUnavailableError
from genai_sdk.http import is_loopback
from genai_sdk.langfuse.tree import dollars
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView
from genai_sdk.version import __version__

if TYPE_CHECKING:
    from genai_sdk.client.trial import Trial

State = Literal["ok", "note", "warning", "failed"]

TRACE = "genai doctor"
"""The name of the trace that is written and read back."""

READ_BACK = 15.0
"""Seconds that Langfuse is given to show the trace."""

_SKEWED, _REFUSED = 30.0, 300.0
"""Seconds of a clock that is off: what is odd, and what AWS and Google refuse signatures and tokens for."""

_AT_ONCE = 8  # connections that are tried
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
_UNREACHED = Sentence.of(
    "doctor.unreached",
    "look whether what GENAI_DATABASE_URL or GENAI_BROKER_URL names runs and lets this "
    "machine in; beside a broker `genai broker --check` says whether it reaches the database",
)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of one thing.

    Attributes:
        area: What it belongs to: settings, langfuse, connections, prompts, traces or versions.
        name: What was looked at.
        state: `ok`; `note` where nothing can be right or wrong; `warning`; or `failed`.
        detail: What was seen.
        remedy: What to do; empty where nothing is.
        facts: What scripts may want of it. Of a connection: `adapter`, `model`, `priced` (whether what its model costs
            is known) and `ends` (the day of the model's end where that is near); with `--live` also `latency` in
            seconds, `cost` in dollars and `price_source`.
    """

    area: str
    name: str
    state: State
    detail: str
    remedy: str = ""
    facts: Mapping[str, Any] = {}


def words_of(error: Exception) -> str:
    """Return what an error says: of ours the sentence, of others the text."""
    return error.sentence if isinstance(error, GenAIError) else str(error)


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
        yield from _connections(client, live=live)
        if access is not None and reached:
            with Remote(access) as remote:
                yield from _prompts(client, remote)
                yield from _traces(client, remote)
            yield from _spool(access)


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


def _connections(client: GenAIClient, *, live: bool) -> Iterator[Check]:
    try:
        views = client.connections()
    except GenAIError as error:
        remedy = _UNREACHED if isinstance(error, SourceUnavailableError) else ""
        yield Check(
            area="connections",
            name="source",
            state="failed",
            detail=words_of(error),
            remedy=remedy,
        )
        return
    if not views:
        remedy = Sentence.of("doctor.register", "register one: genai connections add NAME --adapter openai")
        yield Check(
            area="connections",
            name="source",
            state="warning",
            detail=Sentence.of("doctor.no_connections", "there are none yet"),
            remedy=remedy,
        )
    # Several at once, since each may take as long as a provider is given; told in their order.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(lambda view: _connection(view, live=live), views)


def _connection(view: ConnectionView, *, live: bool) -> Check:
    if view.error:
        remedy = Sentence.of(
            "doctor.mend_connection",
            "mend it in Langfuse, or write it anew: genai connections add {name} --replace",
            name=view.name,
        )
        return Check(area="connections", name=view.name, state="failed", detail=view.error, remedy=remedy)
    model = model_to_try(view)
    if model is None:
        remedy = Sentence.of("doctor.give_model", "give it a custom model in Langfuse")
        detail = Sentence.of(
            "doctor.opened_unknown",
            "{adapter}: opened, and it serves no model that is known here",
            adapter=view.adapter,
        )
        return Check(area="connections", name=view.name, state="warning", detail=detail, remedy=remedy)
    return _tried(view, model) if live else _opened(view, model)


def _opened(view: ConnectionView, model: str) -> Check:
    is_priced = price_of(view.adapter, model, region=view.region, base_url=view.base_url) is not None
    price = (
        Sentence.of("doctor.priced", "price known")
        if is_priced
        else Sentence.of(
            "doctor.unpriced", "not in our table of prices, so only the project's own definitions price it"
        )
    )
    facts = {"adapter": view.adapter, "model": model, "priced": is_priced or None}
    detail = Sentence.of(
        "doctor.opened", "{adapter}: opened; {model}, {price}", adapter=view.adapter, model=model, price=price
    )
    return _with_end(view, model, Check(area="connections", name=view.name, state="ok", detail=detail, facts=facts))


def _tried(view: ConnectionView, model: str) -> Check:
    from genai_sdk.cli.connections import call

    facts: dict[str, Any] = {"adapter": view.adapter, "model": model}
    try:
        trial: Trial = call(view.name, model)
    except GenAIError as error:  # such as a host without the identity that the connection stands for
        detail = Sentence.of("doctor.call_failed", "{model}: {error}", model=model, error=error)
        return Check(area="connections", name=view.name, state="failed", detail=detail, facts=facts)
    if not trial.ok:
        return Check(
            area="connections",
            name=view.name,
            state="failed",
            detail=Sentence.of("doctor.call_failed", "{model}: {error}", model=model, error=trial.error),
            remedy=remedy_of(view.name, trial.status),
            facts={**facts, "status": trial.status},
        )
    facts |= {
        "latency": trial.latency,
        "priced": trial.cost is not None,
        "cost": trial.cost,
        "price_source": trial.price_source,
    }
    price = Sentence.of(
        "doctor.price_unknown", "its price is not known, neither here nor in the project's own definitions"
    )
    if trial.cost is not None:
        cost = dollars(trial.cost)
        if trial.price_source == "project":
            price = Sentence.of("doctor.price_of_project", "for {cost} (the project)", cost=cost)
        else:
            price = Sentence.of("doctor.price_of_table", "for {cost} (our table)", cost=cost)
    detail = Sentence.of(
        "doctor.answers",
        "{adapter}: {model} answers in {latency:.2f} s, {price}",
        adapter=view.adapter,
        model=model,
        latency=trial.latency,
        price=price,
    )
    return _with_end(view, model, Check(area="connections", name=view.name, state="ok", detail=detail, facts=facts))


def remedy_of(connection: str, status: int | None) -> str:
    """Say what to do about a provider that did not answer, by its HTTP status; None where there was no answer."""
    match status:
        case None:
            return Sentence.of(
                "doctor.check_network", "check the network, a proxy, and the connection's base URL, region or location"
            )
        case 401 | 403:
            return Sentence.of(
                "doctor.rotate",
                "give it a key that the provider takes: genai connections rotate {connection}",
                connection=connection,
            )
        case 404:
            return Sentence.of(
                "doctor.first_model", "give it a model that the provider has, as its first custom model in Langfuse"
            )
        case 402 | 429:
            return Sentence.of("doctor.billing", "look at the account's limits and billing at the provider")
        case _ if status >= 500:
            return Sentence.of(
                "doctor.later", "try again later; a fallback or a second region serves meanwhile: genai docs routing"
            )
        case _:
            return ""


def _with_end(view: ConnectionView, model: str, check: Check) -> Check:
    ends = end_of_life(view.adapter, model, date.today(), region=view.region, base_url=view.base_url)
    if ends is None:
        return check
    remedy = Sentence.of("doctor.move_model", "move to a model that stays: genai explain says what is served")
    return msgspec.structs.replace(
        check,
        state="warning",
        detail=Sentence.of("doctor.ends", "{detail}; it ends on {ends}", detail=check.detail, ends=ends),
        remedy=remedy,
        facts={**check.facts, "ends": ends},
    )


def _prompts(client: GenAIClient, remote: Remote) -> Iterator[Check]:
    try:
        listed = remote.ask("GET", "/api/public/v2/prompts?limit=1")["data"]
        if not listed:
            yield Check(
                area="prompts",
                name="read",
                state="note",
                detail=Sentence.of("doctor.no_prompts", "the project has no prompts yet"),
            )
            return
        name = listed[0]["name"]
        which: dict[str, Any] = {"label": "production"}
        if "production" not in listed[0].get("labels", ()):
            which = {"version": max(listed[0]["versions"])}
        prompt = client.get_prompt(name, **which)
    except (GenAIError, LookupError, TypeError) as error:
        yield Check(
            area="prompts",
            name="read",
            state="failed",
            detail=words_of(error),
        )
        return
    yield Check(
        area="prompts",
        name="read",
        state="ok",
        detail=Sentence.of("doctor.prompt_read", "{name} in version {version}", name=name, version=prompt.version),
    )


def _spool(access: LangfuseAccess) -> Iterator[Check]:
    where = read_spool()
    if where is None:
        return
    from genai_sdk.cli.spool import spool_directory
    from genai_sdk.tracing.spool.segment import DRAFT

    try:
        directory = spool_directory(where, access)
        directory.create(DRAFT).delete()
    except (GenAIError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error.sentence
        detail = Sentence.of(
            "doctor.spool_unwritable",
            "{where} cannot be written, so that traces wait in memory alone: {reason}",
            where=where,
            reason=reason,
        )
        remedy = Sentence.of(
            "doctor.name_spool", "name a directory that this user alone may write to, in GENAI_SPOOL or `spool=`"
        )
        yield Check(area="traces", name="spool", state="failed", detail=detail, remedy=remedy)
        return
    left = [file for file in directory.survey() if file.state != "in use"]
    lost = sum(file.state != "waiting" for file in left)
    detail = Sentence.of(
        "doctor.spool",
        "{where} can be written; {count:,} records of ended processes are in it",
        where=where,
        count=sum(file.records or 0 for file in left),
    )
    state: State = "warning" if lost else "ok"
    remedy = Sentence.of(
        "doctor.spool_status", "genai spool status says which were set aside or cannot be read, and why"
    )
    yield Check(area="traces", name="spool", state=state, detail=detail, remedy=remedy if lost else "")


def _traces(client: GenAIClient, remote: Remote) -> Iterator[Check]:
    with client.trace(TRACE, input="genai doctor") as block:
        block.update(output="written")
    if block.id is None:
        detail = Sentence.of(
            "doctor.tracing_off", "nothing is recorded: tracing is off, or the sample rate left this one out"
        )
        yield Check(area="traces", name="written", state="note", detail=detail)
        return
    client.flush(READ_BACK)
    stats = client.stats()
    if stats.sent < stats.recorded:
        detail = Sentence.of(
            "doctor.not_taken",
            "{sent} of {recorded} records were taken: {error}",
            sent=stats.sent,
            recorded=stats.recorded,
            error=stats.last_error,
        )
        yield Check(area="traces", name="written", state="failed", detail=detail)
        return
    yield Check(
        area="traces", name="written", state="ok", detail=Sentence.of("doctor.trace", "trace {id}", id=block.id)
    )
    recorded, end = TraceReader(remote), time.monotonic() + READ_BACK
    began = time.monotonic()
    while True:
        with suppress(GenAIError):
            recorded.trace(block.id)
            yield Check(
                area="traces",
                name="read back",
                state="ok",
                detail=Sentence.of("doctor.read_after", "after {seconds:.1f} s", seconds=time.monotonic() - began),
            )
            return
        if time.monotonic() > end:
            break
        time.sleep(0.3)
    yield Check(
        area="traces",
        name="read back",
        state="warning",
        detail=Sentence.of(
            "doctor.not_shown", "Langfuse took the trace and does not show it after {seconds:g} s", seconds=READ_BACK
        ),
        remedy=Sentence.of(
            "doctor.check_worker", "look whether its worker runs: ingestion waits in a queue (Redis) until it does"
        ),
    )
