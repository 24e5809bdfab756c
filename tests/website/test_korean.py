"""A Korean page says in its headings and code what the English one does."""

import re
from pathlib import Path

import pytest

from genai_sdk.cli.pages import headings, korean_of, read_navigation

ROOT = Path(__file__).parents[2]
PAIRS = [
    (page, korean)
    for section in read_navigation(ROOT)
    for page in section.pages
    if (korean := korean_of(ROOT, page)) is not None
]
HANGUL = re.compile(r"[가-힣]")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")


def code(page: Path) -> list[str]:
    """The blocks of a page's code, without comments."""
    found = re.findall(r"^```(\w*\n.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return ["\n".join(re.sub(r"\s+# .*|^# .*", "", line) for line in block.splitlines()) for block in found]


def test_what_a_beginner_reads_is_there_in_korean():
    english = {page for page, _ in PAIRS}
    first = {"README.md", *(f"docs/{name}.md" for name in ("quickstart", "tutorial", "langfuse", "add-a-region"))}
    assert first - english == set()


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_a_korean_page_has_the_headings_of_the_english_one(english: str, korean: str):
    ours, theirs = (headings((ROOT / page).read_text(encoding="utf-8")) for page in (english, korean))
    assert [heading.level for heading in theirs] == [heading.level for heading in ours]
    names = ("GenAI", "API")
    foreign = [each.text for each in theirs if not HANGUL.search(each.text) and not each.text.startswith(names)]
    assert [text for text in foreign if text not in {each.text for each in ours}] == []


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_a_korean_page_leads_to_korean_pages_where_there_are_any(english: str, korean: str):
    folder = (ROOT / korean).parent
    links = [link for link in LINK.findall((ROOT / korean).read_text(encoding="utf-8")) if link.endswith(".md")]
    there = {(ROOT / page).resolve() for page, _ in PAIRS}
    own = (ROOT / english).resolve()
    assert [link for link in links if (folder / link).resolve() in there - {own}] == []
