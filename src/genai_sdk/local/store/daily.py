"""Days (UTC) and what was traced on them."""

import sqlite3
from typing import Any

from genai_sdk.local.store.rollup import DAY
from genai_sdk.local.store.trace_query import TraceQuery, source_of

_NANOS = DAY * 1_000_000_000


def page(
    connection: sqlite3.Connection, query: TraceQuery, limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """Return the sums of some days, the newest first, and how many days have traces."""
    source = source_of(query)
    chosen = f"key IN (SELECT {source.key} FROM {source.rows})" if source.given else "key > 0"  # noqa: S608 - bound
    days = connection.execute(
        f"""
        SELECT start / {_NANOS} AS number, date(min(start) / 1000000000, 'unixepoch') AS day, count(*) AS traces,
            sum(observations) AS observations, total(cost) AS cost
        FROM traces WHERE {chosen} GROUP BY 1 ORDER BY 1 DESC
        """,  # noqa: S608
        source.given,
    ).fetchall()
    shown = days[offset : offset + limit]
    models: dict[int, list[sqlite3.Row]] = {row["number"]: [] for row in shown}
    if shown:
        first, last = shown[-1]["number"], shown[0]["number"]
        rows = connection.execute(
            f"""
            SELECT traces.start / {_NANOS} AS number, observations.model AS model,
                count(DISTINCT traces.key) AS traces, count(*) AS observations,
                total(observations.input_tokens) AS input, total(observations.output_tokens) AS output,
                total(observations.total_tokens) AS tokens, total(observations.cost) AS cost
            FROM traces JOIN observations ON observations.trace = traces.key
            WHERE traces.start >= ? AND traces.start < ? AND observations.model IS NOT NULL AND traces.{chosen}
            GROUP BY 1, 2 ORDER BY cost DESC, model
            """,  # noqa: S608
            (first * _NANOS, (last + 1) * _NANOS, *source.given),
        )
        for row in rows:
            models[row["number"]].append(row)
    return [{**row, "models": models[row["number"]]} for row in map(dict, shown)], len(days)
