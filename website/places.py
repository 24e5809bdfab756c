"""Where on the site the pages lie."""

from pathlib import PurePosixPath

from genai_sdk.cli.pages import KOREAN

_ELSEWHERE = {"README.md": "index.md", "findings/README.md": "findings.md"}
"""Pages outside docs/ whose place on the site is not their name in lower case."""


def place(page: str) -> str:
    """Return where on the site of its language a page lies, by its path in the repository."""
    page = page.replace(KOREAN, ".md")
    return page.removeprefix("docs/") if page.startswith("docs/") else _ELSEWHERE.get(page, page.lower())


def address(page: str) -> str:
    """Return a page's address below the site's own, by its path in the repository."""
    path = PurePosixPath(place(page))
    folder = path.parent if path.stem in ("index", "README") else path.with_suffix("")
    below = "" if folder == PurePosixPath(".") else f"{folder}/"
    return f"ko/{below}" if page.endswith(KOREAN) else below
