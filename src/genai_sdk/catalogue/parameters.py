"""The parameters a call takes, by name, and those it refuses with what to do instead."""

from collections.abc import Mapping
from types import MappingProxyType

# https://platform.openai.com/docs/api-reference/chat/create
_OPENAI_CHAT = {
    "audio": "voice and format of spoken output",
    "extra_body": "further fields for the request's body, as the vendor names them",
    "extra_headers": "further HTTP headers; they cannot replace authentication",
    "frequency_penalty": "how much to avoid tokens by how often they occurred, -2 to 2",
    "logit_bias": "by token id, how much to favour or avoid it, -100 to 100",
    "logprobs": "whether to return the log probabilities of the output's tokens",
    "max_completion_tokens": "the most tokens to generate, reasoning included",
    "max_tokens": "the most tokens to generate; older name of max_completion_tokens",
    "modalities": 'kinds of output, such as ["text", "audio"]',
    "n": "how many choices to generate",
    "parallel_tool_calls": "whether several tools may be called at once",
    "prediction": "text that is likely to come out, to answer faster",
    "presence_penalty": "how much to avoid tokens that occurred at all, -2 to 2",
    "prompt_cache_key": "what groups requests with the same beginning in the vendor's cache",
    "prompt_cache_retention": 'how long the vendor keeps the prompt in its cache, such as "24h"',
    "reasoning_effort": 'how much to reason: "none", "minimal", "low", "medium", "high", "xhigh" or "max"',
    "response_format": "the form of the answer: a dict, or a model class that the answer is read as",
    "safety_identifier": "a stable, anonymous identifier of the end user, against abuse",
    "seed": "a number that makes sampling repeatable, as far as the vendor can",
    "service_tier": 'the vendor\'s class of service, such as "flex" or "priority"',
    "stop": "up to four texts at which to stop",
    "store": "whether the vendor stores the completion",
    "stream_options": "options of a stream; usage is always asked for where the vendor gives it",
    "temperature": "how random the output is, 0 to 2",
    "tool_choice": "which tool to call, or none",
    "tools": "the tools that may be called",
    "top_logprobs": "how many likely tokens to return at each position, 0 to 20",
    "top_p": "the share of probability to sample from, 0 to 1",
    "user": "an identifier of the end user",
    "verbosity": 'how long an answer: "low", "medium" or "high"',
    "web_search_options": "lets the model search the web",
}

_OTHER_VENDORS_CHAT = {
    # https://ai.google.dev/gemini-api/docs/safety-settings
    "safety_settings": "Gemini's thresholds by category of harm",
    # https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
    "thinking": 'how Claude thinks, such as {"type": "enabled", "budget_tokens": 1024}',
    # https://docs.anthropic.com/en/api/messages and https://ai.google.dev/api/generate-content
    "top_k": "how many of the likeliest tokens to sample from (Claude, Gemini and many compatible servers)",
}

CHAT_PARAMETERS: Mapping[str, str] = MappingProxyType(dict(sorted({**_OPENAI_CHAT, **_OTHER_VENDORS_CHAT}.items())))
"""What `completion` takes beside the model, the messages and the routing options, each with its meaning."""

# https://platform.openai.com/docs/api-reference/embeddings/create
EMBEDDING_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "dimensions": "the length of the vectors",
        "encoding_format": '"float" or "base64"',
        "extra_body": _OPENAI_CHAT["extra_body"],
        "extra_headers": _OPENAI_CHAT["extra_headers"],
        "user": _OPENAI_CHAT["user"],
    }
)
"""What `embedding` takes beside the model, the input and the routing options, each with its meaning."""

_FROM_CONNECTION = "it belongs to the connection in Langfuse; change it there, or choose another connection"
_AT_CLIENT = "it is an option of GenAIClient"
_RETRIES = "give num_retries, or retry_policy in router_args"
_ROUTER = "give it in router_args of GenAIClient"
_TRACED = "every call is recorded in Langfuse already"

REFUSED_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "api_base": _FROM_CONNECTION,
        "api_key": _FROM_CONNECTION,
        "api_type": _FROM_CONNECTION,
        "api_version": _FROM_CONNECTION,
        "aws_access_key_id": _FROM_CONNECTION,
        "aws_bedrock_runtime_endpoint": _FROM_CONNECTION,
        "aws_region_name": _FROM_CONNECTION,
        "aws_secret_access_key": _FROM_CONNECTION,
        "aws_session_token": _FROM_CONNECTION,
        "azure_ad_token": _FROM_CONNECTION,
        "base_url": _FROM_CONNECTION,
        "organization": "set the header OpenAI-Organization on the connection in Langfuse",
        "vertex_credentials": _FROM_CONNECTION,
        "vertex_location": _FROM_CONNECTION,
        "vertex_project": _FROM_CONNECTION,
        "custom_llm_provider": "write the provider before the model, such as azure/gpt-6-sol",
        "deployment_id": "write it as the model, such as azure/my-deployment or my-connection/my-deployment",
        "model_list": "register the deployments as connections in Langfuse",
        "client": "the connections' clients are our own",
        "shared_session": "the connections' clients are our own",
        "ssl_verify": f"{_AT_CLIENT}: ca_bundle",
        "request_timeout": "give timeout (one attempt) or deadline (the whole call)",
        "max_retries": _RETRIES,
        "default_fallbacks": _ROUTER,
        "retry_policy": _ROUTER,
        "routing_strategy": _ROUTER,
        "cooldown_time": _ROUTER,
        "allowed_fails": _ROUTER,
        "disable_fallbacks": "give fallbacks=[]",
        "allowed_openai_params": "every parameter of OpenAI's may be given by name",
        "functions": 'give tools=[{"type": "function", "function": {...}}]',
        "function_call": "give tool_choice",
        "prompt_id": "give prompt=client.get_prompt(...)",
        "prompt_variables": "give prompt=client.get_prompt(..., variables={...})",
        "callbacks": _TRACED,
        "success_callback": _TRACED,
        "failure_callback": _TRACED,
        "logger_fn": _TRACED,
        "caching": "answers are not cached here; the vendor's prompt cache is prompt_cache_key or cache_control",
        "cache": "answers are not cached here; the vendor's prompt cache is prompt_cache_key or cache_control",
        "cache_control": 'put it into a content part: {"type": "text", "text": ..., "cache_control": {...}}',
        "input_cost_per_token": "costs come from the price list; a price of one's own belongs into Langfuse's models",
        "output_cost_per_token": "costs come from the price list; a price of one's own belongs into Langfuse's models",
        "mock_response": "use genai_sdk.testing, which has fake providers for every adapter",
        "mock_timeout": "use genai_sdk.testing, which has fake providers for every adapter",
        "mock_tool_calls": "use genai_sdk.testing, which has fake providers for every adapter",
    }
)
"""litellm's own and older parameters that are refused, each with what to do instead."""
