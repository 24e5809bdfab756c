"""Traces as lines of a list: whole for a pipe, and cut to what a terminal is wide. Pure."""

from collections.abc import Sequence
from datetime import datetime

from genai_sdk.cli.columns import padded, width_of
from genai_sdk.cli.output import cut, lines_of
from genai_sdk.cli.traces.reader import TraceSummary
from genai_sdk.langfuse.tree import clock, dollars

_LEAST = 8
"""Columns that a name has at the least."""

_WHOLE_DATES = 110
"""Columns from which there is room for whole dates beside names."""


def trace_lines(rows: Sequence[TraceSummary], columns: int | None, now: datetime) -> list[str]:
    """Return a line for each trace: its id, when it began, how long it took, what it cost, and its name.

    Args:
        rows: The traces.
        columns: How wide the terminal is; None for a pipe, which has any width.
        now: The time, in UTC: of today's traces only the time of day is shown where there is little room.
    """
    cells = [_cells(each) for each in rows]
    if columns is None or not cells:
        return [*lines_of(cells)]
    if columns < _WHOLE_DATES:
        for each in cells:
            each[1] = _short(each[1], now)
    wide = [max(map(width_of, column)) for column in list(zip(*cells, strict=True))[:4]]
    lines = []
    for identity, start, took, cost, name in cells:
        parts = [identity, padded(start, wide[1]), f"{took:>{wide[2]}}", *([f"{cost:>{wide[3]}}"] if wide[3] else [])]
        begin = "  ".join(parts) + "  "
        lines.append(begin + cut(name, max(_LEAST, columns - width_of(begin))))
    return lines


def trace_line(each: TraceSummary, columns: int | None) -> str:
    """Return the line of a trace that just came in, with what went wrong; cut to a terminal's columns, if given."""
    identity, start, took, cost, name = _cells(each)
    problem = f"  {each.message}" if each.message and each.level in ("ERROR", "WARNING") else ""
    line = f"{start[11:]}  {identity}  {took:>7}  {cost:>9}  {name}{problem}"
    return line if columns is None else cut(line.replace("\n", " "), columns)


def _cells(each: TraceSummary) -> list[str]:
    cost = "" if each.cost is None else dollars(each.cost)
    took = "" if each.seconds is None else clock(each.seconds)
    return [each.id, each.start[:19].replace("T", " "), took, cost, each.name]


def _short(start: str, now: datetime) -> str:
    return start[11:] if start[:10] == f"{now:%Y-%m-%d}" else start[5:16]
