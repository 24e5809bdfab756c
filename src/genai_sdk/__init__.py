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
    RouteExhaustedError,
    SourceUnavailableError,
    StreamInterruptedError,
    UnknownModelError,
    UnsupportedParameterError,
    UsageError,
)
from genai_sdk.version import __version__

if TYPE_CHECKING:  # loaded when they are first asked for; see __getattr__
    from genai_sdk.client import GenAIClient
    from genai_sdk.prompts import ChatPrompt, TextPrompt
    from genai_sdk.routing import AsyncCompletionStream, CompletionStream, Plan
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

__all__ = [
    "AccessDeniedError",
    "AsyncCompletionStream",
    "Attempt",
    "AuthenticationError",
    "BadRequestError",
    "CallInfo",
    "ChatCompletion",
    "ChatCompletionChunk",
    "ChatPrompt",
    "ClientClosedError",
    "CompletionStream",
    "ConfigurationError",
    "ConnectionNotFoundError",
    "ConnectionView",
    "ContentFilterError",
    "ContextWindowExceededError",
    "DecryptionError",
    "EmbeddingResponse",
    "GenAIClient",
    "GenAIError",
    "InvalidRequestError",
    "MissingCredentialsError",
    "ModelNotFoundError",
    "Parameters",
    "PermissionDeniedError",
    "Plan",
    "PromptNotFoundError",
    "PromptVariableError",
    "ProviderError",
    "ProviderTimeoutError",
    "ProviderUnavailableError",
    "RateLimitError",
    "RouteExhaustedError",
    "SourceUnavailableError",
    "StreamInterruptedError",
    "TextPrompt",
    "TraceBlock",
    "TracingStats",
    "UnknownModelError",
    "UnsupportedParameterError",
    "Usage",
    "UsageError",
    "__version__",
]

_HOMES = {
    "GenAIClient": "client",
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
