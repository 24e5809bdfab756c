"""LLM connections: listed without secrets, registered, deleted."""

from typing import Any

import msgspec

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.records import StoredConnection
from genai_sdk.langfuse.api.request import Request, Response
from genai_sdk.langfuse.connection_view import connection_row
from genai_sdk.langfuse.new_connection import read_connection
from genai_sdk.langfuse.refusal import RefusalError


def page(context: Context, request: Request) -> Response:
    """List connections, the newest first."""
    page = request.page()
    rows, total = context.store.connections.page(page.limit, page.offset)
    return Response(page.of([_show(row) for row in rows], total))


def put(context: Context, request: Request) -> Response:
    """Register a connection, or write the one of its name anew."""
    new = read_connection(request.body)
    written, is_new = context.store.connections.put(new)
    return Response(_show(written), 201 if is_new else 200)


def delete(context: Context, request: Request) -> Response:
    """Delete a connection."""
    if not context.store.connections.delete(request.path["id"]):
        raise RefusalError(404, "LLM connection not found")
    return Response({"message": "LLM connection successfully deleted"})


def _show(stored: StoredConnection) -> dict[str, Any]:
    return connection_row(**msgspec.structs.asdict(stored))
