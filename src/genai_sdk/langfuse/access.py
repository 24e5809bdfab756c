"""Who is calling: Basic authentication with a project's key pair."""

import base64
import binascii

from genai_sdk.langfuse.refusal import RefusalError


def read_basic(header: str | None) -> tuple[str, str]:
    """Return the public and the secret key of an Authorization header.

    Raises:
        RefusalError: There is none, or it is of another form (401).
    """
    scheme, _, given = (header or "").partition(" ")
    if not scheme:
        raise RefusalError(401, "No authorization header")
    if scheme.lower() != "basic":
        raise RefusalError(401, "Invalid authorization header")
    try:
        public_key, _, secret_key = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise RefusalError(401, "Invalid authorization header") from None
    return public_key, secret_key
