"""The client: settings, parameters, and `GenAIClient`, which composes the layers below."""

from genai_sdk.client.client import GenAIClient

__all__ = ["GenAIClient"]
