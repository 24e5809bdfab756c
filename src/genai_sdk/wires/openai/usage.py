"""Usage as servers of OpenAI's wire report it: wherever they put it, whatever they call it. Pure."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from genai_sdk.types.base import count
from genai_sdk.wires.unknown import Notice, ignore, notice_all
from genai_sdk.wires.values import tidy

_COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")
_DETAILS = ("prompt_tokens_details", "completion_tokens_details")
# Anthropic's names and those of the Responses API, which some gateways leave as they are.
_OTHERS = {
    "input_tokens": "prompt_tokens",
    "output_tokens": "completion_tokens",
    # Gateways in camel case, Google's and Bedrock's own names, Ollama's
    "promptTokens": "prompt_tokens",
    "completionTokens": "completion_tokens",
    "totalTokens": "total_tokens",
    "promptTokenCount": "prompt_tokens",
    "candidatesTokenCount": "completion_tokens",
    "totalTokenCount": "total_tokens",
    "inputTokens": "prompt_tokens",
    "outputTokens": "completion_tokens",
    "prompt_eval_count": "prompt_tokens",
    "eval_count": "completion_tokens",
    "input_tokens_details": "prompt_tokens_details",
    "output_tokens_details": "completion_tokens_details",
}
# What OpenAI itself reports, and next to every server: nothing has to be looked for under another name.
_PLAIN = frozenset({*_COUNTS, *_DETAILS})
KNOWN = frozenset(
    {
        *_PLAIN,
        *_OTHERS,
        # Kept under their own names. Durations: Groq, Cerebras, Together.
        *("queue_time", "prompt_time", "completion_time", "total_time", "total_latency", "time_to_first_token"),
        # Anthropic's behind a gateway, and the Responses API's
        *("cache_creation", "cache_creation_input_tokens", "cache_read_input_tokens", "server_tool_use"),
        *("input_tokens_details", "output_tokens_details", "service_tier", "speed", "inference_geo", "iterations"),
        # https://api-docs.deepseek.com/api/create-chat-completion, Moonshot, vLLM, Mistral, Zhipu
        *("prompt_cache_hit_tokens", "prompt_cache_miss_tokens", "cached_tokens", "num_cached_tokens"),
        *("prompt_token_details", "prompt_audio_seconds", "completion_details", "reasoning_tokens"),
        # https://docs.perplexity.ai/api-reference/chat-completions-post, https://docs.x.ai/docs/api-reference
        *("search_context_size", "citation_tokens", "num_search_queries", "num_sources_used", "web_search_requests"),
        *("cost_in_usd_ticks", "cost_in_nano_usd", "server_side_tool_usage_details", "server_side_tools_used"),
        # https://openrouter.ai/docs/use-cases/usage-accounting and proxies
        *("cost", "cost_details", "is_byok", "estimated_cost", "total_cost", "traffic_type"),
        # Gemini behind OpenAI's wire; DashScope
        *("cachedContentTokenCount", "thoughtsTokenCount", "extra_properties", "plugins", "x_details"),
    }
)
"""Fields of usage by whoever serves OpenAI's wire; any other is kept as well, and counted as unknown."""
# Tokens read from a cache: DeepSeek, Moonshot, Mistral, Anthropic's behind a gateway.
_CACHED = (
    "prompt_cache_hit_tokens",
    "cached_tokens",
    "num_cached_tokens",
    "cache_read_input_tokens",
    "cachedContentTokenCount",
)


def find_usage(data: Mapping[str, Any]) -> Any:
    """Return the usage in an answer or an event: its own, Groq's (`x_groq`), or that of a choice (Moonshot)."""
    if (usage := data.get("usage")) is not None:
        return usage
    for name in ("x_groq", "metadata"):
        beside = data.get(name)
        if isinstance(beside, Mapping) and beside.get("usage"):
            return beside["usage"]
    if "usageMetadata" in data:
        return data["usageMetadata"]
    choices = data.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict) and isinstance(choice.get("usage"), Mapping):
            return choice.pop("usage")
    return None


def usage_fields(usage: Any, notice: Notice = ignore) -> dict[str, Any] | None:
    """Return usage by OpenAI's names, without what is no count; None if it is none at all."""
    if isinstance(usage, list) and len(usage) == 1:
        usage = usage[0]
    if not isinstance(usage, Mapping):
        return None
    made: dict[str, Any] = tidy(dict(usage))
    is_plain = made.keys() <= _PLAIN
    for theirs, ours in () if is_plain else _OTHERS.items():
        if theirs in made and ours not in made:
            made[ours] = made[theirs]
    _count(made, _COUNTS)
    for name in _DETAILS:
        details = made.get(name)
        if isinstance(details, dict):
            _count(details, tuple(key for key in details if key.endswith("_tokens")))
        else:
            made.pop(name, None)
    if not is_plain:
        _add_cache(made)
        notice_all(notice, "usage field", made.keys() - KNOWN)
    if "total_tokens" not in made and ("prompt_tokens" in made or "completion_tokens" in made):
        made["total_tokens"] = made.get("prompt_tokens", 0) + made.get("completion_tokens", 0)
    return made or None


def _add_cache(made: dict[str, Any]) -> None:
    details = made.get("prompt_tokens_details") or {}
    cached = next((made[name] for name in _CACHED if isinstance(made.get(name), int | float)), 0)
    written = made.get("cache_creation_input_tokens")
    if cached and not details.get("cached_tokens"):
        details = {**details, "cached_tokens": int(cached)}
    wrote = details.get("cache_creation_tokens") or details.get("cache_write_tokens")
    if isinstance(written, int | float) and written and not wrote:
        details = {**details, "cache_creation_tokens": int(written)}
    if details:
        made["prompt_tokens_details"] = details
    thought = made.get("reasoning_tokens") or made.get("thoughtsTokenCount")
    if isinstance(thought, int) and not made.get("completion_tokens_details"):
        made["completion_tokens_details"] = {"reasoning_tokens": thought}


def _count(fields: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in fields and type(fields[name]) is not int:
            number = None
            with suppress(OverflowError, TypeError, ValueError):
                number = count(fields[name])
            if number is None:
                del fields[name]
            else:
                fields[name] = number
