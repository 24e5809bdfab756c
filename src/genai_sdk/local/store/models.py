"""Models of the project's own at rest."""

import sqlite3
import uuid

from genai_sdk.langfuse.api.records import StoredModel
from genai_sdk.langfuse.new_model import NewModel
from genai_sdk.langfuse.timestamps import from_micros, now, to_micros
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.encoding import dump, load


class Models:
    """The models in the store.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, limit: int, offset: int) -> tuple[list[StoredModel], int]:
        """Return some models by name, and how many there are."""

        def work(connection: sqlite3.Connection) -> tuple[list[StoredModel], int]:
            rows = connection.execute(
                "SELECT * FROM models ORDER BY name, created_at, id LIMIT ? OFFSET ?", (limit, offset)
            )
            (total,) = connection.execute("SELECT count(*) FROM models").fetchone()
            return [_stored(row) for row in rows], total

        return self._database.read(work)

    def put(self, new: NewModel) -> StoredModel:
        """Write a model."""
        values = (
            str(uuid.uuid4()),
            new.model_name,
            new.match_pattern,
            new.unit,
            new.input_price,
            new.output_price,
            new.total_price,
            new.start_date,
            new.tokenizer_id,
            None if new.tokenizer_config is None else dump(new.tokenizer_config),
            to_micros(now()),
        )
        sql = f"INSERT INTO models VALUES ({', '.join('?' * len(values))}) RETURNING *"  # noqa: S608
        return self._database.write(lambda connection: _stored(connection.execute(sql, values).fetchone()))

    def find(self, id: str) -> StoredModel | None:  # noqa: A002 - Langfuse's name
        """Return a model, or None."""
        sql = "SELECT * FROM models WHERE id = ?"
        row = self._database.read(lambda connection: connection.execute(sql, (id,)).fetchone())
        return None if row is None else _stored(row)

    def delete(self, id: str) -> bool:  # noqa: A002 - Langfuse's name
        """Delete a model; returns whether there was one."""
        sql = "DELETE FROM models WHERE id = ?"
        return self._database.write(lambda connection: connection.execute(sql, (id,)).rowcount > 0)


def _stored(row: sqlite3.Row) -> StoredModel:
    facts = {name: row[name] for name in StoredModel.__struct_fields__}
    config = facts["tokenizer_config"]
    facts |= {"created_at": from_micros(row["created_at"]), "tokenizer_config": config and load(config)}
    return StoredModel(**facts)
