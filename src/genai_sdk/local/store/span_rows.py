"""Observations without their contents, for trees and for the sums of the last hours, however many there are."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from genai_sdk.langfuse.observation import Observation
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.spans import decode_span


class SpanRow(msgspec.Struct, frozen=True, kw_only=True):
    """An observation without its contents.

    Attributes:
        id: 16 hexadecimal digits.
        parent_id: The parent's id, or None.
        type: GENERATION, SPAN and the like.
        name: Its name.
        title: The same, and of an attempt with the model that was asked.
        start: When it began, in nanoseconds since 1970.
        end: When it was over.
        level: How it went.
        is_call: Whether it is a call of a model.
        environment: Where it comes from.
        model: The model, or None.
        connection: The connection, or None.
        prompt_name: The prompt that it is linked to, or None.
        prompt_version: The version of that prompt.
        input_tokens: Tokens read, None where unknown.
        output_tokens: Tokens written, None where unknown.
        total_tokens: Tokens in all, None where unknown.
        cost: US dollars, None where unknown.
        first_token: Nanoseconds from its start to its first content, None where unknown.
    """

    id: str
    parent_id: str | None
    type: str
    name: str
    start: int
    end: int
    level: str
    is_call: bool
    environment: str
    model: str | None
    connection: str | None
    prompt_name: str | None
    prompt_version: int | None
    input_tokens: int | None
    output_tokens: int | None
    total_tokens: int | None
    cost: float | None
    first_token: int | None
    title: str


class CallRow(msgspec.Struct, frozen=True, gc=False):
    """What is summed up of a call of a model; each as in `SpanRow`."""

    start: int
    end: int
    level: str
    environment: str
    model: str | None
    connection: str | None
    prompt_name: str | None
    prompt_version: int | None
    input_tokens: int | None
    output_tokens: int | None
    total_tokens: int | None
    cost: float | None
    first_token: int | None


_COLUMNS = ", ".join(name for name in SpanRow.__struct_fields__ if name != "title")
# Only bodies tell which model an attempt asked; attempts have no contents, so theirs are small.
_ATTEMPT = "CASE WHEN name GLOB 'attempt [0-9]*' AND connection IS NOT NULL THEN body END AS attempt"
_OF_CALLS = ", ".join(CallRow.__struct_fields__)


class SpanRows:
    """The observations in the store, as narrow as they are kept.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_trace(self, trace_id: str, limit: int) -> list[SpanRow]:
        """Return a trace's observations in the order they began, the first so many."""
        sql = f"""
            SELECT {_COLUMNS}, {_ATTEMPT} FROM observations JOIN spans USING (key)
            WHERE trace = (SELECT key FROM traces WHERE id = ?)
            ORDER BY start, key LIMIT ?
        """  # noqa: S608 - our own columns
        return self._database.read(lambda connection: _rows(connection, sql, (trace_id, limit)))

    def find(self, trace_id: str, id: str | None) -> Observation | None:  # noqa: A002 - Langfuse's name
        """Return an observation of a trace with its contents, or None; without an id the trace's root."""
        which = "traces.root" if id is None else "(SELECT key FROM observations WHERE trace = traces.key AND id = ?2)"
        sql = f"SELECT body FROM traces JOIN spans ON spans.key = {which} WHERE traces.id = ?1"  # noqa: S608 - as above
        values = (trace_id,) if id is None else (trace_id, id)
        row = self._database.read(lambda connection: connection.execute(sql, values).fetchone())
        return None if row is None else decode_span(row["body"])

    def calls(self, since: int, until: int, limit: int, *, environments: Sequence[str] = ()) -> list[CallRow] | None:
        """Return the calls of models that began in a range (nanoseconds since 1970), or None if they are too many."""
        among = f"AND environment IN ({', '.join('?' * len(environments))})" if environments else ""
        sql = f"SELECT {_OF_CALLS} FROM observations WHERE start >= ? AND start < ? AND is_call {among} LIMIT ?"  # noqa: S608

        def work(connection: sqlite3.Connection) -> list[CallRow]:
            cursor = connection.execute(sql, (since, until, *environments, limit + 1))
            cursor.row_factory = None  # there are thousands of them
            return [CallRow(*row) for row in cursor]

        rows = self._database.read(work)
        return None if len(rows) > limit else rows


def _rows(connection: sqlite3.Connection, sql: str, values: Sequence[object]) -> list[SpanRow]:
    return [_read(dict(row)) for row in connection.execute(sql, values)]


def _read(row: dict[str, Any]) -> SpanRow:
    body = row.pop("attempt")
    title = row["name"] if body is None else decode_span(body).title
    return SpanRow(**{**row, "is_call": bool(row["is_call"]), "title": title})
