"""Sessions: traces that belong together."""

import sqlite3
from collections.abc import Sequence

from genai_sdk.langfuse.api.records import StoredSession
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.selection import Selection


class Sessions:
    """The sessions in the store.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self,
        limit: int,
        offset: int,
        *,
        environments: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
    ) -> tuple[list[StoredSession], int]:
        """Return some sessions, the newest first, and how many there are; times are in microseconds since 1970."""
        one = len(set(environments)) == 1  # only then does the index of environments keep the order of moments
        chosen = Selection().among("environment" if one else "+environment", list(dict.fromkeys(environments)))
        chosen.since("created_at", since).until("created_at", until)

        def work(connection: sqlite3.Connection) -> tuple[list[StoredSession], int]:
            (total,) = connection.execute(f"SELECT count(*) FROM sessions {chosen.where}", chosen.values).fetchone()  # noqa: S608
            rows = connection.execute(
                f"SELECT * FROM sessions {chosen.where} ORDER BY created_at DESC, id LIMIT ? OFFSET ?",  # noqa: S608
                (*chosen.values, limit, offset),
            )
            return [StoredSession(**row) for row in rows], total

        return self._database.read(work)

    def find(self, id: str) -> StoredSession | None:  # noqa: A002 - Langfuse's name
        """Return a session, or None."""
        row = self._database.read(
            lambda connection: connection.execute("SELECT * FROM sessions WHERE id = ?", (id,)).fetchone()
        )
        return None if row is None else StoredSession(**row)
