"""Connections at rest: their secrets are ciphertext, as in Langfuse's own database."""

import sqlite3
import uuid
from collections.abc import Sequence

from genai_sdk.connections import ConnectionRecord
from genai_sdk.crypto import Cipher
from genai_sdk.errors import DecryptionError
from genai_sdk.langfuse.api.records import StoredConnection
from genai_sdk.langfuse.new_connection import NewConnection, display_secret
from genai_sdk.langfuse.timestamps import from_micros, now, to_micros
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.encoding import dump, load
from genai_sdk.secret import Sealed, Secret

_SHOWN = (
    "id, name, adapter, display_secret, base_url, custom_models, with_default_models, header_names, config, "
    "created_at, updated_at"
)
_ORDER = "created_at, name"
"""The order in which connections answer."""


class Connections:
    """The connections in the store.

    Args:
        database: Where they are.
        cipher: What their secrets are encrypted with.
    """

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def page(self, limit: int, offset: int, *, oldest_first: bool = False) -> tuple[list[StoredConnection], int]:
        """Return some connections, the newest first or in the order that they answer in, and how many there are."""
        order = _ORDER if oldest_first else "created_at DESC, id"

        def work(connection: sqlite3.Connection) -> tuple[list[StoredConnection], int]:
            rows = connection.execute(
                f"SELECT {_SHOWN} FROM connections ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
                (limit, offset),
            )
            (total,) = connection.execute("SELECT count(*) FROM connections").fetchone()
            return [_shown(row) for row in rows], total

        return self._database.read(work)

    def find(self, name: str) -> StoredConnection | None:
        """Return the connection of this name, or None."""
        sql = f"SELECT {_SHOWN} FROM connections WHERE name = ?"  # noqa: S608 - our own columns
        row = self._database.read(lambda connection: connection.execute(sql, (name,)).fetchone())
        return None if row is None else _shown(row)

    def put(self, new: NewConnection) -> tuple[StoredConnection, bool]:
        """Register a connection, or write the one of its name anew; also returns whether it is new."""
        secret = self._cipher.encrypt(new.secret_key.reveal())
        headers = {} if new.extra_headers is None else new.extra_headers.reveal()
        sealed = self._cipher.encrypt(dump(headers)) if headers else None

        def work(connection: sqlite3.Connection) -> tuple[StoredConnection, bool]:
            moment = to_micros(now())
            is_new = connection.execute("SELECT 1 FROM connections WHERE name = ?", (new.provider,)).fetchone() is None
            row = connection.execute(
                f"""
                INSERT INTO connections (id, name, adapter, secret, display_secret, base_url, custom_models,
                    with_default_models, extra_headers, header_names, config, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET adapter = excluded.adapter, secret = excluded.secret,
                    display_secret = excluded.display_secret, base_url = excluded.base_url,
                    custom_models = excluded.custom_models, with_default_models = excluded.with_default_models,
                    extra_headers = excluded.extra_headers, header_names = excluded.header_names,
                    config = excluded.config, updated_at = max(excluded.updated_at, connections.updated_at + 1)
                RETURNING {_SHOWN}
                """,  # noqa: S608 - our own columns
                (
                    str(uuid.uuid4()),
                    new.provider,
                    new.adapter,
                    secret,
                    display_secret(new.adapter, new.secret_key.reveal()),
                    new.base_url or None,
                    dump(new.custom_models or []),
                    new.with_default_models,
                    sealed,
                    dump(list(headers)),
                    None if new.config is None else dump(new.config),
                    moment,
                    moment,
                ),
            ).fetchone()
            return _shown(row), is_new

        return self._database.write(work)

    def delete(self, id: str) -> bool:  # noqa: A002 - Langfuse's name
        """Delete a connection; returns whether there was one."""
        return self._database.write(
            lambda connection: connection.execute("DELETE FROM connections WHERE id = ?", (id,)).rowcount > 0
        )

    def records(self, names: Sequence[str] | None) -> tuple[tuple[ConnectionRecord, ...], tuple[str, ...]]:
        """Return connections in clear, those called `names` or all, and the names of all there are."""
        rows = self._database.read(
            lambda connection: connection.execute(f"SELECT * FROM connections ORDER BY {_ORDER}").fetchall()  # noqa: S608
        )
        wanted = tuple(self._record(row) for row in rows if names is None or row["name"] in names)
        return wanted, tuple(row["name"] for row in rows)

    def _record(self, row: sqlite3.Row) -> ConnectionRecord:
        secret, headers, error = None, None, None
        try:
            secret = self._cipher.decrypt(row["secret"])
            headers = None if row["extra_headers"] is None else load(self._cipher.decrypt(row["extra_headers"]))
        except DecryptionError as reason:
            error = str(reason)
        return ConnectionRecord(
            name=row["name"],
            adapter=row["adapter"],
            secret=None if error or secret is None else Secret(secret),
            base_url=row["base_url"],
            custom_models=tuple(load(row["custom_models"])),
            with_default_models=bool(row["with_default_models"]),
            extra_headers=None if headers is None else Sealed(headers),
            config=None if row["config"] is None else load(row["config"]),
            created_at=from_micros(row["created_at"]),
            updated_at=from_micros(row["updated_at"]),
            error=error,
        )


def _shown(row: sqlite3.Row) -> StoredConnection:
    return StoredConnection(
        id=row["id"],
        name=row["name"],
        adapter=row["adapter"],
        display_secret=row["display_secret"],
        base_url=row["base_url"],
        custom_models=tuple(load(row["custom_models"])),
        with_default_models=bool(row["with_default_models"]),
        header_names=tuple(load(row["header_names"])),
        config=None if row["config"] is None else load(row["config"]),
        created_at=from_micros(row["created_at"]),
        updated_at=from_micros(row["updated_at"]),
    )
