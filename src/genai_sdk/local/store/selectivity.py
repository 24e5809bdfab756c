"""Which of several conditions is the rarest, counted in their indexes."""

import sqlite3

from genai_sdk.local.store.selection import Selection
from genai_sdk.local.store.trace_query import FACETS, Condition, TraceQuery, conditions_of

COMMON = 10_000
"""How many traces make a condition a common one; nobody counts further."""


def rarest(connection: sqlite3.Connection, query: TraceQuery) -> Condition | None:
    """Return the condition to begin with, or None if the usual one will do.

    All traces of a condition may have to be read to find the few that fit another one too. So a common condition makes
    way for a rare one; of common ones the usual order holds.
    """
    conditions = conditions_of(query)
    if len(conditions) < 2 or _count(connection, query, conditions[0]) < COMMON:
        return None
    count, number = min((_count(connection, query, other), number) for number, other in enumerate(conditions))
    return conditions[number] if count < COMMON else None


def _count(connection: sqlite3.Connection, query: TraceQuery, condition: Condition) -> int:
    chosen = Selection()
    if condition.table == FACETS:
        chosen.equal("kind", condition.name).equal("value", condition.value)
    else:
        chosen.equal(condition.name, condition.value)
    chosen.since("start", query.since).until("start", query.until)
    rows = f"SELECT 1 FROM {condition.table} {chosen.where} LIMIT {COMMON}"  # noqa: S608 - our own tables and columns
    (count,) = connection.execute(f"SELECT count(*) FROM ({rows})", chosen.values).fetchone()  # noqa: S608 - as above
    return int(count)
