"""OpenAI's wire: at OpenAI, on Azure, and at every compatible server."""

from genai_sdk.wires.openai.wire import WIRE

__all__ = ["WIRE"]
