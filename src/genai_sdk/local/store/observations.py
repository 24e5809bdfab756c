"""Observations at rest, listed across traces."""

import sqlite3
from collections.abc import Sequence

import msgspec

from genai_sdk.langfuse.observation import Observation
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.place import Place
from genai_sdk.local.store.selection import Selection
from genai_sdk.local.store.spans import decode_span, load_span


class ObservationQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which observations; what is None or empty counts for nothing.

    Attributes:
        name: Of this name.
        type: Of this type, such as GENERATION.
        level: Of this level.
        user_id: Of this user.
        version: Of this version.
        trace_id: Of this trace.
        session_id: Of the traces of this session.
        parent_id: Directly below this one.
        is_root: Below another one or below none.
        environments: From one of these environments.
        since: Begun at this moment or later, in nanoseconds since 1970.
        until: Begun before this moment.
    """

    name: str | None = None
    type: str | None = None
    level: str | None = None
    user_id: str | None = None
    version: str | None = None
    trace_id: str | None = None
    session_id: str | None = None
    parent_id: str | None = None
    is_root: bool | None = None
    environments: Sequence[str] = ()
    since: int | None = None
    until: int | None = None


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
            (total,) = connection.execute(f"SELECT count(*) FROM observations {chosen.where}", chosen.given).fetchone()  # noqa: S608
            # The inner query reads an index alone, however many rows it passes over.
            rows = connection.execute(
                f"""
                SELECT body FROM (SELECT key FROM observations {chosen.where} ORDER BY {order} LIMIT ? OFFSET ?)
                CROSS JOIN spans USING (key)
                """,  # noqa: S608
                (*chosen.given, limit, offset),
            )
            return [decode_span(row["body"]) for row in rows], total

        return self._database.read(work)

    def after(self, query: ObservationQuery, limit: int, place: Place | None) -> tuple[list[Observation], Place | None]:
        """Return the observations that follow a place, the newest first, and the place that they end at.

        That is None where nothing follows. It takes as long for the last ones as for the first.
        """
        chosen, order = _select(query), _order(query)
        if place is not None:
            chosen.add("(start, key) < (?, ?)", place.moment, place.key)

        def work(connection: sqlite3.Connection) -> tuple[list[Observation], Place | None]:
            rows = connection.execute(
                f"SELECT start, key FROM observations {chosen.where} ORDER BY {order} LIMIT ?",  # noqa: S608
                (*chosen.given, limit + 1),
            ).fetchall()
            shown = rows[:limit]
            last = Place(shown[-1]["start"], shown[-1]["key"]) if len(rows) > limit else None
            return [load_span(connection, row["key"]) for row in shown], last

        return self._database.read(work)


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
