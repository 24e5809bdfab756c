"""Sums of what was traced: day by day, and by what a query asks for."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.metrics_query import MetricsQuery, fold, read_metrics
from genai_sdk.langfuse.api.queries import ObservationQuery, ScoreQuery
from genai_sdk.langfuse.api.request import MOST, ApiRequest, ApiResponse
from genai_sdk.langfuse.api.traces import read_query
from genai_sdk.langfuse.timestamps import to_micros


def daily(context: Context, request: ApiRequest) -> ApiResponse:
    """Sum up days, the newest first."""
    page = request.page()
    chosen = msgspec.structs.replace(read_query(request), name=request.text("traceName"))
    days, total = context.store.traces.daily(chosen, page.limit, page.offset)
    rows = [
        {
            "date": day["day"],
            "countTraces": day["traces"],
            "countObservations": day["observations"],
            "totalCost": day["cost"],
            "usage": [
                {
                    "model": model["model"],
                    "inputUsage": int(model["input"]),
                    "outputUsage": int(model["output"]),
                    "totalUsage": int(model["tokens"]),
                    "countTraces": model["traces"],
                    "countObservations": model["observations"],
                    "totalCost": model["cost"],
                }
                for model in day["models"]
            ],
        }
        for day in days
    ]
    return ApiResponse(page.of(rows, total))


def query(context: Context, request: ApiRequest) -> ApiResponse:
    """Sum up what a query asks for."""
    wanted = read_metrics(request.text("query"))
    if wanted.view == "observations":
        rows = context.store.observations.facts(ObservationQuery(since=wanted.since, until=wanted.until))
    else:
        rows = _scores(context, wanted)
    return ApiResponse({"data": fold(wanted, rows)})


def _scores(context: Context, wanted: MetricsQuery) -> Iterator[Mapping[str, Any]]:
    """Yield scores page by page, as what can be summed up of them."""
    chosen = ScoreQuery(
        data_types=[wanted.view.removeprefix("scores-").upper()],
        since=None if wanted.since is None else wanted.since // 1_000,
        until=None if wanted.until is None else -(-wanted.until // 1_000),
    )
    place = None
    while True:
        rows, place = context.store.scores.after(chosen, MOST, place)
        for row in rows:
            yield {
                "start": to_micros(row.created_at) * 1_000,
                "name": row.name,
                "environment": row.environment,
                "source": "API",
                "dataType": row.data_type,
                "stringValue": row.text,
                "booleanValue": bool(row.number),
                "count": 1,
                "value": row.number,
            }
        if place is None:
            return
