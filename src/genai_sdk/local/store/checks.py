"""How the last try of each connection went."""

import sqlite3
from datetime import datetime

import msgspec

from genai_sdk.langfuse.timestamps import from_micros, to_micros
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.encoding import dump, load
from genai_sdk.sentence import from_data, to_data


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """How a try of a connection went.

    Attributes:
        moment: When it was tried; before the connection's `updated_at`, it says nothing of what is registered now.
        ok: Whether the provider answered.
        model: The model that was asked, or None.
        latency: How long it took in seconds, or None.
        message: Why it did not, in plain words and without secrets; empty if all is well. A `Sentence` where it is one
            of ours; what was kept before the store had its keys and fields is English text alone.
    """

    moment: datetime
    ok: bool
    model: str | None = None
    latency: float | None = None
    message: str = ""


class Checks:
    """The last check of each connection.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, name: str, check: Check) -> bool:
        """Keep a check of the connection of this name, in the place of the last one; returns whether there is one."""
        sql = "INSERT OR REPLACE INTO checks SELECT id, ?, ?, ?, ?, ?, ? FROM connections WHERE name = ?"
        data = to_data(check.message)
        wording = None if data is None else dump(data)
        values = (to_micros(check.moment), check.ok, check.model, check.latency, str(check.message), wording, name)
        return self._database.write(lambda connection: connection.execute(sql, values).rowcount > 0)

    def all(self) -> dict[str, Check]:
        """Return the last checks by the connections' names."""
        sql = "SELECT name, checks.* FROM checks JOIN connections ON connections.id = connection_id"
        return {row["name"]: _check(row) for row in self._database.read(lambda it: it.execute(sql).fetchall())}


def _check(row: sqlite3.Row) -> Check:
    return Check(
        moment=from_micros(row["moment"]),
        ok=bool(row["ok"]),
        model=row["model"],
        latency=row["latency"],
        message=row["message"] if row["wording"] is None else from_data(row["message"], load(row["wording"])),
    )
