"""PURE: Langfuse's substitution rule, for texts and for lists of messages.

`{{`, a name, `}}`; the name is trimmed; one pass, no escaping; None becomes the empty string, all else goes through
`str()`. It is the rule of the official SDK, which leaves what is missing as it stands; whoever calls this first asks
`names` what is needed. https://langfuse.com/docs/prompt-management/features/variables
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

# Other things between braces, such as JSON or another engine's `{{#if x}}`, are text unless they are given.
_NAME = r"\w([\w .-]*\w)?"


class Variable(msgspec.Struct, frozen=True):
    """A place to be filled: its trimmed name, and how it stands in the text."""

    name: str
    raw: str


class Placeholder(msgspec.Struct, frozen=True):
    """A place among messages to be filled with messages."""

    name: str


Pieces = tuple[str | Variable, ...]


class TextTemplate(msgspec.Struct, frozen=True):
    """A text with variables.

    Attributes:
        text: The text as it was written.
        pieces: It, taken apart.
    """

    text: str
    pieces: Pieces

    @property
    def names(self) -> tuple[str, ...]:
        """The variables it needs, in order."""
        return tuple(dict.fromkeys(_needed(self.pieces)))

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The placeholders among them: none."""
        return ()

    def fill(self, variables: Mapping[str, Any]) -> str:
        """Return the text with these variables put in; what is not given stays as it stands."""
        return _fill(self.pieces, variables)


class ChatTemplate(msgspec.Struct, frozen=True):
    """Messages with variables and placeholders.

    Attributes:
        messages: The messages as they were written.
        parts: Each of them: a placeholder, or its fields with the pieces of its content (None if that is no text).
    """

    messages: tuple[Mapping[str, Any], ...]
    parts: tuple[Placeholder | tuple[Mapping[str, Any], Pieces | None], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The variables and placeholders it needs, in order."""
        names: list[str] = []
        for part in self.parts:
            names.extend([part.name] if isinstance(part, Placeholder) else _needed(part[1] or ()))
        return tuple(dict.fromkeys(names))

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The placeholders among them."""
        return tuple(dict.fromkeys(part.name for part in self.parts if isinstance(part, Placeholder)))

    def fill(self, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the messages with these variables and the placeholders' messages put in.

        The placeholders' messages get the variables too, as in the official SDK. Every placeholder must be given.
        """
        filled: list[dict[str, Any]] = []
        for part in self.parts:
            if isinstance(part, Placeholder):
                filled.extend(_given(message, variables) for message in variables[part.name])
            else:
                fields, pieces = part
                filled.append(dict(fields) if pieces is None else {**fields, "content": _fill(pieces, variables)})
        return filled


def parse_text(text: str) -> TextTemplate:
    """Take a text apart."""
    return TextTemplate(text, tuple(_pieces(text)))


def parse_chat(messages: Sequence[Mapping[str, Any]]) -> ChatTemplate:
    """Take messages apart."""
    return ChatTemplate(tuple(messages), tuple(map(_part, messages)))


def _part(message: Mapping[str, Any]) -> Placeholder | tuple[Mapping[str, Any], Pieces | None]:
    if message.get("type") == "placeholder":
        return Placeholder(str(message.get("name", "")))
    content = message.get("content")
    fields = {name: field for name, field in message.items() if name != "type"}  # Langfuse's own, and no provider's
    return fields, tuple(_pieces(content)) if isinstance(content, str) else None


def _given(message: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    content = message.get("content", "")
    filled = _fill(tuple(_pieces(content)), variables) if isinstance(content, str) else content
    return {**message, "content": filled}


def _pieces(text: str) -> Iterator[str | Variable]:
    # By `find` and not by a pattern, which would take quadratic time on a text of nothing but opening braces.
    start = 0
    while (opening := text.find("{{", start)) >= 0 and (closing := text.find("}}", opening)) >= 0:
        if opening > start:
            yield text[start:opening]
        start = closing + 2
        yield Variable(text[opening + 2 : closing].strip(), text[opening:start])
    if start < len(text):
        yield text[start:]


def _needed(pieces: Pieces) -> Iterator[str]:
    return (piece.name for piece in pieces if isinstance(piece, Variable) and re.fullmatch(_NAME, piece.name))


def _fill(pieces: Pieces, variables: Mapping[str, Any]) -> str:
    return "".join(piece if isinstance(piece, str) else _put(piece, variables) for piece in pieces)


def _put(place: Variable, variables: Mapping[str, Any]) -> str:
    if place.name not in variables:
        return place.raw
    value = variables[place.name]
    return "" if value is None else str(value)
