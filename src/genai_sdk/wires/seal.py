"""What a vendor wants back, within another vendor's shape: sealed as that one's reasoning is. Pure."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Set
from typing import Any

import msgspec

from genai_sdk.types import Message, ToolCall

SEAL = "genai-sdk.1."
"""What encrypted reasoning, or a signature, begins with that is this package's. It hides nothing: it is what the
vendor's message holds beyond the shape (signed thinking, a server's tools), as base64 of JSON."""


def seal(fields: Mapping[str, Any]) -> str:
    """Return fields of a message as encrypted reasoning."""
    return SEAL + b64encode(msgspec.json.encode(fields)).decode()


_HOLDERS = ("encrypted_content", "signature", "data")


def is_sealed(item: Any) -> bool:
    """Tell whether an item, or a block of thinking, is one that this package sealed."""
    return isinstance(item, Mapping) and any(str(item.get(name, "")).startswith(SEAL) for name in _HOLDERS)


def opened(content: str) -> dict[str, Any]:
    """Return the fields of a message that were sealed.

    Raises:
        ValueError: Somebody changed it.
    """
    try:
        fields = msgspec.json.decode(b64decode(content[len(SEAL) :], validate=True))
    except (ValueError, msgspec.DecodeError):
        fields = None
    if not isinstance(fields, dict):
        raise ValueError("sealed reasoning that is not as it was handed out")
    return fields


def sealed_fields(message: Message, elsewhere: Set[str]) -> dict[str, Any]:
    """Return what a message holds beyond what is said of it elsewhere, and what its calls hold; nothing for most.

    Args:
        message: The message.
        elsewhere: The fields that are in the answer anyway, or that no vendor wants back.
    """
    fields = {name: item for name, item in message.model_extra.items() if item and name not in elsewhere}
    calls = {call.id: call.model_extra for call in message.tool_calls or () if call.id and _own(call)}
    return {name: part for name, part in (("message", fields), ("calls", calls)) if part}


def _own(call: ToolCall) -> bool:
    return bool(call.model_extra.keys() - {"custom"})


class Unsealed:
    """Gathers what the reasoning of one turn holds, and puts it back into its message."""

    def __init__(self) -> None:
        self._parts: dict[str, dict[str, Any]] = {}

    def add(self, content: str) -> None:
        """Take in what was sealed; raises as `opened`."""
        for name, fields in opened(content).items():
            kept = self._parts.setdefault(name, {})
            for key, part in fields.items():
                kept[key] = kept[key] + part if isinstance(part, list) and isinstance(kept.get(key), list) else part

    def restore(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return a message with what was sealed of it."""
        calls = self._parts.get("calls", {})
        made = {**self._parts.get("message", {}), **message}
        if message.get("tool_calls"):
            made["tool_calls"] = [{**call, **calls.get(call["id"], {})} for call in message["tool_calls"]]
        return made
