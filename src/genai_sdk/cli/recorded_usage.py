"""A call's tokens as Langfuse recorded them, read as a completion has them. Pure."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.catalogue import USAGE_KINDS
from genai_sdk.types import Usage


def usage_of(tokens: Mapping[str, int]) -> Usage | None:
    """Return tokens by Langfuse's kinds, each counted once, as a completion has them; None where there are none."""
    kinds: dict[str, int] = {}
    for name, count in tokens.items():
        if name != "total":
            kind = USAGE_KINDS.get(name, name)
            kinds[kind] = kinds.get(kind, 0) + count
    if not kinds:
        return None
    completion = sum(count for kind, count in kinds.items() if kind.startswith(("output", "reasoning")))
    prompt = sum(kinds.values()) - completion
    usage: dict[str, Any] = {"prompt_tokens": prompt, "completion_tokens": completion}
    usage["total_tokens"] = prompt + completion
    if cached := kinds.get("cached"):
        usage["prompt_tokens_details"] = {"cached_tokens": cached}
    if reasoning := kinds.get("reasoning"):
        usage["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return Usage.from_dict(usage)
