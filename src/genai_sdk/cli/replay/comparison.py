"""What differs between two answers: of texts whether, of JSON where, of tool calls which. Pure."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec

_MOST = 3
"""How many differences are named."""

Kind = Literal["text", "json", "tools"]


class Comparison(msgspec.Struct, frozen=True):
    """How two answers compare.

    Attributes:
        kind: As what they were compared.
        is_same: Whether they say the same.
        detail: What differs, in words; empty for texts, which stand beside each other.
    """

    kind: Kind
    is_same: bool
    detail: str = ""


def compare(recorded: Sequence[dict[str, Any]], replayed: Sequence[dict[str, Any]]) -> Comparison:
    """Compare answers, each a message for each choice, of which the first counts.

    Args:
        recorded: What was answered then.
        replayed: What was answered now.
    """
    before, after = recorded[0], replayed[0]
    if before.get("tool_calls") or after.get("tool_calls"):
        differences = list(_of_tools(_calls(before), _calls(after)))
        return Comparison("tools", not differences, _named(differences))
    old, new = text_of(before), text_of(after)
    parsed = _json(old), _json(new)
    if isinstance(parsed[0], dict | list):
        if parsed[1] is _NOTHING:
            return Comparison("json", is_same=False, detail="the new answer is no JSON")
        differences = list(_of_json(parsed[0], parsed[1], ""))
        return Comparison("json", not differences, _named(differences))
    return Comparison("text", " ".join(old.split()) == " ".join(new.split()))


def text_of(message: dict[str, Any]) -> str:
    """Return what a message says as text: its content, or its refusal."""
    content = message.get("content") or message.get("refusal") or ""
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content)


def shown(message: dict[str, Any]) -> str:
    """Return a message for people: its text, and its tool calls a line each."""
    lines = [text_of(message)] if text_of(message) else []
    for name, arguments in _calls(message):
        text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
        lines.append(f"{name}({text})")
    return "\n".join(lines)


def _calls(message: dict[str, Any]) -> list[tuple[str, Any]]:
    calls = []
    for call in message.get("tool_calls") or ():
        function = call.get("function") or {}
        arguments = function.get("arguments", "")
        parsed = _json(arguments) if isinstance(arguments, str) else arguments
        calls.append((str(function.get("name", "")), arguments if parsed is _NOTHING else parsed))
    return calls


def _of_tools(before: list[tuple[str, Any]], after: list[tuple[str, Any]]) -> Iterator[str]:
    """Yield how calls differ. Calls of one turn are made side by side, and so their order says nothing."""
    left = list(after)
    changed = []
    for call in before:
        if call in left:
            left.remove(call)
        else:
            changed.append(call)
    for name, arguments in changed:
        other = next((call for call in left if call[0] == name), None)
        if other is None:
            yield f"{name} is not called"
        else:
            left.remove(other)
            yield from _of_json(arguments, other[1], name)
    for name, _ in left:
        yield f"{name} is called"


def _of_json(before: Any, after: Any, path: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            place = f"{path}.{key}" if path else str(key)
            if key not in after:
                yield f"{place} is gone"
            elif key not in before:
                yield f"{place} is new"
            else:
                yield from _of_json(before[key], after[key], place)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _of_json(old, new, f"{path}[{number}]")
    elif isinstance(before, list) and isinstance(after, list):
        yield f"{path or 'the list'} has {len(after)} items for {len(before)}"
    elif before != after or isinstance(before, bool) != isinstance(after, bool):
        yield f"{path or 'the value'} is {_short(after)} for {_short(before)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _named(differences: list[str]) -> str:
    more = len(differences) - _MOST
    return "; ".join([*differences[:_MOST], *([f"{more} more"] if more > 0 else [])])


_NOTHING = object()


def _json(text: str) -> Any:
    fenced = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        return json.loads(fenced)
    except (ValueError, RecursionError):
        return _NOTHING
