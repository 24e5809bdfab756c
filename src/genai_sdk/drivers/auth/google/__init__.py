"""Google's access tokens: of a service account, and of the calling host."""

from genai_sdk.drivers.auth.google.exchange import project_of
from genai_sdk.drivers.auth.google.tokens import GoogleAuth, GoogleTokens, RefusedTokenError

__all__ = ["GoogleAuth", "GoogleTokens", "RefusedTokenError", "project_of"]
