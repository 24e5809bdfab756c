"""Puts the pages of the site into one folder, as MkDocs reads them: links rewritten, navigation written out."""

import json
import shutil
from pathlib import Path

from website.links import rewritten
from website.navigation import KOREAN, korean_of, place, read_navigation, sources, title_of

HERE = Path(__file__).parent
REFERENCE = ("client.md", "answers.md", "errors.md", "testing.md")
FILES = "files"
"""Where files of the repository lie that a page links to: code, a configuration."""


def assemble(root: Path, target: Path) -> Path:
    """Write pages and configuration below `target`, and return the configuration's path.

    Args:
        root: The repository.
        target: A folder, whose content is replaced.
    """
    shutil.rmtree(target, ignore_errors=True)
    pages = target / "pages"
    places = {page: place(page) for page in sources(root)}

    def file(path: str) -> str | None:
        origin = root / path
        if not origin.is_file():
            return None
        lies = path.removeprefix("docs/") if path.startswith("docs/") else f"{FILES}/{path}"
        _copy(origin, pages / lies)
        return lies

    for page, lies in places.items():
        text = (root / page).read_text(encoding="utf-8")
        _write(pages / lies, rewritten(text, page, places, file))
    for name in REFERENCE:
        _copy(HERE / "reference" / name, pages / "reference" / name)
    for part in sorted((HERE / "assets").glob("*")):
        _copy(part, pages / "assets" / part.name)
    return _configuration(root, target)


def _configuration(root: Path, target: Path) -> Path:
    sections = read_navigation(root)
    navigation = [{section.title: [place(page) for page in section.pages]} for section in sections]
    for entry in navigation:
        if "Reference" in entry:
            entry["Reference"][:0] = [f"reference/{name}" for name in REFERENCE]
    korean = {section.title: section.korean for section in sections}
    korean |= {
        title_of((root / page).read_text(encoding="utf-8")): title_of((root / other).read_text(encoding="utf-8"))
        for section in sections
        for page in section.pages
        if (other := korean_of(root, page)) is not None
    }
    languages = [
        {"locale": "en", "name": "English", "default": True, "build": True},
        {"locale": "ko", "name": "한국어", "build": True, "nav_translations": korean},
    ]
    text = (HERE / "mkdocs.yml").read_text(encoding="utf-8")
    # JSON is YAML too.
    for mark, value in {"$NAVIGATION": navigation, "$LANGUAGES": languages, "$SOURCE": str(root / "src")}.items():
        text = text.replace(mark, json.dumps(value, ensure_ascii=False))
    path = target / "mkdocs.yml"
    _write(path, text)
    return path


def _copy(origin: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(origin, target)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


__all__ = ["FILES", "KOREAN", "REFERENCE", "assemble"]
