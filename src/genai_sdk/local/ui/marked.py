"""A prompt's text taken apart for the eye: variables and references to other prompts stand out."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from genai_sdk.langfuse.composition import TAG
from genai_sdk.langfuse.prompt import Content
from genai_sdk.prompts.template import ChatTemplate, TextTemplate, Variable, parse_chat, parse_text


class MarkedText(msgspec.Struct, frozen=True):
    """A piece of a text.

    Attributes:
        text: The piece as it was written.
        kind: What it is.
        target: Which prompt a reference means: its name, and `label` or `version` with the one that is meant.
    """

    text: str
    kind: Literal["plain", "variable", "reference"] = "plain"
    target: Mapping[str, str] = {}


class MarkedMessage(msgspec.Struct, frozen=True):
    """A message of a chat, or a placeholder for messages.

    Attributes:
        role: Whose it is; `placeholder` for one.
        pieces: Its content, taken apart; a placeholder's name.
        more: What it has beside role and content, as in a call of a tool.
    """

    role: str
    pieces: tuple[MarkedText, ...]
    more: Mapping[str, Any] = {}


def pieces_of(text: str) -> tuple[MarkedText, ...]:
    """Take a text apart."""
    template = parse_text(text)
    needed = set(template.names)
    pieces: list[MarkedText] = []
    for piece in template.pieces:
        if isinstance(piece, Variable) and piece.name in needed:
            pieces.append(MarkedText(piece.raw, "variable"))
        else:
            pieces.extend(_references(piece.raw if isinstance(piece, Variable) else piece))
    return tuple(pieces)


def messages_of(prompt: Content) -> tuple[MarkedMessage, ...]:
    """Return a prompt's messages, or a text as one without a role."""
    if isinstance(prompt, str):
        return (MarkedMessage("", pieces_of(prompt)),)
    return tuple(map(_message, prompt))


def template_of(prompt: Content) -> TextTemplate | ChatTemplate:
    """Return a prompt as what is filled with variables."""
    return parse_text(prompt) if isinstance(prompt, str) else parse_chat(prompt)


def refers(prompt: Content) -> bool:
    """Whether a prompt refers to others."""
    if isinstance(prompt, str):
        return TAG.search(prompt) is not None
    return any(TAG.search(text) for message in prompt for text in message.values() if isinstance(text, str))


def _message(message: Mapping[str, Any]) -> MarkedMessage:
    if message.get("type") == "placeholder":
        return MarkedMessage("placeholder", (MarkedText(str(message.get("name", "")), "variable"),))
    content = message.get("content")
    more = {key: field for key, field in message.items() if key not in ("role", "content", "type")}
    if not isinstance(content, str):
        return MarkedMessage(str(message.get("role", "")), (), {"content": content, **more})
    return MarkedMessage(str(message.get("role", "")), pieces_of(content), more)


def _references(text: str) -> Iterator[MarkedText]:
    start = 0
    for tag in TAG.finditer(text):
        if tag.start() > start:
            yield MarkedText(text[start : tag.start()])
        name, kind, wanted = tag.groups()
        yield MarkedText(tag.group(), "reference", {"name": name, kind: wanted})
        start = tag.end()
    if start < len(text):
        yield MarkedText(text[start:])
