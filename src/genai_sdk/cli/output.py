"""What the commands print: tables, and text that fits the terminal."""

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import click

from genai_sdk.cli.columns import padded, width_of, wrapped
from genai_sdk.cli.language import say
from genai_sdk.sentence import Sentence

T = TypeVar("T")

STOPPED = 130
"""The exit code after Ctrl-C, as a shell has it."""

WIDEST = 100
_LEAST_ROOM = 20
"""Columns in which words can be read that are folded."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def width() -> int:
    """Return how many columns may be used."""
    return max(40, min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns))


def columns_of_terminal() -> int | None:
    """Return how wide the terminal is that is printed to; None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(rows: Sequence[Sequence[str]], indent: str = "") -> Iterator[str]:
    """Yield rows whose columns are aligned; the last one is folded below itself where it is too long.

    Where the others leave it no room, it has lines of its own below them.
    """
    for start, last in _aligned(rows, indent):
        room = width() - width_of(start)
        if not last:
            yield start.rstrip()
        elif width_of(last) > room and room < _LEAST_ROOM:
            margin = f"{indent}    "
            yield from (start.rstrip(), *folded(margin + last, margin))
        else:
            yield from folded(start + last, " " * width_of(start))


def lines_of(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows whose columns are aligned, a line for each, however long."""
    return ((start + last).rstrip() for start, last in _aligned(rows, ""))


def _aligned(rows: Sequence[Sequence[str]], indent: str) -> Iterator[tuple[str, str]]:
    said = [[say(cell) for cell in row] for row in rows]
    wide = [max(width_of(row[place]) for row in said) for place in range(len(rows[0]) - 1)] if rows else []
    for row in said:
        yield indent + "".join(f"{padded(cell, size)}  " for cell, size in zip(row, wide, strict=False)), row[-1]


def folded(text: str, margin: str = "") -> list[str]:
    """Break text where it is too long for a line; what follows is indented by `margin`."""
    return wrapped(say(text), width(), margin)


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


def reading(rows: Iterable[T], *, hidden: bool) -> AbstractContextManager[Iterable[T]]:
    """Return rows that are counted on the terminal while they are read, of which nobody knows how many there are.

    Args:
        rows: The rows.
        hidden: Whether nothing is shown.
    """
    return click.progressbar(
        rows,
        label="reading calls",
        show_pos=True,
        bar_template="%(label)s %(info)s",
        update_min_steps=1_000,
        file=sys.stderr,
        hidden=hidden,
    )


def show(text: str = "", **style: object) -> None:
    """Print text in the reader's language, styled where a terminal reads it."""
    click.secho(say(text), **style)  # type: ignore[arg-type]


def confirm(question: str, **options: Any) -> bool:
    """Ask whether something is meant; the options are those of `click.confirm`."""
    return click.confirm(say(question), **options)


def ask(question: str, **options: Any) -> str:
    """Ask for a text; the options are those of `click.prompt`."""
    return str(click.prompt(say(question), **options))


def json_text(value: object) -> str:
    """Return a value as JSON to be read: in no language, so of a sentence of ours the English."""
    import msgspec  # 40 ms that help does not pay

    return msgspec.json.format(json_line(value)).decode()


def json_line(value: object) -> bytes:
    """Return a value as one line of JSON."""
    import msgspec

    return msgspec.json.encode(value, enc_hook=_plain)


def _plain(value: object) -> str:
    if isinstance(value, Sentence):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} is no JSON")
