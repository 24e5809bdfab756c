"""The links of a page, from where they lead in the repository to where they lead on the site."""

import posixpath
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from genai_sdk.cli.pages import KOREAN, headings, korean_of, sources
from website.places import address, place

_FENCE = re.compile(r"^(```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!\w+:)([^)\s#]*)(#[^)\s]*)?\)")


class Links:
    """Writes the links of pages in one language anew.

    Args:
        root: The repository.
        korean: Whether a page's Korean version stands in its place, where it has one.
        file: Puts a file that is no page on the site, and returns where it lies there.
    """

    def __init__(self, root: Path, *, korean: bool, file: Callable[[str], str]) -> None:
        self._root = root
        self._korean = korean
        self._file = file
        self._pages = set(sources(root))

    def rewritten(self, text: str, page: str) -> str:
        """Return a page's text with its links as they are on the site.

        Args:
            text: The page.
            page: Its path in the repository.

        Raises:
            FileNotFoundError: A link leads to nothing.
        """
        parts = _FENCE.split(text)
        parts[::2] = [_LINK.sub(lambda found: self._link(found, page), part) for part in parts[::2]]
        return "".join(parts)

    def _link(self, found: re.Match[str], page: str) -> str:
        mark, words, target, anchor = found[1], found[2], found[3], found[4] or ""
        if not target:
            return found[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
        if path in self._pages:
            if _is_other(path, page):
                return f'<a href="{_across(page)}">{words}</a>'
            lies, anchor = place(path), self._anchor(path, anchor)
        elif (self._root / path).is_file():
            lies = self._file(path)
        elif (self._root / path).is_dir():
            return words  # a folder is no page
        else:
            raise FileNotFoundError(f"{page} links to {target}, which is not there")
        return f"{mark}[{words}]({posixpath.relpath(lies, PurePosixPath(place(page)).parent)}{anchor})"

    def _anchor(self, path: str, anchor: str) -> str:
        """Return the anchor that the Korean version of an English page has for the same heading."""
        other = korean_of(self._root, path) if self._korean and anchor else None
        if other is None:
            return anchor
        english, korean = (headings((self._root / each).read_text(encoding="utf-8")) for each in (path, other))
        same = {one.anchor: two.anchor for one, two in zip(english, korean, strict=True)}
        return f"#{same.get(anchor[1:], anchor[1:])}"


def _is_other(path: str, page: str) -> bool:
    """Whether a page is another one's in the other language."""
    return path != page and place(path) == place(page)


def _across(page: str) -> str:
    """Return the way from a page to the same one in the other language, of whose build MkDocs knows nothing."""
    here = address(page)
    there = here.removeprefix("ko/") if page.endswith(KOREAN) else f"ko/{here}"
    return f"{posixpath.relpath(there or '.', here or '.')}/"
