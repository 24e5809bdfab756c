"""Text in a terminal's columns, of which Korean letters take two."""

import re
import textwrap
from unicodedata import combining, east_asian_width


def width_of(text: str) -> int:
    """Return how many columns a text takes (https://www.unicode.org/reports/tr11/)."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(letter) in "WF" else 0 if combining(letter) else 1 for letter in text)


def padded(text: str, size: int) -> str:
    """Return a text with blanks behind it, up to a number of columns."""
    return text + " " * (size - width_of(text))


def wrapped(text: str, columns: int, margin: str = "") -> list[str]:
    """Break a text where it is too long for a line; what follows is indented by `margin`."""
    if text.isascii():
        return textwrap.wrap(text, columns, subsequent_indent=margin, break_on_hyphens=False, drop_whitespace=True)
    lines, line = [], ""
    for blanks, word in re.findall(r"( *)([^ ]+)", text):
        for number, piece in enumerate(_pieces(word, columns - width_of(margin))):
            gap = "" if number else blanks
            if line.strip() and width_of(line + gap + piece) > columns:
                lines.append(line)
                line, gap = margin, ""
            line += gap + piece
    return [*lines, line] if line else lines


def _pieces(word: str, columns: int) -> list[str]:
    """Return a word, cut where it is longer than a line."""
    pieces, piece = [], ""
    for letter in word:
        if width_of(piece + letter) > columns:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [*pieces, piece] if piece else pieces
