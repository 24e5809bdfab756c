"""Frozen values: what comes back from a call, and what may be known of a connection."""

from genai_sdk.types.base import Record, Value
from genai_sdk.types.call import CANCELLED, UNSUPPORTED, Attempt, CallInfo, Response
from genai_sdk.types.chat import (
    ChatCompletion,
    ChatCompletionChunk,
    Choice,
    ChunkChoice,
    Delta,
    FunctionCall,
    Message,
    ToolCall,
)
from genai_sdk.types.connection import ConnectionView
from genai_sdk.types.embedding import Embedding, EmbeddingResponse
from genai_sdk.types.parameters import Parameters
from genai_sdk.types.prompt import PromptLink
from genai_sdk.types.usage import CompletionTokensDetails, PromptTokensDetails, Usage

__all__ = [
    "CANCELLED",
    "UNSUPPORTED",
    "Attempt",
    "CallInfo",
    "ChatCompletion",
    "ChatCompletionChunk",
    "Choice",
    "ChunkChoice",
    "CompletionTokensDetails",
    "ConnectionView",
    "Delta",
    "Embedding",
    "EmbeddingResponse",
    "FunctionCall",
    "Message",
    "Parameters",
    "PromptLink",
    "PromptTokensDetails",
    "Record",
    "Response",
    "ToolCall",
    "Usage",
    "Value",
]
