"""A template read backwards: from what was sent to the variables that it was made with. Pure.

Langfuse keeps which version of a prompt a call was made with, and what was sent, but not the variables. They are read
from the text between the template's own words, and only where there is one way to read them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.prompts.template import ChatTemplate, Pieces, Placeholder, TextTemplate, Variable

Variables = dict[str, Any]


def variables_of(template: TextTemplate | ChatTemplate, messages: Sequence[Mapping[str, Any]]) -> Variables | None:
    """Return the variables a template was filled with to become these messages, None where that cannot be told.

    A text may be any one of the messages' contents; messages come first, whatever the program put behind them.
    """
    if isinstance(template, ChatTemplate):
        found = _of_chat(template, messages)
        return None if found is None else found[0]
    place = _place_of_text(template, messages)
    return None if place is None else _of_text(template.pieces, str(messages[place]["content"]))


def replaced(
    old: TextTemplate | ChatTemplate, messages: Sequence[Mapping[str, Any]], new: str | Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]] | None:
    """Return messages with the new text in place of what stands for the old template; None where that is not there.

    Args:
        old: The template that the messages were made with.
        messages: What was sent.
        new: What another template says with the same variables.
    """
    if isinstance(old, ChatTemplate):
        found = _of_chat(old, messages)
        head = [{"role": "user", "content": new}] if isinstance(new, str) else new
        return None if found is None else [*head, *messages[found[1] :]]
    place = _place_of_text(old, messages)
    if place is None:
        return None
    if isinstance(new, str):
        return [*messages[:place], {**messages[place], "content": new}, *messages[place + 1 :]]
    return [*messages[:place], *new, *messages[place + 1 :]]


def _place_of_text(template: TextTemplate, messages: Sequence[Mapping[str, Any]]) -> int | None:
    places = [
        place
        for place, message in enumerate(messages)
        if isinstance(message.get("content"), str) and _of_text(template.pieces, message["content"]) is not None
    ]
    return places[0] if len(places) == 1 else None


def _of_chat(template: ChatTemplate, messages: Sequence[Mapping[str, Any]]) -> tuple[Variables, int] | None:
    """Return the variables, and how many of the messages are the template's."""
    slots = [place for place, part in enumerate(template.parts) if isinstance(part, Placeholder)]
    count = len(template.parts)
    if len(slots) > 1 or len(messages) < count - len(slots):
        return None
    if not slots:
        variables = _of_parts(template.parts, messages[:count])
        return None if variables is None else (variables, count)
    slot = slots[0]
    behind = count - slot - 1
    end = len(messages) - behind  # whoever has a placeholder puts the conversation there, and nothing behind
    before, after = (
        _of_parts(template.parts[:slot], messages[:slot]),
        _of_parts(template.parts[slot + 1 :], messages[end:]),
    )
    merged = None if before is None or after is None else _merged(before, after)
    if merged is None:
        return None
    part = template.parts[slot]
    assert isinstance(part, Placeholder)
    return {**merged, part.name: [dict(each) for each in messages[slot:end]]}, len(messages)


def _of_parts(parts: Sequence[Any], messages: Sequence[Mapping[str, Any]]) -> Variables | None:
    variables: Variables = {}
    for (fields, pieces), message in zip(parts, messages, strict=True):
        if fields.get("role") != message.get("role"):
            return None
        content = message.get("content")
        found = _of_text(pieces, content) if pieces is not None and isinstance(content, str) else None
        if found is None and (pieces is not None or fields.get("content") != content):
            return None
        merged = _merged(variables, found or {})
        if merged is None:
            return None
        variables = merged
    return variables


def _merged(one: Variables, other: Variables) -> Variables | None:
    return None if any(one[name] != other[name] for name in one.keys() & other.keys()) else {**one, **other}


def _of_text(pieces: Pieces, text: str) -> Variables | None:
    """Read the variables from left to right and from right to left; both must say the same."""
    forth = _read(pieces, text)
    if forth is None:
        return None
    back = _read([_turned(piece) for piece in reversed(pieces)], text[::-1])
    if back is None or {name: value[::-1] for name, value in back.items()} != forth:
        return None
    return dict(forth)


def _turned(piece: str | Variable) -> str | Variable:
    return piece[::-1] if isinstance(piece, str) else piece


def _read(pieces: Sequence[str | Variable], text: str) -> dict[str, str] | None:
    variables: dict[str, str] = {}
    at, open_variable = 0, None
    for piece in pieces:
        if isinstance(piece, Variable):
            if open_variable is not None:
                return None  # nothing stands between the two
            open_variable = piece.name
            continue
        found = text.find(piece, at) if open_variable is not None else (at if text.startswith(piece, at) else -1)
        if found < 0:
            return None
        if open_variable is not None and variables.setdefault(open_variable, text[at:found]) != text[at:found]:
            return None
        at, open_variable = found + len(piece), None
    if open_variable is None:
        return variables if at == len(text) else None
    return variables if variables.setdefault(open_variable, text[at:]) == text[at:] else None
