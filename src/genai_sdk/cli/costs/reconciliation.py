"""What calls cost as they were recorded beside what Langfuse's own prices make of them, kind by kind. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from genai_sdk.cli.costs.definitions import Definitions

Reason = Literal["", "other rate", "no definition", "no price of the kind", "not known when recorded"]

WORDS: Mapping[Reason, str] = {
    "": "agrees",
    "other rate": "another price a token",
    "no definition": "Langfuse has no definition of the model",
    "no price of the kind": "Langfuse's definition has no price of this kind",
    "not known when recorded": "recorded as 0: no price was known",
}
WHOLE = "(whole)"
"""The kind of a cost that was recorded for a call as a whole, and by no kind."""

_EXACT = 1e-6
"""The share by which two costs may differ and still agree: Langfuse keeps 12 digits behind the point."""


class KindCost(msgspec.Struct, kw_only=True):
    """What a model's calls cost by one kind of usage.

    Attributes:
        model: The model as it was recorded.
        kind: The kind, in Langfuse's words: `input`, `output`, `input_cached_tokens`, …
        units: How many were used, most often tokens.
        recorded: US dollars as recorded, which is what Langfuse shows and adds up.
        langfuse: US dollars by Langfuse's definitions.
        calls: How many calls.
        reason: Why the two differ; empty where they agree.
    """

    model: str
    kind: str
    units: int = 0
    recorded: float = 0.0
    langfuse: float = 0.0
    calls: int = 0
    reason: Reason = ""

    @property
    def difference(self) -> float:
        """US dollars that were recorded more than Langfuse's definitions say."""
        return self.recorded - self.langfuse


def reconcile(observations: Iterable[Mapping[str, Any]], definitions: Definitions) -> list[KindCost]:
    """Return costs by model and kind, those that differ most first.

    Args:
        observations: The calls, as Langfuse has them.
        definitions: Langfuse's prices.
    """
    rows: dict[tuple[str, str, Reason], KindCost] = {}
    for each in observations:
        for row in _of_call(each, definitions):
            sums = rows.setdefault((row.model, row.kind, row.reason), row)
            if sums is not row:
                sums.units += row.units
                sums.recorded += row.recorded
                sums.langfuse += row.langfuse
                sums.calls += 1
    return sorted(rows.values(), key=lambda row: (-abs(row.difference), -row.recorded, row.model, row.kind))


def _of_call(each: Mapping[str, Any], definitions: Definitions) -> Iterable[KindCost]:
    model = each.get("model") or each.get("providedModelName") or "(none)"
    usage = {kind: int(count) for kind, count in (each.get("usageDetails") or {}).items() if kind != "total"}
    costs = {kind: float(cost) for kind, cost in (each.get("costDetails") or {}).items() if kind != "total"}
    total = float(each.get("totalCost") or each.get("calculatedTotalCost") or 0.0)
    at = datetime.fromisoformat(each["startTime"])
    prices = definitions.prices(model, usage, at if at.tzinfo is not None else at.replace(tzinfo=UTC))
    metadata = each.get("metadata")
    is_unknown = isinstance(metadata, Mapping) and metadata.get("cost") == "unknown"
    if total and not costs:
        # Recorded as a whole, so that only wholes compare.
        own = sum(count * (prices or {}).get(kind, 0.0) for kind, count in usage.items())
        yield _row(model, WHOLE, sum(usage.values()), total, own, prices is not None, is_unknown=is_unknown)
        return
    for kind in dict.fromkeys([*usage, *costs]):
        count, recorded = usage.get(kind, 0), costs.get(kind, 0.0)
        own = count * (prices or {}).get(kind, 0.0)
        if count or recorded:
            yield _row(model, kind, count, recorded, own, prices is not None, kind in (prices or {}), is_unknown)


def _row(
    model: str,
    kind: str,
    units: int,
    recorded: float,
    own: float,
    is_defined: bool,
    has_kind: bool = True,
    is_unknown: bool = False,
) -> KindCost:
    reason: Reason = ""
    if abs(recorded - own) > _EXACT * max(recorded, own):
        reason = "other rate" if has_kind else "no price of the kind"
        reason = reason if is_defined else "no definition"
        reason = "not known when recorded" if is_unknown else reason
    return KindCost(model=model, kind=kind, units=units, recorded=recorded, langfuse=own, calls=1, reason=reason)


def by_kind(rows: Iterable[KindCost]) -> list[KindCost]:
    """Return the sums of all models by kind, the dearest first."""
    sums: dict[str, KindCost] = {}
    for row in rows:
        kind = sums.setdefault(row.kind, KindCost(model="", kind=row.kind))
        kind.units += row.units
        kind.recorded += row.recorded
        kind.langfuse += row.langfuse
        kind.calls += row.calls
    return sorted(sums.values(), key=lambda row: (-max(row.recorded, row.langfuse), row.kind))
