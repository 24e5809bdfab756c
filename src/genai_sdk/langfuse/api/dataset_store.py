"""What the API needs of whoever keeps datasets, their items, and the runs over them."""

from typing import Protocol

from genai_sdk.langfuse.api.records import StoredDataset, StoredDatasetItem, StoredDatasetRun, StoredDatasetRunItem
from genai_sdk.langfuse.new_dataset import NewDataset, NewDatasetItem, NewDatasetRunItem

# ruff: noqa: A002 - an `id` is Langfuse's name


class Datasets(Protocol):
    """Datasets; lists have the newest first, and are given with how many there are."""

    def put(self, new: NewDataset) -> StoredDataset:
        """Write a dataset; one of its name is written anew."""
        ...

    def find(self, name: str) -> StoredDataset | None:
        """Return a dataset, or None."""
        ...

    def page(self, limit: int, offset: int) -> tuple[list[StoredDataset], int]:
        """Return some datasets."""
        ...

    def put_item(self, dataset: StoredDataset, new: NewDatasetItem) -> StoredDatasetItem | None:
        """Write an item; one of its id is written anew. None where the id is another dataset's."""
        ...

    def item(self, id: str) -> StoredDatasetItem | None:
        """Return an item, or None."""
        ...

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
        ...

    def delete_item(self, id: str) -> bool:
        """Delete an item, with what runs made of it; returns whether there was one."""
        ...

    def put_run_item(
        self, run_id: str, item: StoredDatasetItem, trace_id: str, new: NewDatasetRunItem
    ) -> StoredDatasetRunItem:
        """Write what a run made of an item, and the run; what is there of it stays where nothing new is said."""
        ...

    def runs(self, dataset_id: str, limit: int, offset: int) -> tuple[list[StoredDatasetRun], int]:
        """Return some runs over a dataset."""
        ...

    def run(self, dataset_id: str, name: str) -> StoredDatasetRun | None:
        """Return a run, or None."""
        ...

    def run_items(self, run_id: str, limit: int | None, offset: int) -> tuple[list[StoredDatasetRunItem], int]:
        """Return what a run made of some items; of all, without a limit."""
        ...

    def delete_run(self, run_id: str) -> bool:
        """Delete a run; returns whether there was one."""
        ...
