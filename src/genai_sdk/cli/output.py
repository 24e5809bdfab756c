"""What the commands print: tables, and text that fits the terminal."""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

import click

from genai_sdk.cli.columns import width_of

WIDEST = 100
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def width() -> int:
    """Return how many columns may be used."""
    return max(40, min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def columns_of_terminal() -> int | None:
    """Return how wide the terminal is that is printed to; None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(rows: Sequence[Sequence[str]], indent: str = "") -> Iterator[str]:
    """Yield rows whose columns are aligned; the last one is folded below itself where it is too long."""
    for start, last in _aligned(rows, indent):
        yield from folded(start + last, " " * len(start)) if last else [start.rstrip()]


def lines_of(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows whose columns are aligned, a line for each, however long."""
    return ((start + last).rstrip() for start, last in _aligned(rows, ""))


def _aligned(rows: Sequence[Sequence[str]], indent: str) -> Iterator[tuple[str, str]]:
    wide = [max(len(row[place]) for row in rows) for place in range(len(rows[0]) - 1)] if rows else []
    for row in rows:
        yield indent + "".join(f"{cell:{size}}  " for cell, size in zip(row, wide, strict=False)), row[-1]


def folded(text: str, margin: str = "") -> list[str]:
    """Break text where it is too long for a line; what follows is indented by `margin`."""
    return textwrap.wrap(text, width(), subsequent_indent=margin, break_on_hyphens=False, drop_whitespace=True)


def excerpt(text: str, words: Sequence[str], room: int) -> str:
    """Return as much of a line as there is room for, about the first of some words where it does not fit.

    Args:
        text: One line.
        words: What is looked for, in lower case.
        room: How many columns there are.
    """
    if len(text) <= room:
        return text
    first = min((place for word in words if (place := text.lower().find(word)) >= 0), default=0)
    start = max(0, min(first - room // 3, len(text) - room))
    piece = text[start : start + room]
    piece = piece if start == 0 else "…" + piece[1:]
    return piece if start + room >= len(text) else piece[:-1] + "…"


def cut(text: str, columns: int) -> str:
    """Return as much of a text as there is room for, with a mark where it goes on."""
    if width_of(text) <= columns:
        return text
    kept, room = "", columns - 1
    for letter in text:
        room -= width_of(letter)
        if room < 0:
            break
        kept += letter
    return f"{kept}…"


def printable(text: str) -> str:
    """Return text from elsewhere for a terminal: what would steer one, such as colours and titles, is made visible."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def show(text: str = "", **style: object) -> None:
    """Print text, styled where a terminal reads it."""
    click.secho(text, **style)  # type: ignore[arg-type]
