"""Usage as OpenAI reports it of sound and pictures: by other names than of chat, of some models in seconds. Pure."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import Usage
from genai_sdk.wires.openai.usage import usage_fields
from genai_sdk.wires.unknown import Notice, ignore

# openai 3.57.0, types/audio/transcription.py (`input_token_details`) and types/images_response.py
_RENAMED = {"input_token_details": "input_tokens_details", "output_token_details": "output_tokens_details"}
# What Whisper is billed by (the same file, UsageDuration); `type` says which of both it is.
_APART = ("type", "seconds")


def media_usage(usage: Any, notice: Notice = ignore) -> Usage | None:
    """Return usage, with `seconds` among its extra fields where sound is billed by its length; None if it is none."""
    if not isinstance(usage, Mapping):
        return None
    fields = {_RENAMED.get(name, name): item for name, item in usage.items() if name not in _APART}
    made = usage_fields(fields, notice) or {}
    seconds = usage.get("seconds")
    if isinstance(seconds, int | float):
        made["seconds"] = seconds
    return Usage.from_dict(made) if made else None


def picture_usage(usage: Any, notice: Notice = ignore) -> Usage | None:
    """Return usage of generated pictures, whose output is their tokens where it is not told apart."""
    if isinstance(usage, Mapping) and usage.get("output_tokens") and not usage.get("output_tokens_details"):
        # openai 3.57.0, types/images_response.py: gpt-image-1 has no details of its output, which is all picture
        usage = {**usage, "output_tokens_details": {"image_tokens": usage["output_tokens"]}}
    return media_usage(usage, notice)
