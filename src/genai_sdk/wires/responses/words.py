"""What of OpenAI's Responses API only OpenAI's own servers have."""

from collections.abc import Set

SOURCE = "openai 3.57.0"
"""The package, and its version, that the rows below were read from (`openai.types.responses`)."""

STATEFUL = (
    *("access_programs", "background", "background_options", "context_management", "conversation", "image"),
    *("max_tool_calls", "moderation", "previous_response_id", "prompt", "prompt_cache_options"),
)
"""Parameters that mean something the vendor keeps or does by itself."""

HOSTED: Set[str] = frozenset(
    (
        *("apply_patch", "code_interpreter", "computer", "computer_use", "computer_use_preview", "file_search"),
        *("image_generation", "local_shell", "mcp", "namespace", "programmatic_tool_calling", "shell", "tool_search"),
    )
)
"""`ToolParam`: the types of tools that are no function of the client's, without the search of the web."""

INCLUDED: Set[str] = frozenset({"reasoning.encrypted_content", "message.output_text.logprobs"})
"""`ResponseIncludable`: what an answer that was put as chat can hold too."""

LEFT_BEHIND: Set[str] = frozenset(
    (
        *("additional_tools", "code_interpreter_call", "compaction", "file_search_call", "image_generation_call"),
        *("mcp_call", "mcp_list_tools", "program", "program_output", "tool_search_call", "tool_search_output"),
        *("web_search_call",),
    )
)
"""Items that OpenAI's own servers made for themselves: another vendor's model has no use for them, as for reasoning
that it cannot open; what they came to is in the message that follows. All else that is no message and no call is
refused."""
