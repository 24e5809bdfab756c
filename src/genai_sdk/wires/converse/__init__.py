"""Amazon Bedrock's Converse, and the embedding models behind its InvokeModel. Pure."""

from genai_sdk.wires.converse.wire import WIRE

__all__ = ["WIRE"]
