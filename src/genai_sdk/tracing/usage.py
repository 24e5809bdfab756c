"""Tokens and dollars by kind, under Langfuse's names. Pure."""

from collections.abc import Mapping

from genai_sdk.types import Usage

# Langfuse adds up what begins with `input` and what begins with `output`, so every kind has one of them before it and
# counts once. The names are those of its own price list and of its reading of OpenAI's usage.
_NAMES = {
    "cached": "input_cached_tokens",
    "written": "input_cache_creation",
    "written_long": "input_cache_creation",
    "input_audio": "input_audio_tokens",
    "input_image": "input_image_tokens",
    "input_video": "input_video_tokens",
    "reasoning": "output_reasoning_tokens",
    "output_audio": "output_audio_tokens",
    "output_image": "output_image_tokens",
    "output_video": "output_video_tokens",
}


def usage_details(usage: Usage | None) -> dict[str, int] | None:
    """Return tokens by kind, each counted once, and their total; None if the provider reported none."""
    if usage is None or not (usage.prompt_tokens or usage.completion_tokens or usage.total_tokens):
        return None
    details: dict[str, int] = {}
    for kind, count in usage.by_kind().items():
        name = _NAMES.get(kind, kind)
        details[name] = details.get(name, 0) + count
    return {**details, "total": sum(details.values()) or usage.total_tokens}


def cost_details(costs: Mapping[str, float]) -> dict[str, float]:
    """Return dollars by kind; kinds that cost nothing are left out, but for the total."""
    return {_NAMES.get(kind, kind): amount for kind, amount in costs.items() if amount or kind == "total"}
