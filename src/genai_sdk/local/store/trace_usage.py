"""What calls of models came to by the user or the session of their traces.

The sums that are kept do not tell these apart, since there may be as many of them as calls: they are added up when
somebody asks, and no more of them are returned than somebody reads.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from genai_sdk.local.store import histogram
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.selection import Selection
from genai_sdk.local.store.usage import UsagePoint, UsageTotals

TraceBy = Literal["user", "session"]
"""What the traces of calls are told apart by."""

_COLUMNS: dict[str, str] = {"user": "ifnull(traces.user_id, '')", "session": "ifnull(traces.session_id, '')"}
_NANOS = 1_000_000_000
_FIGURES = """
    count(*), sum(call.level = 'ERROR'), count(call.cost), coalesce(sum(call.input_tokens), 0),
    coalesce(sum(call.output_tokens), 0), coalesce(sum(call.total_tokens), 0), total(call.cost),
    durations(call.end - call.start), durations(call.first_token)
"""


class TraceUsageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls, and what they are told apart by.

    Attributes:
        since: Begun at this moment or later, in nanoseconds since 1970.
        until: Begun before this moment.
        by: What they are told apart by.
        environments: From one of these environments; empty for all.
    """

    since: int
    until: int
    by: TraceBy
    environments: Sequence[str] = ()


class TraceUsage:
    """What calls came to by user or session, added up as it is asked for.

    Args:
        database: Where the calls are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def summary(self, query: TraceUsageQuery, limit: int) -> tuple[list[UsageTotals], int]:
        """Return those with the most calls, '' for calls without one, and how many there are."""
        chosen, key = _chosen(query), _COLUMNS[query.by]

        def work(connection: sqlite3.Connection) -> tuple[list[UsageTotals], int]:
            rows = _rows(
                connection,
                f"SELECT count(*) OVER (), {key} AS who, {_FIGURES} FROM {chosen[0]} "  # noqa: S608 - our own columns
                "GROUP BY who ORDER BY count(*) DESC, who LIMIT ?",
                (*chosen[1], limit),
            )
            return [_totals((row[1],), row[2:]) for row in rows], rows[0][0] if rows else 0

        return self._database.read(work)

    def series(self, query: TraceUsageQuery, step: int, keys: Sequence[str]) -> list[UsagePoint]:
        """Return what calls came to step by step, the earliest first; steps without calls are left out.

        Args:
            query: Which calls.
            step: Seconds; the first step begins with the query.
            keys: What is told apart; all the others share a point without a key.
        """
        chosen, key = _chosen(query), _COLUMNS[query.by]
        known = f"CASE WHEN {key} IN ({', '.join('?' * len(keys))}) THEN {key} END"

        def work(connection: sqlite3.Connection) -> list[UsagePoint]:
            rows = _rows(
                connection,
                f"SELECT (call.start - ?) / ? AS at, {known} AS who, {_FIGURES} FROM {chosen[0]} "  # noqa: S608
                "GROUP BY at, who ORDER BY at, who",
                (query.since, step * _NANOS, *keys, *chosen[1]),
            )
            return [
                UsagePoint(query.since + at * step * _NANOS, _totals(() if key is None else (key,), figures))
                for at, key, *figures in rows
            ]

        return self._database.read(work)


class _Durations:
    """Durations in nanoseconds as a histogram, for SQL; those that are NULL count for nothing."""

    def __init__(self) -> None:
        self._histogram = histogram.EMPTY

    def step(self, nanoseconds: int | None) -> None:
        if nanoseconds is not None:
            self._histogram += histogram.one(nanoseconds / _NANOS)

    def finalize(self) -> bytes:
        return histogram.to_bytes(self._histogram)


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    connection.create_aggregate("durations", 1, _Durations)  # type: ignore[arg-type]
    cursor = connection.execute(sql, values)
    cursor.row_factory = None
    return cursor.fetchall()


def _chosen(query: TraceUsageQuery) -> tuple[str, list[Any]]:
    chosen = (
        Selection()
        .since("call.start", query.since)
        .until("call.start", query.until)
        .among("+call.environment", query.environments)
        .add("call.is_call")
    )
    # CROSS JOIN keeps SQLite from walking through all traces first.
    tables = "observations AS call INDEXED BY observations_by_start CROSS JOIN traces ON traces.key = call.trace"
    return f"{tables} {chosen.where}", chosen.values


def _totals(key: tuple[str, ...], figures: Sequence[Any]) -> UsageTotals:
    totals = UsageTotals(by=key)
    totals.add(figures)
    return totals
