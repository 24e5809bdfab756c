"""Datasets at rest, with their items and the runs over them."""

import sqlite3
import uuid
from typing import Any

from genai_sdk.langfuse.api.records import StoredDataset, StoredDatasetItem, StoredDatasetRun, StoredDatasetRunItem
from genai_sdk.langfuse.new_dataset import NewDataset, NewDatasetItem, NewDatasetRunItem
from genai_sdk.langfuse.timestamps import from_micros, now, to_micros
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.encoding import dump, load
from genai_sdk.local.store.selection import Selection

# ruff: noqa: A001, A002, S608 - an `id` is Langfuse's name; what is pasted into SQL is written here

_ITEMS = """
    SELECT item.*, dataset.name AS dataset_name
    FROM dataset_items AS item JOIN datasets AS dataset ON dataset.id = item.dataset_id
"""
_RUNS = """
    SELECT run.*, dataset.name AS dataset_name
    FROM dataset_runs AS run JOIN datasets AS dataset ON dataset.id = run.dataset_id
"""
_RUN_ITEMS = """
    SELECT made.*, run.name AS run_name
    FROM dataset_run_items AS made JOIN dataset_runs AS run ON run.id = made.run_id
"""
_JSON = ("input", "expected_output", "metadata")


class Datasets:
    """The datasets in the store.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, new: NewDataset) -> StoredDataset:
        """Write a dataset; one of its name is written anew."""
        moment = to_micros(now())
        values = (str(uuid.uuid4()), new.name, new.description, dump(new.metadata), moment, moment)
        sql = """
            INSERT INTO datasets (id, name, description, metadata, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (name) DO UPDATE SET description = excluded.description, metadata = excluded.metadata,
                updated_at = excluded.updated_at
            RETURNING *
        """
        return self._database.write(
            lambda connection: StoredDataset(**_facts(StoredDataset, connection.execute(sql, values).fetchone()))
        )

    def find(self, name: str) -> StoredDataset | None:
        """Return a dataset, or None."""
        row = self._one("SELECT * FROM datasets WHERE name = ?", name)
        return None if row is None else StoredDataset(**_facts(StoredDataset, row))

    def page(self, limit: int, offset: int) -> tuple[list[StoredDataset], int]:
        """Return some datasets, the newest first, and how many there are."""
        rows, total = self._page("SELECT * FROM datasets", "datasets", "key", Selection(), limit, offset)
        return [StoredDataset(**_facts(StoredDataset, row)) for row in rows], total

    def put_item(self, dataset: StoredDataset, new: NewDatasetItem) -> StoredDatasetItem | None:
        """Write an item; one of its id is written anew. None where the id is another dataset's."""
        moment, id = to_micros(now()), new.id or str(uuid.uuid4())
        values = (
            id,
            dataset.id,
            new.status or "ACTIVE",
            dump(new.input),
            dump(new.expected_output),
            dump(new.metadata),
            new.source_trace_id,
            new.source_observation_id,
            moment,
            moment,
        )
        sql = """
            INSERT INTO dataset_items (id, dataset_id, status, input, expected_output, metadata, source_trace_id,
                source_observation_id, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET status = coalesce(?, status), input = excluded.input,
                expected_output = excluded.expected_output, metadata = excluded.metadata,
                source_trace_id = excluded.source_trace_id, source_observation_id = excluded.source_observation_id,
                updated_at = excluded.updated_at
            WHERE dataset_id = excluded.dataset_id
        """

        def work(connection: sqlite3.Connection) -> sqlite3.Row | None:
            if not connection.execute(sql, (*values, new.status)).rowcount:
                return None
            row: sqlite3.Row = connection.execute(f"{_ITEMS} WHERE item.id = ?", (id,)).fetchone()
            return row

        row = self._database.write(work)
        return None if row is None else StoredDatasetItem(**_facts(StoredDatasetItem, row))

    def item(self, id: str) -> StoredDatasetItem | None:
        """Return an item, or None."""
        row = self._one(f"{_ITEMS} WHERE item.id = ?", id)
        return None if row is None else StoredDatasetItem(**_facts(StoredDatasetItem, row))

    def items(
        self,
        limit: int,
        offset: int,
        *,
        dataset_id: str | None = None,
        source_trace_id: str | None = None,
        source_observation_id: str | None = None,
    ) -> tuple[list[StoredDatasetItem], int]:
        """Return some items, the newest first, and how many there are."""
        chosen = (
            Selection()
            .equal("item.dataset_id", dataset_id)
            .equal("item.source_trace_id", source_trace_id)
            .equal("item.source_observation_id", source_observation_id)
        )
        rows, total = self._page(_ITEMS, "dataset_items AS item", "item.key", chosen, limit, offset)
        return [StoredDatasetItem(**_facts(StoredDatasetItem, row)) for row in rows], total

    def delete_item(self, id: str) -> bool:
        """Delete an item, with what runs made of it; returns whether there was one."""
        return self._delete("DELETE FROM dataset_items WHERE id = ?", id)

    def put_run_item(
        self, run_id: str, item: StoredDatasetItem, trace_id: str, new: NewDatasetRunItem
    ) -> StoredDatasetRunItem:
        """Write what a run made of an item, and the run; what is there of it stays where nothing new is said."""
        moment = to_micros(now())
        run = (run_id, item.dataset_id, new.run_name, new.run_description, dump(new.metadata), moment, moment)
        made = (str(uuid.uuid4()), run_id, item.id, trace_id, new.observation_id, moment, moment)

        def work(connection: sqlite3.Connection) -> sqlite3.Row:
            connection.execute(
                """
                INSERT INTO dataset_runs (id, dataset_id, name, description, metadata, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET description = coalesce(excluded.description, description),
                    metadata = iif(excluded.metadata = 'null', metadata, excluded.metadata),
                    updated_at = excluded.updated_at
                """,
                run,
            )
            connection.execute(
                """
                INSERT INTO dataset_run_items (id, run_id, item_id, trace_id, observation_id, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                made,
            )
            row: sqlite3.Row = connection.execute(f"{_RUN_ITEMS} WHERE made.id = ?", made[:1]).fetchone()
            return row

        return StoredDatasetRunItem(**_facts(StoredDatasetRunItem, self._database.write(work)))

    def runs(self, dataset_id: str, limit: int, offset: int) -> tuple[list[StoredDatasetRun], int]:
        """Return some runs over a dataset, the newest first, and how many there are."""
        chosen = Selection().equal("run.dataset_id", dataset_id)
        rows, total = self._page(_RUNS, "dataset_runs AS run", "run.key", chosen, limit, offset)
        return [StoredDatasetRun(**_facts(StoredDatasetRun, row)) for row in rows], total

    def run(self, dataset_id: str, name: str) -> StoredDatasetRun | None:
        """Return a run, or None."""
        row = self._one(f"{_RUNS} WHERE run.dataset_id = ? AND run.name = ?", dataset_id, name)
        return None if row is None else StoredDatasetRun(**_facts(StoredDatasetRun, row))

    def run_items(self, run_id: str, limit: int | None, offset: int) -> tuple[list[StoredDatasetRunItem], int]:
        """Return what a run made of some items, the newest first, and of how many; of all, without a limit."""
        chosen = Selection().equal("made.run_id", run_id)
        rows, total = self._page(_RUN_ITEMS, "dataset_run_items AS made", "made.key", chosen, limit or -1, offset)
        return [StoredDatasetRunItem(**_facts(StoredDatasetRunItem, row)) for row in rows], total

    def delete_run(self, run_id: str) -> bool:
        """Delete a run; returns whether there was one."""
        return self._delete("DELETE FROM dataset_runs WHERE id = ?", run_id)

    def _one(self, sql: str, *values: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._database.read(lambda connection: connection.execute(sql, values).fetchone())
        return row

    def _page(
        self, select: str, table: str, key: str, chosen: Selection, limit: int, offset: int
    ) -> tuple[list[sqlite3.Row], int]:
        def work(connection: sqlite3.Connection) -> tuple[list[sqlite3.Row], int]:
            (total,) = connection.execute(f"SELECT count(*) FROM {table} {chosen.where}", chosen.values).fetchone()
            sql = f"{select} {chosen.where} ORDER BY {key} DESC LIMIT ? OFFSET ?"
            return connection.execute(sql, (*chosen.values, limit, offset)).fetchall(), total

        return self._database.read(work)

    def _delete(self, sql: str, id: str) -> bool:
        return self._database.write(lambda connection: connection.execute(sql, (id,)).rowcount > 0)


def _facts(kind: type, row: sqlite3.Row) -> dict[str, Any]:
    facts = {name: row[name] for name in kind.__struct_fields__}  # type: ignore[attr-defined]
    for name in facts.keys() & {"created_at", "updated_at"}:
        facts[name] = from_micros(facts[name])
    for name in facts.keys() & set(_JSON):
        facts[name] = load(facts[name])
    return facts
