"""The code of the pages for beginners runs as it stands, on a local platform, and prints what the page says."""

import ast
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.website.test_korean import PAIRS, code

from genai_sdk.cli.commands import genai
from genai_sdk.cli.pages import read_navigation
from genai_sdk.local import Platform, offer_simulated

ROOT = Path(__file__).parents[2]
LEFT_OUT = ("pip install", "genai up", "genai connections remove", "genai connections add openai")
"""Lines of a shell that a test cannot type: an installation, a platform that stays, a question for a real key."""
HELPER = """
import json, subprocess, sys
blocks, prelude, names = json.loads(sys.argv[1]), sys.argv[2], {"__name__": "page"}
for kind, text in blocks:
    if kind == "python":
        exec(compile(text, "<page>", "exec"), names)
    else:
        subprocess.run(["bash", "-euc", prelude + text], check=True)
        prelude += "".join(line + "\\n" for line in text.splitlines() if line.startswith(("eval", "export")))
    sys.stdout.flush()
"""


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A platform as `genai up` leaves it on a new directory."""
    with Platform(tmp_path / "home", port=0) as running:
        offer_simulated(running)
        yield running


def blocks(page: str) -> list[tuple[str, str]]:
    """The code of a page with its language, and its output under no language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def typed(text: str) -> str:
    """What is typed of a block for a shell, long lines put together."""
    lines = text.replace("\\\n", " ").splitlines()
    return "".join(f"{line}\n" for line in lines if not line.startswith(LEFT_OUT))


def run(page: str, platform: Platform) -> str:
    """Run the blocks of a page in their order and return what all of them printed."""
    todo = [(kind, typed(text) if kind == "sh" else text) for kind, text in blocks(page) if kind]
    kept = {name: item for name, item in os.environ.items() if not name.startswith(("LANGFUSE_", "GENAI_"))}
    prelude = f'genai() {{ {shlex.quote(sys.executable)} -m genai_sdk.cli "$@"; }}\n'
    done = subprocess.run(
        [sys.executable, "-c", HELPER, json.dumps(todo).replace("127.0.0.1:4141", platform.url[7:]), prelude],
        env={**kept, "GENAI_HOME": str(platform.directory), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_readme_runs_as_one_program(platform: Platform):
    printed = run("README.md", platform)
    assert printed.count("[simulated seoul]") >= 3
    assert "clear in " in printed
    assert "Weather(city=" in printed
    assert re.search(r"\['simulated-down: server error 503', .*'gpt-6-luna: ok'\]$", printed, re.MULTILINE)


def test_the_quickstart_runs_as_one_program(platform: Platform):
    printed = run("docs/quickstart.md", platform)
    assert 'look {"city":' in printed
    assert "Weather(city=" in printed
    assert "No connection serves 'gtp-6'" in printed
    assert "Say hello to Mina." in printed


def test_the_tutorial_goes_through_its_outage_and_prints_what_it_says(platform: Platform):
    if shutil.which("curl") is None:
        pytest.skip("the tutorial types curl, which is not here")
    printed = run("docs/tutorial.md", platform)
    shown = [line for kind, text in blocks("docs/tutorial.md") if not kind for line in text.splitlines()]
    assert len(shown) > 10
    parts = [re.escape(line).replace("…", ".*") for line in shown]
    assert [part for part in parts if not re.search(f"^{part}$", printed, re.MULTILINE)] == [], printed
    assert "Saved korea" in printed
    assert "attempt 3 korea/gpt-6-sol" in printed


@pytest.mark.parametrize(
    ("page", "words"), [("docs/add-a-region.md", ""), ("docs/serverless.md", ""), ("docs/migrating.md", "Hello")]
)
def test_the_python_of_a_how_to_runs(page: str, words: str, platform: Platform):
    python = [text for kind, text in blocks(page) if kind == "python" and "langchain" not in text]
    kept = {name: item for name, item in os.environ.items() if not name.startswith(("LANGFUSE_", "GENAI_"))}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(python)],
        env={**kept, "GENAI_HOME": str(platform.directory), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert words in done.stdout


def test_the_langchain_of_the_how_to_is_that_of_its_page():
    (there,) = [text for kind, text in blocks("docs/migrating.md") if "langchain" in text]
    page = "".join(text for _, text in blocks("docs/integrations/langchain.md"))
    assert set(there.splitlines()) <= set(page.splitlines())


def commands() -> list[tuple[str, str]]:
    """Every line of a page's code that calls `genai`, with the page."""
    pages = [page for section in read_navigation(ROOT) for page in section.pages if "decisions" not in page]
    found = []
    for page in pages:
        lines = "".join(text for kind, text in blocks(page) if kind != "python").replace("\\\n", " ").splitlines()
        for line in lines:
            call = re.search(r"(?:^|\| )(?:\S*bin/)?(genai (?:[^|#<>]|(?<=\S)#)*)", line)
            if call and "…" not in call[1]:
                found.append((page, call[1].strip()))
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_every_command_that_a_page_types_is_one(page: str, line: str):
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = genai
    while isinstance(command, click.Group) and words:
        name, words = words[0], words[1:]
        assert name in command.commands, f"{page}: {line}"
        command = command.commands[name]
    command.make_context("genai", words)


@pytest.mark.parametrize(("english", "korean"), PAIRS)
def test_the_code_of_a_korean_page_is_that_of_the_english_one(english: str, korean: str):
    assert code(ROOT / korean) == code(ROOT / english)


def every_block() -> list[tuple[str, str, str]]:
    """The code of all pages, with the page and the language."""
    pages = [page for section in read_navigation(ROOT) for page in section.pages]
    return [(page, kind, text) for page in pages for kind, text in blocks(page) if kind]


@pytest.mark.parametrize("page", sorted({page for page, _, _ in every_block()}))
def test_every_block_of_code_can_be_read_in_its_language(page: str):
    readers = {
        "python": lambda text: compile(text, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST),
        "toml": tomllib.loads,
        "json": json.loads,
        "sh": lambda text: subprocess.run(["bash", "-n"], input=text, text=True, check=True),
        "sql": lambda text: None if text.rstrip().endswith(";") else pytest.fail(f"{page}: a statement has no end"),
    }
    for where, kind, text in every_block():
        if where == page:
            readers[kind](text)
