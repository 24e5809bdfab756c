"""The connections of a fake project."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from genai_sdk.testing.journal import Watch

if TYPE_CHECKING:
    from genai_sdk.connections import ConnectionRecord


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
