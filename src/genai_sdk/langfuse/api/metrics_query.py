"""What a query of metrics asks for, and its sums: https://langfuse.com/docs/metrics/features/metrics-api."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from genai_sdk.langfuse.api.filters import Filter, passes, read_filters
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.timestamps import read_nanos

_VIEWS = ("observations", "scores-numeric", "scores-categorical", "scores-boolean")
_PERCENTILES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
_AGGREGATIONS = ("sum", "avg", "count", "max", "min", *_PERCENTILES, "uniq")
_GRANULARITIES = ("auto", "minute", "hour", "day", "week", "month")

OBSERVATIONS = {
    "measures": (
        *("count", "latency", "timeToFirstToken", "inputTokens", "outputTokens", "totalTokens", "totalCost"),
        *("traceId", "userId", "sessionId"),
    ),
    "dimensions": (
        *("id", "traceId", "environment", "type", "userId", "sessionId", "level", "name", "traceName", "version"),
        *("release", "parentObservationId", "providedModelName", "promptName", "promptVersion"),
    ),
}
"""What observations are summed up by and told apart by; latencies are in milliseconds."""

_SCORES = {
    "measures": ("count", "value"),
    "dimensions": ("name", "environment", "source", "dataType", "stringValue", "booleanValue"),
}
_MOST_ROWS = 1_000


class MetricsQuery(msgspec.Struct, frozen=True):
    """What is to be summed up.

    Attributes:
        view: Of what: observations, or scores of a type.
        metrics: What is summed up, each with how.
        dimensions: What sums are told apart by.
        filters: What counts.
        since: From this moment on, in nanoseconds since 1970.
        until: Up to before this moment.
        granularity: The steps of time that sums are told apart by, or None.
        order: By which columns rows stand, each with whether the largest come first.
        limit: How many rows at most.
    """

    view: str
    metrics: Sequence[tuple[str, str]]
    dimensions: Sequence[str]
    filters: Sequence[Filter]
    since: int | None
    until: int | None
    granularity: str | None
    order: Sequence[tuple[str, bool]]
    limit: int


def read_metrics(text: str | None) -> MetricsQuery:
    """Read a query, JSON in a parameter.

    Raises:
        ApiError: Langfuse would refuse it; every field that is wrong is named.
    """
    try:
        query = msgspec.json.decode(text or "")
    except (msgspec.DecodeError, RecursionError):
        raise _wrong([_issue(["query"], "Invalid JSON in query parameter")]) from None
    if not isinstance(query, dict):
        raise _wrong([_issue(["query"], "Invalid input: expected object")])
    wrong: list[dict[str, Any]] = []
    view = query.get("view")
    if view not in _VIEWS:
        options = "|".join(f'"{each}"' for each in _VIEWS)
        text = f"Invalid option: expected one of {options}"
        wrong.append({"code": "invalid_value", "values": list(_VIEWS), "path": ["query", "view"], "message": text})
    known = OBSERVATIONS if view == "observations" else _SCORES
    metrics = _pairs(query.get("metrics"), "metrics", known["measures"], wrong)
    dimensions = _dimensions(query.get("dimensions"), known["dimensions"], wrong)
    since, until = (_moment(query.get(name), name, wrong) for name in ("fromTimestamp", "toTimestamp"))
    granularity = _granularity(query.get("timeDimension"), wrong)
    limit = (query.get("config") or {}).get("row_limit", 100) if isinstance(query.get("config") or {}, dict) else None
    if type(limit) is not int or not 1 <= limit <= _MOST_ROWS:
        wrong.append(
            _issue(["query", "config", "row_limit"], f"Invalid input: expected a number from 1 to {_MOST_ROWS}")
        )
    if wrong:
        raise _wrong(wrong)
    filters = read_filters(query.get("filters") or [])
    names = {*dimensions, *(f"{how}_{what}" for what, how in metrics), "time_dimension"}
    return MetricsQuery(
        view=str(view),
        metrics=metrics,
        dimensions=dimensions,
        filters=filters,
        since=since,
        until=until,
        granularity=_fitting(granularity, since, until),
        order=_order(query.get("orderBy"), names),
        limit=int(limit or 0),
    )


def fold(query: MetricsQuery, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sum rows up; each has `start` (nanoseconds since 1970), measures and dimensions by name."""
    groups: dict[tuple[Any, ...], list[list[Any]]] = {}
    for row in rows:
        if not all(passes(each, row) for each in query.filters):
            continue
        key = tuple(row.get(name) for name in query.dimensions)
        if query.granularity is not None:
            key = (_step(int(row["start"]), query.granularity), *key)
        columns = groups.setdefault(key, [[] for _ in query.metrics])
        for column, (what, _) in zip(columns, query.metrics, strict=True):
            if (value := row.get(what)) is not None:
                column.append(value)
    names = [*(["time_dimension"] if query.granularity is not None else []), *query.dimensions]
    if not groups and not names:
        groups[()] = [[] for _ in query.metrics]
    table = [
        dict(zip(names, key, strict=True))
        | {f"{how}_{what}": _aggregate(how, column) for (what, how), column in zip(query.metrics, columns, strict=True)}
        for key, columns in groups.items()
    ]
    for name, largest_first in reversed(query.order or _usual_order(query)):
        table.sort(key=lambda row: (row[name] is not None, row[name] or 0), reverse=largest_first)
    return table[: query.limit]


def _usual_order(query: MetricsQuery) -> list[tuple[str, bool]]:
    """Return how Langfuse orders rows: by time, else the largest of the first metric first."""
    if query.granularity is not None:
        return [("time_dimension", False)]
    return [(f"{how}_{what}", True) for what, how in query.metrics[:1]]


def _aggregate(how: str, values: list[Any]) -> Any:
    if how == "count":
        return len(values)
    if how == "uniq":
        return len(set(values))
    numbers = sorted(value for value in values if isinstance(value, int | float))
    if not numbers:
        return 0 if how == "sum" else None
    match how:
        case "sum":
            return math.fsum(numbers) if any(isinstance(each, float) for each in numbers) else sum(numbers)
        case "avg":
            return math.fsum(numbers) / len(numbers)
        case "min" | "max":
            return numbers[0 if how == "min" else -1]
        case _:
            # Between the two nearest ranks, as ClickHouse's `quantile` does.
            place = _PERCENTILES[how] * (len(numbers) - 1)
            low = int(place)
            high = min(low + 1, len(numbers) - 1)
            return numbers[low] + (numbers[high] - numbers[low]) * (place - low)


def _step(nanos: int, granularity: str) -> str:
    when = datetime.fromtimestamp(nanos // 1_000_000_000, UTC)
    match granularity:
        case "minute":
            return f"{when:%Y-%m-%dT%H:%M}:00Z"
        case "hour":
            return f"{when:%Y-%m-%dT%H}:00:00Z"
        case "week":
            return f"{when - timedelta(days=when.weekday()):%Y-%m-%d}"
        case "month":
            return f"{when:%Y-%m}-01"
        case _:
            return f"{when:%Y-%m-%d}"


def _fitting(granularity: str | None, since: int | None, until: int | None) -> str | None:
    """Return the steps that `auto` stands for: some fifty of them."""
    if granularity != "auto" or since is None or until is None:
        return granularity
    hours = (until - since) / 3.6e12
    return next((step for step, most in (("minute", 2), ("hour", 72), ("day", 1_440)) if hours <= most), "week")


def _pairs(value: Any, name: str, known: Sequence[str], wrong: list[dict[str, Any]]) -> list[tuple[str, str]]:
    if not isinstance(value, list):
        wrong.append(_missing("array", ["query", name], value))
        return []
    pairs = []
    for number, each in enumerate(value):
        what, how = (each.get("measure"), each.get("aggregation")) if isinstance(each, dict) else (None, None)
        if what not in known:
            wrong.append(_issue(["query", name, number, "measure"], f"Invalid measure; there are {', '.join(known)}"))
        elif how not in _AGGREGATIONS:
            text = f"Invalid option: expected one of {'|'.join(_AGGREGATIONS)}"
            wrong.append(_issue(["query", name, number, "aggregation"], text))
        else:
            pairs.append((str(what), str(how)))
    return pairs


def _dimensions(value: Any, known: Sequence[str], wrong: list[dict[str, Any]]) -> list[str]:
    if value is None:
        return []
    names = (
        [each.get("field") if isinstance(each, dict) else None for each in value] if isinstance(value, list) else [None]
    )
    if bad := [each for each in names if each not in known]:
        wrong.append(_issue(["query", "dimensions"], f"Invalid dimension {bad[0]!r}; there are {', '.join(known)}"))
    return [str(each) for each in names]


def _moment(value: Any, name: str, wrong: list[dict[str, Any]]) -> int | None:
    if not isinstance(value, str):
        wrong.append(_missing("string", ["query", name], value))
        return None
    try:
        return read_nanos(value)
    except ValueError:
        wrong.append(_issue(["query", name], "Invalid ISO datetime"))
        return None


def _granularity(value: Any, wrong: list[dict[str, Any]]) -> str | None:
    if value is None:
        return None
    granularity = value.get("granularity") if isinstance(value, dict) else None
    if granularity not in _GRANULARITIES:
        text = f"Invalid option: expected one of {'|'.join(_GRANULARITIES)}"
        wrong.append(_issue(["query", "timeDimension", "granularity"], text))
        return None
    return str(granularity)


def _order(value: Any, names: set[str]) -> list[tuple[str, bool]]:
    order = []
    for each in value if isinstance(value, list) else []:
        name, direction = (each.get("field"), each.get("direction")) if isinstance(each, dict) else (None, None)
        if name not in names or direction not in {"asc", "desc"}:
            raise _wrong(
                [_issue(["query", "orderBy"], f"Invalid order; there are {', '.join(sorted(names))}, asc or desc")]
            )
        order.append((str(name), direction == "desc"))
    return order


def _missing(expected: str, path: list[Any], value: Any) -> dict[str, Any]:
    received = "undefined" if value is None else type(value).__name__
    text = f"Invalid input: expected {expected}, received {received}"
    return {"expected": expected, "code": "invalid_type", "path": path, "message": text}


def _issue(path: list[Any], message: str) -> dict[str, Any]:
    return {"code": "custom", "path": path, "message": message}


def _wrong(issues: list[dict[str, Any]]) -> ApiError:
    return ApiError(400, "Invalid request data", issues)
