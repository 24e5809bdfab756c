"""What calls cost, as a Langfuse of any age says: summed up by its metrics, or here where it cannot."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from genai_sdk.cli.call_rows import call_rows
from genai_sdk.cli.remote import Remote
from genai_sdk.errors import ConfigurationError

BY: Mapping[str, tuple[str, ...]] = {
    "day": (),
    "model": ("providedModelName",),
    "connection": (),
    "prompt": ("promptName", "promptVersion"),
    "user": ("userId",),
    "session": ("sessionId",),
    "trace": ("traceName",),
    "environment": ("environment",),
}
"""What costs are told apart by, each with Langfuse's dimensions."""

NONE = "(none)"
"""Stands for calls that have none of what costs are told apart by."""

_SUMS = (("totalCost", "sum"), ("count", "count"), ("inputTokens", "sum"), ("outputTokens", "sum"))
_CALLS = ["GENERATION", "EMBEDDING"]
_PAGE = 1_000  # the most of sums that one answer holds


class CostRow(msgspec.Struct, kw_only=True):
    """A sum.

    Attributes:
        key: Of what: a day, a model, …
        cost: US dollars; a cost that nobody knows counts as 0.
        calls: How many calls.
        input_tokens: Tokens that went in.
        output_tokens: Tokens that came out.
    """

    key: str
    cost: float = 0.0
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


class CostReader:
    """Reads sums.

    Args:
        remote: Where they are asked.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def rows(self, by: str, since: str, until: str) -> list[CostRow]:
        """Return what calls cost: days in their order, all else with the dearest first.

        Args:
            by: What costs are told apart by; see `BY`.
            since: From this moment on, in ISO 8601.
            until: Up to before this one.

        Raises:
            ConfigurationError: There are too many calls to be summed up here, where the server cannot.
        """
        rows = None if by == "connection" else self._summed(by, since, until)
        if rows is None:
            rows = self._counted(by, since, until)
        if by == "day":
            return sorted(rows, key=lambda row: row.key)
        return sorted(rows, key=lambda row: (-row.cost, -row.calls, row.key))

    def _summed(self, by: str, since: str, until: str) -> list[CostRow] | None:
        """Return sums of Langfuse's own; None where it has none, or none by this."""
        query: dict[str, Any] = {
            "view": "observations",
            "metrics": [{"measure": measure, "aggregation": how} for measure, how in _SUMS],
            "dimensions": [{"field": field} for field in BY[by]],
            "filters": [{"column": "type", "operator": "any of", "value": _CALLS, "type": "stringOptions"}],
            "fromTimestamp": since,
            "toTimestamp": until,
            "config": {"row_limit": _PAGE},
        }
        if by == "day":
            query["timeDimension"] = {"granularity": "day"}
        encoded = urlencode({"query": msgspec.json.encode(query).decode()})
        answer = self._new_sums(encoded)
        # A server that still writes as 3.x did has the new endpoint and nothing behind it.
        if answer is None or not answer["data"]:
            old = self._remote.find(f"/api/public/metrics?{encoded}")
            answer = answer if old is None else old
        return None if answer is None else [row for row in (_row(by, each) for each in answer["data"]) if row.calls]

    def _new_sums(self, query: str) -> dict[str, Any] | None:
        """Return what the endpoint of 4.x says; None where there is none, or none by this."""
        try:
            found: dict[str, Any] | None = self._remote.find(f"/api/public/v2/metrics?{query}")
        except ConfigurationError:  # it groups by no user and no session, of which there are too many for it
            return None
        return found

    def _counted(self, by: str, since: str, until: str) -> list[CostRow]:
        sums: dict[str, CostRow] = {}
        for each in call_rows(self._remote, since, until):
            key = _key(by, each)
            row = sums.setdefault(key, CostRow(key=key))
            usage = each.get("usageDetails") or {}
            row.cost += each.get("totalCost") or each.get("calculatedTotalCost") or 0.0
            row.calls += 1
            row.input_tokens += sum(count for kind, count in usage.items() if kind.startswith("input"))
            row.output_tokens += sum(count for kind, count in usage.items() if kind.startswith("output"))
        return list(sums.values())


def _row(by: str, answer: Mapping[str, Any]) -> CostRow:
    key = str(answer["time_dimension"])[:10] if by == "day" else _joined([answer.get(field) for field in BY[by]])
    # Langfuse 4.16 answers counts and sums of tokens as numbers or, from ClickHouse's 64 bits, as texts.
    return CostRow(
        key=key,
        cost=float(answer.get("sum_totalCost") or 0),
        calls=int(answer.get("count_count") or 0),
        input_tokens=int(answer.get("sum_inputTokens") or 0),
        output_tokens=int(answer.get("sum_outputTokens") or 0),
    )


def _key(by: str, each: Mapping[str, Any]) -> str:
    metadata = each.get("metadata") if isinstance(each.get("metadata"), Mapping) else {}
    match by:
        case "day":
            return str(each["startTime"])[:10]
        case "model":
            return each.get("model") or each.get("providedModelName") or NONE
        case "connection":
            return (metadata or {}).get("connection") or NONE
        case "user" | "session":
            return each.get(f"{by}Id") or NONE
        case "trace":
            return each.get("traceName") or NONE
        case "environment":
            return each.get("environment") or NONE
        case _:
            return _joined([each.get("promptName"), each.get("promptVersion")])


def _joined(parts: list[Any]) -> str:
    return " v".join(str(part) for part in parts if part not in (None, "")) or NONE
