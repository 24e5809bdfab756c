"""Google's generateContent and its embeddings, as Google AI Studio and Vertex AI serve them."""

from genai_sdk.wires.gemini.wire import WIRE

__all__ = ["WIRE"]
