"""Google's access tokens: what a service account's key signs, and what comes back for it. No I/O."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from genai_sdk.connections import Secret
from genai_sdk.errors import ConfigurationError
from genai_sdk.http import Request

SCOPE = "https://www.googleapis.com/auth/cloud-platform"

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFETIME = 3600  # seconds; Google gives no more


class Token(msgspec.Struct, frozen=True):
    """An access token.

    Attributes:
        value: The token.
        expires: When it ends (Unix time).
    """

    value: str
    expires: float

    def __repr__(self) -> str:
        return f"Token(***, expires={self.expires})"


def project_of(key_file: Secret) -> str:
    """Return the project that a service account belongs to."""
    return str(msgspec.json.decode(key_file.reveal())["project_id"])


def token_request(key_file: Secret, now: float) -> Request:
    """Return the request that turns a service account's key into a token.

    https://developers.google.com/identity/protocols/oauth2/service-account#httprest

    Raises:
        ConfigurationError: google-auth is not installed, or the private key in the file is not usable.
    """
    try:
        from google.auth import crypt, jwt  # an extra, and slow to import
    except ImportError:
        raise needs_google_auth() from None
    made = _request(key_file, now, crypt.RSASigner, jwt.encode)
    if made is None:
        raise ConfigurationError("the private_key of its service account cannot be read: store the key file anew")
    return made


def _request(key_file: Secret, now: float, signer_of: Any, encode: Any) -> Request | None:
    info = msgspec.json.decode(key_file.reveal())
    url = info.get("token_uri") or "https://oauth2.googleapis.com/token"
    claims = {"iss": info["client_email"], "scope": SCOPE, "aud": url, "iat": int(now), "exp": int(now) + _LIFETIME}
    try:
        assertion = encode(signer_of.from_service_account_info(info), claims).decode()
    except Exception:  # noqa: BLE001 - cryptography's errors are of every kind, and some quote the key
        return None
    headers = (("content-type", "application/x-www-form-urlencoded"), ("accept-encoding", "identity"))
    return Request("POST", url, headers, urlencode({"grant_type": _GRANT, "assertion": assertion}).encode())


def read_token(body: bytes, now: float) -> Token | None:
    """Read the answer to `token_request`; None if it is none."""
    try:
        found: Mapping[str, Any] = msgspec.json.decode(body)
        return Token(str(found["access_token"]), now + float(found.get("expires_in", _LIFETIME)))
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
        return None


def needs_google_auth() -> ConfigurationError:
    """Return the error of a Vertex AI call without google-auth."""
    return ConfigurationError("Vertex AI needs google-auth: pip install 'genai-sdk-langfuse[vertex]'")
