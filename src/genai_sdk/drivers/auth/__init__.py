"""What proves who calls: keys in headers, signatures, and access tokens with where they come from."""

from genai_sdk.drivers.auth.auth import Auth, HeaderAuth, own_auth
from genai_sdk.drivers.auth.source import AuthSource

__all__ = ["Auth", "AuthSource", "HeaderAuth", "own_auth"]
