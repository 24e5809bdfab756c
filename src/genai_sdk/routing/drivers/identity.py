"""Who calls: from a connection's credentials to what proves them on a request."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import msgspec

from genai_sdk.connections import Connection, Secret
from genai_sdk.routing.drivers.sigv4 import AwsKeys, sign


class Identity(msgspec.Struct, frozen=True):
    """What a connection's requests are authenticated with.

    Attributes:
        headers: Headers that are the same on every request.
        aws: Keys that sign each request.
        project: The Google Cloud project of a Google identity.
        refused: What to do when the provider answers 401.
    """

    headers: Mapping[str, str] = {}
    aws: AwsKeys | None = None
    project: str = ""
    refused: Callable[[], None] = lambda: None

    def __repr__(self) -> str:
        return "Identity(***)"

    def prove(self, url: str, body: bytes, region: str | None) -> dict[str, str]:
        """Return the headers that authenticate a POST of `body`."""
        if self.aws is None:
            return dict(self.headers)
        now = datetime.now(UTC)
        return sign(self.aws, url=url, body=body, region=region or "", service="bedrock", now=now)


def own_identity(connection: Connection) -> Identity | None:
    """Return the identity that a connection has by itself; None if a token or the host must be asked for it."""
    credentials = connection.credentials
    assert credentials is not None, "a broken connection has no deployment"
    match credentials.kind:
        case "api_key":
            return Identity(_KEY_HEADERS[connection.view.adapter](credentials["key"]))
        case "aws_bearer":
            return Identity(_bearer(credentials["key"]))
        case "aws_keys":
            token = credentials["session_token"] if "session_token" in credentials.fields else None
            keys = AwsKeys(credentials["access_key_id"], credentials["secret_access_key"], token)
            return Identity(aws=keys)
        case "service_account" | "default":
            return None


def key_file_of(connection: Connection) -> Secret | None:
    """Return a connection's service account key file, if that is what it has."""
    credentials = connection.credentials
    return credentials.fields["json"] if credentials is not None and credentials.kind == "service_account" else None


def bearer_identity(token: str, project: str, refused: Callable[[], None] = lambda: None) -> Identity:
    """Return the identity of an access token."""
    return Identity(_bearer(token), project=project, refused=refused)


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
