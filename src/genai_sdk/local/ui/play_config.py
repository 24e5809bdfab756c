"""A prompt's config and the playground's fields: shown in them, and written back from them. Pure."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from genai_sdk.local.ui.draft import Draft, Fault
from genai_sdk.local.ui.json_text import read_json

_HOTTEST = 2.0
_MOST_TOKENS = 10_000_000
_LIMITS = ("max_tokens", "max_completion_tokens")
"""What the limit on tokens is called, the usual name first; newer models of OpenAI's take only the other one."""


def config_of(draft: Draft) -> Mapping[str, Any]:
    """Return the settings that come with a prompt; what is no JSON object has none for a call."""
    return read_json(draft.config) if _is_object(draft.config) else {}


def shown(config: Mapping[str, Any]) -> dict[str, str]:
    """Return what the fields `model`, `temperature` and `max_tokens` show of a config; empty for what they cannot."""
    return {
        "model": str(config["model"]) if config.get("model") else "",
        "temperature": _shown(config.get("temperature")),
        "max_tokens": _shown(config.get(_limit_of(config))),
    }


def settled(
    draft: Draft, models: Sequence[str], temperature: str, max_tokens: str, faults: dict[str, Fault]
) -> dict[str, Any]:
    """Return the config with what stands in the fields: a field that was emptied takes its setting away.

    Args:
        draft: The draft with the config that the fields were filled from.
        models: The models' names, by lane; the first one is the prompt's.
        temperature: As it was typed.
        max_tokens: As it was typed.
        faults: Takes what is wrong, by field.
    """
    config = dict(config_of(draft))
    before = shown(config)
    model = next((each.strip() for each in models if each.strip()), "")
    fields: tuple[tuple[str, str, str, Callable[[str], Any]], ...] = (
        ("model", "model", model, str),
        ("temperature", "temperature", temperature.strip(), _temperature),
        ("max_tokens", _limit_of(config), max_tokens.strip(), _tokens),
    )
    for field, key, text, read in fields:
        if text == before[field]:  # and what the field cannot show stays as it is
            continue
        try:
            config[key] = read(text) if text else None
        except ValueError:
            faults[field] = Fault("", f"playground.fault_{field}")
        if not text:
            del config[key]
    return config


def with_config(draft: Draft, config: Mapping[str, Any]) -> str:
    """Return a config as the form has it; what was no JSON object stays as it was typed."""
    if config == config_of(draft) or (draft.config.strip() and not _is_object(draft.config)):
        return draft.config
    return json.dumps(config, ensure_ascii=False, indent=2)


def _is_object(text: str) -> bool:
    try:
        return isinstance(read_json(text), dict)
    except ValueError:
        return False


def _limit_of(config: Mapping[str, Any]) -> str:
    return next((name for name in _LIMITS if name in config), _LIMITS[0])


def _temperature(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or not 0 <= number <= _HOTTEST:
        raise ValueError(text)
    return int(number) if number.is_integer() else number


def _tokens(text: str) -> int:
    number = int(text)
    if not 1 <= number <= _MOST_TOKENS:
        raise ValueError(text)
    return number


def _shown(number: Any) -> str:
    return str(number) if isinstance(number, int | float) and not isinstance(number, bool) else ""
