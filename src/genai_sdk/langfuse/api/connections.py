"""LLM connections: listed without secrets, registered, deleted."""

from typing import Any

import msgspec

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.records import StoredConnection
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.connection_view import connection_row
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_connection import read_connection


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List connections, the newest first."""
    page = request.page()
    rows, total = context.store.connections.page(page.limit, page.offset)
    return ApiResponse(page.of([_show(row) for row in rows], total))


def put(context: Context, request: ApiRequest) -> ApiResponse:
    """Register a connection, or write the one of its name anew."""
    new = read_connection(request.body)
    written, is_new = context.store.connections.put(new)
    return ApiResponse(_show(written), 201 if is_new else 200)


def delete(context: Context, request: ApiRequest) -> ApiResponse:
    """Delete a connection."""
    if not context.store.connections.delete(request.path["id"]):
        raise ApiError(404, "LLM connection not found")
    return ApiResponse({"message": "LLM connection successfully deleted"})


def _show(stored: StoredConnection) -> dict[str, Any]:
    return connection_row(**msgspec.structs.asdict(stored))
