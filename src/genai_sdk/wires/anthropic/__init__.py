"""Anthropic's Messages, at Anthropic, at compatible servers and, for Claude, on Vertex AI."""

from genai_sdk.wires.anthropic.wire import WIRE

__all__ = ["WIRE"]
