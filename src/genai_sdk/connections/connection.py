"""A connection with its secret, and the set of them that a source delivers."""

import functools
from collections import deque
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from genai_sdk.connections.secret import Secret
from genai_sdk.errors import ConfigurationError
from genai_sdk.types import ConnectionView

CredentialKind = Literal["api_key", "aws_keys", "aws_bearer", "service_account", "access_token", "default"]


class Credentials(msgspec.Struct, frozen=True):
    """What a connection authenticates with.

    Attributes:
        kind: Which fields there are: `api_key` has `key`; `aws_keys` has `access_key_id`, `secret_access_key` and
            perhaps `session_token`; `aws_bearer` has `key`; `service_account` has `json` (Google's file as text);
            `access_token` has `key` and `project` (a token that a broker got for a service account); `default`, the
            sentinel for the calling host's own identity, has none.
        fields: The secrets by those names.
    """

    kind: CredentialKind
    fields: Mapping[str, Secret]

    def __getitem__(self, name: str) -> str:
        return self.fields[name].reveal()


class Connection(msgspec.Struct, frozen=True, dict=True):
    """A connection as a driver sees it; a broken one has an `error` and no credentials.

    Attributes:
        view: What everybody may see of it.
        credentials: What it authenticates with.
        headers: Its extra headers.
        error: Why it cannot be used.
        expires_at: When its credentials end, in seconds of the wall clock; None for never.
    """

    view: ConnectionView
    credentials: Credentials | None = None
    headers: Mapping[str, Secret] = {}
    error: ConfigurationError | None = None
    expires_at: float | None = None

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.view.name

    @functools.cached_property
    def memo(self) -> dict[Any, Any]:
        """What others work out of this connection once: it is no part of its value, and ends with it."""
        return {}

    def lend(self, secret: str) -> None:
        """Have `redact` hide a secret that the connection came without, such as an access token; the last few stay."""
        lent = self._lent
        if secret not in lent:
            lent.append(secret)

    def redact(self, text: str) -> str:
        """Return `text` with every secret of this connection replaced by stars, however it is spelled."""
        from genai_sdk.connections.redaction import redact  # what it spells secrets with, only an error needs

        secrets = [*self.headers.values(), *(self.credentials.fields.values() if self.credentials else ())]
        return redact(text, [*(secret.reveal() for secret in secrets), *self._lent])

    @functools.cached_property
    def _lent(self) -> deque[str]:
        return deque(maxlen=8)  # a call may still use the token before the last one


class Project(msgspec.Struct, frozen=True):
    """The Langfuse project that a key pair belongs to."""

    id: str
    name: str | None = None


class ConnectionSet(msgspec.Struct, frozen=True):
    """Every connection that a source delivered, in connection order (see `models`).

    Attributes:
        project: The project of the key pair.
        connections: The connections.
        expires_at: When the first of their credentials ends, in seconds of the wall clock; None where all last.
    """

    project: Project | None
    connections: tuple[Connection, ...]
    expires_at: float | None = None

    def get(self, name: str) -> Connection | None:
        """Return the connection called `name`, if the set has it."""
        return next((connection for connection in self.connections if connection.name == name), None)
