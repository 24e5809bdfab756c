"""Charts as numbers: where every piece of a picture 1000 wide and 100 high stands. Templates draw them."""

from collections.abc import Sequence

import msgspec

from genai_sdk.local.ui.axis import even_top

WIDTH, HEIGHT = 1000.0, 100.0
_GAP = 0.18  # of a column's width


class Segment(msgspec.Struct, frozen=True):
    """A piece of a column: which series, how much, and where.

    Attributes:
        series: Its number.
        amount: What it stands for.
        y: Its upper edge.
        height: Its height.
    """

    series: int
    amount: float
    y: float
    height: float


class Column(msgspec.Struct, frozen=True):
    """A step of time.

    Attributes:
        x: Its left edge, without the gap.
        width: Its width, without the gap.
        total: What its pieces come to.
        pieces: From the bottom up; those of nothing are left out.
    """

    x: float
    width: float
    total: float
    pieces: tuple[Segment, ...]


class Stack(msgspec.Struct, frozen=True):
    """Columns of stacked pieces.

    Attributes:
        columns: One for each step.
        top: What the upper edge stands for.
        step: The width of a column with its gap.
    """

    columns: tuple[Column, ...]
    top: float
    step: float


class ChartLine(msgspec.Struct, frozen=True):
    """A line through the steps that have a value.

    Attributes:
        path: What an SVG path is drawn with.
        dots: Points with no neighbour, which a line cannot show.
    """

    path: str
    dots: tuple[tuple[float, float], ...]


def stack(rows: Sequence[Sequence[float]], *, whole: bool = False) -> Stack:
    """Stack amounts.

    Args:
        rows: For each step the amount of each series.
        whole: Whether the amounts are whole numbers.
    """
    top = even_top(max((sum(row) for row in rows), default=0), whole=whole)
    step = WIDTH / max(1, len(rows))
    columns = []
    for number, row in enumerate(rows):
        pieces, y = [], HEIGHT
        for series, amount in enumerate(row):
            height = amount / top * HEIGHT
            y -= height
            if amount > 0:
                pieces.append(Segment(series, amount, _round(y), _round(height)))
        columns.append(Column(_round(step * (number + _GAP / 2)), _round(step * (1 - _GAP)), sum(row), tuple(pieces)))
    return Stack(tuple(columns), top, _round(step))


def line(values: Sequence[float | None], top: float) -> ChartLine:
    """Draw a line through the middles of steps; where a value is unknown, it breaks off."""
    step = WIDTH / max(1, len(values))
    parts: list[str] = []
    dots: list[tuple[float, float]] = []
    for number, value in enumerate(values):
        if value is None:
            continue
        x, y = _round(step * (number + 0.5)), _round(HEIGHT - min(value / top, 1.0) * HEIGHT)
        before = number > 0 and values[number - 1] is not None
        after = number + 1 < len(values) and values[number + 1] is not None
        if not before and not after:
            dots.append((x, y))
        else:
            parts.append(f"{'L' if before else 'M'}{x:g} {y:g}")
    return ChartLine("".join(parts), tuple(dots))


def _round(number: float) -> float:
    return round(number, 2)
