"""Days (UTC) and what was traced on them."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from genai_sdk.local.store.days import DAY_NANOS
from genai_sdk.local.store.selection import Selection
from genai_sdk.local.store.trace_query import TraceQuery, source_of

_FIRST = date(1970, 1, 1)

Read = Callable[[sqlite3.Connection, TraceQuery], list[sqlite3.Row]]


def page(
    connection: sqlite3.Connection, query: TraceQuery, limit: int, offset: int
) -> tuple[list[dict[str, Any]], int]:
    """Return the sums of some days, the newest first, and how many days have traces."""
    rows = _read(connection, query, _summed_days, _days)
    days = sorted(rows, key=lambda row: -row["number"])
    shown = days[offset : offset + limit]
    models: dict[int, list[sqlite3.Row]] = {row["number"]: [] for row in shown}
    if shown:
        only = _within(query, shown[-1]["number"], shown[0]["number"] + 1)
        for row in _read(connection, only, _summed_models, _models):
            models[row["number"]].append(row)
    day_rows = [{**row, "day": _name(row["number"]), "models": models[row["number"]]} for row in map(dict, shown)]
    return day_rows, len(days)


def _read(connection: sqlite3.Connection, query: TraceQuery, summed: Read, one_by_one: Read) -> list[sqlite3.Row]:
    """Return rows of every stretch; a day lies in one of them alone."""
    return [
        row for is_whole, part in _stretches(query) for row in (summed if is_whole else one_by_one)(connection, part)
    ]


def _stretches(query: TraceQuery) -> Iterator[tuple[bool, TraceQuery]]:
    """Yield whole days, which are summed up, and what is left before and after them, trace by trace.

    What is asked of traces beside their time and environment is not told apart by the sums.
    """
    replace, since, until = msgspec.structs.replace, query.since, query.until
    first = None if since is None else since + -since % DAY_NANOS
    last = None if until is None else until - until % DAY_NANOS
    whole_days = TraceQuery(environments=query.environments, since=since, until=until, oldest_first=query.oldest_first)
    if replace(query, tags=tuple(query.tags)) != whole_days or (
        first is not None and last is not None and first >= last
    ):
        yield False, query
        return
    yield True, replace(query, since=first, until=last)
    if first != since:
        yield False, replace(query, until=first)
    if last != until:
        yield False, replace(query, since=last)


def _within(query: TraceQuery, first: int, end: int) -> TraceQuery:
    """Return a query of no more than the days from one to before another."""
    since, until = first * DAY_NANOS, end * DAY_NANOS
    return msgspec.structs.replace(
        query,
        since=since if query.since is None else max(query.since, since),
        until=until if query.until is None else min(query.until, until),
    )


def _summed_days(connection: sqlite3.Connection, query: TraceQuery) -> list[sqlite3.Row]:
    chosen = _of_days(query)
    sums = "sum(traces) AS traces, sum(observations) AS observations, total(cost) AS cost"
    return connection.execute(
        f"SELECT day AS number, {sums} FROM days {chosen.where} GROUP BY day",  # noqa: S608 - our own columns
        chosen.values,
    ).fetchall()


def _summed_models(connection: sqlite3.Connection, query: TraceQuery) -> list[sqlite3.Row]:
    chosen = _of_days(query)
    return connection.execute(
        f"""
        SELECT day AS number, model, sum(traces) AS traces, sum(observations) AS observations,
            sum(input_tokens) AS input, sum(output_tokens) AS output, sum(total_tokens) AS tokens, total(cost) AS cost
        FROM day_models {chosen.where} GROUP BY day, model ORDER BY 8 DESC, model
        """,  # noqa: S608 - as above
        chosen.values,
    ).fetchall()


def _of_days(query: TraceQuery) -> Selection:
    since, until = (None if at is None else at // DAY_NANOS for at in (query.since, query.until))
    return Selection().since("day", since).until("day", until).among("environment", query.environments)


def _days(connection: sqlite3.Connection, query: TraceQuery) -> list[sqlite3.Row]:
    chosen, values = _chosen(query)
    return connection.execute(
        f"""
        SELECT start / {DAY_NANOS} AS number, count(*) AS traces, sum(observations) AS observations,
            total(cost) AS cost
        FROM traces WHERE {chosen} GROUP BY 1
        """,  # noqa: S608 - every value is bound
        values,
    ).fetchall()


def _models(connection: sqlite3.Connection, query: TraceQuery) -> list[sqlite3.Row]:
    chosen, values = _chosen(query)
    return connection.execute(
        f"""
        SELECT traces.start / {DAY_NANOS} AS number, observations.model AS model,
            count(DISTINCT traces.key) AS traces, count(*) AS observations,
            total(observations.input_tokens) AS input, total(observations.output_tokens) AS output,
            total(observations.total_tokens) AS tokens, total(observations.cost) AS cost
        FROM traces JOIN observations ON observations.trace = traces.key
        WHERE observations.model IS NOT NULL AND {chosen}
        GROUP BY 1, 2 ORDER BY cost DESC, model
        """,  # noqa: S608 - as above
        values,
    ).fetchall()


def _chosen(query: TraceQuery) -> tuple[str, Sequence[Any]]:
    source = source_of(query)
    return f"traces.key IN (SELECT {source.key} FROM {source.rows})", source.values  # noqa: S608 - as above


def _name(number: int) -> str:
    return (_FIRST + timedelta(days=number)).isoformat()
