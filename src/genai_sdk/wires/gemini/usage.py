"""Tokens, as Google counts them and as OpenAI does."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types.base import count
from genai_sdk.wires.gemini.words import MODALITIES, TRAFFIC, USAGE
from genai_sdk.wires.unknown import Notice, ignore, notice_all

Counts = dict[str, int]


def usage_of(usage_metadata: Any, searches: int = 0, notice: Notice = ignore) -> dict[str, Any] | None:
    """Return tokens in OpenAI's shape; None where nothing is counted.

    Thoughts are a part of the completion, and what tools of the server's brought is a part of the prompt: Google counts
    both apart, and bills them as these (https://ai.google.dev/gemini-api/docs/pricing).

    Args:
        usage_metadata: `usageMetadata`.
        searches: How many searches grounded the answer, which are paid for one by one.
        notice: Is told of counts that no row names.
    """
    if not isinstance(usage_metadata, Mapping):
        return None
    thoughts, tools = _tokens(usage_metadata, "thoughtsTokenCount"), _tokens(usage_metadata, "toolUsePromptTokenCount")
    prompt = _tokens(usage_metadata, "promptTokenCount") + tools
    completion = _tokens(usage_metadata, "candidatesTokenCount") + thoughts
    total = _tokens(usage_metadata, "totalTokenCount")
    if not (prompt or completion or total):
        return None
    usage: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": total or prompt + completion,
    }
    if details := _prompt_details(usage_metadata, tools):
        usage["prompt_tokens_details"] = details
    if details := _completion_details(usage_metadata, thoughts):
        usage["completion_tokens_details"] = details
    if searches:
        usage["server_tool_use"] = {"web_search_requests": searches}
    if usage_metadata.get("trafficType"):
        usage["traffic_type"] = usage_metadata["trafficType"]
    if not usage_metadata.keys() <= USAGE.keys():
        unknown = {name: item for name, item in usage_metadata.items() if name not in USAGE}
        notice_all(notice, "usage field", unknown)
        usage.update(unknown)
    return usage


def tier_of(usage_metadata: Any) -> str | None:
    """Return the class of service that a price depends on; None for the ordinary one."""
    traffic = usage_metadata.get("trafficType") if isinstance(usage_metadata, Mapping) else None
    return TRAFFIC.get(traffic) if isinstance(traffic, str) else None


def _prompt_details(usage_metadata: Mapping[str, Any], tools: int) -> dict[str, Any]:
    cached = _by_modality(usage_metadata.get("cacheTokensDetails"))
    # What was cached is priced as that, so the kinds count only the rest.
    kinds = {
        kind: tokens - cached.get(kind, 0)
        for kind, tokens in _by_modality(usage_metadata.get("promptTokensDetails")).items()
    }
    for kind, tokens in _by_modality(usage_metadata.get("toolUsePromptTokensDetails")).items():
        kinds[kind] = kinds.get(kind, 0) + tokens
    details: dict[str, Any] = {kind: tokens for kind, tokens in kinds.items() if tokens > 0}
    if read := _tokens(usage_metadata, "cachedContentTokenCount"):
        details["cached_tokens"] = read
        if cached:
            details["cached_tokens_details"] = cached
    if tools:
        details["tool_use_tokens"] = tools
    return details


def _completion_details(usage_metadata: Mapping[str, Any], thoughts: int) -> dict[str, Any]:
    details = _by_modality(usage_metadata.get("candidatesTokensDetails"))
    if thoughts:
        details["reasoning_tokens"] = thoughts
    return details


def _by_modality(details: Any) -> Counts:
    counts: Counts = {}
    for item in details if isinstance(details, list) else ():
        name = MODALITIES.get(str(item.get("modality")), "other_tokens") if isinstance(item, Mapping) else None
        if name is not None and (tokens := _tokens(item, "tokenCount")):
            counts[name] = counts.get(name, 0) + tokens
    return counts


def _tokens(usage_metadata: Mapping[str, Any], name: str) -> int:
    item = usage_metadata.get(name)
    return item if type(item) is int else count(item or 0)
