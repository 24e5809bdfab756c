"""Reasoning of other vendors within an item: sealed as OpenAI's is, so that it goes back to whom it came from. Pure."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import msgspec

SEAL = "genai-sdk.1."
"""What `encrypted_content` begins with that is this package's. It hides nothing: it is what the vendor's message holds
beyond a response's items (signed thinking, a server's tools), as base64 of JSON."""


def seal(fields: Mapping[str, Any]) -> str:
    """Return fields of a message as an `encrypted_content`."""
    return SEAL + b64encode(msgspec.json.encode(fields)).decode()


def is_sealed(item: Any) -> bool:
    """Tell whether an item is reasoning that this package sealed."""
    content = item.get("encrypted_content") if isinstance(item, Mapping) else None
    return isinstance(content, str) and content.startswith(SEAL)


def opened(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a message that an item holds.

    Raises:
        ValueError: Somebody changed it.
    """
    try:
        fields = msgspec.json.decode(b64decode(item["encrypted_content"][len(SEAL) :], validate=True))
    except (ValueError, msgspec.DecodeError):
        fields = None
    if not isinstance(fields, dict):
        raise ValueError("an item's encrypted_content that is not as it was handed out")
    return fields
