"""What Langfuse itself would take for a call: its model definitions, its own and the project's, by the token.

As Langfuse 4.16 applies them: the project's before its own, those that started last before others; of a definition's
tiers the first whose conditions hold, else the default one; a kind of usage without a price costs nothing.
https://langfuse.com/docs/observability/features/token-and-cost-tracking
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from genai_sdk.catalogue.project_prices import LONGEST_MODEL, read_pattern, read_start

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "eq": operator.eq,
    "neq": operator.ne,
}
_NEVER = datetime.min.replace(tzinfo=UTC)
_NAMED = (("input", "inputPrice"), ("output", "outputPrice"), ("total", "totalPrice"))


class Tier(msgspec.Struct, frozen=True):
    """Prices by kind of usage in dollars, and when they hold: conditions of (kinds, comparison, bound)."""

    prices: Mapping[str, float]
    conditions: tuple[tuple[re.Pattern[str], Callable[[float, float], bool], float], ...] = ()

    def holds(self, usage: Mapping[str, int]) -> bool:
        """Whether all conditions are met."""
        return all(
            compare(sum(count for kind, count in usage.items() if kinds.search(kind)), bound)
            for kinds, compare, bound in self.conditions
        )


class ListedModel(msgspec.Struct, frozen=True):
    """A definition that is understood, with its tiers in the order they are tried."""

    pattern: re.Pattern[str]
    start: datetime
    is_own: bool
    tiers: tuple[Tier, ...]


class Definitions:
    """Langfuse's model definitions.

    Args:
        rows: Those of `GET /api/public/models`, all pages.

    Attributes:
        ignored: Names of those that are not understood.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.ignored: list[str] = []
        models: list[ListedModel] = []
        for row in rows:
            try:
                models.append(_model(row))
            except (ValueError, TypeError, LookupError, AttributeError, re.error):
                self.ignored.append(str(row.get("modelName")))
        self._models = sorted(models, key=lambda model: (model.is_own, model.start), reverse=True)
        self._known: dict[str, list[ListedModel]] = {}

    def prices(self, model: str, usage: Mapping[str, int], at: datetime) -> Mapping[str, float] | None:
        """Return dollars a unit by kind of usage, or None where nothing is defined for a model.

        Args:
            model: Its name as it was recorded.
            usage: What was used, by kind: a longer prompt may have another price.
            at: When, with a zone.
        """
        if model not in self._known:
            fitting = (
                [each for each in self._models if each.pattern.search(model)] if len(model) <= LONGEST_MODEL else []
            )
            self._known[model] = fitting
        found = next((each for each in self._known[model] if each.start <= at), None)
        if found is None:
            return None
        return next((tier.prices for tier in found.tiers if tier.holds(usage)), {})


def _model(row: Mapping[str, Any]) -> ListedModel:
    return ListedModel(
        pattern=read_pattern(row["matchPattern"]),
        start=read_start(row.get("startDate")) or _NEVER,
        is_own=row.get("isLangfuseManaged") is False,
        tiers=tuple(_tiers(row)),
    )


def _tiers(row: Mapping[str, Any]) -> Iterable[Tier]:
    tiers = row.get("pricingTiers")
    if not tiers:  # a server before tiers
        prices = row.get("prices") or {kind: row.get(field) for kind, field in _NAMED}
        yield Tier(_prices(prices))
        return
    for tier in sorted(tiers, key=lambda each: (bool(each.get("isDefault")), each.get("priority", 0))):
        conditions = () if tier.get("isDefault") else tuple(_condition(each) for each in tier.get("conditions") or ())
        yield Tier(_prices(tier["prices"]), conditions)


def _condition(row: Mapping[str, Any]) -> tuple[re.Pattern[str], Callable[[float, float], bool], float]:
    pattern = row["usageDetailPattern"] if row.get("caseSensitive") else f"(?i){row['usageDetailPattern']}"
    return read_pattern(pattern), _OPERATORS[row["operator"]], float(row["value"])


def _prices(prices: Mapping[str, Any]) -> Mapping[str, float]:
    amounts = {kind: each.get("price") if isinstance(each, Mapping) else each for kind, each in prices.items()}
    return {kind: float(amount) for kind, amount in amounts.items() if amount is not None}
