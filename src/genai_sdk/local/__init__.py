"""The local platform: keys, prompts and traces with nothing but Python, behind Langfuse's own API."""

from genai_sdk.local.platform import HOST, PORT, Platform

__all__ = ["HOST", "PORT", "Platform"]
