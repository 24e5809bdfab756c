"""GenAI SDK: one client over every LLM provider, on keys that live in Langfuse."""

from typing import TYPE_CHECKING, Any

from genai_sdk.errors import (
    AccessDeniedError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConfigurationError,
    ConnectionNotFoundError,
    ContentFilterError,
    ContextWindowExceededError,
    DecryptionError,
    GenAIError,
    InvalidRequestError,
    MissingCredentialsError,
    ModelNotFoundError,
    PermissionDeniedError,
    PromptNotFoundError,
    PromptVariableError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    RateLimitError,
    ResponseFormatError,
    RouteExhaustedError,
    RunLimitError,
    SourceUnavailableError,
    StreamInterruptedError,
    UnknownModelError,
    UnsupportedParameterError,
    UsageError,
)
from genai_sdk.version import __version__

if TYPE_CHECKING:  # loaded when they are first asked for; see __getattr__
    from genai_sdk.client import GenAIClient
    from genai_sdk.client.tools import (
        AsyncToolStream,
        ChunkEvent,
        McpServer,
        ResponseEvent,
        Tool,
        ToolCallEvent,
        ToolResult,
        ToolResultEvent,
        ToolRun,
        ToolStream,
    )
    from genai_sdk.jobs import Batch, BatchCounts, BatchResult, FileObject
    from genai_sdk.prompts import ChatPrompt, TextPrompt
    from genai_sdk.routing import AsyncCompletionStream, CompletionStream, Plan
    from genai_sdk.routing.event_stream import AsyncEventStream, EventStream
    from genai_sdk.routing.items import AsyncItemStream, ItemStream
    from genai_sdk.tracing import TraceBlock, TracingStats
    from genai_sdk.types import (
        Attempt,
        CallInfo,
        ChatCompletion,
        ChatCompletionChunk,
        ConnectionView,
        EmbeddingResponse,
        Parameters,
        Usage,
    )
    from genai_sdk.types.image import ImageEvent, ImageResponse
    from genai_sdk.types.messages import MessagesEvent, MessagesResponse
    from genai_sdk.types.moderation import ModerationResponse
    from genai_sdk.types.native_usage import NativeUsage
    from genai_sdk.types.rerank import RerankResponse
    from genai_sdk.types.responses import ResponsesEvent, ResponsesResponse
    from genai_sdk.types.speech import Speech, SpeechChunk
    from genai_sdk.types.text_completion import TextCompletion
    from genai_sdk.types.transcription import Transcription, TranscriptionEvent

__all__ = [
    "AccessDeniedError",
    "AsyncCompletionStream",
    "AsyncEventStream",
    "AsyncItemStream",
    "AsyncToolStream",
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "Batch",
    "BatchCounts",
    "BatchResult",
    "CallInfo",
    "ChatCompletion",
    "ChatCompletionChunk",
    "ChatPrompt",
    "ChunkEvent",
    "ClientClosedError",
    "CompletionStream",
    "ConfigurationError",
    "ConnectionNotFoundError",
    "ConnectionView",
    "ContentFilterError",
    "ContextWindowExceededError",
    "DecryptionError",
    "EmbeddingResponse",
    "EventStream",
    "FileObject",
    "GenAIClient",
    "GenAIError",
    "ImageEvent",
    "ImageResponse",
    "InvalidRequestError",
    "ItemStream",
    "McpServer",
    "MessagesEvent",
    "MessagesResponse",
    "MissingCredentialsError",
    "ModelNotFoundError",
    "ModerationResponse",
    "NativeUsage",
    "Parameters",
    "PermissionDeniedError",
    "Plan",
    "PromptNotFoundError",
    "PromptVariableError",
    "ProviderError",
    "ProviderTimeoutError",
    "ProviderUnavailableError",
    "RateLimitError",
    "RerankResponse",
    "ResponseEvent",
    "ResponseFormatError",
    "ResponsesEvent",
    "ResponsesResponse",
    "RouteExhaustedError",
    "RunLimitError",
    "SourceUnavailableError",
    "Speech",
    "SpeechChunk",
    "StreamInterruptedError",
    "TextCompletion",
    "TextPrompt",
    "Tool",
    "ToolCallEvent",
    "ToolResult",
    "ToolResultEvent",
    "ToolRun",
    "ToolStream",
    "TraceBlock",
    "TracingStats",
    "Transcription",
    "TranscriptionEvent",
    "UnknownModelError",
    "UnsupportedParameterError",
    "Usage",
    "UsageError",
    "__version__",
]

_HOMES = {
    "GenAIClient": "client",
    "AsyncToolStream": "client.tools",
    "ChunkEvent": "client.tools",
    "McpServer": "client.tools",
    "ResponseEvent": "client.tools",
    "Tool": "client.tools",
    "ToolCallEvent": "client.tools",
    "ToolResult": "client.tools",
    "ToolResultEvent": "client.tools",
    "ToolRun": "client.tools",
    "ToolStream": "client.tools",
    "Batch": "jobs",
    "BatchCounts": "jobs",
    "BatchResult": "jobs",
    "FileObject": "jobs",
    "ChatPrompt": "prompts",
    "TextPrompt": "prompts",
    "AsyncCompletionStream": "routing",
    "CompletionStream": "routing",
    "Plan": "routing",
    "TraceBlock": "tracing",
    "TracingStats": "tracing",
    "Attempt": "types",
    "CallInfo": "types",
    "ChatCompletion": "types",
    "ChatCompletionChunk": "types",
    "ConnectionView": "types",
    "EmbeddingResponse": "types",
    "Parameters": "types",
    "Usage": "types",
    "ImageEvent": "types.image",
    "ImageResponse": "types.image",
    "MessagesEvent": "types.messages",
    "MessagesResponse": "types.messages",
    "ModerationResponse": "types.moderation",
    "NativeUsage": "types.native_usage",
    "RerankResponse": "types.rerank",
    "ResponsesEvent": "types.responses",
    "ResponsesResponse": "types.responses",
    "Speech": "types.speech",
    "SpeechChunk": "types.speech",
    "TextCompletion": "types.text_completion",
    "Transcription": "types.transcription",
    "TranscriptionEvent": "types.transcription",
    "AsyncEventStream": "routing.event_stream",
    "EventStream": "routing.event_stream",
    "AsyncItemStream": "routing.items",
    "ItemStream": "routing.items",
}
"""Where the names live that are loaded when they are first asked for, so that an import costs next to nothing."""


def __getattr__(name: str) -> Any:
    """Load a public name; https://peps.python.org/pep-0562."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    from genai_sdk.interpreter import refuse_in_subinterpreter

    refuse_in_subinterpreter()
    attribute = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return attribute


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
