"""Two texts side by side: the lines that differ, and within those the words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

import msgspec

from genai_sdk.langfuse.prompt import Content

CONTEXT = 3
"""Lines shown around what changed."""

# Comparing takes quadratic time: beyond these, a block counts as replaced from its first line to its last.
_MOST_LINES = 2_000
_MOST_WORDS = 600

_WORD = re.compile(r"\w+|\s+|[^\w\s]")

Part = tuple[str, bool]
"""A piece of a line, and whether it differs."""


class Side(msgspec.Struct, frozen=True):
    """One side of a row: the line's number, counted from 1, and its parts."""

    number: int
    parts: tuple[Part, ...]


class DifferenceRow(msgspec.Struct, frozen=True):
    """A row of the comparison.

    Attributes:
        kind: What happened here; `gap` stands for lines left out because they are the same.
        left: The line before; None where it was added.
        right: The line after; None where it was removed.
        hidden: How many lines a gap leaves out.
    """

    kind: Literal["same", "changed", "added", "removed", "gap"]
    left: Side | None = None
    right: Side | None = None
    hidden: int = 0


def lines_of(prompt: Content) -> str:
    """Return a prompt as lines to compare: each message under its role."""
    if isinstance(prompt, str):
        return prompt
    return "\n\n".join(map(_message, prompt))


def compare(before: str, after: str) -> list[DifferenceRow]:
    """Return the rows of a comparison; none where nothing differs."""
    if before == after:
        return []
    left, right = before.split("\n"), after.split("\n")
    rows: list[DifferenceRow] = []
    for tag, a, a_end, b, b_end in _blocks(left, right):
        if tag == "equal":
            rows.extend(_same(left[a + at], a + at, b + at) for at in range(a_end - a))
            continue
        both = min(a_end - a, b_end - b)
        rows.extend(_changed(left[a + at], right[b + at], a + at, b + at) for at in range(both))
        rows.extend(DifferenceRow("removed", left=_whole(left[at], at)) for at in range(a + both, a_end))
        rows.extend(DifferenceRow("added", right=_whole(right[at], at)) for at in range(b + both, b_end))
    return list(_fold(rows))


def _message(message: Mapping[str, Any]) -> str:
    if message.get("type") == "placeholder":
        return f"[placeholder]\n{message.get('name', '')}"
    content, more = message.get("content"), {k: v for k, v in message.items() if k not in ("role", "content", "type")}
    lines = [f"[{message.get('role', '')}]", content if isinstance(content, str) else _json(content)]
    return "\n".join([*lines, _json(more)] if more else lines)


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value).decode(), indent=2)


def _blocks(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield difflib's blocks; the lines that both texts begin and end with are not compared."""
    head = _common(left, right)
    tail = _common(left[head:][::-1], right[head:][::-1])
    inner_left, inner_right = left[head : len(left) - tail], right[head : len(right) - tail]
    yield "equal", 0, head, 0, head
    if max(len(inner_left), len(inner_right)) > _MOST_LINES:
        yield "replace", head, len(left) - tail, head, len(right) - tail
    else:
        for tag, a, a_end, b, b_end in SequenceMatcher(None, inner_left, inner_right).get_opcodes():
            yield tag, head + a, head + a_end, head + b, head + b_end
    yield "equal", len(left) - tail, len(left), len(right) - tail, len(right)


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    return next((at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


def _same(line: str, left: int, right: int) -> DifferenceRow:
    parts = ((line, False),)
    return DifferenceRow("same", Side(left + 1, parts), Side(right + 1, parts))


def _whole(line: str, at: int) -> Side:
    return Side(at + 1, ((line, True),))


def _changed(before: str, after: str, left: int, right: int) -> DifferenceRow:
    a, b = _WORD.findall(before), _WORD.findall(after)
    if max(len(a), len(b)) > _MOST_WORDS:
        return DifferenceRow("changed", _whole(before, left), _whole(after, right))
    codes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    ours = tuple(("".join(a[i:j]), tag != "equal") for tag, i, j, _, _ in codes if j > i)
    theirs = tuple(("".join(b[i:j]), tag != "equal") for tag, _, _, i, j in codes if j > i)
    return DifferenceRow("changed", Side(left + 1, ours), Side(right + 1, theirs))


def _fold(rows: Sequence[DifferenceRow]) -> Iterator[DifferenceRow]:
    """Leave out what is the same far from any change; a single line is not worth it."""
    changed = [at for at, row in enumerate(rows) if row.kind != "same"]
    near = {at for change in changed for at in range(change - CONTEXT, change + CONTEXT + 1)}
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and end not in near:
            end += 1
        if end - at > 1:
            yield DifferenceRow("gap", hidden=end - at)
            at = end
        else:
            yield rows[at]
            at += 1
