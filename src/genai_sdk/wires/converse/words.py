"""Every word that Converse answers with, and what it means here.

A word that no row names keeps its native form and is never taken for a success; `tests/vendors` holds these tables to
the service model of the installed botocore.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

SOURCE = "botocore 1.44.8, service model bedrock-runtime 2023-09-30"
"""What every row below was read from."""

MALFORMED = "malformed"
"""Stands for a stop reason that says that the model failed: an error, and no answer."""

STOP_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "end_turn": "stop",
        "stop_sequence": "stop",
        "tool_use": "tool_calls",
        "max_tokens": "length",
        "model_context_window_exceeded": "length",
        "content_filtered": "content_filter",
        "guardrail_intervened": "content_filter",
        "malformed_model_output": MALFORMED,
        "malformed_tool_use": MALFORMED,
    }
)
"""Enum `StopReason`: the finish reason in OpenAI's words."""

Treatment = Literal["text", "call", "reasoning", "cited text", "native"]

BLOCKS: Mapping[str, Treatment] = MappingProxyType(
    {
        "text": "text",
        "toolUse": "call",  # of a type other than none: run by the server, and kept as it is
        "reasoningContent": "reasoning",
        "citationsContent": "cited text",
        "image": "native",
        "audio": "native",
        "video": "native",
        "document": "native",
        "toolResult": "native",  # of a tool that the server ran
        "searchResult": "native",
        "toolAddition": "native",
        "toolRemoval": "native",
        "guardContent": "native",
        "cachePoint": "native",
    }
)
"""Union `ContentBlock`: what becomes of a block; a native one is kept in `content_blocks` and nowhere else."""

SERVER_TOOL_TYPES = frozenset({"server_tool_use"})
"""Enum `ToolUseType`: such a use is no call for the caller to make."""

REASONING: Mapping[str, str] = MappingProxyType({"reasoningText": "thinking", "redactedContent": "redacted_thinking"})
"""Union `ReasoningContentBlock`: the type of the thinking block that it becomes."""

EVENTS = frozenset(
    {"messageStart", "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata"}
)
"""Union `ConverseStreamOutput`, without its exceptions."""

STARTS = frozenset({"toolUse", "toolResult", "image"})
"""Union `ContentBlockStart`."""

DELTAS: Mapping[str, str] = MappingProxyType(
    {
        "text": "text joined",
        "toolUse": "JSON text joined to the use's input",
        "toolResult": "blocks listed, neighbouring text joined",
        "reasoningContent": "text joined, then the signature; or what is redacted",
        "citation": "listed beside the text of the same block",
        "image": "its source, or its error",
    }
)
"""Union `ContentBlockDelta`, and how its pieces become the block that a whole answer has."""

REASONING_DELTAS = frozenset({"text", "signature", "redactedContent"})
"""Union `ReasoningContentBlockDelta`."""

USAGE: Mapping[str, str] = MappingProxyType(
    {
        "inputTokens": "prompt_tokens, without what was read from and written to the cache",
        "outputTokens": "completion_tokens",
        "totalTokens": "counted anew, with the cache",
        "cacheReadInputTokens": "prompt_tokens_details.cached_tokens",
        "cacheWriteInputTokens": "prompt_tokens_details.cache_creation_tokens",
        "cacheDetails": "prompt_tokens_details.cache_creation_token_details, by time to live",
    }
)
"""Structure `TokenUsage`."""

EXTRAS: Mapping[str, str] = MappingProxyType(
    {
        "metrics": "metrics",
        "trace": "trace",
        "performanceConfig": "performance_config",
        "additionalModelResponseFields": "additional_model_response_fields",
    }
)
"""Fields of an answer, and of the events `messageStop` and `metadata`, that have no place in OpenAI's shape: they are
kept under these names. `serviceTier` becomes `service_tier`, which a price depends on."""

EXCEPTIONS: Mapping[str, int] = MappingProxyType(
    {
        "AccessDeniedException": 403,
        "ConflictException": 400,
        "InternalServerException": 500,
        "ModelErrorException": 424,
        "ModelNotReadyException": 429,
        "ModelStreamErrorException": 424,
        "ModelTimeoutException": 408,
        "ResourceNotFoundException": 404,
        "ServiceQuotaExceededException": 400,
        "ServiceUnavailableException": 503,
        "ThrottlingException": 429,
        "ValidationException": 400,
    }
)
"""Every exception that the service defines, and its status; in a stream its name begins in lower case."""
