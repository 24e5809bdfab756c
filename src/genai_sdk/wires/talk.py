"""What nearly every conversation is: the system's words, then texts of the user and the assistant in turn. Pure.

Wires that put messages into words of their own send such a one without looking for what is not in it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_NEXT = {"user": "assistant", "assistant": "user"}


def plain_talk(messages: Sequence[Mapping[str, Any]]) -> tuple[str, Sequence[Mapping[str, Any]]] | None:
    """Return the system's words (empty for none) and the turns; None where a conversation is anything else.

    Args:
        messages: Messages in OpenAI's shape. The turns are dicts of a role and a text that is not blank, of which the
            user has the first and the last.
    """
    system, role = "", "user"
    for message in messages:
        if type(message) is not dict or len(message) != 2:
            return None
        text = message.get("content")
        if type(text) is not str or not text or text.isspace():
            return None
        if message.get("role") == role:
            role = _NEXT[role]
        elif not system and message is messages[0] and message.get("role") == "system":
            system = text
        else:
            return None
    if role == "user":
        return None
    return system, messages[1:] if system else messages
