"""What a source delivers: connections as they are stored, opened but not yet checked."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from genai_sdk.connections.connection import Project
from genai_sdk.secret import Sealed, Secret, opened, sealed


class ConnectionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One connection in the clear, whatever its source; `parse` makes a `Connection` of it.

    Its JSON, the broker's wire and a snapshot's content, opens the secrets, so it takes the hooks of `genai_sdk.secret`
    to write and read it. A plain string or object given for one is sealed at once.

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
    secret: Secret | None = None
    base_url: str | None = None
    custom_models: tuple[str | None, ...] = ()
    with_default_models: bool = True
    extra_headers: Sealed[Any] | None = None
    config: Any = None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None = None
    models: tuple[str, ...] | None = None
    error: str | None = None

    def __post_init__(self) -> None:
        given: Any = self
        if isinstance(given.secret, str):
            msgspec.structs.force_setattr(self, "secret", Secret(given.secret))
        if given.extra_headers is not None and not isinstance(given.extra_headers, Sealed):
            msgspec.structs.force_setattr(self, "extra_headers", Sealed(given.extra_headers))

    @property
    def headers(self) -> Any:
        """The extra headers, opened."""
        return None if self.extra_headers is None else self.extra_headers.reveal()


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


encode_json: Callable[[object], bytes] = msgspec.json.Encoder(enc_hook=opened).encode
"""Writes results and records as JSON, their secrets in clear: for a wire or an encrypted file."""

decode_result: Callable[[bytes], SourceResult] = msgspec.json.Decoder(SourceResult, dec_hook=sealed).decode
decode_record: Callable[[msgspec.Raw], ConnectionRecord] = msgspec.json.Decoder(
    ConnectionRecord, dec_hook=sealed
).decode
