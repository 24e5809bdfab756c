"""Google's access tokens: of a service account, and of the calling host."""

from genai_sdk.drivers.auth.google.exchange import Token, project_of
from genai_sdk.drivers.auth.google.tokens import GoogleAuth, GoogleTokens

__all__ = ["GoogleAuth", "GoogleTokens", "Token", "project_of"]
