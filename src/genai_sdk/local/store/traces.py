"""Traces at rest: taken in, listed by what is asked for, and read whole."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.trace import Trace
from genai_sdk.local.store import ingestion
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.selection import Selection


class TraceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which traces; what is None or empty counts for nothing.

    Attributes:
        name: Of this name.
        user_id: Of this user.
        session_id: Of this session.
        release: Of this release.
        version: Of this version.
        tags: With all of these tags.
        environments: From one of these environments.
        since: Begun at this moment or later, in nanoseconds since 1970.
        until: Begun before this moment.
        oldest_first: Whether the oldest come first.
    """

    name: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    release: str | None = None
    version: str | None = None
    tags: Sequence[str] = ()
    environments: Sequence[str] = ()
    since: int | None = None
    until: int | None = None
    oldest_first: bool = False


class StoredSession(msgspec.Struct, frozen=True):
    """A session: its id, when its first trace came (in microseconds since 1970), and from which environment."""

    id: str
    created_at: int
    environment: str


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
        found = self._database.read(lambda connection: ingestion.load_trace(connection, id))
        return Trace(id, tuple(found)) if found else None

    def page(self, query: TraceQuery, limit: int, offset: int) -> tuple[list[Trace], int]:
        """Return some traces, the newest first unless asked otherwise, and how many there are."""
        chosen = _select(query)
        order = "start, key" if query.oldest_first else "start DESC, key DESC"

        def work(connection: sqlite3.Connection) -> tuple[list[Trace], int]:
            (total,) = connection.execute(f"SELECT count(*) FROM traces {chosen.where}", chosen.given).fetchone()  # noqa: S608
            rows = connection.execute(
                f"SELECT id FROM traces {chosen.where} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
                (*chosen.given, limit, offset),
            ).fetchall()
            return [Trace(row["id"], tuple(ingestion.load_trace(connection, row["id"]))) for row in rows], total

        return self._database.read(work)

    def delete(self, ids: Sequence[str]) -> int:
        """Delete traces with all that belongs to them; returns how many there were."""

        def work(connection: sqlite3.Connection) -> int:
            count = 0
            for each in ids:
                count += connection.execute("DELETE FROM traces WHERE id = ?", (each,)).rowcount
                connection.execute("DELETE FROM observations WHERE trace_id = ?", (each,))
                connection.execute("DELETE FROM scores WHERE trace_id = ?", (each,))
            return count

        return self._database.write(work)

    def sessions(
        self, limit: int, offset: int, *, environments: Sequence[str] = (), since: int | None, until: int | None
    ) -> tuple[list[StoredSession], int]:
        """Return some sessions, the newest first, and how many there are; times are in microseconds since 1970."""
        chosen = Selection().among("environment", environments).since("created_at", since).until("created_at", until)

        def work(connection: sqlite3.Connection) -> tuple[list[StoredSession], int]:
            (total,) = connection.execute(f"SELECT count(*) FROM sessions {chosen.where}", chosen.given).fetchone()  # noqa: S608
            rows = connection.execute(
                f"SELECT * FROM sessions {chosen.where} ORDER BY created_at DESC, id LIMIT ? OFFSET ?",  # noqa: S608
                (*chosen.given, limit, offset),
            )
            return [StoredSession(**row) for row in rows], total

        return self._database.read(work)

    def session(self, id: str) -> StoredSession | None:  # noqa: A002 - Langfuse's name
        """Return a session, or None."""
        row = self._database.read(
            lambda connection: connection.execute("SELECT * FROM sessions WHERE id = ?", (id,)).fetchone()
        )
        return None if row is None else StoredSession(**row)

    def daily(self, query: TraceQuery, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
        """Return the sums of some days (UTC), the newest first, and how many days have traces."""
        chosen = _select(query)
        day = "date(traces.start / 1000000000, 'unixepoch')"

        def work(connection: sqlite3.Connection) -> tuple[list[dict[str, Any]], int]:
            days = connection.execute(
                f"""
                SELECT {day} AS day, count(*) AS traces, sum(observations) AS observations, total(cost) AS cost
                FROM traces {chosen.where} GROUP BY 1 ORDER BY 1 DESC
                """,  # noqa: S608
                chosen.given,
            ).fetchall()
            shown = days[offset : offset + limit]
            models: dict[str, list[sqlite3.Row]] = {row["day"]: [] for row in shown}
            if shown:
                within = _select(query).add(f"{day} BETWEEN ? AND ?", shown[-1]["day"], shown[0]["day"])
                within.add("observations.model IS NOT NULL")
                rows = connection.execute(
                    f"""
                    SELECT {day} AS day, observations.model AS model, count(DISTINCT traces.id) AS traces,
                        count(*) AS observations, total(observations.input_tokens) AS input,
                        total(observations.output_tokens) AS output, total(observations.total_tokens) AS tokens,
                        total(observations.cost) AS cost
                    FROM traces JOIN observations ON observations.trace_id = traces.id
                    {within.where} GROUP BY 1, 2 ORDER BY cost DESC, model
                    """,  # noqa: S608
                    within.given,
                )
                for row in rows:
                    models[row["day"]].append(row)
            return [{**row, "models": models[row["day"]]} for row in map(dict, shown)], len(days)

        return self._database.read(work)


def _select(query: TraceQuery) -> Selection:
    chosen = (
        Selection()
        .equal("traces.name", query.name)
        .equal("traces.user_id", query.user_id)
        .equal("traces.session_id", query.session_id)
        .equal("traces.release", query.release)
        .equal("traces.version", query.version)
        .among("traces.environment", query.environments)
        .since("traces.start", query.since)
        .until("traces.start", query.until)
    )
    for tag in dict.fromkeys(query.tags):
        chosen.add("EXISTS (SELECT 1 FROM trace_tags WHERE tag = ? AND trace_id = traces.id)", tag)
    return chosen
