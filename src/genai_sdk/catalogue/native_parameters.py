"""The parameters of calls in a vendor's own shape, by name, each with its meaning."""

from collections.abc import Mapping
from types import MappingProxyType

from genai_sdk.catalogue.parameters import CHAT_PARAMETERS

# https://platform.openai.com/docs/api-reference/responses/create; openai 3.57.0, types/responses/response_create_params
_RESPONSES = {
    "access_programs": "programs of the vendor's that the call takes part in",
    "background": "whether the vendor goes on by itself, and the answer is fetched later",
    "background_options": "how long an answer in the background may wait",
    "context_management": "when the vendor shortens what came before",
    "conversation": "the vendor's conversation that the call belongs to",
    "image": "policy of generated pictures",
    "include": "what else an answer holds, such as reasoning.encrypted_content",
    "instructions": "the system's words, which no later call inherits",
    "max_output_tokens": "the most tokens to generate, reasoning included",
    "max_tool_calls": "how many calls of the server's own tools there may be",
    "moderation": "what the vendor looks for in what goes in and comes out",
    "parallel_tool_calls": "whether several tools may be called at once",
    "previous_response_id": "the response that the vendor keeps and that this one goes on from",
    "prompt": "a prompt that the vendor keeps",
    "prompt_cache_key": "what groups requests with the same beginning in the vendor's cache",
    "prompt_cache_options": "how the vendor caches the beginning",
    "prompt_cache_retention": "how long the vendor keeps the beginning in its cache",
    "reasoning": 'how to reason, such as {"effort": "low", "summary": "auto"}',
    "safety_identifier": "a stable, anonymous identifier of the end user, against abuse",
    "service_tier": "the vendor's class of service",
    "store": "whether the vendor keeps the response",
    "stream_options": "options of a stream",
    "temperature": "how random the output is, 0 to 2",
    "text": 'the form of the text, such as {"format": {…}, "verbosity": "low"}',
    "text_format": "a type that the text is read as (`output_parsed`)",
    "tool_choice": "which tool to call, or none",
    "tools": "the tools that may be called, the server's own among them",
    "top_logprobs": "how many likely tokens to return at each position, 0 to 20",
    "top_p": "the share of probability to sample from, 0 to 1",
    "truncation": "whether a conversation that is too long is shortened",
    "user": "an identifier of the end user",
}

# https://docs.anthropic.com/en/api/messages; anthropic 2.14.0, types/message_create_params and its beta twin
_MESSAGES = {
    "betas": "names of the vendor's beta features, for its header",
    "cache_control": "where the vendor's cache of the prompt ends",
    "container": "the vendor's container that code runs in",
    "context_management": "what of the conversation the vendor clears",
    "diagnostics": "what the vendor says of its cache",
    "inference_geo": "where the model runs",
    "mcp_servers": "MCP servers that the vendor calls",
    "output_config": 'the form of the answer and the effort, such as {"effort": "low", "format": {…}}',
    "service_tier": '"auto" or "standard_only"',
    "speed": "the vendor's speed, such as fast",
    "stop_sequences": "texts at which to stop",
    "system": "the system's words: a text, or blocks of text",
    "temperature": "how random the output is, 0 to 1; newer models do not take it",
    "thinking": 'how to think, such as {"type": "enabled", "budget_tokens": 1024}',
    "tool_choice": 'which tool to call, such as {"type": "any"}',
    "tools": "the tools that may be called, the server's own among them",
    "top_k": "how many of the likeliest tokens to sample from",
    "top_p": "the share of probability to sample from, 0 to 1",
    "user": "an opaque identifier of the end user: the vendor's metadata.user_id",
}

_SHARED = {name: CHAT_PARAMETERS[name] for name in ("extra_body", "extra_headers")}

RESPONSES_PARAMETERS: Mapping[str, str] = MappingProxyType(dict(sorted({**_RESPONSES, **_SHARED}.items())))
"""What `responses` takes beside the model, the input and the routing options."""

MESSAGES_PARAMETERS: Mapping[str, str] = MappingProxyType(dict(sorted({**_MESSAGES, **_SHARED}.items())))
"""What `messages` takes beside the model, the messages, `max_tokens` and the routing options."""
