"""Who is calling: Basic authentication with a project's key pair."""

import base64
import binascii

from genai_sdk.langfuse.errors import ApiError


def read_basic(header: str | None) -> tuple[str, str]:
    """Return the public and the secret key of an Authorization header.

    Raises:
        ApiError: There is none, or it is of another form (401).
    """
    scheme, _, encoded = (header or "").partition(" ")
    if not scheme:
        raise ApiError(401, "No authorization header")
    if scheme.lower() != "basic":
        raise ApiError(401, "Invalid authorization header")
    try:
        public_key, _, secret_key = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise ApiError(401, "Invalid authorization header") from None
    return public_key, secret_key
