"""Bar charts as SVG, readable on light and on dark. Pure."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from benchmarks.tables import number

WIDTH, LABELS, NUMBERS = 800, 320, 90
ROW, BAR = 26, 16
TOP = 44

_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px }
  .peer { fill: #8c959f }
  .ours { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .peer { fill: #6e7681 }
    .ours { fill: #58a6ff }
  }
"""


class Bar(NamedTuple):
    """One bar; `ours` makes it stand out."""

    label: str
    value: float
    ours: bool = False


def chart(title: str, unit: str, bars: Sequence[Bar]) -> str:
    """Return a chart of horizontal bars that begin at zero, so that their lengths compare as their values do.

    Raises:
        ValueError: There is no bar, or one is negative.
    """
    if not bars or min(bar.value for bar in bars) < 0:
        raise ValueError("a chart needs bars, none of them negative")
    height = TOP + ROW * len(bars) + 10
    longest = max(bar.value for bar in bars) or 1.0
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
    described = ", ".join(f"{bar.label} {number(bar.value)}" for bar in bars)
    lines = [
        head,
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(f'{title} in {unit}: {described}')}</desc>",
        f"<style>{_STYLE}</style>",
        f'<text class="title" x="10" y="24">{escape(f"{title} ({unit})")}</text>',
        *(_row(index, bar, longest) for index, bar in enumerate(bars)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _row(index: int, bar: Bar, longest: float) -> str:
    y = TOP + ROW * index
    length = max(1.0, (WIDTH - LABELS - NUMBERS) * bar.value / longest)
    middle = y + BAR - 3
    kind = "ours" if bar.ours else "peer"
    return (
        f'<text x="{LABELS - 8}" y="{middle}" text-anchor="end">{escape(bar.label)}</text>'
        f'<rect class="{kind}" x="{LABELS}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2"/>'
        f'<text x="{LABELS + length + 6:.1f}" y="{middle}">{escape(number(bar.value))}</text>'
    )
