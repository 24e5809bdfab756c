"""Every word that generateContent answers with, and what it means here.

A word that no row names keeps its native form and is never taken for a success; `tests/vendors` holds these tables to
the types of the installed google-genai.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from genai_sdk.wires.refusal import WORDS, Words

SOURCE = "google-genai 3.6.1, google.genai.types"
"""What every row below was read from."""

Ending = Literal["stop", "length", "content_filter", "failed", "request", "account", "unknown"]
"""What an answer's end is: a finish reason of OpenAI's; that the model failed, the request or the account is at fault,
each of which is an error; or that the vendor does not say."""

FINISH_REASONS: Mapping[str, Ending] = MappingProxyType(
    {
        "FINISH_REASON_UNSPECIFIED": "unknown",
        "STOP": "stop",
        "MAX_TOKENS": "length",
        "CONTINUATION": "length",  # the limit of one request; `continuation_token` of the choice goes on
        "SAFETY": "content_filter",
        "RECITATION": "content_filter",
        "LANGUAGE": "content_filter",
        "OTHER": "content_filter",  # not said, and most often a filter that has no word of its own
        "BLOCKLIST": "content_filter",
        "PROHIBITED_CONTENT": "content_filter",
        "SPII": "content_filter",
        "IMAGE_SAFETY": "content_filter",
        "IMAGE_PROHIBITED_CONTENT": "content_filter",
        "IMAGE_RECITATION": "content_filter",
        "ESCALATION": "content_filter",
        "MODEL_ARMOR": "content_filter",
        "MALFORMED_FUNCTION_CALL": "failed",
        "UNEXPECTED_TOOL_CALL": "failed",
        "TOO_MANY_TOOL_CALLS": "failed",
        "MALFORMED_RESPONSE": "failed",
        "IMAGE_OTHER": "failed",
        "NO_IMAGE": "failed",
        "MISSING_THOUGHT_SIGNATURE": "request",
        "PUP_LIMITED_DISABLED": "account",  # limited for violating the prohibited use policy
    }
)
"""Enum `FinishReason`."""

FAILURES: Mapping[Ending, int] = MappingProxyType({"failed": 500, "request": 400, "account": 403})
"""The endings that are errors, and the HTTP status that each would have had."""

BLOCK_REASONS = frozenset(
    {
        "BLOCKED_REASON_UNSPECIFIED",
        "SAFETY",
        "OTHER",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "IMAGE_SAFETY",
        "MODEL_ARMOR",
        "JAILBREAK",
    }
)
"""Enum `BlockedReason`: each of them, and any other, is a refused prompt (content filter)."""

Treatment = Literal["text", "call", "media", "native", "mark"]

PARTS: Mapping[str, Treatment] = MappingProxyType(
    {
        "text": "text",
        "functionCall": "call",
        "inlineData": "media",
        "fileData": "native",
        "executableCode": "native",
        "codeExecutionResult": "native",
        "functionResponse": "native",
        "toolCall": "native",  # of a tool that the server ran
        "toolResponse": "native",
        "audioTranscription": "native",
        "thought": "mark",
        "thoughtSignature": "mark",
        "videoMetadata": "mark",
        "mediaResolution": "mark",
        "partMetadata": "mark",
        "mediaProcessing": "mark",
        "speechMetadata": "mark",
        "documentMetadata": "mark",
        "spreadsheetMetadata": "mark",
        "audioMetadata": "mark",
    }
)
"""Fields of `Part`: what becomes of one. Native ones and marks are kept in the message's `parts`, and nowhere else."""

CALL_FIELDS = frozenset({"id", "name", "args", "partialArgs", "willContinue"})
"""Fields of `FunctionCall`."""

PARTIAL_FIELDS = frozenset({"jsonPath", "stringValue", "numberValue", "boolValue", "nullValue", "willContinue"})
"""Fields of `PartialArg`."""

RESPONSE_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "candidates": "choices",
        "createTime": "created",
        "modelVersion": "model",
        "responseId": "id",
        "usageMetadata": "usage",
        "promptFeedback": "prompt_feedback",
        "modelStatus": "model_status",
    }
)
"""Fields of `GenerateContentResponse`; what it has beyond them is kept under its own name."""

SDK_FIELDS = frozenset({"sdkHttpResponse", "automaticFunctionCallingHistory", "parsed"})
"""Fields of `GenerateContentResponse` that the SDK adds: they are on no wire."""

CANDIDATE_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "content": "message",
        "index": "index",
        "finishReason": "finish_reason",
        "finishMessage": "finish_message",
        "citationMetadata": "citation_metadata",
        "groundingMetadata": "grounding_metadata",
        "urlContextMetadata": "url_context_metadata",
        "safetyRatings": "safety_ratings",
        "avgLogprobs": "avg_logprobs",
        "logprobsResult": "logprobs",
        "tokenCount": "token_count",
        "continuationToken": "continuation_token",
    }
)
"""Fields of `Candidate`; what it has beyond them is kept under its own name."""

USAGE: Mapping[str, str] = MappingProxyType(
    {
        "promptTokenCount": "prompt_tokens, with those of tools' results",
        "toolUsePromptTokenCount": "prompt_tokens_details.tool_use_tokens",
        "cachedContentTokenCount": "prompt_tokens_details.cached_tokens",
        "candidatesTokenCount": "completion_tokens, with the thoughts",
        "thoughtsTokenCount": "completion_tokens_details.reasoning_tokens",
        "totalTokenCount": "total_tokens",
        "promptTokensDetails": "prompt_tokens_details, by modality, without the cached ones",
        "toolUsePromptTokensDetails": "prompt_tokens_details, by modality",
        "cacheTokensDetails": "prompt_tokens_details.cached_tokens_details, by modality",
        "candidatesTokensDetails": "completion_tokens_details, by modality",
        "trafficType": "service_tier, and as it is",
    }
)
"""Fields of `GenerateContentResponseUsageMetadata`."""

MODALITIES: Mapping[str, str] = MappingProxyType(
    {
        "MODALITY_UNSPECIFIED": "other_tokens",
        "TEXT": "text_tokens",
        "IMAGE": "image_tokens",
        "VIDEO": "video_tokens",
        "AUDIO": "audio_tokens",
        "DOCUMENT": "document_tokens",
    }
)
"""Enum `MediaModality`: the field that its tokens are counted in."""

TRAFFIC: Mapping[str, str | None] = MappingProxyType(
    {
        "TRAFFIC_TYPE_UNSPECIFIED": None,
        "ON_DEMAND": None,
        "ON_DEMAND_PRIORITY": "priority",
        "ON_DEMAND_FLEX": "flex",
        "ON_DEMAND_OFFPEAK": "offpeak",
        "PROVISIONED_THROUGHPUT": "provisioned",  # paid for by time, whatever is used
    }
)
"""Enum `TrafficType`: the class of service that the price depends on; None is the ordinary one."""

SERVICE_TIERS = frozenset({"unspecified", "standard", "flex", "priority"})
"""Enum `ServiceTier`, of a request."""

THINKING_LEVELS = frozenset({"THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"})
"""Enum `ThinkingLevel`."""

CALLING_MODES = frozenset({"MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"})
"""Enum `FunctionCallingConfigMode`."""

TOOLS = frozenset(
    {
        "codeExecution",
        "computerUse",
        "enterpriseWebSearch",
        "exaAiSearch",
        "fileSearch",
        "functionDeclarations",
        "googleMaps",
        "googleSearch",
        "googleSearchRetrieval",
        "mcpServers",
        "parallelAiSearch",
        "retrieval",
        "urlContext",
    }
)
"""Fields of `Tool`: a tool with one of these is Google's own and goes out as it is."""

SCHEMA_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "additionalProperties": "left out of a Schema, which closes no object by itself; kept in a JSON schema",
        "defs": "put in place of the references to it",
        "ref": "replaced by what it refers to",
        "anyOf": "kept",
        "default": "kept",
        "description": "kept",
        "enum": "kept where it holds texts",
        "example": "kept",
        "format": "kept where the dialect knows it",
        "items": "kept",
        "maxItems": "kept",
        "maxLength": "kept",
        "maxProperties": "kept",
        "maximum": "kept",
        "minItems": "kept",
        "minLength": "kept",
        "minProperties": "kept",
        "minimum": "kept",
        "nullable": "kept, and made of the type null",
        "pattern": "kept",
        "properties": "kept",
        "propertyOrdering": "kept",
        "required": "kept",
        "title": "kept",
        "type": "kept",
    }
)
"""Fields of `Schema`."""

REFUSALS = Words(
    always=MappingProxyType(
        {
            # https://docs.cloud.google.com/apis/design/errors and google/api/error_reason.proto
            "billing_disabled": "account",
            "consumer_suspended": "account",
            "pup_limited_disabled": "account",
            "quota_exhausted": "account",
            "api_key_service_blocked": "permission",
        }
    ),
    codes=MappingProxyType(
        {
            "api_key_invalid": "authentication",
            "api_key_expired": "authentication",
            # https://ai.google.dev/gemini-api/docs/troubleshooting: no free tier where the caller is; enable billing
            "failed_precondition": "account",
            "access_token_expired": "authentication",
            "missing_thought_signature": "bad_request",
        }
    ),
    texts=(
        (r"api key (not valid|expired)", "authentication"),
        (r"input token count .*exceeds the maximum number of tokens", "context_window"),
        (r"(request|prompt|input) (contains|has) .*tokens.*(limit|maximum)", "context_window"),
    ),
).over(WORDS)
"""What Google's errors mean."""

QUOTA_FAILURE = "type.googleapis.com/google.rpc.QuotaFailure"
"""The detail of a 429 that names the limits that were hit."""
