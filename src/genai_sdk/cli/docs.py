"""`genai docs` and `genai example`: the pages and examples of the version that is installed, without a network."""

import subprocess
import sys
from pathlib import Path

import click

from genai_sdk.cli.output import excerpt, show, table, width
from genai_sdk.cli.pages import (
    folder,
    headings,
    korean_of,
    lines_in_sections,
    name_of,
    read_navigation,
    section_of,
    title_of,
)
from genai_sdk.sentence import Sentence


@click.command(short_help="Read the documentation, or list its pages.")
@click.argument("page", required=False)
@click.option("--search", metavar="WORDS", help="List the lines that have all of these words, by page and part.")
@click.option("--language", type=click.Choice(["en", "ko"]), default="en", show_default=True, help="Which language.")
def docs(page: str | None, search: str | None, language: str) -> None:
    """Read the documentation: PAGE, such as `routing` or `routing#hedging`; without one, what there is."""
    root = _root()
    pages = {
        name_of(path): (language == "ko" and korean_of(root, path)) or path
        for section in read_navigation(root)
        for path in section.pages
    }
    if search is not None:
        _search(root, {page: pages[page]} if page in pages else pages, search)
    elif page is None:
        _list(root, pages, language)
    else:
        name, _, anchor = page.partition("#")
        text = _read(root, pages, name.removesuffix(".md").removeprefix("docs/"))
        part = section_of(text, anchor) if anchor else text
        if part is None:
            parts = ", ".join(heading.anchor for heading in headings(text)[1:])
            raise click.ClickException(
                Sentence.of(
                    "docs.no_part",
                    "{name} has no part {anchor!r}; it has: {parts}",
                    name=name,
                    anchor=anchor,
                    parts=parts,
                )
            )
        click.echo_via_pager(part) if sys.stdout.isatty() else click.echo(part, nl=False)


@click.command()
@click.argument("name", required=False)
@click.option("--run", is_flag=True, help="Run it with this Python.")
def example(name: str | None, run: bool) -> None:
    """Print an example, or run it; without a NAME, list them."""
    files = {path.stem: path for path in sorted((_root() / "examples").glob("*.py"))}
    if name is None:
        for row in table([(each, _first_line(path)) for each, path in files.items()]):
            show(row)
        return
    path = files.get(name.removesuffix(".py"))
    if path is None:
        raise click.ClickException(
            Sentence.of(
                "docs.no_example", "there is no example {name!r}; there are: {files}", name=name, files=", ".join(files)
            )
        )
    if run:
        sys.exit(subprocess.run([sys.executable, str(path)], check=False).returncode)  # noqa: S603 - of this package
    click.echo(path.read_text(encoding="utf-8"), nl=False)


def _root() -> Path:
    try:
        return folder()
    except FileNotFoundError as error:
        raise click.ClickException(str(error)) from None


def _first_line(path: Path) -> str:
    return path.read_text(encoding="utf-8").splitlines()[0].strip('"')


def _read(root: Path, pages: dict[str, str], name: str) -> str:
    if name not in pages:
        from difflib import get_close_matches

        close = get_close_matches(name, pages, 3)
        hint = (
            Sentence.of("docs.near", "near it: {close}", close=", ".join(close))
            if close
            else Sentence.of("docs.list", "`genai docs` lists them")
        )
        raise click.ClickException(
            Sentence.of("docs.no_page", "there is no page {name!r}; {hint}", name=name, hint=hint)
        )
    return (root / pages[name]).read_text(encoding="utf-8")


def _list(root: Path, pages: dict[str, str], language: str) -> None:
    for section in read_navigation(root):
        show(section.korean if language == "ko" else section.title, bold=True)
        names = [name_of(path) for path in section.pages]
        for row in table([(name, title_of(_read(root, pages, name))) for name in names], "  "):
            show(row)


def _search(root: Path, pages: dict[str, str], words: str) -> None:
    wanted = words.lower().split()
    last = ""
    for name, path in pages.items():
        for anchor, line in lines_in_sections((root / path).read_text(encoding="utf-8")):
            if not all(word in line.lower() for word in wanted):
                continue
            place = f"{name}#{anchor}" if anchor else name
            if place != last:
                show(place, bold=True)
            last = place
            show("  " + excerpt(" ".join(line.split()), wanted, width() - 2))
    if not last:
        raise click.ClickException(Sentence.of("docs.no_line", "no line has {words!r}", words=words))
