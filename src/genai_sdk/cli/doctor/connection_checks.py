"""What `genai doctor` sees of the connections: opened, priced, near their end, and with `--live` tried."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from genai_sdk.catalogue import end_of_life, price_of
from genai_sdk.client import GenAIClient
from genai_sdk.client.trial import model_to_try
from genai_sdk.errors import GenAIError, SourceUnavailableError
from genai_sdk.langfuse.tree import dollars
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView

if TYPE_CHECKING:
    from genai_sdk.client.trial import Trial


from genai_sdk.cli.doctor.check import Check, words_of

_AT_ONCE = 8  # connections that are tried
_UNREACHED = Sentence.of(
    "doctor.unreached",
    "look whether what GENAI_DATABASE_URL or GENAI_BROKER_URL names runs and lets this "
    "machine in; beside a broker `genai broker --check` says whether it reaches the database",
)


def check_connections(client: GenAIClient, *, live: bool) -> Iterator[Check]:
    """Look at every connection, and with `live` ask a model of each."""
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
    from genai_sdk.cli.connections.command import call

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
