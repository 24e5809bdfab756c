"""What pages there are, in which order: `docs/navigation.toml`, read."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

NAVIGATION = "docs/navigation.toml"
KOREAN = ".ko.md"


class Section(NamedTuple):
    """A part of the navigation.

    Attributes:
        title: Its English title.
        korean: Its Korean one.
        pages: The paths of its pages in the repository.
    """

    title: str
    korean: str
    pages: tuple[str, ...]


def read_navigation(root: Path) -> tuple[Section, ...]:
    """Return the sections with their pages, each `*` replaced by the pages that no line names.

    Raises:
        ValueError: A page is listed twice.
        FileNotFoundError: A page that is listed is not there.
    """
    rows = _file(root)["section"]
    named = [_path(line) for row in rows for line in row["pages"] if "*" not in line]
    if twice := sorted({page for page in named if named.count(page) > 1}):
        raise ValueError(f"{NAVIGATION} lists more than once: {', '.join(twice)}")
    if missing := [page for page in named if not (root / page).is_file()]:
        raise FileNotFoundError(f"{NAVIGATION} lists pages that are not there: {', '.join(missing)}")

    def pages(line: str) -> list[str]:
        if "*" not in line:
            return [_path(line)]
        matching = (str(path.relative_to(root).as_posix()) for path in (root / "docs").glob(line))
        return sorted(page for page in matching if page not in named and not page.endswith(KOREAN))

    return tuple(
        Section(row["title"], row["korean"], tuple(page for line in row["pages"] for page in pages(line)))
        for row in rows
    )


def _file(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / NAVIGATION).read_text(encoding="utf-8"))


def _path(line: str) -> str:
    return line.removeprefix("../") if line.startswith("../") else f"docs/{line}"


def unlisted(root: Path) -> list[str]:
    """Return the pages of docs/ that the navigation does not list."""
    listed = {page for section in read_navigation(root) for page in section.pages}
    listed |= {_path(line) for line in _file(root).get("apart", ())}
    there = (path.relative_to(root).as_posix() for path in sorted((root / "docs").rglob("*.md")))
    return [page for page in there if page.replace(KOREAN, ".md") not in listed]


def korean_of(root: Path, page: str) -> str | None:
    """Return the path of a page's Korean version, if it has one."""
    path = page.removesuffix(".md") + KOREAN
    return path if (root / path).is_file() else None


def sources(root: Path) -> Iterator[str]:
    """Yield the path of every page of the site, Korean ones included."""
    for section in read_navigation(root):
        for page in section.pages:
            yield page
            if (korean := korean_of(root, page)) is not None:
                yield korean


def name_of(page: str) -> str:
    """Return what a page is asked for by: `routing`, `integrations/openai`, `changelog`, `decisions/README`."""
    return page.removesuffix(".md").removeprefix("docs/") if page.startswith("docs/") else page[:-3].lower()


def folder() -> Path:
    """Return the folder with docs/ and examples/: inside the installed package, or the clone that it runs from.

    Raises:
        FileNotFoundError: There is neither.
    """
    package = Path(__file__).parents[2]
    for place in (package / "offline", package.parents[1]):
        if (place / NAVIGATION).is_file():
            return place
    raise FileNotFoundError("this installation has no pages: install the wheel of genai-sdk-langfuse, or run a clone")
