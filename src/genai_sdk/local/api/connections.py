"""LLM connections: listed without secrets, registered, deleted."""

from typing import Any

import msgspec

from genai_sdk.langfuse.connection_view import connection_row
from genai_sdk.langfuse.new_connection import read_connection
from genai_sdk.langfuse.refusal import RefusalError
from genai_sdk.local.api.asked import Asked, Said
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.store.connections import StoredConnection


def page(context: Context, asked: Asked) -> Said:
    """List connections, the newest first."""
    page = asked.page()
    rows, total = context.store.connections.page(page.limit, page.offset)
    return Said(page.of([_show(row) for row in rows], total))


def put(context: Context, asked: Asked) -> Said:
    """Register a connection, or write the one of its name anew."""
    new = read_connection(asked.body)
    context.addresses.check(new.base_url)
    written, is_new = context.store.connections.put(new)
    return Said(_show(written), 201 if is_new else 200)


def delete(context: Context, asked: Asked) -> Said:
    """Delete a connection."""
    if not context.store.connections.delete(asked.path["id"]):
        raise RefusalError(404, "LLM connection not found")
    return Said({"message": "LLM connection successfully deleted"})


def _show(stored: StoredConnection) -> dict[str, Any]:
    return connection_row(**msgspec.structs.asdict(stored))
