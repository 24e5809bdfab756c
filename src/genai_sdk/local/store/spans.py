"""A span as the store keeps it: a narrow row for lists and sums, and a body that is kept whole."""

import sqlite3
from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.langfuse.conventions import TRACE
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.timestamps import to_micros
from genai_sdk.langfuse.values import below, text_of
from genai_sdk.langfuse.views import first_token, tokens
from genai_sdk.local.store.encoding import dump

LEVELS = ("DEBUG", "DEFAULT", "WARNING", "ERROR")
"""How an observation went, the better ones first."""

CALLS = ("GENERATION", "EMBEDDING")
"""Types that are calls of a model, whatever else they say."""

COLUMNS = (
    *("trace", "id", "parent_id", "type", "name", "start", "end", "arrived", "level", "environment", "is_call"),
    *("model", "connection", "prompt_name", "prompt_version", "input_tokens", "output_tokens", "total_tokens", "cost"),
    *("first_token", "version", "user_id", "session_id", "release", "trace_name", "is_public", "tags", "metadata"),
    *("has_input", "has_output"),
)
"""The columns of an observation, without its key."""

_PLACES = ", ".join("?" * len(COLUMNS))
_INSERT = f"INSERT INTO observations ({', '.join(COLUMNS)}) VALUES ({_PLACES})"  # noqa: S608 - our own columns
_UPDATE = f"UPDATE observations SET ({', '.join(COLUMNS)}) = ({_PLACES}) WHERE key = ?"  # noqa: S608 - as above

decode_span = msgspec.json.Decoder(Observation).decode
"""Reads a body."""


def row_of(trace: int, span: Observation) -> dict[str, Any]:
    """Return what the columns hold of a span of the trace with this key."""
    usage, cost, prompt, model = span.usage, span.cost, span.prompt, span.model
    counted: Mapping[str, int | None] = tokens(usage) if usage else {}
    metadata = below(span.attributes, TRACE + "metadata")
    return {
        "trace": trace,
        "id": span.id,
        "parent_id": span.parent_id,
        "type": span.type,
        "name": span.name,
        "start": span.start,
        "end": span.end,
        "arrived": to_micros(span.arrived),
        "level": span.level,
        "environment": span.environment,
        "is_call": int(span.type in CALLS or bool(usage or cost or model)),
        "model": model,
        "connection": _connection_of(span),
        "prompt_name": prompt and prompt[0],
        "prompt_version": prompt and prompt[1],
        "input_tokens": counted.get("input"),
        "output_tokens": counted.get("output"),
        "total_tokens": counted.get("total"),
        "cost": cost.get("total", sum(cost.values())) if cost and not span.is_unpriced else None,
        "first_token": first_token(span),
        "version": span.version or None,
        "user_id": span.user_id or None,
        "session_id": span.session_id or None,
        "release": span.release or None,
        "trace_name": text_of(span.attributes.get(TRACE + "name") or None),
        "is_public": span.is_public,
        "tags": dump(span.tags) if span.tags else None,
        "metadata": dump(metadata) if metadata else None,
        "has_input": 1 if span.attributes.get(TRACE + "input") else None,
        "has_output": 1 if span.attributes.get(TRACE + "output") else None,
    }


def put(connection: sqlite3.Connection, row: Mapping[str, Any], span: Observation, key: int | None) -> None:
    """Write a span: in the place of the one with this key, or as a new one."""
    values = [row[name] for name in COLUMNS]
    body = msgspec.json.encode(span)
    if key is None:
        key = connection.execute(_INSERT, values).lastrowid
        connection.execute("INSERT INTO spans VALUES (?, ?)", (key, body))
    else:
        connection.execute(_UPDATE, (*values, key))
        connection.execute("UPDATE spans SET body = ? WHERE key = ?", (body, key))


def load_span(connection: sqlite3.Connection, key: int) -> Observation:
    """Return the span with this key, which is there."""
    (body,) = connection.execute("SELECT body FROM spans WHERE key = ?", (key,)).fetchone()
    return decode_span(body)


def load_trace(connection: sqlite3.Connection, id: str) -> list[Observation]:  # noqa: A002 - Langfuse's name
    """Return the observations of a trace in the order they began; none if it is not there."""
    rows = connection.execute(
        """
        SELECT body FROM traces JOIN observations ON observations.trace = traces.key
        JOIN spans ON spans.key = observations.key WHERE traces.id = ? ORDER BY observations.start, observations.key
        """,
        (id,),
    )
    return [decode_span(body) for (body,) in rows]


def _connection_of(span: Observation) -> str | None:
    named = span.metadata.get("connection")
    return named if isinstance(named, str) else None
