"""Spans on their way in: a row for lists and sums, a body that is kept whole, and a trace that is summed up anew."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.views import first_token, tokens
from genai_sdk.local.store.encoding import dump
from genai_sdk.local.store.moments import to_micros

LEVELS = ("DEBUG", "DEFAULT", "WARNING", "ERROR")
"""How an observation went, the better ones first."""

_OBSERVATION = """
    INSERT INTO observations (trace_id, id, parent_id, type, name, start, end, level, model, environment, user_id,
        version, connection, prompt_name, prompt_version, input_tokens, output_tokens, total_tokens, cost, first_token)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (trace_id, id) DO UPDATE SET parent_id = excluded.parent_id, type = excluded.type,
        name = excluded.name, start = excluded.start, end = excluded.end, level = excluded.level,
        model = excluded.model, environment = excluded.environment, user_id = excluded.user_id,
        version = excluded.version, connection = excluded.connection, prompt_name = excluded.prompt_name,
        prompt_version = excluded.prompt_version, input_tokens = excluded.input_tokens,
        output_tokens = excluded.output_tokens, total_tokens = excluded.total_tokens, cost = excluded.cost,
        first_token = excluded.first_token
    RETURNING key
"""
_TRACE = """
    INSERT INTO traces (id, name, start, end, environment, user_id, session_id, release, version, tags, level,
        observations, model, connection, input_tokens, output_tokens, total_tokens, cost, arrived, updated)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, start = excluded.start, end = excluded.end,
        environment = excluded.environment, user_id = excluded.user_id, session_id = excluded.session_id,
        release = excluded.release, version = excluded.version, tags = excluded.tags, level = excluded.level,
        observations = excluded.observations, model = excluded.model, connection = excluded.connection,
        input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
        total_tokens = excluded.total_tokens, cost = excluded.cost, updated = excluded.updated
"""


def take(connection: sqlite3.Connection, spans: Iterable[Observation]) -> None:
    """Write spans, and sum up the traces that they belong to; a span that comes twice counts once, as it came last."""
    touched: dict[str, dict[str, Observation]] = {}
    for span in spans:
        touched.setdefault(span.trace_id, {})[span.id] = span
    for trace_id, fresh in touched.items():
        known = load_trace(connection, trace_id)
        for span in fresh.values():
            (key,) = connection.execute(_OBSERVATION, _row(span)).fetchone()
            connection.execute("INSERT OR REPLACE INTO spans VALUES (?, ?)", (key, msgspec.json.encode(span)))
        everything = {**{each.id: each for each in known}, **fresh}
        ordered = sorted(everything.values(), key=lambda span: span.start)
        _sum_up(connection, Trace(trace_id, tuple(ordered)))


def load_trace(connection: sqlite3.Connection, trace_id: str) -> list[Observation]:
    """Return the observations of a trace in the order they began; none if it is not there."""
    rows = connection.execute(
        "SELECT body FROM observations JOIN spans USING (key) WHERE trace_id = ? ORDER BY start, key", (trace_id,)
    )
    return [decode_span(row["body"]) for row in rows]


decode_span = msgspec.json.Decoder(Observation).decode
"""Reads a body."""


def _row(span: Observation) -> tuple[Any, ...]:
    name, number = span.prompt or (None, None)
    counted = tokens(span.usage)
    return (
        span.trace_id,
        span.id,
        span.parent_id,
        span.type,
        span.name,
        span.start,
        span.end,
        span.level,
        span.model,
        span.environment,
        span.user_id,
        span.version,
        _connection_of(span),
        name,
        number,
        *((counted["input"], counted["output"], counted["total"]) if span.usage else (None, None, None)),
        cost_of(span.cost),
        first_token(span),
    )


def cost_of(cost: Mapping[str, float]) -> float | None:
    """Return US dollars in all, or None where they are unknown."""
    return cost.get("total", sum(cost.values())) if cost else None


def _connection_of(span: Observation) -> str | None:
    named = span.metadata.get("connection")
    return named if isinstance(named, str) else None


def _sum_up(connection: sqlite3.Connection, trace: Trace) -> None:
    calls = [each for each in trace.observations if each.usage or each.cost or each.model]
    counted = [tokens(each.usage) for each in calls if each.usage]
    sums = [sum(each[side] for each in counted) if counted else None for side in ("input", "output", "total")]
    costs = [cost for each in calls if (cost := cost_of(each.cost)) is not None]
    arrived = min(to_micros(each.arrived) for each in trace.observations)
    connection.execute(
        _TRACE,
        (
            trace.id,
            trace.name,
            min(each.start for each in trace.observations),
            max(each.end for each in trace.observations),
            trace.environment,
            trace.user_id,
            trace.session_id,
            trace.release,
            trace.version,
            dump(trace.tags),
            max((each.level for each in trace.observations), key=_rank),
            len(trace.observations),
            next((each.model for each in calls if each.model), None),
            next(filter(None, map(_connection_of, calls)), None),
            *sums,
            sum(costs) if costs else None,
            arrived,
            max(to_micros(each.arrived) for each in trace.observations),
        ),
    )
    connection.execute("DELETE FROM trace_tags WHERE trace_id = ?", (trace.id,))
    connection.executemany("INSERT OR IGNORE INTO trace_tags VALUES (?, ?)", [(tag, trace.id) for tag in trace.tags])
    if trace.session_id:
        connection.execute(
            "INSERT OR IGNORE INTO sessions VALUES (?, ?, ?)", (trace.session_id, arrived, trace.environment)
        )


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else 1
