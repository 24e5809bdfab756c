"""What is exchanged for an access token, and what comes back. No I/O."""

import base64
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import msgspec

from genai_sdk.connections import Secret
from genai_sdk.crypto.rsa import sign_rs256
from genai_sdk.errors import ConfigurationError
from genai_sdk.http import Request
from genai_sdk.sentence import Sentence

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
METADATA_HOST = "metadata.google.internal"

_LIFETIME = 3600  # seconds; Google gives no more
_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FORM = (("content-type", "application/x-www-form-urlencoded"), ("accept-encoding", "identity"))
_METADATA = (("metadata-flavor", "Google"), ("accept-encoding", "identity"))


class Token(msgspec.Struct, frozen=True):
    """An access token.

    Attributes:
        value: The token.
        expires: When it ends (Unix time).
    """

    value: Secret
    expires: float


def project_of(key_file: Secret) -> str:
    """Return the project that a service account belongs to."""
    return str(msgspec.json.decode(key_file.reveal())["project_id"])


def service_account_request(info: Mapping[str, Any], now: float) -> Request:
    """Return the request that turns a service account's key into a token.

    https://developers.google.com/identity/protocols/oauth2/service-account#httprest

    Args:
        info: The account's key file.
        now: The time (Unix time).

    Raises:
        ConfigurationError: The private key in the file is not usable.
    """
    url = str(info.get("token_uri") or TOKEN_URI)
    head = {"alg": "RS256", "typ": "JWT", "kid": info.get("private_key_id")}
    claims = {"iss": info["client_email"], "scope": SCOPE, "aud": url, "iat": int(now), "exp": int(now) + _LIFETIME}
    signed = f"{_segment(head)}.{_segment(claims)}"
    signature = None
    with suppress(ValueError):
        signature = sign_rs256(str(info["private_key"]), signed.encode())
    if signature is None:
        raise ConfigurationError(
            Sentence.of(
                "google.private_key", "the private_key of its service account cannot be read: store the key file anew"
            )
        )
    form = {"grant_type": _JWT_GRANT, "assertion": f"{signed}.{_encoded(signature)}"}
    return Request("POST", url, _FORM, urlencode(form).encode())


def user_request(info: Mapping[str, Any]) -> Request:
    """Return the request that turns a user's refresh token into a token (RFC 6749, section 6)."""
    form = {
        "grant_type": "refresh_token",
        "client_id": info["client_id"],
        "client_secret": info["client_secret"],
        "refresh_token": info["refresh_token"],
    }
    return Request("POST", str(info.get("token_uri") or TOKEN_URI), _FORM, urlencode(form).encode())


def metadata_request(host: str, path: str) -> Request:
    """Return a question to Google's metadata server.

    https://docs.cloud.google.com/compute/docs/metadata/querying-metadata

    Args:
        host: The server's name.
        path: What is asked for, such as `project/project-id`.
    """
    return Request("GET", f"http://{host}/computeMetadata/v1/{path}", _METADATA)


def read_token(body: bytes, now: float) -> Token | None:
    """Read the answer to any of these; None if it holds no token."""
    try:
        fields = msgspec.json.decode(body)
        return Token(Secret(str(fields["access_token"])), now + float(fields.get("expires_in", _LIFETIME)))
    except (AttributeError, msgspec.DecodeError, KeyError, TypeError, ValueError):
        return None


def _segment(fields: Mapping[str, Any]) -> str:
    return _encoded(msgspec.json.encode({name: item for name, item in fields.items() if item is not None}))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
