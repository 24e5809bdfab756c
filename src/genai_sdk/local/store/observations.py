"""Observations at rest, listed across traces."""

import sqlite3
from typing import Any

from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.langfuse.api.queries import ObservationQuery
from genai_sdk.langfuse.observation import Observation
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.selection import Selection
from genai_sdk.local.store.spans import decode_span, load_span


class Observations:
    """The observations in the store.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, id: str) -> Observation | None:  # noqa: A002 - Langfuse's name
        """Return an observation, or None."""
        sql = "SELECT body FROM observations JOIN spans ON spans.key = observations.key WHERE id = ? LIMIT 1"
        row = self._database.read(lambda connection: connection.execute(sql, (id,)).fetchone())
        return None if row is None else decode_span(row["body"])

    def page(self, query: ObservationQuery, limit: int, offset: int) -> tuple[list[Observation], int]:
        """Return some observations, the newest first, and how many there are."""
        chosen, order = _select(query), _order(query)

        def work(connection: sqlite3.Connection) -> tuple[list[Observation], int]:
            (total,) = connection.execute(f"SELECT count(*) FROM observations {chosen.where}", chosen.values).fetchone()  # noqa: S608
            # The inner query reads an index alone, however many rows it passes over.
            rows = connection.execute(
                f"""
                SELECT body FROM (SELECT key FROM observations {chosen.where} ORDER BY {order} LIMIT ? OFFSET ?)
                CROSS JOIN spans USING (key)
                """,  # noqa: S608
                (*chosen.values, limit, offset),
            )
            return [decode_span(row["body"]) for row in rows], total

        return self._database.read(work)

    def after(
        self, query: ObservationQuery, limit: int, place: Cursor | None
    ) -> tuple[list[Observation], Cursor | None]:
        """Return the observations that follow a place, the newest first, and the place that they end at.

        That is None where nothing follows. It takes as long for the last ones as for the first.
        """
        chosen, order = _select(query), _order(query)
        if place is not None:
            chosen.add("(start, key) < (?, ?)", place.moment, place.key)

        def work(connection: sqlite3.Connection) -> tuple[list[Observation], Cursor | None]:
            rows = connection.execute(
                f"SELECT start, key FROM observations {chosen.where} ORDER BY {order} LIMIT ?",  # noqa: S608
                (*chosen.values, limit + 1),
            ).fetchall()
            shown = rows[:limit]
            last = Cursor(shown[-1]["start"], shown[-1]["key"]) if len(rows) > limit else None
            return [load_span(connection, row["key"]) for row in shown], last

        return self._database.read(work)

    def facts(self, query: ObservationQuery) -> list[dict[str, Any]]:
        """Return what can be summed up of observations, without their contents."""
        chosen = _select(query)
        sql = f"SELECT {_FACTS} FROM observations {chosen.where}"  # noqa: S608
        rows = self._database.read(lambda connection: connection.execute(sql, chosen.values).fetchall())
        return [dict(row) for row in rows]


_FACTS = """
    start, id, (SELECT traces.id FROM traces WHERE traces.key = observations.trace) AS traceId,
    parent_id AS parentObservationId, type, name, level, environment, version, release, user_id AS userId,
    session_id AS sessionId, trace_name AS traceName, model AS providedModelName, prompt_name AS promptName,
    prompt_version AS promptVersion, 1 AS count, (end - start) / 1e6 AS latency,
    first_token / 1e6 AS timeToFirstToken, ifnull(input_tokens, 0) AS inputTokens,
    ifnull(output_tokens, 0) AS outputTokens, ifnull(total_tokens, 0) AS totalTokens, ifnull(cost, 0) AS totalCost
"""

_INDEXED = ("user_id", "name", "level", "type")
"""Columns with an index in the order of time, the one with the rarest values first."""


def _select(query: ObservationQuery) -> Selection:
    """Return the conditions; a plus keeps SQLite from every index but one, for it cannot know which is the best."""
    chosen = Selection()
    driven = False
    if query.trace_id is not None:
        chosen.add("trace = (SELECT key FROM traces WHERE id = ?)", query.trace_id)
        driven = True
    if query.session_id is not None:
        trace = "+trace" if driven else "trace"
        chosen.add(f"{trace} IN (SELECT key FROM traces WHERE session_id = ?)", query.session_id)  # noqa: S608
        driven = True
    for column in _INDEXED:
        value = getattr(query, column)
        chosen.equal(f"+{column}" if driven else column, value)
        driven = driven or value is not None
    chosen.equal("parent_id", query.parent_id).equal("version", query.version)
    chosen.among("environment", query.environments).since("start", query.since).until("start", query.until)
    if query.is_root is not None:
        chosen.add("parent_id IS NULL" if query.is_root else "parent_id IS NOT NULL")
    return chosen


def _order(query: ObservationQuery) -> str:
    # Those of a session lie in several traces and are put in order here, not found by walking through all moments.
    return (
        "+start DESC, key DESC" if query.session_id is not None and query.trace_id is None else "start DESC, key DESC"
    )
