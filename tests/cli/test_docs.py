"""`genai docs` and `genai example`, in a clone."""

import re

import pytest
from tests.cli.conftest import ROOT, Run

from genai_sdk.cli.pages import name_of, read_navigation, section_of
from genai_sdk.local import Platform

MENTION = re.compile(r"`genai docs ([\w/.#-]+)")
EXAMPLE = re.compile(r"genai example (\w+)")
NAMES = {name_of(page) for section in read_navigation(ROOT) for page in section.pages}


def test_the_list_has_every_page_with_its_title(genai: Run):
    done = genai("docs")
    assert done.returncode == 0, done.stderr
    listed = {line.split()[0] for line in done.stdout.splitlines() if re.match("  [^ ]", line)}
    assert listed == NAMES
    assert re.search(r"^  routing +Retries, fallbacks, streams$", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", ["routing", "docs/routing.md"])
def test_a_page_is_printed_as_it_is(name: str, genai: Run):
    assert genai("docs", name).stdout == (ROOT / "docs/routing.md").read_text(encoding="utf-8")


def test_one_part_of_a_page_is_printed(genai: Run):
    text = genai("docs", "tracing#what-is-recorded").stdout
    assert text.startswith("## What is recorded\n")
    assert "### Cost" in text
    assert "## Names, people, tags" not in text


def test_a_part_ends_at_the_next_heading_of_its_level_and_code_has_none():
    text = "# A\n\n## B\n```\n# not one\n```\n### C\nx\n## D\ny\n"
    assert section_of(text, "b") == "## B\n```\n# not one\n```\n### C\nx\n"
    assert section_of(text, "d") == "## D\ny\n"
    assert section_of(text, "not-one") is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("docs", "rooting"), "there is no page 'rooting'; near it: routing"),
        (("docs", "zzzzzz"), "`genai docs` lists them"),
        (("docs", "routing#zzz"), "routing has no part 'zzz'; it has: what-follows-from-a-failure, options,"),
        (("docs", "--search", "zzz qqq"), "no line has 'zzz qqq'"),
        (("example", "quick"), "there is no example 'quick'; there are: asynchronous, "),
    ],
)
def test_what_is_not_there_is_named_with_what_is(arguments: tuple[str, ...], words: str, genai: Run):
    done = genai(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr


def test_lines_are_found_by_all_of_their_words_in_one_page_or_in_all(genai: Run):
    places = [line for line in genai("docs", "--search", "REDIS threads").stdout.splitlines() if line[0] != " "]
    assert any(place.startswith("routing#") for place in places)
    assert "redis" in genai("docs", places[0]).stdout.lower()
    assert genai("docs", "routing", "--search", "jupyter").returncode == 1


def test_a_line_that_was_found_takes_one_line_of_the_terminal_and_shows_the_word(genai: Run):
    lines = genai("docs", "--search", "fallback", COLUMNS="80").stdout.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert all("fallback" in line.lower() for line in lines if line[0] == " ")


def test_korean_is_printed_where_a_page_has_it(genai: Run):
    assert genai("docs", "readme", "--language", "ko").stdout == (ROOT / "README.ko.md").read_text(encoding="utf-8")
    assert genai("docs", "chaos", "--language", "ko").stdout == (ROOT / "docs/chaos.md").read_text(encoding="utf-8")
    assert "호출" in genai("docs", "--language", "ko").stdout


def test_examples_are_listed_and_printed(genai: Run):
    assert {line.split()[0] for line in genai("example").stdout.splitlines() if line[0] != " "} == {
        path.stem for path in (ROOT / "examples").glob("*.py")
    }
    assert genai("example", "quickstart").stdout == (ROOT / "examples/quickstart.py").read_text(encoding="utf-8")


def test_an_example_is_run(platform: Platform, genai: Run):
    done = genai("example", "quickstart", "--run")
    assert done.returncode == 0, done.stderr
    assert "[simulated seoul]" in done.stdout


def test_every_page_and_example_that_our_code_names_is_there():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py")]
    pages = {each for text in texts for each in MENTION.findall(text)}
    assert len(pages) > 4
    assert {each.partition("#")[0] for each in pages} - NAMES == set()
    examples = {each for text in texts for each in EXAMPLE.findall(text)}
    assert examples - {path.stem for path in (ROOT / "examples").glob("*.py")} == set()


def test_no_public_docstring_sends_a_reader_to_a_file_that_a_wheel_has_not():
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "src/genai_sdk/client").glob("*.py")}
    assert [str(path) for path, text in texts.items() if re.search(r"(?<![/\w])docs/[\w/-]+\.md", text)] == []
