"""Items of datasets: written, read, listed and deleted."""

from typing import Any

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.datasets import dataset_of
from genai_sdk.langfuse.api.records import StoredDatasetItem
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_dataset import read_dataset_item
from genai_sdk.langfuse.views import iso


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List items, the newest first."""
    request.lacks("version", "filter")
    page, name = request.page(), request.text("datasetName")
    rows, total = context.store.datasets.items(
        page.limit,
        page.offset,
        dataset_id=None if name is None else dataset_of(context, name).id,
        source_trace_id=request.text("sourceTraceId"),
        source_observation_id=request.text("sourceObservationId"),
    )
    return ApiResponse(page.of([_show(row) for row in rows], total))


def create(context: Context, request: ApiRequest) -> ApiResponse:
    """Write an item."""
    new = read_dataset_item(request.body)
    item = context.store.datasets.put_item(dataset_of(context, new.dataset_name), new)
    if item is None:
        raise ApiError(404, f"The dataset item with id {new.id} belongs to another dataset than {new.dataset_name!r}")
    return ApiResponse(_show(item))


def get(context: Context, request: ApiRequest) -> ApiResponse:
    """Show an item."""
    return ApiResponse(_show(item_of(context, request.path["id"])))


def delete(context: Context, request: ApiRequest) -> ApiResponse:
    """Delete an item."""
    if not context.store.datasets.delete_item(request.path["id"]):
        raise ApiError(404, "Dataset item not found")
    return ApiResponse({"message": "Dataset item successfully deleted"})


def item_of(context: Context, id: str) -> StoredDatasetItem:  # noqa: A002 - Langfuse's name
    """Return an item.

    Raises:
        ApiError: There is none.
    """
    item = context.store.datasets.item(id)
    if item is None:
        raise ApiError(404, "Dataset item not found")
    return item


def _show(stored: StoredDatasetItem) -> dict[str, Any]:
    return {
        "id": stored.id,
        "status": stored.status,
        "input": stored.input,
        "expectedOutput": stored.expected_output,
        "metadata": stored.metadata,
        "sourceTraceId": stored.source_trace_id,
        "sourceObservationId": stored.source_observation_id,
        "datasetId": stored.dataset_id,
        "datasetName": stored.dataset_name,
        "createdAt": iso(stored.created_at),
        "updatedAt": iso(stored.updated_at),
        "mediaReferences": [],
    }
