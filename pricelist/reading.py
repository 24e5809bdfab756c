"""litellm's price list read as rows of our table: whose it is, its prices, its window and its end."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from genai_sdk.catalogue.model_table import TableRow, TierCard
from genai_sdk.catalogue.names import REGION_PREFIXES

MODES = frozenset({"chat", "responses", "completion", "embedding", "image_generation", "image_edit", "realtime"})
"""What is priced by the token; sounds, films and pages are not."""

KINDS = {
    "input": "input_cost_per_token",
    "cached": "cache_read_input_token_cost",
    "written": "cache_creation_input_token_cost",
    "output": "output_cost_per_token",
    "reasoning": "output_cost_per_reasoning_token",
    "input_audio": "input_cost_per_audio_token",
    "input_image": "input_cost_per_image_token",
    "input_video": "input_cost_per_video_token",
    "output_audio": "output_cost_per_audio_token",
    "output_image": "output_cost_per_image_token",
    "output_video": "output_cost_per_video_token",
}
"""Our kinds of tokens and the list's names of their prices."""
KEPT_LONG = ("cache_creation_input_token_cost_above_1hr", "cache_creation_input_token_cost_above_12hr")
"""What is written to be kept for longer: an hour at Anthropic, twelve at OpenAI."""
LIKE = {"reasoning": "output", "written_long": "written", "input_audio": "input", "input_image": "input"}
"""Kinds that cost as another where no price of their own is listed; an equal price is not repeated."""

AREAS = ("regional_processing_uplift_multiplier_us", "regional_processing_uplift_multiplier_eu")
"""OpenAI's uplift is the same in every area, and the list has it for two of them."""

TIERS = ("flex", "priority", "fast", "ultrafast", "batches")
TRAITS = {
    "supports_vision": "vision",
    "supports_pdf_input": "pdf",
    "supports_audio_input": "audio",
    "supports_video_input": "video",
    "supports_audio_output": "audio_output",
    "supports_function_calling": "tools",
    "supports_parallel_function_calling": "parallel_tools",
    "supports_tool_choice": "tool_choice",
    "supports_forced_tool_use": "forced_tools",
    "supports_response_schema": "json_schema",
    "supports_reasoning": "reasoning",
    "supports_prompt_caching": "caching",
    "supports_web_search": "web_search",
    "supports_computer_use": "computer_use",
    "supports_assistant_prefill": "prefill",
    "supports_sampling_params": "sampling",
    "supports_system_messages": "system",
}
"""What the list says a model takes, and our words for it."""

_ABOVE = re.compile(r"_above_(\d+)k_tokens")
_COMMITMENT = re.compile(r"/(?:1|6)-month-commitment/")


def owners(key: str, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the adapters a row of the list belongs to, with the model's name there."""
    provider = str(row.get("litellm_provider", ""))
    if provider in ("openai", "text-completion-openai") and "/" not in key:
        yield "openai", key
    elif provider in ("azure", "azure_text") and key.startswith("azure/") and key.count("/") == 1:
        yield "azure", key.removeprefix("azure/").lower()
    elif provider == "anthropic" and "/" not in key:
        yield "anthropic", key
    elif provider in ("bedrock", "bedrock_converse") and not _COMMITMENT.search(key):
        name = key.removeprefix("bedrock/")
        # Between the prefix and the model stands a region or nothing; `invoke/` and the like are litellm's own routes.
        if "/" not in name or re.fullmatch(r"[a-z]{2,3}(?:-[a-z]+)+-\d/[^/]+", name):
            yield "bedrock", name
    elif provider.startswith("vertex_ai"):
        name = key.removeprefix("vertex_ai/")
        if "/" not in name:
            yield "google-vertex-ai", name
    elif provider == "gemini" and key.startswith("gemini/") and key.count("/") == 1:
        yield "google-ai-studio", key.removeprefix("gemini/")


def read(row: Mapping[str, Any], number_of: "Numbers", key: str) -> TableRow:
    """Return a row of the list as one of ours."""
    prices = {name: float(item) for name, item in row.items() if isinstance(item, int | float) and "_cost" in name}
    rates, above = _rates(prices, ""), _above(prices, "")
    tiers: dict[str, Any] = {}
    for tier in TIERS:
        own = _rates(prices, f"_{tier}")
        if own:
            tiers[tier] = _tier(rates, above, own, _above(prices, f"_{tier}"))
    takes = [word for name, word in TRAITS.items() if row.get(name) is True]
    refuses = [
        word
        for name, word in TRAITS.items()
        if row.get(name) is False and word in ("sampling", "prefill", "forced_tools")
    ]
    ends = row.get("deprecation_date")
    return TableRow(
        rates=rates,
        above=above,
        tiers=tiers,
        times=_times(row),
        search=_search(row),
        window=_tokens(row.get("max_input_tokens")),
        output=_tokens(row.get("max_output_tokens")),
        takes=number_of.trait(" ".join(takes)),
        refuses=number_of.trait(" ".join(refuses)),
        ends=date.fromisoformat(ends) if isinstance(ends, str) else None,
        source=number_of.source(str(row.get("deprecation_source") or f"litellm: {key}")) if ends else None,
    )


class Numbers:
    """Texts that many rows share, each kept once and known by its number."""

    def __init__(self, sources: list[str] | None = None, traits: list[str] | None = None) -> None:
        self.sources = sources or []
        self.traits = traits or []

    def source(self, text: str) -> int:
        """Return the number of a source."""
        return _number(self.sources, "litellm's price list" if text.startswith("litellm: ") else text)

    def trait(self, text: str) -> int | None:
        """Return the number of a list of traits."""
        return _number(self.traits, text) if text else None


def _number(texts: list[str], text: str) -> int:
    if text not in texts:
        texts.append(text)
    return texts.index(text)


def million(dollars: float) -> float:
    """Return dollars a million tokens, without the noise that binary fractions bring."""
    return float(f"{dollars * 1e6:.10g}")


def _rates(prices: Mapping[str, float], end: str) -> dict[str, float]:
    rates = {kind: million(prices[f"{name}{end}"]) for kind, name in KINDS.items() if f"{name}{end}" in prices}
    for name in KEPT_LONG:
        if f"{name}{end}" in prices:
            rates["written_long"] = million(prices[f"{name}{end}"])
    return {kind: rate for kind, rate in rates.items() if rates.get(LIKE.get(kind, "")) != rate}


def _above(prices: Mapping[str, float], end: str) -> dict[str, dict[str, float]]:
    found = {
        int(match[1])
        for name in prices
        if (match := _ABOVE.search(name)) and name.startswith("input_cost_per_token_above")
    }
    above = {}
    for thousands in sorted(found):
        part = _rates(prices, f"_above_{thousands}k_tokens{end}")
        if part:
            above[str(thousands * 1_000)] = part
    return above


def _tier(
    rates: dict[str, float],
    above: dict[str, dict[str, float]],
    own: dict[str, float],
    longer: dict[str, dict[str, float]],
) -> float | TierCard:
    if rates.get("input") and own.get("input"):
        factor = float(f"{own['input'] / rates['input']:.6g}")

        def same(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
            return one.keys() == other.keys() and all(abs(one[kind] * factor - other[kind]) < 1e-9 for kind in one)

        if same(rates, own) and above.keys() == longer.keys() and all(same(above[n], longer[n]) for n in above):
            return factor
    return TierCard(own, longer)


def _times(row: Mapping[str, Any]) -> dict[str, float]:
    extra = row.get("provider_specific_entry") or {}
    times = {name: float(extra[name]) for name in ("us", "fast") if name in extra}
    if "regional_endpoint_uplift_multiplier" in row:
        times["regional"] = float(row["regional_endpoint_uplift_multiplier"])
    areas = {float(row[field]) for field in AREAS if field in row}
    if len(areas) == 1:
        times["residency"] = areas.pop()
    return times


def _search(row: Mapping[str, Any]) -> float | None:
    sizes = row.get("search_context_cost_per_query")
    # Where the first searches are free, or the price depends on how much is searched, a call's own price is not known.
    if not isinstance(sizes, Mapping) or row.get("search_free_requests") or len(set(sizes.values())) != 1:
        return None
    return float(next(iter(sizes.values())))


def _tokens(item: object) -> int | None:
    return int(item) if isinstance(item, int | float) and item > 0 else None


def without_profile(model: str) -> str | None:
    """Return a Bedrock name without its region or profile, or None where it has neither."""
    head, slash, rest = model.partition("/")
    if slash:
        return rest
    head, dot, rest = model.partition(".")
    return rest if dot and head in REGION_PREFIXES else None
