"""From a connection's credentials to the headers that authenticate a request."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

import msgspec

from genai_sdk.connections import Connection, Secret
from genai_sdk.secret import Sealed
from genai_sdk.wires.wire import HttpRequest


class Auth(Protocol):
    """What a connection's requests are authenticated with. Its `repr` shows none of it."""

    @property
    def project(self) -> str:
        """The Google Cloud project of a Google identity, else empty."""
        ...

    @property
    def fixed(self) -> Mapping[str, str] | None:
        """The headers, where they are the same for every request; None where each is signed by itself."""
        ...

    @property
    def secrets(self) -> Sequence[Secret]:
        """What of it no error may show."""
        ...

    def headers(self, request: HttpRequest, /) -> Mapping[str, str]:
        """Return the headers that authenticate a request, names in lower case; they win over all others."""
        ...

    def refused(self) -> None:
        """Take note of a 401: what can be renewed is not used again."""
        ...


class HeaderAuth(msgspec.Struct, frozen=True):
    """Headers that are the same for every request: a key, or an access token.

    Attributes:
        sealed: The headers.
        project: The Google Cloud project of a Google identity.
    """

    sealed: Sealed[Mapping[str, str]]
    project: str = ""

    @property
    def fixed(self) -> Mapping[str, str]:
        """The headers."""
        return self.sealed.reveal()

    @property
    def secrets(self) -> Sequence[Secret]:
        """The key or token in each header."""
        return [Secret(value.removeprefix("Bearer ")) for value in self.fixed.values()]

    def headers(self, _request: HttpRequest) -> Mapping[str, str]:
        """Return the headers."""
        return self.sealed.reveal()

    def refused(self) -> None:
        """Do nothing: it is all there is, or its source renews it."""


def own_auth(connection: Connection) -> Auth | None:
    """Return the authentication that a connection has by itself; None if a token or the host must be asked for it."""
    memo = connection.memo
    auth: Auth | None = memo.get(own_auth)
    if auth is None and (auth := _own_auth(connection)) is not None:
        memo[own_auth] = auth
    return auth


def _own_auth(connection: Connection) -> Auth | None:
    credentials = connection.credentials
    assert credentials is not None, "a broken connection has no deployment"
    match credentials.kind:
        case "api_key":
            return HeaderAuth(Sealed(_KEY_HEADERS[connection.view.adapter](credentials["key"])))
        case "aws_bearer":
            return bearer(credentials.fields["key"])
        case "access_token":
            return bearer(credentials.fields["key"], credentials["project"])
        case "aws_keys":
            # Hashes take 3 ms to load, which only who signs pays.
            from genai_sdk.drivers.auth.signature import SignatureAuth
            from genai_sdk.drivers.auth.sigv4 import AwsKeys

            fields = credentials.fields
            keys = AwsKeys(fields["access_key_id"], fields["secret_access_key"], fields.get("session_token"))
            return SignatureAuth(keys, connection.view.region or "")
        case "service_account" | "default":
            return None


def key_file_of(connection: Connection) -> Secret | None:
    """Return a connection's service account key file, if that is what it has."""
    credentials = connection.credentials
    return credentials.fields["json"] if credentials is not None and credentials.kind == "service_account" else None


def bearer(token: Secret, project: str = "") -> HeaderAuth:
    """Return the authentication by a bearer token; `project` is that of a Google identity."""
    return HeaderAuth(Sealed(_bearer(token.reveal())), project)


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


_KEY_HEADERS: Mapping[str, Callable[[str], dict[str, str]]] = MappingProxyType(
    {
        "openai": _bearer,
        "azure": lambda key: {"api-key": key},
        "anthropic": lambda key: {"x-api-key": key},
        "google-ai-studio": lambda key: {"x-goog-api-key": key},
    }
)
