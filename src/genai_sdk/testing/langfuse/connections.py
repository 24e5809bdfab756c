"""The connections of a fake project, and the broker's wire that delivers them."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from genai_sdk.testing.answer import Answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.journal import Watch

if TYPE_CHECKING:
    from genai_sdk.connections import ConnectionRecord
    from genai_sdk.testing.langfuse.project import FakeProject


class ConnectionStore:
    """A project's LLM connections; safe to use from any thread.

    Args:
        watch: What changes are told to.

    Attributes:
        version: What the broker says of its wire.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._records: dict[str, ConnectionRecord] = {}
        self.version = 1

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> "Iterator[ConnectionRecord]":
        with self._watch.changed:
            return iter(tuple(self._records.values()))

    def __getitem__(self, name: str) -> "ConnectionRecord":
        return self._records[name]

    def put(self, *records: "ConnectionRecord") -> None:
        """Register connections, or write those of the same name anew."""
        with self._watch.changed:
            for record in records:
                self._records[record.name] = record

    def change(self, name: str, **changes: Any) -> None:
        """Change a connection's fields, its `updated_at` with them."""
        changes.setdefault("updated_at", datetime.now(UTC))
        self.put(msgspec.structs.replace(self._records[name], **changes))

    def remove(self, name: str) -> None:
        """Delete a connection."""
        with self._watch.changed:
            del self._records[name]


def deliver_connections(project: "FakeProject", request: Request) -> Answer:
    """Answer the broker's only request, with 304 where the caller has the very same answer."""
    query = parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
    body = _body(project, [given for name, given in query if name == "name"])
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-store"}
    if request.headers.get("if-none-match") == tag:
        return Answer(304, headers)
    return Answer(200, {**headers, "content-type": "application/json"}, body)


def _body(project: "FakeProject", names: Sequence[str]) -> bytes:
    store = project.connections
    return msgspec.json.encode(
        {
            "version": store.version,
            "project": {"id": project.id, "name": project.name},
            "connections": [record for record in store if not names or record.name in names],
            "available": [record.name for record in store],
        }
    )
