"""The links of a page, from where they lead in the repository to where they lead on the site."""

import posixpath
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from website.navigation import KOREAN

_FENCE = re.compile(r"^(```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!\w+:)([^)\s#]*)(#[^)\s]*)?\)")


def rewritten(text: str, page: str, places: Mapping[str, str], file: Callable[[str], str | None]) -> str:
    """Return a page's text with its links as they are on the site.

    Args:
        text: The page.
        page: Its path in the repository.
        places: Where each page lies on the site, by its path in the repository.
        file: Returns where another file of the repository lies on the site, and None for what is not there, such as a
            folder: of such a link the text remains.
    """
    parts = _FENCE.split(text)
    parts[::2] = [_LINK.sub(lambda found: _link(found, page, places, file), part) for part in parts[::2]]
    return "".join(parts)


def _link(found: re.Match[str], page: str, places: Mapping[str, str], file: Callable[[str], str | None]) -> str:
    mark, words, target, anchor = found[1], found[2], found[3], found[4] or ""
    if not target:
        return found[0]
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    lies = places.get(path) or file(path)
    if lies is None or (lies.endswith(KOREAN) and not page.endswith(KOREAN)):
        return words  # a folder; or the other language, which the site's own switch leads to
    if lies.endswith(KOREAN):  # within a language every page has its English name
        lies = lies.removesuffix(KOREAN) + ".md"
    here = PurePosixPath(places[page]).parent
    return f"{mark}[{words}]({posixpath.relpath(lies, here)}{anchor})"
