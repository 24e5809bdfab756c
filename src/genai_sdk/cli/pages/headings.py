"""The headings of a page and their anchors, as the site and the usual hosts of repositories make them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) (.+?)\s*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


class Heading(NamedTuple):
    """A heading.

    Attributes:
        level: 1 for a page's title.
        text: Its words, without marks.
        anchor: What leads to it, without `#`.
    """

    level: int
    text: str
    anchor: str


def headings(text: str) -> list[Heading]:
    """Return a page's headings in their order."""
    found: list[Heading] = []
    taken: dict[str, int] = {}
    for marks, words in _HEADING.findall(_FENCE.sub("", text)):
        plain = _LINK.sub(r"\1", words).replace("`", "").replace("*", "")
        anchor = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        count = taken[anchor] = taken.get(anchor, -1) + 1
        found.append(Heading(len(marks), plain, f"{anchor}_{count}" if count else anchor))
    return found


def title_of(text: str) -> str:
    """Return a page's first heading.

    Raises:
        ValueError: It has none.
    """
    for heading in headings(text):
        return heading.text
    raise ValueError("a page begins with a heading such as `# Title`")


def lines_in_sections(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line with the anchor of the heading that it stands under; none for what the title heads."""
    starts = {place: heading.anchor if heading.level > 1 else "" for heading, place in _placed(text)}
    anchor = ""
    for place, line in enumerate(text.splitlines()):
        anchor = starts.get(place, anchor)
        yield anchor, line


def _placed(text: str) -> list[tuple[Heading, int]]:
    """Return the headings, each with the number of its line from 0."""
    fenced = False
    places: list[int] = []
    for place, line in enumerate(text.splitlines()):
        fenced ^= line.startswith("```")
        if not fenced and _HEADING.match(line):
            places.append(place)
    return list(zip(headings(text), places, strict=True))


def section_of(text: str, anchor: str) -> str | None:
    """Return what stands under a heading, that heading and the ones below it included; None where there is none."""
    lines = text.splitlines(keepends=True)
    rows = _placed(text)
    for number, (heading, start) in enumerate(rows):
        if heading.anchor == anchor:
            ends = (place for below, place in rows[number + 1 :] if below.level <= heading.level)
            return "".join(lines[start : next(ends, len(lines))])
    return None
