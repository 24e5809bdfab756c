"""Costs as a chart in SVG: a bar for each row, readable on light and on dark. Pure."""

from collections.abc import Sequence
from html import escape

from genai_sdk.cli.output import cut

WIDTH, LABELS, FIGURES = 860, 230, 110
ROW, BAR, TOP = 26, 16, 64
_LONGEST_LABEL = 30  # columns

_STYLE = """
  svg { color-scheme: light dark }
  .ground { fill: #ffffff }
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .quiet { fill: #59636e }
  .bar { fill: #0969da }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 }
    text { fill: #e6edf3 }
    .quiet { fill: #9198a1 }
    .bar { fill: #58a6ff }
  }
"""


def svg(title: str, subtitle: str, bars: Sequence[tuple[str, float, str]]) -> str:
    """Return a chart of horizontal bars that begin at zero, so that lengths compare as costs do.

    Args:
        title: What is shown.
        subtitle: Of which time, and how much in all.
        bars: Of each its label, its length (none below 0) and its figure in words.
    """
    height = TOP + ROW * len(bars) + 12
    longest = max((value for _, value, _ in bars), default=0.0) or 1.0
    told = "; ".join(f"{label} {figure}" for label, _, figure in bars)
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{_text(title)}</title>",
        f"<desc>{_text(f'{subtitle}: {told}')}</desc>",
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>',
        f'<text class="title" x="16" y="28">{_text(title)}</text>',
        f'<text class="quiet" x="16" y="48">{_text(subtitle)}</text>',
        *(_row(place, *bar, longest) for place, bar in enumerate(bars)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _row(place: int, label: str, value: float, figure: str, longest: float) -> str:
    y = TOP + ROW * place
    room = WIDTH - LABELS - FIGURES
    length = max(1.0 if value else 0.0, room * value / longest)
    short = cut(label, _LONGEST_LABEL)
    line = y + BAR - 3
    return (
        f'<text x="{LABELS - 10}" y="{line}" text-anchor="end"><title>{_text(label)}</title>{_text(short)}</text>'
        f'<rect class="bar" x="{LABELS}" y="{y}" width="{length:.1f}" height="{BAR}" rx="3"/>'
        f'<text class="quiet" x="{LABELS + length + 8:.1f}" y="{line}">{_text(figure)}</text>'
    )


def _text(text: str) -> str:
    """Return text as XML has it: what XML 1.0 has no form for becomes a mark."""
    return escape("".join(each if each >= " " and each not in "\ufffe\uffff" else "\ufffd" for each in text))
