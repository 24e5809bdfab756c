"""What a source delivers: connections as they are stored, opened but not yet checked."""

from datetime import datetime
from typing import Any

import msgspec

from genai_sdk.connections.connection import Project


class ConnectionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One connection in the clear, whatever its source; `parse` makes a `Connection` of it.

    Its JSON is the broker's wire and a snapshot's content, so the secret is plain text here, hidden from `repr` only.

    Attributes:
        name: The connection's name (Langfuse's column `provider`).
        adapter: The wire it speaks.
        secret: The secret in its adapter's shape, or None where the source could not open it.
        base_url: The endpoint, or None for the provider's public one.
        custom_models: The model ids listed by hand.
        with_default_models: Whether the adapter's default models are offered too.
        extra_headers: An object of strings, or None.
        config: The adapter's settings, an object, or None.
        created_at: When it was registered.
        updated_at: When it was last written.
        expires_at: When the secret ends, if it is a short-lived one that a broker got in exchange; else None.
        models: Patterns of the model ids that the platform's policy allows, or None for any.
        error: Why the source could not open it, or None.
    """

    name: str
    adapter: str
    secret: str | None = None
    base_url: str | None = None
    custom_models: tuple[str | None, ...] = ()
    with_default_models: bool = True
    extra_headers: Any = None
    config: Any = None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None = None
    models: tuple[str, ...] | None = None
    error: str | None = None

    def __repr__(self) -> str:
        return f"ConnectionRecord(name={self.name!r}, adapter={self.adapter!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("name", self.name), ("adapter", self.adapter)]


class SourceResult(msgspec.Struct, frozen=True, kw_only=True):
    """A source's answer.

    Attributes:
        project: The project of the key pair.
        connections: The connections asked for, in any order.
        available: The names of all connections there are, or None where the source does not tell.
    """

    project: Project | None
    connections: tuple[ConnectionRecord, ...]
    available: tuple[str, ...] | None = None
