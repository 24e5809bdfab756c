"""What a call costs: a model's price and the tokens used. Pure; an unknown cost is None, never 0."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from genai_sdk.catalogue.service import PER_USE, STANDARD, multipliers_of, tier_of, uses_of
from genai_sdk.types import Usage

UNIT = 10**15
"""Prices are whole femtodollars, so that products are exact and each cost is rounded once."""

_MILLION = 10**6
_THOUSANDTHS = 1_000

# What a kind of token costs where the vendor prices it with another; what is not here and has no price is unknown.
_LIKE = (
    ("cached", "input"),
    ("written", "input"),
    ("written_long", "written"),
    ("input_audio", "input"),
    ("input_image", "input"),
    ("input_video", "input"),
    ("reasoning", "output"),
)


class RateCard(msgspec.Struct, frozen=True):
    """Femtodollars a token by kind (see `Usage.by_kind`); a kind that is missing has no known price.

    Attributes:
        rates: The ordinary rates.
        above: Rates in place of those for prompts longer than so many tokens, the longest first.
    """

    rates: Mapping[str, int]
    above: tuple[tuple[int, Mapping[str, int]], ...] = ()

    @classmethod
    def read(
        cls,
        rates: Mapping[str, float],
        above: Mapping[str, Mapping[str, float]] = {},
        priced_apart: frozenset[str] = frozenset(),
    ) -> "RateCard":
        """Read dollars a million tokens.

        Args:
            rates: By kind.
            above: The same by the number of prompt tokens above which it holds.
            priced_apart: Kinds that have a price of their own elsewhere, and so cost as no other here.
        """
        longer = sorted(((int(least), part) for least, part in above.items()), key=lambda pair: -pair[0])
        return cls(
            _complete(rates, priced_apart),
            tuple((least, _complete({**rates, **part}, priced_apart)) for least, part in longer),
        )

    def rates_for(self, prompt_tokens: int) -> Mapping[str, int]:
        """Return the rates of a prompt so long; they hold for the whole call."""
        for least, rates in self.above:
            if prompt_tokens > least:
                return rates
        return self.rates


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """The price of a model on a connection.

    Attributes:
        source: Whose price it is: `"project"`, or `"table"` and the table's date.
        adapter: The connection's adapter, whose words for tiers hold.
        cards: The rates by tier; the ordinary ones under `STANDARD`.
        multipliers: What the whole is multiplied by, in thousandths, by the name of the reason.
        uplift: What it is multiplied by for where it is served, in thousandths.
        search: Femtodollars a web search, or None where that is not known.
        units: Femtodollars a second, a character, a picture or a search, of models that are not billed by the token.
        unknown: Why it cannot be told, or empty; then every cost is None.
    """

    source: str
    adapter: str = ""
    cards: Mapping[str, RateCard] = {}
    multipliers: Mapping[str, int] = {}
    uplift: int = _THOUSANDTHS
    search: int | None = None
    units: Mapping[str, int] = {}
    unknown: str = ""


def cost_of(price: Price | None, usage: Usage | None, *, service_tier: object = None) -> float | None:
    """Return what a call cost in US dollars, or None where that is not known; see `costs_of`."""
    costs = costs_of(price, usage, service_tier=service_tier)
    return None if costs is None else costs["total"]


def costs_of(price: Price | None, usage: Usage | None, *, service_tier: object = None) -> dict[str, float] | None:
    """Return what a call cost in US dollars by kind, and the `total`; None where any part of it is not known.

    The kinds are those of `Usage.by_kind` (all that was written to a cache is `written`) and `fees`, which are paid by
    use and not by token. There are only those that were used. The total is their exact sum, rounded once: floats that
    are added up one by one come to 0.00012300000000000001 where it is 0.000123.

    Args:
        price: The model's price.
        usage: What the provider counted; its extra fields may say a tier, a speed, a place and uses.
        service_tier: The class of service that the answer says beside its usage.
    """
    if price is None or usage is None or price.unknown:
        return None
    tokens = usage.by_kind()
    if price.units and not tokens:
        return _by_unit(price.units, usage)
    tier = tier_of(price.adapter, usage, service_tier)
    card = None if tier is None else price.cards.get(tier)
    if not tokens or card is None:
        return None
    weight, scale = price.uplift, UNIT * _THOUSANDTHS
    for name in multipliers_of(usage):
        factor = None if name is None else price.multipliers.get(name)
        if factor is None:
            return None
        weight, scale = weight * factor, scale * _THOUSANDTHS
    rates = card.rates_for(usage.prompt_tokens)
    costs: dict[str, float] = {}
    whole = 0
    try:
        written = tokens.pop("written_long", 0) * rates["written_long"] if "written_long" in tokens else 0
        if written and "written" not in tokens:
            tokens["written"] = 0
        for kind, count in tokens.items():
            amount = (count * rates[kind] + (written if kind == "written" else 0)) * weight
            costs[kind] = amount / scale
            whole += amount
    except KeyError:
        return None
    fees = _fees(price, usage)
    if fees is None:
        return None
    if fees:
        costs["fees"] = fees / UNIT
        whole += fees * (scale // UNIT)
    costs["total"] = whole / scale
    return costs


def _by_unit(units: Mapping[str, int], usage: Usage) -> dict[str, float] | None:
    """Return what a call cost that reports no tokens; None where it reports none of what its model is billed by."""
    costs: dict[str, float] = {}
    for name, price in units.items():
        count = usage.model_extra.get(name)
        if isinstance(count, int | float) and count >= 0:
            costs[name] = count * price / UNIT
    return {**costs, "total": exact_sum(costs.values())} if costs else None


def _fees(price: Price, usage: Usage) -> int | None:
    fees = 0
    for name, count in uses_of(usage).items():
        unit = PER_USE.get(name)
        if unit is None or (unit and price.search is None):
            return None
        fees += count * (price.search or 0) if unit else 0
    return fees


def exact_sum(dollars: Iterable[float]) -> float:
    """Return the sum of what each of some amounts reads as, so that 0.1 and 0.2 are 0.3."""
    from decimal import Decimal  # only what has several parts pays for it

    return float(sum((Decimal(repr(each)) for each in dollars), Decimal()))


def costs_together(costs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return what several parts cost in all, by kind."""
    names = dict.fromkeys(name for each in costs for name in each)
    return {name: exact_sum(each.get(name, 0.0) for each in costs) for name in names}


def thousandths(factor: float) -> int:
    """Return a multiplier in thousandths."""
    return round(factor * _THOUSANDTHS)


def femtodollars(dollars: float) -> int:
    """Return dollars as a whole number of femtodollars."""
    return round(dollars * UNIT)


def _complete(rates: Mapping[str, float], priced_apart: frozenset[str]) -> Mapping[str, int]:
    card = {kind: round(dollars * (UNIT // _MILLION)) for kind, dollars in rates.items()}
    for kind, like in _LIKE:
        if kind not in card and like in card and kind not in priced_apart:
            card[kind] = card[like]
    return card


def standard_only(source: str, adapter: str, rates: Mapping[str, float]) -> Price:
    """Return a price that has one tier, in dollars a million tokens by kind."""
    return Price(source=source, adapter=adapter, cards={STANDARD: RateCard.read(rates)})
