"""A trace's observations as lines of a tree, each with its place on the axis of time, in percent."""

from collections.abc import Sequence

import msgspec

from genai_sdk.local.store.span_rows import SpanRow
from genai_sdk.local.ui.axis import marks
from genai_sdk.local.ui.filters import duration

DEEPEST = 12
"""How far lines are moved in; deeper ones no further."""

_LEAST = 0.4  # percent: nothing is too short to be seen


class TreeLine(msgspec.Struct, frozen=True):
    """A line of the tree.

    Attributes:
        row: The observation.
        depth: How far it is moved in.
        x: Where it begins, in percent of the axis.
        width: How long it is, in percent.
        first: Where its first content came, in percent of the axis, or None.
        after: Nanoseconds from the trace's start to its own.
    """

    row: SpanRow
    depth: int
    x: float
    width: float
    first: float | None
    after: int


class Mark(msgspec.Struct, frozen=True):
    """A mark of the axis: where it stands, in percent, and what it says."""

    x: float
    text: str


def arrange(rows: Sequence[SpanRow], start: int, end: int) -> list[TreeLine]:
    """Put observations below those they are part of.

    Args:
        rows: In the order they began. What they are part of may be missing, and they may be part of each other.
        start: Where the axis begins, in nanoseconds since 1970.
        end: Where it ends.
    """
    ids = {row.id for row in rows}
    children: dict[str | None, list[SpanRow]] = {}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in ids else None, []).append(row)
    lines: list[TreeLine] = []
    # A stack and not recursion: a trace may be as deep as it has spans. Those that are below themselves come last.
    waiting = [(0, row) for row in reversed(children.pop(None, []))]
    while waiting or children:
        if not waiting:
            waiting = [(0, row) for row in reversed(children.pop(next(iter(children))))]
        depth, row = waiting.pop()
        lines.append(_line(row, depth, start, end))
        waiting += [(depth + 1, each) for each in reversed(children.pop(row.id, []))]
    return lines


def axis_of(length: int) -> list[Mark]:
    """Return the marks of an axis so many nanoseconds long."""
    return [Mark(round(at / length * 100, 2), _moment(at)) for at in marks(length)] if length > 0 else [Mark(0.0, "0")]


def _line(row: SpanRow, depth: int, start: int, end: int) -> TreeLine:
    length = max(1, end - start)
    x = _share(row.start - start, length)
    width = max(_LEAST, _share(max(row.end, row.start) - start, length) - x)
    x = min(x, 100.0 - width)
    first = None if row.first_token is None else _share(row.start + row.first_token - start, length)
    return TreeLine(row, min(depth, DEEPEST), round(x, 3), round(width, 3), first, row.start - start)


def _moment(nanoseconds: float) -> str:
    """Return how a mark is called: below a second with the decimals that tell it from its neighbours."""
    return f"{nanoseconds / 1e6:.4g} ms" if nanoseconds < 1e9 else duration(nanoseconds)


def _share(part: int, whole: int) -> float:
    return round(min(100.0, max(0.0, part / whole * 100)), 3)
