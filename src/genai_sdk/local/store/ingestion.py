"""Spans on their way in, and traces on their way out: rows, bodies and every sum change together."""

import sqlite3
from collections.abc import Iterable, Sequence

from genai_sdk.langfuse.observation import Observation
from genai_sdk.local.store import spans
from genai_sdk.local.store.days import Days
from genai_sdk.local.store.rollup import Rollup
from genai_sdk.local.store.summary import begin, clear_facets, sum_up

_KNOWN = "SELECT * FROM observations WHERE trace = ? AND id = ?"


def take(connection: sqlite3.Connection, observations: Iterable[Observation]) -> None:
    """Write spans, and sum up the traces that they belong to; a span that comes twice counts once, as it came last."""
    rollup, days = Rollup(), Days()
    touched: dict[str, dict[str, Observation]] = {}
    for span in observations:
        touched.setdefault(span.trace_id, {})[span.id] = span
    for trace_id, fresh in touched.items():
        trace = begin(connection, trace_id)
        days.count(connection, trace, -1)
        rows = []
        for span in fresh.values():
            row = spans.row_of(trace, span)
            known = connection.execute(_KNOWN, (trace, span.id)).fetchone()
            if known is not None:
                rollup.count(known, -1)
            rollup.count(row)
            spans.put(connection, row, span, None if known is None else known["key"])
            rows.append(row)
        sum_up(connection, trace, rows)
        days.count(connection, trace)
    rollup.write(connection)
    days.write(connection)


def drop(connection: sqlite3.Connection, trace_ids: Sequence[str]) -> int:
    """Delete traces with all that belongs to them; returns how many there were."""
    rollup, days = Rollup(), Days()
    count = 0
    for trace_id in trace_ids:
        trace = connection.execute("SELECT * FROM traces WHERE id = ?", (trace_id,)).fetchone()
        connection.execute("DELETE FROM scores WHERE trace_id = ?", (trace_id,))
        if trace is None:
            continue
        count += 1
        for row in connection.execute("SELECT * FROM observations WHERE trace = ? AND is_call", (trace["key"],)):
            rollup.count(row, -1)
        days.count(connection, trace["key"], -1)
        clear_facets(connection, trace)
        connection.execute("DELETE FROM traces WHERE key = ?", (trace["key"],))
    rollup.write(connection)
    days.write(connection)
    return count
