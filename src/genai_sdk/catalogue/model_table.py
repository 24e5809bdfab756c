"""The table of models that lies in this package: prices, windows, what a model takes and when it ends.

`make prices` writes it (see `pricelist/`). It is read when first asked, and of its rows only those asked for.
"""

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

import msgspec

from genai_sdk.catalogue.adapters import ADAPTERS
from genai_sdk.catalogue.endpoints import VERTEX_DEFAULT_LOCATION, openai_area
from genai_sdk.catalogue.names import REGION_PREFIXES
from genai_sdk.catalogue.prices import Price, RateCard, femtodollars, thousandths
from genai_sdk.catalogue.service import STANDARD
from genai_sdk.catalogue.unit_prices import dollars_by_unit
from genai_sdk.types import Record

_FILE = os.path.join(os.path.dirname(__file__), "models.json")
_REMEMBERED = 1_024

NEAR = timedelta(days=120)
"""Within so many days of a model's end it is time to leave it."""

GONE = timedelta(days=183)
"""So many days before the table was made a model has to have ended for nobody to be able to use it.

Vendors move their dates, and some name the first day that may be the last. A model wrongly called gone could not be
used at all, one wrongly called alive costs an answer "not found".
"""


class ModelFacts(Record, frozen=True, kw_only=True):
    """What is known of a model.

    Attributes:
        window: Tokens that its prompt may have, or None where that is not known.
        max_output: Tokens that its answer may have, or None likewise.
        takes: What it takes and gives beside text, such as `vision tools json_schema reasoning`.
        refuses: What it is known to refuse, such as `sampling` (temperature, top_p, top_k) or `prefill`.
        ends: The day the vendor shuts it down, or None where none is named.
        source: Who says so of the end, or of a model that is in no price list.
        successor: The model that the vendor names to go to, or None where none is named.
        successor_source: Who says so of that.
    """

    window: int | None = None
    max_output: int | None = None
    takes: frozenset[str] = frozenset()
    refuses: frozenset[str] = frozenset()
    ends: date | None = None
    source: str = ""
    successor: str | None = None
    successor_source: str = ""


class _Table(msgspec.Struct, frozen=True):
    made: str
    sources: tuple[str, ...]
    traits: tuple[str, ...]
    models: Mapping[str, Mapping[str, msgspec.Raw]]


class TierCard(msgspec.Struct, frozen=True):
    """The rates of a tier, where they are not those of everybody times a factor."""

    rates: dict[str, float] = {}
    above: dict[str, dict[str, float]] = {}


class TableRow(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A model's row, in dollars a million tokens; see `ModelFacts` and `Price`.

    Attributes:
        rates: The ordinary rates by kind of token.
        above: Those of prompts longer than so many tokens, as far as they differ.
        tiers: By tier, the factor that all ordinary rates have there, or the tier's own rates.
        times: Multipliers by reason, such as `{"fast": 2, "us": 1.1}`.
        search: Dollars a web search.
        window: Tokens of the prompt.
        output: Tokens of the answer.
        takes: Where in the table's traits stands what it takes.
        refuses: Where in the table's traits stands what it refuses.
        ends: The day of its end.
        source: Where in the table's sources stands who says so of the end, or of the row if it was kept by hand.
        successor: The model that its vendor names to go to.
        successor_source: Where in the table's sources stands who says so of that.
    """

    rates: dict[str, float] = {}
    above: dict[str, dict[str, float]] = {}
    tiers: dict[str, float | TierCard] = {}
    times: dict[str, float] = {}
    search: float | None = None
    window: int | None = None
    output: int | None = None
    takes: int | None = None
    refuses: int | None = None
    ends: date | None = None
    source: int | None = None
    successor: str | None = None
    successor_source: int | None = None


class _Ending(msgspec.Struct, frozen=True):
    ends: date | None = None


@functools.lru_cache(_REMEMBERED)
def price_of(adapter: str, model: str, *, region: str | None = None, base_url: str | None = None) -> Price | None:
    """Return the vendor's price of a model, or None where it is not known.

    The host decides as well as the name: a server that is not OpenAI takes for a model what nobody here knows, whatever
    the model is called. On Azure the model is the deployment's name, which tells the model only where somebody called
    it so.

    Args:
        adapter: The connection's adapter.
        model: The id sent to the provider.
        region: Bedrock's region or Vertex AI's location.
        base_url: The connection's base URL.
    """
    area = None
    if adapter in ADAPTERS and ADAPTERS[adapter].foreign_with_base_url and base_url:
        area = openai_area(base_url)
        if area is None:
            return None
    row = _row(adapter, model, region)
    units = {name: femtodollars(dollars) for name, dollars in dollars_by_unit(adapter, model).items()}
    if units and (row is None or not row.rates):
        return Price(source=f"table {_table().made}", adapter=adapter, units=units)
    if row is None or not row.rates:
        return None
    return Price(
        source=f"table {_table().made}",
        adapter=adapter,
        units=units,
        cards=MappingProxyType(_cards(row)),
        multipliers={name: thousandths(factor) for name, factor in row.times.items()},
        uplift=thousandths(row.times.get(_uplift(adapter, region, area), 1.0)),
        search=None if row.search is None else femtodollars(row.search),
    )


@functools.lru_cache(_REMEMBERED)
def facts_of(adapter: str, model: str, *, region: str | None = None) -> ModelFacts | None:
    """Return what is known of a vendor's model, or None where the table does not have it."""
    row = _row(adapter, model, region)
    if row is None:
        return None
    table = _table()
    return ModelFacts(
        window=row.window,
        max_output=row.output,
        takes=frozenset(table.traits[row.takes].split()) if row.takes is not None else frozenset(),
        refuses=frozenset(table.traits[row.refuses].split()) if row.refuses is not None else frozenset(),
        ends=row.ends,
        source=table.sources[row.source] if row.source is not None else "",
        successor=row.successor,
        successor_source=table.sources[row.successor_source] if row.successor_source is not None else "",
    )


def end_of_life(
    adapter: str,
    model: str,
    today: date,
    *,
    region: str | None = None,
    base_url: str | None = None,
    within: timedelta = NEAR,
) -> date | None:
    """Return the day on which a model is or was shut down, if that is near or past, else None.

    Args:
        adapter: The connection's adapter.
        model: The id sent to the provider.
        today: The day from which it is counted.
        region: Bedrock's region or Vertex AI's location.
        base_url: The connection's base URL: who runs a model of a vendor's name ends it on a day of their own.
        within: How far away an end is near.
    """
    if adapter in ADAPTERS and ADAPTERS[adapter].foreign_with_base_url and base_url and openai_area(base_url) is None:
        return None
    facts = facts_of(adapter, model, region=region)
    return facts.ends if facts is not None and facts.ends is not None and facts.ends - today <= within else None


@functools.cache
def ended(adapter: str, ago: timedelta = timedelta()) -> frozenset[str]:
    """Return the ids of an adapter's models that ended before the table was made, at least so long ago."""
    table = _table()
    last = date.fromisoformat(table.made) - ago
    ends = (
        (model, msgspec.json.decode(raw, type=_Ending).ends) for model, raw in table.models.get(adapter, {}).items()
    )
    return frozenset(model for model, day in ends if day is not None and day <= last)


def retired(adapter: str) -> frozenset[str]:
    """Return the ids of an adapter's models that ended so long ago that nobody can use them."""
    return ended(adapter, GONE)


def table_date() -> str:
    """Return the day on which the table was made, as `2026-11-28`."""
    return _table().made


def rows() -> Iterator[tuple[str, str, TableRow]]:
    """Iterate over the whole table: adapter, model and row."""
    for adapter, models in _table().models.items():
        for model, raw in models.items():
            yield adapter, model, msgspec.json.decode(raw, type=TableRow)


@functools.cache
def _table() -> _Table:
    with open(_FILE, "rb") as file:
        return msgspec.json.decode(file.read(), type=_Table)


def _row(adapter: str, model: str, region: str | None) -> TableRow | None:
    models, spell = _table().models.get(adapter), _SPELLINGS.get(adapter)
    if models is None or spell is None:
        return None
    for key in spell(model, region):
        raw = models.get(key)
        if raw is not None:
            return msgspec.json.decode(raw, type=TableRow)
    return None


def _cards(row: TableRow) -> dict[str, RateCard]:
    cards = {STANDARD: RateCard.read(row.rates, row.above)}
    for name, tier in row.tiers.items():
        if isinstance(tier, TierCard):
            # What has a price of its own elsewhere has one here too, and if the list lacks it, it is not known.
            card = RateCard.read(tier.rates, tier.above, frozenset(row.rates) - {"input", "output"})
            lacking: tuple[tuple[int, dict[str, int]], ...] = tuple(
                (int(least), {}) for least in row.above if least not in tier.above
            )
            cards[name] = RateCard(card.rates, tuple(sorted((*card.above, *lacking), key=lambda pair: -pair[0])))
        else:
            cards[name] = RateCard.read(
                {kind: rate * tier for kind, rate in row.rates.items()},
                {least: {kind: rate * tier for kind, rate in part.items()} for least, part in row.above.items()},
            )
    return cards


def _uplift(adapter: str, region: str | None, area: str | None) -> str:
    # litellm 1.110.2's price list: some models cost more everywhere but at `global`.
    if adapter == "google-vertex-ai" and (region or VERTEX_DEFAULT_LOCATION) != "global":
        return "regional"
    # A stored copy of https://developers.openai.com/api/docs/guides/data-residency: so do OpenAI's models since March
    # 2026 in every area, and litellm's list says which they are.
    return "residency" if area else ""


def _as_it_is(model: str, _region: str | None) -> Iterator[str]:
    yield model


def _openai(model: str, _region: str | None) -> Iterator[str]:
    yield model
    if model.startswith("ft:"):
        # ft:gpt-4o-2024-08-06:my-org::id is priced as ft:gpt-4o-2024-08-06.
        yield ":".join(model.split(":")[:2])


def _azure(model: str, _region: str | None) -> Iterator[str]:
    yield model.lower()


def _bedrock(model: str, region: str | None) -> Iterator[str]:
    if region:
        yield f"{region}/{model}"
    yield model
    head, _, rest = model.partition(".")
    if head in REGION_PREFIXES:
        yield rest


_SPELLINGS: Mapping[str, Callable[[str, str | None], Iterator[str]]] = MappingProxyType(
    {
        "openai": _openai,
        "azure": _azure,
        "anthropic": _as_it_is,
        "bedrock": _bedrock,
        "google-vertex-ai": _as_it_is,
        "google-ai-studio": _as_it_is,
    }
)
"""Each way the table may spell a model."""
