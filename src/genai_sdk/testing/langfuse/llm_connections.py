"""A fake project's connections as Langfuse's public API shows and takes them."""

import re
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from genai_sdk.langfuse.connection_view import connection_row
from genai_sdk.langfuse.new_connection import display_secret, read_connection
from genai_sdk.langfuse.refusal import RefusalError
from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.langfuse.page import page
from genai_sdk.testing.langfuse.project import FakeProject

if TYPE_CHECKING:
    from genai_sdk.connections import ConnectionRecord


def list_connections(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    """List connections, the newest first."""
    newest_first = sorted(project.connections, key=lambda record: record.created_at, reverse=True)
    return json_answer(page([_row(project, record) for record in newest_first], request.query, 50))


def put_connection(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    """Register a connection, or write the one of its name anew."""
    from genai_sdk.connections import ConnectionRecord  # what a fake without connections need not load

    new, now = read_connection(request.body), datetime.now(UTC)
    older = next((record for record in project.connections if record.name == new.provider), None)
    record = ConnectionRecord(
        name=new.provider,
        adapter=new.adapter,
        secret=new.secret_key,
        base_url=new.base_url or None,
        custom_models=tuple(new.custom_models or ()),
        with_default_models=new.with_default_models,
        extra_headers=new.extra_headers or None,
        config=new.config,
        created_at=now if older is None else older.created_at,
        updated_at=now,
    )
    project.connections.put(record)
    return json_answer(_row(project, record), 201 if older is None else 200)


def delete_connection(project: FakeProject, request: Request, matched: re.Match[str]) -> Answer:
    """Delete a connection."""
    for record in project.connections:
        if _id(project, record.name) == matched["id"]:
            project.connections.remove(record.name)
            return json_answer({"message": "LLM connection successfully deleted"})
    raise RefusalError(404, "LLM connection not found")


def _row(project: FakeProject, record: "ConnectionRecord") -> dict[str, Any]:
    return connection_row(
        id=_id(project, record.name),
        name=record.name,
        adapter=record.adapter,
        display_secret=display_secret(record.adapter, record.secret or ""),
        base_url=record.base_url,
        custom_models=[model for model in record.custom_models if model is not None],
        with_default_models=record.with_default_models,
        header_names=list(record.extra_headers) if isinstance(record.extra_headers, dict) else [],
        config=record.config,
        created_at=record.created_at,
        updated_at=record.updated_at,
    )


def _id(project: FakeProject, name: str) -> str:
    """Return a connection's id, which the fake's records do without: the same for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{project.id}/{name}"))
