"""Files and batches in the words of OpenAI's API. Pure.

openai 3.57.0, types/file_object.py, file_deleted.py and batch.py.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from genai_sdk.gateway.openai.api_call import ApiCall

_STATUSES: Mapping[str, str] = MappingProxyType({"processing": "uploaded", "failed": "error"})


def write_job(call: ApiCall, value: Any) -> tuple[str, dict[str, Any] | bytes]:
    """Return the media type and the body of an answer."""
    if call.method == "content":
        return "application/octet-stream", value
    return "application/json", _written(call, value)


def _written(call: ApiCall, value: Any) -> dict[str, Any]:
    write = _file if call.owner == "files" or call.method == "upload" else _batch
    if call.method == "delete":
        return {"id": call.arguments["file_id"], "object": "file", "deleted": True}
    if call.method == "list":
        return _page([write(each) for each in value[: call.limit]], more=len(value) > call.limit)
    return write(value)


def _page(rows: Sequence[Mapping[str, Any]], *, more: bool) -> dict[str, Any]:
    ends = {"first_id": rows[0]["id"], "last_id": rows[-1]["id"]} if rows else {}
    return {"object": "list", "data": rows, "has_more": more, **ends}


def _file(value: Any) -> dict[str, Any]:
    return {
        "id": value.id,
        "object": "file",
        "bytes": value.size,
        "created_at": value.created_at,
        "expires_at": value.expires_at,
        "filename": value.name,
        "purpose": value.purpose or "user_data",
        "status": _STATUSES.get(value.status, "processed"),
    }


def _batch(value: Any) -> dict[str, Any]:
    errors = [{"code": None, "line": None, "message": text, "param": None} for text in value.errors]
    return {
        "id": value.id,
        "object": "batch",
        "endpoint": value.endpoint,
        "errors": {"object": "list", "data": errors} if errors else None,
        "input_file_id": value.input_file_id or "",
        "completion_window": "24h",
        "status": value.status,
        "output_file_id": value.output_file_id,
        "error_file_id": value.error_file_id,
        "created_at": value.created_at,
        "expires_at": value.expires_at,
        **({f"{value.status}_at": value.ended_at} if value.ended else {}),
        "request_counts": {
            "total": value.counts.total,
            "completed": value.counts.completed,
            "failed": value.counts.failed,
        },
        "metadata": value.metadata or None,
        "model": value.model or None,
    }
