"""Tokens and cost as Langfuse counts them. Pure."""

from collections.abc import Mapping

from genai_sdk.types import Usage


def usage_details(usage: Usage | None) -> dict[str, int] | None:
    """Return tokens by kind, each counted once; None if the provider reported none.

    Langfuse adds up what begins with `input` and what begins with `output`, so a kind that is listed apart is taken
    out of the whole. The names are those its own price list and its reading of OpenAI's usage have.
    """
    if usage is None or not (usage.prompt_tokens or usage.completion_tokens or usage.total_tokens):
        return None
    prompt, completion = usage.prompt_tokens_details, usage.completion_tokens_details
    details = _split(
        "input",
        usage.prompt_tokens,
        {
            "input_cached_tokens": prompt.cached_tokens,
            "input_cache_creation": prompt.cache_creation_tokens,
            "input_audio_tokens": prompt.audio_tokens,
        }
        if prompt
        else {},
    )
    details |= _split(
        "output",
        usage.completion_tokens,
        {
            "output_reasoning_tokens": completion.reasoning_tokens,
            "output_audio_tokens": completion.audio_tokens,
        }
        if completion
        else {},
    )
    return {**details, "total": usage.total_tokens or usage.prompt_tokens + usage.completion_tokens}


def _split(whole: str, tokens: int, kinds: Mapping[str, int]) -> dict[str, int]:
    apart: dict[str, int] = {}
    for name, count in kinds.items():
        # Kinds may overlap (sound that was cached); no token counts twice.
        taken = min(count, tokens)
        if taken > 0:
            apart[name] = taken
            tokens -= taken
    return {whole: tokens, **apart}
