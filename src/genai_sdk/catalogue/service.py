"""The words by which vendors say how a call was served and what else it used, and what they mean for its price.

A word that no row names is not priced: a vendor's new tier costs what nobody here knows.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from genai_sdk.types import Usage

STANDARD = ""
"""The terms that everybody has who asked for none."""

_OPENAI = MappingProxyType(
    {
        # openai 3.57.0, types/chat/chat_completion.py; `scale`, which it has too, is priced by no list that was read.
        "auto": STANDARD,
        "default": STANDARD,
        "flex": "flex",
        "priority": "priority",
        "fast": "fast",
        # openai 3.57.0, types/beta/beta_service_tier.py
        "ultrafast": "ultrafast",
        # Words of other vendors, which compatible servers and gateways hand on.
        "standard": STANDARD,
        "batch": "batches",
    }
)
_GOOGLE = MappingProxyType(
    {
        # google-genai 3.6.1, types.py: TrafficType and ServiceTier. PROVISIONED_THROUGHPUT is capacity bought ahead,
        # and for ON_DEMAND_OFFPEAK litellm 1.110.2 lists no price.
        "traffic_type_unspecified": STANDARD,
        "on_demand": STANDARD,
        "on_demand_flex": "flex",
        "on_demand_priority": "priority",
        "unspecified": STANDARD,
        "standard": STANDARD,
        "flex": "flex",
        "priority": "priority",
        # The words of our own requests, and of gateways.
        "default": STANDARD,
        "batch": "batches",
    }
)

TIERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "openai": _OPENAI,
        "azure": _OPENAI,
        # anthropic 2.14.0, types/usage.py: standard, batch, and `priority`, for which litellm 1.110.2 lists no price;
        # `default` is OpenAI's word for the first one.
        "anthropic": MappingProxyType({"standard": STANDARD, "default": STANDARD, "batch": "batches"}),
        # botocore 1.44.8, bedrock-runtime: ServiceTierType; for `reserved` litellm 1.110.2 lists no price.
        "bedrock": MappingProxyType(
            {"default": STANDARD, "standard": STANDARD, "flex": "flex", "priority": "priority"}
        ),
        "google-vertex-ai": _GOOGLE,
        "google-ai-studio": _GOOGLE,
        # A price of the project holds whatever the connection is.
        "": MappingProxyType({**_GOOGLE, **_OPENAI}),
    }
)
"""By adapter: what a vendor calls a tier in its answers, and whose prices that means."""

MULTIPLIERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # anthropic 2.14.0, types/usage.py; the words for where are those that litellm 1.110.2 reads
        # (litellm_core_utils/llm_cost_calc/utils.py).
        "speed": MappingProxyType({"standard": STANDARD, "fast": "fast"}),
        "inference_geo": MappingProxyType({"global": STANDARD, "not_available": STANDARD, "us": "us"}),
    }
)
"""By the usage's field: its words, and the multiplier of the model's row that each means."""

PER_USE: Mapping[str, str] = MappingProxyType(
    {
        # anthropic 2.14.0, types/server_tool_usage.py, and litellm 1.110.2, llms/anthropic/chat/transformation.py. In
        # litellm's list a search has a price, and a fetch and a search for tools have none but that of their tokens.
        "web_search_requests": "search",
        "web_fetch_requests": "",
        "tool_search_requests": "",
    }
)
"""What a server-run tool's count is priced by; an empty price is none, and a count that is not here is unknown."""

_ORDINARY = (None, "default")
_TIER_FIELDS = ("service_tier", "traffic_type", "trafficType")


def tier_of(adapter: str, usage: Usage, service_tier: object = None) -> str | None:
    """Return whose prices hold: `STANDARD`, the name of a tier, or None where the vendor's word is not known.

    Args:
        adapter: The connection's adapter.
        usage: The call's usage, in which some vendors say it.
        service_tier: What the answer says beside its usage: a word, or Bedrock's `{"type": word}`.
    """
    if not usage.model_extra and service_tier in _ORDINARY:
        return STANDARD
    words = TIERS.get(adapter, {})
    tiers = {
        words.get(str(word).lower())
        for tier in (service_tier, *_reported_tiers(usage))
        if (word := _word(tier)) is not None
    }
    tiers.discard(STANDARD)
    return tiers.pop() if len(tiers) == 1 else None if tiers else STANDARD


def multipliers_of(usage: Usage) -> tuple[str | None, ...]:
    """Return the names of the multipliers that a call's usage says, None for a word that is not known."""
    if not usage.model_extra:
        return ()
    reported = ((words, usage.model_extra.get(field)) for field, words in MULTIPLIERS.items())
    named = (words.get(str(word).lower()) for words, word in reported if word is not None)
    return tuple(name for name in named if name != STANDARD)


def uses_of(usage: Usage) -> dict[str, int]:
    """Return how often a call used what is paid for by use, by the vendor's own name of the count."""
    uses: dict[str, int] = {}
    details = usage.prompt_tokens_details
    if details is not None and details.model_extra:
        _count(uses, "web_search_requests", details.model_extra.get("web_search_requests"))
    counts: Any = usage.model_extra.get("server_tool_use") if usage.model_extra else None
    for name, count in counts.items() if isinstance(counts, Mapping) else ():
        _count(uses, str(name), count)
    return uses


def _count(uses: dict[str, int], name: str, count: object) -> None:
    if isinstance(count, int | float) and count > 0:
        uses[name] = max(int(count), uses.get(name, 0))


def _reported_tiers(usage: Usage) -> Iterator[object]:
    if usage.model_extra:
        for field in _TIER_FIELDS:
            yield usage.model_extra.get(field)


def _word(value: object) -> object:
    return value.get("type") if isinstance(value, Mapping) else value
