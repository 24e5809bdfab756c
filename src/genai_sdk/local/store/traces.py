"""Traces at rest: taken in, listed by what is asked for, and read whole."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from genai_sdk.langfuse.api import queries
from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.langfuse.api.store import ListedTrace
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.trace import Trace
from genai_sdk.local.store import daily, ingestion
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.selectivity import rarest
from genai_sdk.local.store.spans import load_trace
from genai_sdk.local.store.trace_query import TraceQuery, source_of
from genai_sdk.local.store.trace_row import (
    TraceContents,
    TracePreview,
    TraceRow,
    load_contents,
    load_listed,
    load_preview,
    load_rows,
    read_row,
)

__all__ = ["TraceContents", "TracePage", "TraceQuery", "TraceRow", "Traces"]


class TracePage(msgspec.Struct, frozen=True):
    """Some traces of a list, without contents.

    Attributes:
        rows: The traces.
        places: Where each of them stands in the list.
        more: Whether others follow.
    """

    rows: list[TraceRow]
    places: list[Cursor]
    more: bool


class Traces:
    """The traces in the store.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, spans: Iterable[Observation]) -> None:
        """Take spans in: all of them, or none."""
        self._database.write(lambda connection: ingestion.take(connection, spans))

    def find(self, id: str) -> Trace | None:  # noqa: A002 - Langfuse's name
        """Return a trace with all that belongs to it, or None."""
        trace = self._database.read(lambda connection: load_trace(connection, id))
        return Trace(id, tuple(trace)) if trace else None

    def row(self, id: str) -> TraceRow | None:  # noqa: A002 - Langfuse's name
        """Return a trace as lists show it, or None; cheap however long it is."""
        row = self._database.read(
            lambda connection: connection.execute("SELECT * FROM traces WHERE id = ?", (id,)).fetchone()
        )
        return None if row is None else read_row(row)

    def contents(self, id: str) -> TraceContents | None:  # noqa: A002 - Langfuse's name
        """Return what went into a trace and what came out of it, or None; cheap however long it is."""

        def work(connection: sqlite3.Connection) -> TraceContents | None:
            row = connection.execute("SELECT * FROM traces WHERE id = ?", (id,)).fetchone()
            return None if row is None else load_contents(connection, row)

        return self._database.read(work)

    def page(self, query: queries.TraceQuery, limit: int, offset: int) -> tuple[list[ListedTrace], int]:
        """Return some traces with their contents, the newest first unless asked otherwise, and how many there are."""
        wanted = TraceQuery.of(query)

        def work(connection: sqlite3.Connection) -> tuple[list[ListedTrace], int]:
            rows = _rows_of(connection, wanted, None, limit, offset)
            return [load_listed(connection, key) for key, _ in rows], _count(connection, wanted)

        return self._database.read(work)

    def after(self, query: TraceQuery, limit: int, place: Cursor | None) -> tuple[list[TraceRow], Cursor | None]:
        """Return the traces that follow a place, without contents, and the place that they end at.

        That is None where nothing follows. It takes as long for the last ones as for the first.
        """
        page = self.listed(query, limit, place)
        return page.rows, page.places[-1] if page.more else None

    def listed(self, query: TraceQuery, limit: int, place: Cursor | None) -> TracePage:
        """Return the traces that follow a place, and where each of them stands."""

        def work(connection: sqlite3.Connection) -> TracePage:
            trace_rows = _rows_of(connection, query, place, limit + 1, 0)
            rows = load_rows(connection, [key for key, _ in trace_rows[:limit]])
            return TracePage(rows, [place for _, place in trace_rows[:limit]], len(trace_rows) > limit)

        return self._database.read(work)

    def previews(self, rows: Sequence[TraceRow]) -> dict[str, TracePreview]:
        """Return the contents of some traces in short, by the traces' ids."""

        def work(connection: sqlite3.Connection) -> dict[str, TracePreview]:
            return {row.id: load_preview(connection, row.key) for row in rows}

        return self._database.read(work) if rows else {}

    def count(self, query: TraceQuery) -> int:
        """Return how many traces there are."""
        return self._database.read(lambda connection: _count(connection, query))

    def delete(self, ids: Sequence[str]) -> int:
        """Delete traces with all that belongs to them; returns how many there were."""
        return self._database.write(lambda connection: ingestion.drop(connection, ids))

    def daily(self, query: queries.TraceQuery, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
        """Return the sums of some days (UTC), the newest first, and how many days have traces."""
        wanted = TraceQuery.of(query)
        return self._database.read(lambda connection: daily.page(connection, wanted, limit, offset))


def _rows_of(
    connection: sqlite3.Connection, query: TraceQuery, place: Cursor | None, limit: int, offset: int
) -> list[tuple[int, Cursor]]:
    source = source_of(query, place, rarest(connection, query))
    named = f"{source.key}, {source.moment}, {source.tie}"
    rows = connection.execute(
        f"SELECT {named} FROM {source.rows} ORDER BY {source.order} LIMIT ? OFFSET ?",  # noqa: S608
        (*source.values, limit, offset),
    )
    return [(key, Cursor(moment, tie)) for key, moment, tie in rows]


def _count(connection: sqlite3.Connection, query: TraceQuery) -> int:
    source = source_of(query, first=rarest(connection, query))
    (total,) = connection.execute(f"SELECT count(*) FROM {source.rows}", source.values).fetchone()  # noqa: S608
    return int(total)
