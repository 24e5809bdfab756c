"""Every page is in the navigation, and every link on the site leads somewhere."""

import itertools
import posixpath
import re
from pathlib import Path

import pytest
from website.assembly import assemble
from website.links import Links
from website.llms import first_sentence, overview
from website.places import address, place

from genai_sdk.cli.pages import NAVIGATION, headings, read_navigation, sources, title_of, unlisted

ROOT = Path(__file__).parents[2]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A small repository with two pages, one of which has a Korean version."""
    docs = tmp_path / "docs"
    (docs / "deep").mkdir(parents=True)
    (docs / "navigation.toml").write_text(
        '[[section]]\ntitle = "All"\nkorean = "전부"\npages = ["../README.md", "one.md", "deep/*.md"]\n', "utf-8"
    )
    (tmp_path / "README.md").write_text("# Top\n\nIt is *this*. And more.\n\n[one](docs/one.md)\n", "utf-8")
    (docs / "one.md").write_text(
        "# One\n\n## One more\n\nSee [two](deep/two.md#here) and [code](../run.py).\n", "utf-8"
    )
    (docs / "one.ko.md").write_text(
        "# 하나\n\n## 하나 더\n\n[README](../README.md), [하나](one.ko.md), [one](one.md)\n", "utf-8"
    )
    (docs / "deep/two.md").write_text("# Two\n\n## Here\n\n[up](../one.md#one-more), [folder](../../docs)\n", "utf-8")
    (tmp_path / "run.py").write_text("print()\n", "utf-8")
    return tmp_path


def test_every_page_is_in_the_navigation():
    missing = unlisted(ROOT)
    assert missing == [], f"add to a section of {NAVIGATION}: {', '.join(missing)}"


def test_every_link_to_a_heading_leads_to_one():
    texts = {page: (ROOT / page).read_text("utf-8") for page in sources(ROOT)}
    anchors = {page: {heading.anchor for heading in headings(text)} for page, text in texts.items()}
    links = [
        (page, posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page, anchor)
        for page, text in texts.items()
        for path, anchor in re.findall(r"\]\((?!\w+:)([^)#\s]*)#([^)\s]+)\)", text)
    ]
    assert len(links) > 50
    dead = [f"{page}: {path}#{anchor}" for page, path, anchor in links if anchor not in anchors[path]]
    assert "\n".join(dead) == ""


def test_no_list_follows_a_text_without_an_empty_line():
    found = []
    for page in sources(ROOT):
        lines = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL | re.MULTILINE).split(
            "\n"
        )
        for before, line in itertools.pairwise(lines):
            paragraph = before.strip() and not re.match(r"\s*([-*]|\d+\.) |\s{2,}|#", before)
            if paragraph and re.match(r"([-*]|1\.) ", line):
                found.append(f"{page}: {line}")
    assert "\n".join(found) == ""


def test_a_page_that_no_section_names_is_noticed(repository: Path):
    (repository / "docs/three.md").write_text("# Three\n", "utf-8")
    assert unlisted(repository) == ["docs/three.md"]


def test_a_korean_page_without_an_english_one_is_noticed(repository: Path):
    (repository / "docs/three.ko.md").write_text("# 셋\n", "utf-8")
    assert unlisted(repository) == ["docs/three.ko.md"]


@pytest.mark.parametrize(
    ("line", "words"), [('"two.md"', "not there: docs/two.md"), ('"one.md", "one.md"', "more than once: docs/one.md")]
)
def test_a_line_that_leads_nowhere_or_stands_twice_is_refused_by_name(repository: Path, line: str, words: str):
    navigation = repository / NAVIGATION
    navigation.write_text(navigation.read_text("utf-8").replace('"one.md"', line), "utf-8")
    with pytest.raises((ValueError, FileNotFoundError), match=words):
        read_navigation(repository)


def test_a_star_stands_for_the_pages_that_no_line_names(repository: Path):
    (repository / "docs/deep/three.md").write_text("# Three\n", "utf-8")
    (section,) = read_navigation(repository)
    assert section.pages == ("README.md", "docs/one.md", "docs/deep/three.md", "docs/deep/two.md")


def test_pages_lie_on_the_site_where_their_links_lead(repository: Path, tmp_path: Path):
    assemble(repository, tmp_path / "en", "en", tmp_path / "site")
    pages = tmp_path / "en/pages"
    assert "[one](one.md)" in (pages / "index.md").read_text("utf-8")
    assert (pages / "one.md").read_text("utf-8").endswith("See [two](deep/two.md#here) and [code](files/run.py).\n")
    assert (pages / "files/run.py").read_text("utf-8") == "print()\n"
    assert (pages / "deep/two.md").read_text("utf-8").endswith("[up](../one.md#one-more), folder\n")


def test_a_page_that_is_not_in_korean_is_in_english_and_leads_to_those_that_are(repository: Path, tmp_path: Path):
    assemble(repository, tmp_path / "ko", "ko", tmp_path / "site")
    pages = tmp_path / "ko/pages"
    assert (
        (pages / "one.md")
        .read_text("utf-8")
        .endswith('[README](index.md), [하나](one.md), <a href="../../one/">one</a>\n')
    )
    assert (pages / "deep/two.md").read_text("utf-8").endswith("[up](../one.md#하나-더), folder\n")


def test_code_is_no_link_and_a_link_to_nothing_is_refused(repository: Path):
    links = Links(repository, korean=False, file=lambda path: path)
    code = "`x`\n```\n[a](b.md)\n```\n"
    assert links.rewritten(f"{code}[a](one.md)", "docs/one.md") == f"{code}[a](one.md)"
    with pytest.raises(FileNotFoundError, match=r"docs/one\.md links to b\.md"):
        links.rewritten("[a](b.md)", "docs/one.md")


@pytest.mark.parametrize(
    ("page", "lies", "below"),
    [
        ("README.md", "index.md", ""),
        ("README.ko.md", "index.md", "ko/"),
        ("CHANGELOG.md", "changelog.md", "changelog/"),
        ("docs/decisions/README.md", "decisions/README.md", "decisions/"),
        ("docs/integrations/openai.md", "integrations/openai.md", "integrations/openai/"),
        ("docs/tutorial.ko.md", "tutorial.md", "ko/tutorial/"),
        ("findings/README.md", "findings.md", "findings/"),
    ],
)
def test_a_page_s_place_and_address(page: str, lies: str, below: str):
    assert (place(page), address(page)) == (lies, below)


def test_the_overview_for_models_has_every_page_with_its_first_sentence():
    text = overview(ROOT)
    pages = [page for section in read_navigation(ROOT) for page in section.pages]
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(lines) == len(pages)
    assert [line for line in lines if line.endswith(": ")] == []
    for page, line in zip(pages, lines, strict=True):
        assert line.startswith(f"- [{title_of((ROOT / page).read_text('utf-8'))}](")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# T\n\n## Sub\n\n- a\n\nFirst *one*. Second.", "First *one*."),
        ("<!-- x -->\n# T\n\n[A](b.md) leads on:\n\nNo.", "A leads on"),
        ("# T\n\n" + "word " * 80, "word " * 46 + "word…"),
        ("# T\n", ""),
    ],
)
def test_the_first_sentence_is_one_of_a_paragraph(text: str, sentence: str):
    assert first_sentence(text) == sentence
