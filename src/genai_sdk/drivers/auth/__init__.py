"""What proves who calls: keys in headers, signatures, and access tokens with where they come from."""

from typing import TYPE_CHECKING

from genai_sdk.deferred import deferred
from genai_sdk.drivers.auth.auth import Auth, HeaderAuth, own_auth

if TYPE_CHECKING:
    from genai_sdk.drivers.auth.source import AuthSource

__all__ = ["Auth", "AuthSource", "HeaderAuth", "own_auth"]

__getattr__ = deferred(__name__, {"AuthSource": "genai_sdk.drivers.auth.source"})
