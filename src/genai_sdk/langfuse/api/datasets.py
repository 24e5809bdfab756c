"""Datasets: written, read and listed."""

from typing import Any

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.records import StoredDataset
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_dataset import read_dataset
from genai_sdk.langfuse.views import iso


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List datasets, the newest first."""
    page = request.page()
    rows, total = context.store.datasets.page(page.limit, page.offset)
    return ApiResponse(page.of([_show(context, row) for row in rows], total))


def create(context: Context, request: ApiRequest) -> ApiResponse:
    """Write a dataset."""
    return ApiResponse(_show(context, context.store.datasets.put(read_dataset(request.body))))


def get(context: Context, request: ApiRequest) -> ApiResponse:
    """Show a dataset."""
    return ApiResponse(_show(context, dataset_of(context, request.path["name"])))


def dataset_of(context: Context, name: str) -> StoredDataset:
    """Return a dataset.

    Raises:
        ApiError: There is none.
    """
    dataset = context.store.datasets.find(name)
    if dataset is None:
        raise ApiError(404, "Dataset not found")
    return dataset


def _show(context: Context, stored: StoredDataset) -> dict[str, Any]:
    return {
        "id": stored.id,
        "name": stored.name,
        "description": stored.description,
        "metadata": stored.metadata,
        "inputSchema": None,
        "expectedOutputSchema": None,
        "projectId": context.project.id,
        "createdAt": iso(stored.created_at),
        "updatedAt": iso(stored.updated_at),
    }
