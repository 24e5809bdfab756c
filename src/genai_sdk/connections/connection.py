"""A connection with its secret, and the set of them that a source delivers."""

import functools
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from genai_sdk.connections.redaction import redact
from genai_sdk.errors import ConfigurationError
from genai_sdk.secret import Secret
from genai_sdk.types import ConnectionView

CredentialKind = Literal["api_key", "aws_keys", "aws_bearer", "service_account", "default"]


class Credentials(msgspec.Struct, frozen=True):
    """What a connection authenticates with.

    Attributes:
        kind: Which fields there are: `api_key` has `key`; `aws_keys` has `access_key_id`, `secret_access_key` and
            perhaps `session_token`; `aws_bearer` has `key`; `service_account` has `json` (Google's file as text);
            `default`, the sentinel for the calling host's own identity, has none.
        fields: The secrets by those names.
    """

    kind: CredentialKind
    fields: Mapping[str, Secret]

    def __getitem__(self, name: str) -> str:
        return self.fields[name].reveal()


class Connection(msgspec.Struct, frozen=True, dict=True):
    """A connection as a driver sees it; a broken one has an `error` and no credentials."""

    view: ConnectionView
    credentials: Credentials | None = None
    headers: Mapping[str, Secret] = {}
    error: ConfigurationError | None = None

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.view.name

    @functools.cached_property
    def memo(self) -> dict[Any, Any]:
        """What others work out of this connection once: it is no part of its value, and ends with it."""
        return {}

    def redact(self, text: str) -> str:
        """Return `text` with every secret of this connection replaced by stars, however it is spelled."""
        secrets = [*self.headers.values(), *(self.credentials.fields.values() if self.credentials else ())]
        return redact(text, (secret.reveal() for secret in secrets))


class Project(msgspec.Struct, frozen=True):
    """The Langfuse project that a key pair belongs to."""

    id: str
    name: str | None = None


class ConnectionSet(msgspec.Struct, frozen=True):
    """Every connection that a source delivered, in connection order (see `models`)."""

    project: Project | None
    connections: tuple[Connection, ...]

    def get(self, name: str) -> Connection | None:
        """Return the connection called `name`, if the set has it."""
        return next((connection for connection in self.connections if connection.name == name), None)
