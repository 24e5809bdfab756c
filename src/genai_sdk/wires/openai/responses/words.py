"""Every word that the Responses API answers with, and what it means here.

A word that no row names keeps its native form and is never taken for a success; `tests/vendors` holds these tables to
the types of the installed package.
"""

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Literal

import msgspec

from genai_sdk.wires.refusal import WORDS, RefusalKind, Words

SOURCE = "openai 3.57.0"
"""The package, and its version, that every row below was read from (`openai.types.responses`)."""

Treatment = Literal["message", "reasoning", "call", "native"]

ITEMS: Mapping[str, Treatment] = MappingProxyType(
    {
        "message": "message",
        "reasoning": "reasoning",
        "function_call": "call",
        "custom_tool_call": "call",
        # What follows was run by the server, or asks the client for what is no call of a function: it is in
        # `content_blocks` and not among the tool calls.
        "file_search_call": "native",
        "web_search_call": "native",
        "computer_call": "native",
        "computer_call_output": "native",
        "function_call_output": "native",
        "custom_tool_call_output": "native",
        "program": "native",
        "program_output": "native",
        "tool_search_call": "native",
        "tool_search_output": "native",
        "additional_tools": "native",
        "compaction": "native",
        "image_generation_call": "native",
        "code_interpreter_call": "native",
        "local_shell_call": "native",
        "local_shell_call_output": "native",
        "shell_call": "native",
        "shell_call_output": "native",
        "apply_patch_call": "native",
        "apply_patch_call_output": "native",
        "mcp_call": "native",
        "mcp_list_tools": "native",
        "mcp_approval_request": "native",
        "mcp_approval_response": "native",
    }
)
"""`ResponseOutputItem`: what becomes of an item; a native one is kept in `content_blocks` alone."""

PARTS: Mapping[str, str] = MappingProxyType({"output_text": "content", "refusal": "refusal"})
"""`ResponseOutputMessage.content`: the field of the message that a part's text belongs to."""

OUTPUT_ONLY: Set[tuple[str, str]] = frozenset(
    {("custom_tool_call_output", "status"), *((kind, "created_by") for kind in ITEMS)}
)
"""Fields that items have in an answer and not in a request (`ResponseInputItem`), with the item's type."""

Step = Literal["open", "end", "failed", "text", "arguments", "item", "annotation", "audio", "image", "left out"]

EVENTS: Mapping[str, Step] = MappingProxyType(
    {
        "response.created": "open",
        "response.queued": "open",
        "response.in_progress": "open",
        "response.completed": "end",
        "response.incomplete": "end",
        "response.failed": "failed",
        "error": "failed",
        "response.output_text.delta": "text",
        "response.output_text.done": "text",
        "response.refusal.delta": "text",
        "response.refusal.done": "text",
        "response.reasoning_summary_text.delta": "text",
        "response.reasoning_summary_text.done": "text",
        "response.reasoning_text.delta": "text",
        "response.reasoning_text.done": "text",
        "response.function_call_arguments.delta": "arguments",
        "response.function_call_arguments.done": "arguments",
        "response.custom_tool_call_input.delta": "arguments",
        "response.custom_tool_call_input.done": "arguments",
        "response.output_item.added": "item",
        "response.output_item.done": "item",
        "response.output_text.annotation.added": "annotation",
        "response.audio.delta": "audio",
        "response.audio.transcript.delta": "audio",
        "response.image_generation_call.partial_image": "image",
        # What follows comes again with the item that it belongs to, whole.
        "response.audio.done": "left out",
        "response.audio.transcript.done": "left out",
        "response.content_part.added": "left out",
        "response.content_part.done": "left out",
        "response.reasoning_summary_part.added": "left out",
        "response.reasoning_summary_part.done": "left out",
        "response.code_interpreter_call.completed": "left out",
        "response.code_interpreter_call.in_progress": "left out",
        "response.code_interpreter_call.interpreting": "left out",
        "response.code_interpreter_call_code.delta": "left out",
        "response.code_interpreter_call_code.done": "left out",
        "response.compaction.compacting": "left out",
        "response.file_search_call.completed": "left out",
        "response.file_search_call.in_progress": "left out",
        "response.file_search_call.searching": "left out",
        "response.image_generation_call.completed": "left out",
        "response.image_generation_call.generating": "left out",
        "response.image_generation_call.in_progress": "left out",
        "response.mcp_call.completed": "left out",
        "response.mcp_call.failed": "left out",
        "response.mcp_call.in_progress": "left out",
        "response.mcp_call_arguments.delta": "left out",
        "response.mcp_call_arguments.done": "left out",
        "response.mcp_list_tools.completed": "left out",
        "response.mcp_list_tools.failed": "left out",
        "response.mcp_list_tools.in_progress": "left out",
        "response.shell_call_command.added": "left out",
        "response.shell_call_command.delta": "left out",
        "response.shell_call_command.done": "left out",
        "response.shell_call_output_content.delta": "left out",
        "response.shell_call_output_content.done": "left out",
        "response.web_search_call.completed": "left out",
        "response.web_search_call.in_progress": "left out",
        "response.web_search_call.searching": "left out",
    }
)
"""`ResponseStreamEvent`: what becomes of an event."""


class Piece(msgspec.Struct, frozen=True):
    """Where an event's text is and where it belongs.

    Attributes:
        field: The field of the message.
        source: What tells its parts from those of others.
        index: The event's field that says which part it is.
        text: The event's field with the text.
        whole: Whether that is all of the part's text, and not the next piece of it.
    """

    field: str
    source: str
    index: str
    text: str
    whole: bool


TEXTS: Mapping[str, Piece] = MappingProxyType(
    {
        f"response.{source}.{end}": Piece(field, source, index, text if end == "done" else "delta", end == "done")
        for source, field, index, text in (
            ("output_text", "content", "content_index", "text"),
            ("refusal", "refusal", "content_index", "refusal"),
            ("reasoning_summary_text", "reasoning_content", "summary_index", "text"),
            ("reasoning_text", "reasoning_content", "content_index", "text"),  # open models' servers
        )
        for end in ("delta", "done")
    }
)
"""The events of texts."""

ARGUMENTS: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "response.function_call_arguments.delta": ("delta", False),
        "response.function_call_arguments.done": ("arguments", True),
        "response.custom_tool_call_input.delta": ("delta", False),
        "response.custom_tool_call_input.done": ("input", True),
    }
)
"""The events of arguments: the field that has them, and whether they are whole."""

AUDIO: Mapping[str, str] = MappingProxyType(
    {"response.audio.delta": "data", "response.audio.transcript.delta": "transcript"}
)
"""The events of sound, and the field of chat's `audio` that each belongs to."""

INCOMPLETE: Mapping[str, str] = MappingProxyType(
    {
        "max_output_tokens": "length",
        "max_messages": "length",
        "steered": "length",  # another input took its place: the answer is not over, and will not be
        "content_filter": "content_filter",
    }
)
"""`IncompleteDetails.reason`: the finish reason in chat's words; one that no row names is `length`."""

STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "completed": "",
        "incomplete": "length",
        # A response that is made in the background: the answer is to be fetched by its id.
        "queued": "length",
        "in_progress": "length",
        "failed": "an error",
        "cancelled": "an error",
    }
)
"""`ResponseStatus`: the finish reason where the answer is not complete."""

RESPONSE: Mapping[str, str] = MappingProxyType(
    {
        "id": "id",
        "created_at": "created",
        "model": "model",
        "output": "the message: `items`",
        "status": "finish_reason",
        "incomplete_details": "finish_reason, and native_finish_reason beside it",
        "error": "the error that is raised",
        "usage": "usage",
        "tool_usage": "kept; its searches are counted in the usage too",
        "service_tier": "kept",
        "conversation": "kept",
        "input_transformations": "kept",
        "moderation": "kept",
        "prompt_cache_diagnostics": "kept",
        # What a response only repeats of its request.
        "access_programs": "left out",
        "background": "left out",
        "completed_at": "left out",
        "image": "left out",
        "instructions": "left out",
        "max_output_tokens": "left out",
        "max_tool_calls": "left out",
        "metadata": "left out",
        "object": "left out",
        "parallel_tool_calls": "left out",
        "previous_response_id": "left out",
        "prompt": "left out",
        "prompt_cache_key": "left out",
        "prompt_cache_options": "left out",
        "prompt_cache_retention": "left out",
        "reasoning": "left out",
        "safety_identifier": "left out",
        "temperature": "left out",
        "text": "left out",
        "tool_choice": "left out",
        "tools": "left out",
        "top_logprobs": "left out",
        "top_p": "left out",
        "truncation": "left out",
        "user": "left out",
    }
)
"""`Response`: where its fields are in an answer; what no row names is kept under its own name."""

ECHOES: Set[str] = frozenset(
    {
        "frequency_penalty",
        "max_tokens",
        "output_text",
        "presence_penalty",
        "store",
        *(name for name, place in RESPONSE.items() if not place.startswith("kept")),
    }
)
"""What of a response is not kept: what is elsewhere in an answer, and what only repeats the request. The first ones are
sent by OpenAI and compatible servers, and are not in the package's type."""

USAGE: Mapping[str, str] = MappingProxyType(
    {
        "input_tokens": "prompt_tokens",
        "input_tokens_details": "prompt_tokens_details",
        "output_tokens": "completion_tokens",
        "output_tokens_details": "completion_tokens_details",
        "total_tokens": "total_tokens",
    }
)
"""`ResponseUsage`: chat's names."""

USAGE_DETAILS: Set[str] = frozenset(
    {"cached_tokens", "cache_write_tokens", "cache_write_tokens_details", "reasoning_tokens"}
)
"""Fields of `InputTokensDetails` and `OutputTokensDetails`: chat has them under the same names."""

USES: Mapping[str, str] = MappingProxyType(
    {
        "web_search_call": "web_search_requests",
        # https://platform.openai.com/docs/pricing#built-in-tools: a fee for each, that no price list here has; what
        # cannot be priced is counted, so that no cost is told without it.
        "file_search_call": "file_search_requests",
        "code_interpreter_call": "code_interpreter_requests",
        "image_generation_call": "image_generation_requests",
    }
)
"""Items that cost money beside their tokens, and the count of the usage's `server_tool_use` that each adds to."""

FREE_SEARCHES: Set[str] = frozenset({"open_page", "find_in_page"})
"""Actions of a `web_search_call` that are no search: `Response.tool_usage` says so."""

FAILURES: Mapping[str, tuple[int, RefusalKind]] = MappingProxyType(
    {
        "server_error": (500, "unavailable"),
        "vector_store_timeout": (504, "unavailable"),
        "rate_limit_exceeded": (429, "rate_limit"),
        # The project's data must stay where this endpoint is not: another connection's may stay there.
        "data_residency_mismatch": (403, "account"),
        "invalid_prompt": (400, "content_filter"),
        "bio_policy": (400, "content_filter"),
        "misalignment_policy_violation": (400, "content_filter"),
        "image_content_policy_violation": (400, "content_filter"),
        "invalid_image": (400, "bad_request"),
        "invalid_image_format": (400, "bad_request"),
        "invalid_base64_image": (400, "bad_request"),
        "invalid_image_url": (400, "bad_request"),
        "invalid_image_mode": (400, "bad_request"),
        "image_too_large": (400, "bad_request"),
        "image_too_small": (400, "bad_request"),
        "image_parse_error": (400, "bad_request"),
        "image_file_too_large": (400, "bad_request"),
        "unsupported_image_media_type": (400, "bad_request"),
        "empty_image_file": (400, "bad_request"),
        "failed_to_download_image": (400, "bad_request"),
        "image_file_not_found": (400, "bad_request"),
    }
)
"""`ResponseError.code`: the HTTP status that a code stands for, and its kind."""

_ACCOUNT: Mapping[str, tuple[int, RefusalKind]] = MappingProxyType(
    {
        # https://platform.openai.com/docs/guides/error-codes
        "billing_hard_limit_reached": (402, "account"),
        "billing_not_active": (402, "account"),
        "insufficient_quota": (429, "account"),
    }
)
_CODES = {**FAILURES, **_ACCOUNT}

RESPONSES = Words(
    statuses={code: status for code, (status, _) in _CODES.items()},
    always={code: kind for code, (_, kind) in _CODES.items() if kind in ("account", "content_filter")},
    codes={code: kind for code, (_, kind) in _CODES.items()},
).over(WORDS)
"""What the codes mean, in an answer of any status."""
