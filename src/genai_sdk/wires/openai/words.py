"""Every word that OpenAI's chat knows, and what becomes of it here.

`tests/vendors` holds these tables to the types of the installed package. What no row names is kept under its own name
in `model_extra`; what compatible servers say otherwise is in `wires.finish`, `fields` and `usage`.
"""

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Literal

SOURCE = "openai 3.57.0"
"""The package, and its version, that every row below was read from (`openai.types`)."""

FINISH_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "stop": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
        "content_filter": "content_filter",
        "function_call": "function_call",
    }
)
"""`Choice.finish_reason`, of whole answers and of chunks: chat's words are ours."""

Place = Literal["field", "kept"]

COMPLETION: Mapping[str, Place] = MappingProxyType(
    {
        "id": "field",
        "choices": "field",
        "created": "field",
        "model": "field",
        "usage": "field",
        "object": "field",  # always the same word
        "metadata": "kept",
        "moderation": "kept",
        "service_tier": "kept",
        "system_fingerprint": "kept",
    }
)
"""`ChatCompletion`: whether a field is one of our value's own or is kept in `model_extra`."""

CHUNK: Mapping[str, Place] = MappingProxyType(
    {
        "id": "field",
        "choices": "field",
        "created": "field",
        "model": "field",
        "usage": "field",
        "object": "field",
        "moderation": "kept",
        "obfuscation": "kept",  # padding; not in the answer that chunks add up to
        "service_tier": "kept",
        "system_fingerprint": "kept",
    }
)
"""`ChatCompletionChunk`."""

CHOICE: Mapping[str, Place] = MappingProxyType(
    {"index": "field", "message": "field", "delta": "field", "finish_reason": "field", "logprobs": "kept"}
)
"""`Choice`, of whole answers and of chunks."""

MESSAGE: Mapping[str, Place] = MappingProxyType(
    {
        "role": "field",
        "content": "field",
        "refusal": "field",
        "tool_calls": "field",
        "annotations": "kept",
        "audio": "kept",
        "function_call": "kept",
    }
)
"""`ChatCompletionMessage`."""

DELTA: Mapping[str, str] = MappingProxyType(
    {
        "role": "the first",
        "content": "text joined",
        "refusal": "text joined",
        "tool_calls": "by their index: the first id and name, arguments joined",
        "audio": "its data decoded and joined, its transcript joined",
        "function_call": "the last word",  # of models that ended with 2024; https://platform.openai.com/docs/deprecations
    }
)
"""`ChoiceDelta`, and how the pieces become what a whole answer has."""

TOOL_DELTA = frozenset({"index", "id", "type", "function"})
"""`ChoiceDeltaToolCall`: a custom tool's call has no form of its own in chunks."""

CALLS: Mapping[str, str] = MappingProxyType({"function": "function", "custom": "custom"})
"""Types of `ChatCompletionMessageToolCall`, and the field that says what is called."""

TOOLS: Set[str] = frozenset({"function", "custom"})
"""Types of `ChatCompletionToolUnionParam`: sent as they are."""

ANNOTATIONS: Set[str] = frozenset({"url_citation"})
"""Types of `Annotation`: citations of every vendor are told in this form."""

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "text": "user, assistant, system, developer, tool",
        "image_url": "user",
        "input_audio": "user",
        "file": "user",
        "refusal": "assistant",
    }
)
"""Types of the parts that a message's content is made of, and whose messages may hold them."""

SENT = frozenset({"role", "content", "name", "refusal", "audio", "tool_calls", "tool_call_id", "function_call"})
"""`ChatCompletionMessageParam`: all that a message of any role may have in a request."""

SENT_CALL = frozenset({"id", "type", "function", "custom"})
"""`ChatCompletionMessageToolCallUnionParam`: all that a call may have in a request."""

ROLES: Set[str] = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
"""Roles of `ChatCompletionMessageParam`."""

USAGE: Set[str] = frozenset(
    {"prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details", "completion_tokens_details"}
)
"""`CompletionUsage`: our names for the tokens of every vendor."""

PROMPT_DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "cached_tokens": "cached",
        "cache_write_tokens": "written",
        "audio_tokens": "input_audio",
        "image_tokens": "input_image",
        "text_tokens": "input",
    }
)
"""`PromptTokensDetails`, and the kind of token that each is priced as (`Usage.by_kind`)."""

COMPLETION_DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "reasoning_tokens": "reasoning",
        "audio_tokens": "output_audio",
        "text_tokens": "output",
        # Billed as any other: https://platform.openai.com/docs/guides/predicted-outputs
        "accepted_prediction_tokens": "output",
        "rejected_prediction_tokens": "output",
    }
)
"""`CompletionTokensDetails`."""

SERVICE_TIERS: Set[str] = frozenset({"auto", "default", "flex", "scale", "priority", "fast", "ultrafast"})
"""`ChatCompletion.service_tier` and `Response.service_tier`: `catalogue.service` says what each does to a price."""

ERROR: Mapping[str, str] = MappingProxyType(
    {
        "code": "a code",
        "type": "a code",
        "message": "the text",
        "param": "the text names it",
        "misalignment": "left out",  # the code and the text say what happened
    }
)
"""`ErrorObject`: what is read of a field. The codes that the package has are in `responses.words.FAILURES`."""
