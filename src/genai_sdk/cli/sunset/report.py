"""Which of the deployments in use end soon. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

from genai_sdk.catalogue import ADAPTERS, end_of_life, facts_of
from genai_sdk.cli.sunset.uses import Deployment, Traffic, Use
from genai_sdk.types import ConnectionView


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment that ends soon, or has ended.

    Attributes:
        ends: The day its vendor shuts it down.
        days: Days until then; negative where it is over.
        connection: Where it is, or was; None where only the model is known.
        adapter: Whose it is.
        model: The model id.
        source: Who says so of the end.
        successor: The model that the vendor names to go to, or None.
        successor_source: Who says so of that.
        served: Whether a connection of the project serves the successor; None where there is none.
        uses: Where it is used.
        calls: Recorded calls.
        cost: What they cost in US dollars.
        users: How many users they were made for.
        last: When the last one began, in ISO 8601; None where there was none.
    """

    ends: date
    days: int
    connection: str | None
    adapter: str
    model: str
    source: str
    successor: str | None
    successor_source: str
    served: bool | None
    uses: Sequence[Use]
    calls: int
    cost: float
    users: int
    last: str | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ends soon.

    Attributes:
        on: The day from which it is counted.
        within: In how many days.
        endings: What ends within them, the nearest first.
        in_use: How many deployments are used at all.
        nowhere: Names that lead nowhere, with the reason.
    """

    on: date
    within: int
    endings: Sequence[Ending]
    in_use: int
    nowhere: Mapping[str, str]


def endings(
    uses: Mapping[Deployment, Sequence[Use]],
    traffic: Mapping[Deployment, Traffic],
    views: Mapping[str, ConnectionView],
    on: date,
    within: int,
) -> list[Ending]:
    """Return what ends soon among all that is used, the nearest first.

    Args:
        uses: Where deployments are used.
        traffic: Their recorded calls.
        views: The connections by name.
        on: The day from which it is counted.
        within: In how many days.
    """
    found = []
    for name, model in dict.fromkeys([*uses, *traffic]):
        calls = traffic.get((name, model), Traffic())
        view = views.get(name)
        region, base_url = (None, None) if view is None else (view.region, view.base_url)
        for adapter in [view.adapter] if view is not None else _owners(model, calls.adapter):
            ends = end_of_life(adapter, model, on, region=region, base_url=base_url, within=timedelta(days=within))
            if ends is not None:
                found.append(_ending(ends, on, name, adapter, model, uses.get((name, model), ()), calls, views))
    return sorted(found, key=lambda each: (each.ends, each.connection or "", each.model))


def _owners(model: str, recorded: str) -> Sequence[str]:
    """Return whose a model can be that no connection of today serves: whose it was, else who has one of that id."""
    return [recorded] if recorded in ADAPTERS else [each for each in ADAPTERS if facts_of(each, model) is not None]


def _ending(
    ends: date,
    on: date,
    name: str,
    adapter: str,
    model: str,
    uses: Sequence[Use],
    calls: Traffic,
    views: Mapping[str, ConnectionView],
) -> Ending:
    view = views.get(name)
    facts = facts_of(adapter, model, region=None if view is None else view.region)
    assert facts is not None, "what has an end has facts"
    successor = facts.successor
    return Ending(
        ends=ends,
        days=(ends - on).days,
        connection=name or None,
        adapter=adapter,
        model=model,
        source=facts.source,
        successor=successor,
        successor_source=facts.successor_source,
        served=None if successor is None else any(_serves(each, adapter, successor) for each in views.values()),
        uses=uses,
        calls=calls.calls,
        cost=calls.cost,
        users=len(calls.users),
        last=calls.last or None,
    )


def _serves(view: ConnectionView, adapter: str, model: str) -> bool:
    return view.adapter == adapter and (view.with_default_models or model in view.custom_models)
