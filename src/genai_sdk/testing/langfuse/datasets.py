"""The datasets that a fake keeps, in memory."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from genai_sdk.langfuse.api.records import StoredDataset, StoredDatasetItem, StoredDatasetRun, StoredDatasetRunItem
from genai_sdk.langfuse.new_dataset import NewDataset, NewDatasetItem, NewDatasetRunItem
from genai_sdk.testing.langfuse.rows import cut

# ruff: noqa: A002 - an `id` is Langfuse's name

T = TypeVar("T")


class FakeDatasets:
    """A fake project's datasets, with their items and the runs over them."""

    def __init__(self) -> None:
        self._datasets: dict[str, StoredDataset] = {}
        self._items: dict[str, StoredDatasetItem] = {}
        self._runs: dict[str, StoredDatasetRun] = {}
        self._run_items: list[StoredDatasetRunItem] = []

    def put(self, new: NewDataset) -> StoredDataset:
        """Write a dataset; one of its name is written anew."""
        now, older = datetime.now(UTC), self._datasets.get(new.name)
        self._datasets[new.name] = dataset = StoredDataset(
            id=str(uuid.uuid4()) if older is None else older.id,
            name=new.name,
            description=new.description,
            metadata=new.metadata,
            created_at=now if older is None else older.created_at,
            updated_at=now,
        )
        return dataset

    def find(self, name: str) -> StoredDataset | None:
        """Return a dataset, or None."""
        return self._datasets.get(name)

    def page(self, limit: int, offset: int) -> tuple[list[StoredDataset], int]:
        """Return some datasets."""
        return cut(_newest(self._datasets.values()), limit, offset)

    def put_item(self, dataset: StoredDataset, new: NewDatasetItem) -> StoredDatasetItem | None:
        """Write an item; one of its id is written anew. None where the id is another dataset's."""
        now, older = datetime.now(UTC), self._items.get(new.id or "")
        if older is not None and older.dataset_id != dataset.id:
            return None
        item = StoredDatasetItem(
            id=new.id or str(uuid.uuid4()),
            dataset_id=dataset.id,
            dataset_name=dataset.name,
            status=new.status or ("ACTIVE" if older is None else older.status),
            input=new.input,
            expected_output=new.expected_output,
            metadata=new.metadata,
            source_trace_id=new.source_trace_id,
            source_observation_id=new.source_observation_id,
            created_at=now if older is None else older.created_at,
            updated_at=now,
        )
        self._items[item.id] = item
        return item

    def item(self, id: str) -> StoredDatasetItem | None:
        """Return an item, or None."""
        return self._items.get(id)

    def items(
        self,
        limit: int,
        offset: int,
        *,
        dataset_id: str | None = None,
        source_trace_id: str | None = None,
        source_observation_id: str | None = None,
    ) -> tuple[list[StoredDatasetItem], int]:
        """Return some items."""
        matches = [
            each
            for each in self._items.values()
            if dataset_id in (None, each.dataset_id)
            and source_trace_id in (None, each.source_trace_id)
            and source_observation_id in (None, each.source_observation_id)
        ]
        return cut(_newest(matches), limit, offset)

    def delete_item(self, id: str) -> bool:
        """Delete an item, with what runs made of it; returns whether there was one."""
        self._run_items = [each for each in self._run_items if each.item_id != id]
        return self._items.pop(id, None) is not None

    def put_run_item(
        self, run_id: str, item: StoredDatasetItem, trace_id: str, new: NewDatasetRunItem
    ) -> StoredDatasetRunItem:
        """Write what a run made of an item, and the run; what is there of it stays where nothing new is said."""
        now = datetime.now(UTC)
        run = self._runs.get(run_id) or StoredDatasetRun(
            id=run_id,
            name=new.run_name,
            description=None,
            metadata=None,
            dataset_id=item.dataset_id,
            dataset_name=item.dataset_name,
            created_at=now,
            updated_at=now,
        )
        self._runs[run_id] = msgspec.structs.replace(
            run,
            description=run.description if new.run_description is None else new.run_description,
            metadata=run.metadata if new.metadata is None else new.metadata,
            updated_at=now,
        )
        made = StoredDatasetRunItem(
            id=str(uuid.uuid4()),
            run_id=run_id,
            run_name=run.name,
            item_id=item.id,
            trace_id=trace_id,
            observation_id=new.observation_id,
            created_at=now,
            updated_at=now,
        )
        self._run_items.append(made)
        return made

    def runs(self, dataset_id: str, limit: int, offset: int) -> tuple[list[StoredDatasetRun], int]:
        """Return some runs over a dataset."""
        return cut(_newest(each for each in self._runs.values() if each.dataset_id == dataset_id), limit, offset)

    def run(self, dataset_id: str, name: str) -> StoredDatasetRun | None:
        """Return a run, or None."""
        runs = (each for each in self._runs.values() if (each.dataset_id, each.name) == (dataset_id, name))
        return next(runs, None)

    def run_items(self, run_id: str, limit: int | None, offset: int) -> tuple[list[StoredDatasetRunItem], int]:
        """Return what a run made of some items; of all, without a limit."""
        rows = _newest(each for each in self._run_items if each.run_id == run_id)
        return cut(rows, len(rows) if limit is None else limit, offset)

    def delete_run(self, run_id: str) -> bool:
        """Delete a run; returns whether there was one."""
        self._run_items = [each for each in self._run_items if each.run_id != run_id]
        return self._runs.pop(run_id, None) is not None


def _newest(rows: Iterable[T]) -> list[T]:
    """Return rows, which are kept in the order they were first written, the newest first."""
    return list(rows)[::-1]
