"""What went into a model and what came out, as bubbles of a chat or as JSON, cut where it gets too long."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.local.ui.filters import pretty

TEXT = 8_000
"""How many characters of a text are shown at first."""

MESSAGES = 60
"""How many messages are shown at first: the first one and the last ones."""

ROLES = ("system", "developer", "user", "assistant", "tool")


class Bubble(msgspec.Struct, frozen=True):
    """A message.

    Attributes:
        role: Whose it is; empty where nobody says.
        text: What it says.
        more: What it has beside role and text, as JSON, such as calls of tools.
        rest: How many characters were cut off.
    """

    role: str
    text: str
    more: str = ""
    rest: int = 0

    @property
    def kind(self) -> str:
        """The role, if it is a usual one."""
        return self.role if self.role in ROLES else "other" if self.role else "plain-text"


class Panel(msgspec.Struct, frozen=True):
    """One side of an observation.

    Attributes:
        bubbles: Its messages; empty if it is shown as JSON.
        json: It as JSON, if that is how it is shown.
        rest: How many characters were cut off in all.
        skipped: How many messages were left out, after the first one.
        is_chat: Whether it could be shown as messages.
    """

    bubbles: tuple[Bubble, ...] = ()
    json: str = ""
    rest: int = 0
    skipped: int = 0
    is_chat: bool = False


def show(value: Any, *, as_json: bool = False, whole: bool = False) -> Panel | None:
    """Return how a side is shown, None if there is nothing.

    Args:
        value: The input or the output.
        as_json: Whether JSON is wanted even of messages.
        whole: Whether nothing may be cut off.
    """
    if value is None or value == "":
        return None
    messages = messages_of(value)
    most = None if whole else TEXT
    if as_json or messages is None:
        text, rest = cut(value if isinstance(value, str) and not as_json else pretty(value), most)
        return Panel(json=text, rest=rest, is_chat=messages is not None)
    skipped = 0
    if not whole and len(messages) > MESSAGES:
        skipped = len(messages) - MESSAGES
        messages = [messages[0], *messages[skipped + 1 :]]
    bubbles = tuple(_bubble(message, most) for message in messages)
    return Panel(bubbles=bubbles, rest=sum(each.rest for each in bubbles), skipped=skipped, is_chat=True)


def messages_of(value: Any) -> list[Mapping[str, Any]] | None:
    """Return a value as messages, None if it is none."""
    if isinstance(value, str):
        return [{"role": "", "content": value}]
    if isinstance(value, dict):
        if _are_messages(value.get("messages")):
            others = {key: part for key, part in value.items() if key != "messages"}
            return [*value["messages"], *([{"role": "", **others}] if others else [])]
        return [value] if isinstance(value.get("role"), str) else None
    return list(value) if _are_messages(value) else None


def cut(text: str, most: int | None) -> tuple[str, int]:
    """Return the beginning of a text, and how many characters of it are missing."""
    return (text, 0) if most is None or len(text) <= most else (text[:most], len(text) - most)


def _are_messages(value: Any) -> bool:
    is_list = isinstance(value, list) and bool(value)
    return is_list and all(isinstance(each, dict) and isinstance(each.get("role"), str) for each in value)


def _bubble(message: Mapping[str, Any], most: int | None) -> Bubble:
    content = message.get("content")
    more = {key: part for key, part in message.items() if key not in ("role", "content") and part not in (None, [], "")}
    text = _text_of(content)
    if text is None:
        more, text = {"content": content, **more}, ""
    shown, rest = cut(text, most)
    extra, missing = cut(pretty(more) if more else "", most)
    return Bubble(message["role"], shown, extra, rest + missing)


def _text_of(content: Any) -> str | None:
    """Return content as text, None if it is more than that."""
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, Sequence) and all(
        isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str) for part in content
    ):
        return "\n".join(part["text"] for part in content)
    return None
