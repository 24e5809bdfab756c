"""Scores at rest."""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence

from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.langfuse.api.queries import ScoreQuery
from genai_sdk.langfuse.api.records import StoredScore
from genai_sdk.langfuse.new_score import NewScore
from genai_sdk.langfuse.timestamps import from_micros, now, to_micros
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.encoding import dump, load
from genai_sdk.local.store.selection import Selection


class Scores:
    """The scores in the store.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, scores: Iterable[NewScore]) -> list[str]:
        """Write scores, all or none; one with an id that is there replaces it. Returns their ids."""

        def work(connection: sqlite3.Connection) -> list[str]:
            return [_put(connection, new) for new in scores]

        return self._database.write(work)

    def find(self, id: str) -> StoredScore | None:  # noqa: A002 - Langfuse's name
        """Return a score, or None."""
        row = self._database.read(
            lambda connection: connection.execute("SELECT * FROM scores WHERE id = ?", (id,)).fetchone()
        )
        return None if row is None else _stored(row)

    def page(self, query: ScoreQuery, limit: int, offset: int) -> tuple[list[StoredScore], int]:
        """Return some scores, the newest first, and how many there are."""
        chosen = _select(query)

        def work(connection: sqlite3.Connection) -> tuple[list[StoredScore], int]:
            (total,) = connection.execute(f"SELECT count(*) FROM scores {chosen.where}", chosen.values).fetchone()  # noqa: S608
            rows = connection.execute(
                f"SELECT * FROM scores {chosen.where} ORDER BY created_at DESC, key DESC LIMIT ? OFFSET ?",  # noqa: S608
                (*chosen.values, limit, offset),
            )
            return [_stored(row) for row in rows], total

        return self._database.read(work)

    def after(self, query: ScoreQuery, limit: int, place: Cursor | None) -> tuple[list[StoredScore], Cursor | None]:
        """Return the scores that follow a place, the newest first, and the place that they end at.

        That is None where nothing follows.
        """
        chosen = _select(query)
        if place is not None:
            chosen.add("(created_at, key) < (?, ?)", place.moment, place.key)

        def work(connection: sqlite3.Connection) -> tuple[list[StoredScore], Cursor | None]:
            rows = connection.execute(
                f"SELECT * FROM scores {chosen.where} ORDER BY created_at DESC, key DESC LIMIT ?",  # noqa: S608
                (*chosen.values, limit + 1),
            ).fetchall()
            shown = rows[:limit]
            last = Cursor(shown[-1]["created_at"], shown[-1]["key"]) if len(rows) > limit else None
            return [_stored(row) for row in shown], last

        return self._database.read(work)

    def of_traces(self, trace_ids: Sequence[str]) -> dict[str, list[StoredScore]]:
        """Return the scores of some traces, oldest first, by the trace's id."""
        chosen = Selection().among("trace_id", trace_ids)

        def work(connection: sqlite3.Connection) -> dict[str, list[StoredScore]]:
            scores: dict[str, list[StoredScore]] = {each: [] for each in trace_ids}
            sql = f"SELECT * FROM scores {chosen.where} ORDER BY created_at, key"  # noqa: S608
            for row in connection.execute(sql, chosen.values):
                scores[row["trace_id"]].append(_stored(row))
            return scores

        return self._database.read(work) if trace_ids else {}

    def delete(self, id: str) -> bool:  # noqa: A002 - Langfuse's name
        """Delete a score; returns whether there was one."""
        return self._database.write(
            lambda connection: connection.execute("DELETE FROM scores WHERE id = ?", (id,)).rowcount > 0
        )


def _select(query: ScoreQuery) -> Selection:
    chosen = (
        Selection()
        .among("id", query.ids)
        .among("name", query.names)
        .among("data_type", query.data_types)
        .among("number", query.numbers)
        .among("text", query.texts)
        .among("trace_id", query.trace_ids)
        .among("observation_id", query.observation_ids)
        .among("session_id", query.session_ids)
        .among("environment", query.environments)
        .since("created_at", query.since)
        .until("created_at", query.until)
    )
    for bound, operator in ((query.least, ">="), (query.most, "<=")):
        if bound is not None:
            chosen.add(f"number {operator} ?", bound)
    return chosen


def _put(connection: sqlite3.Connection, new: NewScore) -> str:
    moment = to_micros(now())
    is_text = isinstance(new.value, str)
    kind = new.data_type or ("CATEGORICAL" if is_text else "BOOLEAN" if isinstance(new.value, bool) else "NUMERIC")
    id = new.id or str(uuid.uuid4())  # noqa: A001 - Langfuse's name
    connection.execute(
        """
        INSERT INTO scores (id, name, data_type, number, text, trace_id, observation_id, session_id, environment,
            comment, metadata, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, data_type = excluded.data_type,
            number = excluded.number, text = excluded.text, trace_id = excluded.trace_id,
            observation_id = excluded.observation_id, session_id = excluded.session_id,
            environment = excluded.environment, comment = excluded.comment, metadata = excluded.metadata,
            updated_at = excluded.updated_at
        """,
        (
            id,
            new.name,
            kind,
            None if is_text else float(new.value),
            new.value if is_text else None,
            new.trace_id,
            new.observation_id,
            new.session_id,
            new.environment,
            new.comment,
            dump(new.metadata),
            moment,
            moment,
        ),
    )
    return id


def _stored(row: sqlite3.Row) -> StoredScore:
    facts = {name: row[name] for name in StoredScore.__struct_fields__ if name in row.keys()}  # noqa: SIM118
    moments = {name: from_micros(row[name]) for name in ("created_at", "updated_at")}
    return StoredScore(**{**facts, **moments, "metadata": load(row["metadata"])})
