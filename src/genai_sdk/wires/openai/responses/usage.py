"""A response's token counts under chat's names. Pure."""

from collections.abc import Mapping
from typing import Any

_NAMES = {
    "input_tokens": "prompt_tokens",
    "input_tokens_details": "prompt_tokens_details",
    "output_tokens": "completion_tokens",
    "output_tokens_details": "completion_tokens_details",
}


def usage_of(usage: Mapping[str, Any]) -> dict[str, Any]:
    """Return usage as chat reports it; a total that is missing is the sum."""
    made = {_NAMES.get(name, name): item for name, item in usage.items() if item is not None}
    if "total_tokens" not in made:
        made["total_tokens"] = (made.get("prompt_tokens") or 0) + (made.get("completion_tokens") or 0)
    return made
