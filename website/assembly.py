"""Puts the pages of the site into one folder, as MkDocs reads them: links rewritten, navigation written out."""

import json
import shutil
from pathlib import Path
from typing import Literal

from genai_sdk.cli.pages import korean_of, read_navigation, title_of
from website.links import Links
from website.places import place

Language = Literal["en", "ko"]
HERE = Path(__file__).parent
REFERENCE = ("client.md", "answers.md", "errors.md", "testing.md")
FILES = "files"
"""Where files of the repository lie that a page links to: code, a configuration."""


def assemble(root: Path, target: Path, language: Language, site: Path) -> Path:
    """Write pages and configuration below `target`, and return the configuration's path.

    Args:
        root: The repository.
        target: A folder, whose content is replaced.
        language: Which; a page that is not there in Korean is in English.
        site: The folder that the site is to be built in.
    """
    shutil.rmtree(target, ignore_errors=True)
    pages = target / "pages"

    def file(path: str) -> str:
        lies = path.removeprefix("docs/") if path.startswith("docs/") else f"{FILES}/{path}"
        _copy(root / path, pages / lies)
        return lies

    links = Links(root, korean=language == "ko", file=file)
    navigation: list[dict[str, list[object]]] = []
    for section in read_navigation(root):
        entries: list[object] = []
        if section.title == "Reference":
            entries += [f"reference/{name}" for name in REFERENCE]
        for page in section.pages:
            source = (korean_of(root, page) if language == "ko" else None) or page
            text = (root / source).read_text(encoding="utf-8")
            _write(pages / place(page), links.rewritten(text, source))
            entries.append({title_of(text): place(page)})
        navigation.append({section.korean if language == "ko" else section.title: entries})
    for name in REFERENCE:
        _copy(HERE / "reference" / name, pages / "reference" / name)
    for part in sorted((HERE / "assets").iterdir()):
        _copy(part, pages / "assets" / part.name)
    return _configuration(
        target,
        {
            "NAVIGATION": navigation,
            "LANGUAGE": language,
            "SEARCHED": ["en"] if language == "en" else ["en", language],
            "SOURCE": str(root / "src"),
            "SITE": str(site),
            "THEME": str(HERE / "theme"),
        },
    )


def _configuration(target: Path, values: dict[str, object]) -> Path:
    text = (HERE / "mkdocs.yml").read_text(encoding="utf-8")
    for name, value in values.items():  # JSON is YAML too
        text = text.replace(f"${name}", json.dumps(value, ensure_ascii=False))
    path = target / "mkdocs.yml"
    _write(path, text)
    return path


def _copy(origin: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(origin, target)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
