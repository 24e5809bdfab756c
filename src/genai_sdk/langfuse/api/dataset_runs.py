"""Runs over datasets: what came of each item, written one by one; runs read, listed and deleted."""

from typing import Any

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.dataset_items import item_of
from genai_sdk.langfuse.api.datasets import dataset_of
from genai_sdk.langfuse.api.records import StoredDatasetRun, StoredDatasetRunItem
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.errors import ApiError, invalid
from genai_sdk.langfuse.new_dataset import NewDatasetRunItem, read_dataset_run_item, run_id
from genai_sdk.langfuse.views import iso


def create(context: Context, request: ApiRequest) -> ApiResponse:
    """Write what a run made of an item."""
    new = read_dataset_run_item(request.body)
    item = item_of(context, new.dataset_item_id)
    run = run_id(context.project.id, item.dataset_id, new.run_name)
    return ApiResponse(_show_item(context.store.datasets.put_run_item(run, item, _trace_of(context, new), new)))


def page_of_items(context: Context, request: ApiRequest) -> ApiResponse:
    """List what a run made of items, the newest first."""
    page, dataset_id, name = request.page(), request.text("datasetId"), request.text("runName")
    if dataset_id is None or name is None:
        raise invalid("datasetId" if dataset_id is None else "runName", "Invalid input: expected string")
    run = context.store.datasets.run(dataset_id, name)
    if run is None:
        raise ApiError(404, "Dataset run not found for the given project and dataset id")
    rows, total = context.store.datasets.run_items(run.id, page.limit, page.offset)
    return ApiResponse(page.of([_show_item(row) for row in rows], total))


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List the runs over a dataset, the newest first."""
    page = request.page()
    dataset = dataset_of(context, request.path["name"])
    rows, total = context.store.datasets.runs(dataset.id, page.limit, page.offset)
    return ApiResponse(page.of([_show(row) for row in rows], total))


def get(context: Context, request: ApiRequest) -> ApiResponse:
    """Show a run with all its items."""
    run = _run_of(context, request)
    rows, _ = context.store.datasets.run_items(run.id, None, 0)
    return ApiResponse({**_show(run), "datasetRunItems": [_show_item(row) for row in rows]})


def delete(context: Context, request: ApiRequest) -> ApiResponse:
    """Delete a run."""
    context.store.datasets.delete_run(_run_of(context, request).id)
    return ApiResponse({"message": "Dataset run deleted successfully"})


def _run_of(context: Context, request: ApiRequest) -> StoredDatasetRun:
    run = context.store.datasets.run(dataset_of(context, request.path["name"]).id, request.path["run"])
    if run is None:
        raise ApiError(404, "Dataset run not found")
    return run


def _trace_of(context: Context, new: NewDatasetRunItem) -> str:
    """Return the trace; a writer that names only an observation, as older SDKs do, has it looked up."""
    if new.trace_id:
        return new.trace_id
    observation = context.store.observations.find(new.observation_id or "")
    if observation is None:
        raise ApiError(404, "Observation not found")
    return observation.trace_id


def _show(stored: StoredDatasetRun) -> dict[str, Any]:
    return {
        "id": stored.id,
        "name": stored.name,
        "description": stored.description,
        "metadata": stored.metadata,
        "datasetId": stored.dataset_id,
        "datasetName": stored.dataset_name,
        "createdAt": iso(stored.created_at),
        "updatedAt": iso(stored.updated_at),
    }


def _show_item(stored: StoredDatasetRunItem) -> dict[str, Any]:
    return {
        "id": stored.id,
        "datasetRunId": stored.run_id,
        "datasetRunName": stored.run_name,
        "datasetItemId": stored.item_id,
        "traceId": stored.trace_id,
        "observationId": stored.observation_id,
        "createdAt": iso(stored.created_at),
        "updatedAt": iso(stored.updated_at),
    }
