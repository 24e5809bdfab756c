"""From a connection's credentials to the headers that authenticate a request."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Protocol

import msgspec

from genai_sdk.connections import Connection, Secret
from genai_sdk.drivers.auth.sigv4 import AwsKeys, sign
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

    def headers(self, request: HttpRequest, /) -> Mapping[str, str]:
        """Return the headers that authenticate a request, names in lower case; they win over all others."""
        ...

    def refused(self) -> None:
        """Take note of a 401: what can be renewed is not used again."""
        ...


class HeaderAuth(msgspec.Struct, frozen=True):
    """Headers that are the same for every request: a key, or an access token.

    Attributes:
        proof: The headers.
        project: The Google Cloud project of a Google identity.
        forget: What to do when the provider answers 401.
    """

    proof: Sealed[Mapping[str, str]]
    project: str = ""
    forget: Callable[[], None] | None = None

    @property
    def fixed(self) -> Mapping[str, str]:
        """The headers."""
        return self.proof.reveal()

    def headers(self, _request: HttpRequest) -> Mapping[str, str]:
        """Return the headers."""
        return self.proof.reveal()

    def refused(self) -> None:
        """Forget a token that was refused."""
        if self.forget is not None:
            self.forget()


class SignatureAuth(msgspec.Struct, frozen=True):
    """AWS's signature of each request.

    Attributes:
        keys: Whose requests they are.
        region: The region that the endpoint belongs to.
        service: The service's name in signatures.
    """

    keys: AwsKeys
    region: str
    service: str = "bedrock"
    _derived: dict[str, Sealed[bytes]] = msgspec.field(default_factory=dict[str, Sealed[bytes]])

    @property
    def project(self) -> str:
        """Nothing: that is Google's."""
        return ""

    @property
    def fixed(self) -> None:
        """Nothing: every request has a signature of its own."""
        return

    def headers(self, request: HttpRequest) -> Mapping[str, str]:
        """Return the headers that sign a request."""
        return sign(
            self.keys,
            url=request.url,
            body=request.body,
            region=self.region,
            service=self.service,
            now=datetime.now(UTC),
            method=request.method,
            derived=self._derived,
        )

    def refused(self) -> None:
        """Do nothing: keys are renewed by their source."""


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
        case "aws_keys":
            fields = credentials.fields
            keys = AwsKeys(fields["access_key_id"], fields["secret_access_key"], fields.get("session_token"))
            return SignatureAuth(keys, connection.view.region or "")
        case "service_account" | "default":
            return None


def key_file_of(connection: Connection) -> Secret | None:
    """Return a connection's service account key file, if that is what it has."""
    credentials = connection.credentials
    return credentials.fields["json"] if credentials is not None and credentials.kind == "service_account" else None


def bearer(token: Secret, project: str = "", forget: Callable[[], None] | None = None) -> HeaderAuth:
    """Return the authentication by a bearer token; the arguments are those of `HeaderAuth`."""
    return HeaderAuth(Sealed(_bearer(token.reveal())), project, forget)


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
