"""Tokens and US dollars of a model's call, as Langfuse counts them and as others say them.

Langfuse adds kinds of tokens up by the start of their names, so that a part told apart (`input_cached_tokens`) is
taken from the whole (`input`). Its rules:
https://github.com/langfuse/langfuse/blob/v4.16.0/packages/shared/src/server/otel/OtelIngestionProcessor.ts
"""

from collections.abc import Mapping
from typing import Any

from genai_sdk.langfuse.values import decode_object, number_of

MOST_TOKENS = 10**12
"""More than this is no count of tokens."""

MOST_DOLLARS = 1e12
"""More than this is no cost."""

_PREFIXES = ("gen_ai.usage.", "llm.token_count.")
_COST = ("gen_ai.usage.cost", "llm.cost.total")

# What Langfuse calls a count, which whole it is part of, and what others call it; of several names the first counts.
_WHOLES = (
    ("input", ("prompt_tokens", "input_tokens", "prompt")),
    ("output", ("completion_tokens", "output_tokens", "completion")),
    ("total", ("total_tokens", "total")),
)
_PARTS = (
    (
        "input_cached_tokens",
        "input",
        (
            *("cache_read.input_tokens", "cache_read_input_tokens", "cache_read_tokens", "details.cache_read_tokens"),
            *("details.cache_read_input_tokens", "prompt_details.cache_read", "input_cached_tokens"),
        ),
    ),
    (
        "input_cache_creation",
        "input",
        (
            *("cache_creation.input_tokens", "cache_creation_input_tokens", "cache_write_tokens"),
            *("details.cache_write_tokens", "details.cache_creation_input_tokens", "prompt_details.cache_write"),
            "input_cache_creation",
        ),
    ),
    ("output_reasoning_tokens", "output", ("reasoning.output_tokens", "completion_details.reasoning")),
    ("output_audio_tokens", "output", ("completion_details.audio",)),
)
_KNOWN = frozenset(name for names in (*(row[1] for row in _WHOLES), *(row[2] for row in _PARTS)) for name in names)

# The AI SDK: https://ai-sdk.dev/docs/ai-sdk-core/telemetry. Older versions first, as in Langfuse.
_VERCEL = (
    (
        "input",
        ("gen_ai.usage.prompt_tokens", "gen_ai.usage.input_tokens", "ai.usage.promptTokens", "ai.usage.inputTokens"),
    ),
    (
        "output",
        (
            *("gen_ai.usage.completion_tokens", "gen_ai.usage.output_tokens"),
            *("ai.usage.completionTokens", "ai.usage.outputTokens"),
        ),
    ),
    ("total", ("ai.usage.tokens",)),
    ("input_cached_tokens", ("ai.usage.cachedInputTokens",)),
    ("output_reasoning_tokens", ("ai.usage.reasoningTokens",)),
)
# What stands in `ai.response.providerMetadata`, by where.
_PROVIDERS = (
    ("input_cached_tokens", ("openai", "cachedPromptTokens")),
    ("accepted_prediction_tokens", ("openai", "acceptedPredictionTokens")),
    ("rejected_prediction_tokens", ("openai", "rejectedPredictionTokens")),
    ("output_reasoning_tokens", ("openai", "reasoningTokens")),
    ("input_cache_creation", ("anthropic", "usage", "cache_creation_input_tokens")),
    ("input_cached_tokens", ("anthropic", "usage", "cache_read_input_tokens")),
    ("input_cache_creation_5m", ("anthropic", "usage", "cache_creation", "ephemeral_5m_input_tokens")),
    ("input_cache_creation_1h", ("anthropic", "usage", "cache_creation", "ephemeral_1h_input_tokens")),
    ("input_cache_read", ("bedrock", "usage", "cacheReadInputTokens")),
    ("input_cache_write", ("bedrock", "usage", "cacheWriteInputTokens")),
    ("input_cache_creation", ("bedrock", "usage", "cacheCreationInputTokens")),
)
_VERCEL_PARTS = (
    *("input_cached_tokens", "input_cache_creation", "input_cache_creation_5m", "input_cache_creation_1h"),
    *("input_cache_read", "output_reasoning_tokens"),
)

# OpenAI's two forms of a usage, which its SDK's users hand on as they are.
_OPENAI = (
    {"prompt_tokens": "input", "completion_tokens": "output", "total_tokens": "total"},
    {"input_tokens": "input", "output_tokens": "output", "total_tokens": "total"},
)


def usage_of(attributes: Mapping[str, Any], scope: str) -> dict[str, int]:
    """Return tokens by kind as others than Langfuse say them."""
    if scope == "ai":
        return _vercel(attributes)
    raw = {
        key[len(prefix) :]: count
        for prefix in _PREFIXES
        for key, value in attributes.items()
        if key.startswith(prefix) and key not in _COST and (count := _count(value)) is not None
    }
    if not raw:
        return {}
    usage = {key.removeprefix("details."): count for key, count in raw.items() if key not in _KNOWN}
    for kind, names in (*_WHOLES, *((row[0], row[2]) for row in _PARTS)):
        count = next((raw[name] for name in names if name in raw), None)
        if count is not None:
            usage[kind] = count
    return _apart(usage, {kind: whole for kind, whole, _ in _PARTS})


def _vercel(attributes: Mapping[str, Any]) -> dict[str, int]:
    usage = {
        kind: count
        for kind, names in _VERCEL
        if (count := next((n for name in names if (n := _count(attributes.get(name))) is not None), None)) is not None
    }
    metadata = decode_object(attributes.get("ai.response.providerMetadata"))
    for kind, path in _PROVIDERS if metadata else ():
        value: Any = metadata
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if kind not in usage and (count := _count(value)) is not None:
            usage[kind] = count
    by_age = usage.get("input_cache_creation_5m", 0) + usage.get("input_cache_creation_1h", 0)
    if by_age:
        usage["input_cache_creation"] = max(usage.get("input_cache_creation", 0) - by_age, 0)
    return _apart(usage, {kind: kind.partition("_")[0] for kind in _VERCEL_PARTS})


def _apart(usage: dict[str, int], wholes: Mapping[str, str]) -> dict[str, int]:
    """Take the parts that are told apart from their wholes."""
    for kind, whole in wholes.items():
        if kind in usage and whole in usage:
            usage[whole] = max(usage[whole] - usage[kind], 0)
    return usage


def counts(details: Mapping[str, Any]) -> dict[str, int]:
    """Return tokens by kind from what is said to be; what is no count is left out, and OpenAI's form is understood."""
    for wholes in _OPENAI:
        if wholes.keys() <= details.keys() <= {*wholes, *(f"{name}_details" for name in wholes)}:
            usage = {kind: count for name, kind in wholes.items() if (count := _count(details[name])) is not None}
            parts = {
                f"{kind}_{part}": (kind, count)
                for name, kind in wholes.items()
                for part, each in decode_object(details.get(f"{name}_details")).items()
                if (count := _count(each)) is not None
            }
            usage |= {part: count for part, (_, count) in parts.items()}
            return _apart(usage, {part: kind for part, (kind, _) in parts.items()})
    return {kind: count for kind, each in details.items() if (count := _count(each)) is not None}


def dollars_of(details: Mapping[str, Any]) -> dict[str, float]:
    """Return US dollars by kind from what is said to be; what is no amount is left out."""
    return {
        kind: amount
        for kind, each in details.items()
        if (amount := number_of(each)) is not None and amount <= MOST_DOLLARS
    }


def cost_of(attributes: Mapping[str, Any]) -> dict[str, float]:
    """Return US dollars by kind as others than Langfuse say them."""
    return dollars_of({"total": next((attributes[name] for name in _COST if name in attributes), None)})


def _count(value: Any) -> int | None:
    number = number_of(value)
    return int(number) if number is not None and number == int(number) and number <= MOST_TOKENS else None
