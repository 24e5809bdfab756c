"""Each page of docs/integrations runs as it stands, in the environment that has its framework."""

import ast
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.gateway.conftest import Stage
from tests.integrations.pages import PAGES, ROOT, blocks, environ, files, packages, run

from genai_sdk.testing import Reply, Status

WEATHER = [("get_weather", {"city": "Seoul"})]
SEOUL = {"name": "Seoul", "population": 9_000_000}


class Page(NamedTuple):
    """A page that is one program.

    Attributes:
        environment: The environment that has its framework.
        replies: What the first provider says, call by call.
        printed: What the program has to print, in this order.
        generations: How many generations arrive in Langfuse.
        traces: And in how many traces, vectors' included.
    """

    environment: str
    replies: tuple[Reply, ...]
    printed: tuple[str, ...]
    generations: int
    traces: int


PROGRAMS = {
    "langchain": Page(
        "integrations",
        (
            Reply(text="Good day!", prompt_tokens=7, completion_tokens=2),
            Reply(text="Good night!"),
            Reply(tool_calls=WEATHER),
            Reply(text="Sunny."),
            Reply(text='{"name": "Seoul", "population": 9000000}'),
            Reply(),
            Reply(tool_calls=WEATHER),
            Reply(text="Sunny too."),
        ),
        (
            "Good day! {'input_tokens': 7",
            "Good night!",
            "Sunny.\n",
            "name='Seoul' population=9000000\n",
            "2\n",
            "True\n",
        ),
        7,
        7,
    ),
    "dspy": Page(
        "integrations", (Reply(text="[[ ## capital ## ]]\nSeoul\n\n[[ ## completed ## ]]"),), ("Seoul\n",), 1, 1
    ),
    "llamaindex": Page(
        "integrations",
        (
            Reply(text="Good day!"),
            Reply(text="Good night!"),
            Reply(tool_calls=WEATHER),
            Reply(tool_calls=[("City", SEOUL)]),
            Reply(),
            Reply(),
            Reply(text="A city."),
        ),
        (
            "Good day! ",
            "Good night!",
            "It is sunny in Seoul.\n",
            "name='Seoul' population=9000000\n",
            "A city.\n",
        ),
        5,
        7,
    ),
    "instructor": Page(
        "integrations",
        (Reply(tool_calls=[("City", {"name": "Seoul"})]), *[Reply(tool_calls=[("City", SEOUL)])] * 2),
        ("name='Seoul' population=9000000\n", "None\n", "9000000\n"),
        3,
        3,
    ),
    "mcp": Page(
        "",
        (
            Reply(tool_calls=[*WEATHER, ("get_time", {"city": "Seoul"})]),
            Reply(text="Sunny at noon."),
            Reply(tool_calls=WEATHER),
            Reply(text="Sunny too."),
        ),
        ("Sunny at noon. ['It is sunny in Seoul.', 'It is noon in Seoul.']\n", "Sunny too. 2\n"),
        4,
        2,
    ),
    "pydantic-ai": Page(
        "neighbours",
        (
            Reply(tool_calls=[("final_result", SEOUL)]),
            Reply(tool_calls=WEATHER),
            Reply(text="Sunny."),
            Reply(tool_calls=WEATHER),
            Reply(text="Sunny too."),
        ),
        ("name='Seoul' population=9000000\n", "Sunny.\n", "Sunny too."),
        5,
        4,
    ),
    "agents-sdk": Page(
        "neighbours",
        (
            Reply(tool_calls=[("transfer_to_forecaster", {})]),
            Reply(tool_calls=WEATHER),
            Reply(text="Sunny."),
            Reply(tool_calls=WEATHER),
            Reply(text="Sunny too."),
        ),
        ("Sunny. forecaster\n", "Sunny too."),
        5,
        3,
    ),
}
ELSEWHERE = {"anthropic", "openai", "fastapi", "django", "queues", "jupyter"}
"""Pages that are no programs: tests/gateway, test_web.py, test_queues.py and test_notebook.py hold them."""


def test_every_page_is_run():
    assert {path.stem for path in PAGES.glob("*.md")} == {*PROGRAMS, *ELSEWHERE}


@pytest.mark.parametrize("page", sorted(path.stem for path in PAGES.glob("*.md")))
def test_the_code_of_a_page_is_whole(page: str):
    assert blocks(page)
    for code in blocks(page):
        ast.parse(code)
        assert not [line for line in code.splitlines() if "…" in line.partition("#")[0]], "a reader has to fill that in"


@pytest.mark.parametrize("first_region", ["up", "down"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_page_runs_as_it_stands(name: str, first_region: str, stage: Stage, tmp_path: Path):
    page = PROGRAMS[name]
    place = packages(page.environment)
    python = sys.executable if page.environment else str(ROOT / ".venv" / "bin" / "python")
    if first_region == "up":
        stage.first.script(*page.replies)
    else:
        stage.first.script(*[Status(503)] * len(page.replies))
        stage.second.script(*page.replies)
    for file in files(name).keys() - {""}:
        (tmp_path / file).write_text(files(name)[file], encoding="utf-8")
    printed = run(["-c", f"{files(name)['']}\nassert client.flush(20)"], environ(stage, place), tmp_path, python)
    for part in page.printed:
        assert part in printed
        printed = printed.partition(part)[2]
    rows = [row for trace in stage.langfuse.projects[0].traces.all for row in trace.observations]
    assert len([row for row in rows if row.type == "GENERATION"]) == page.generations
    assert len(stage.langfuse.projects[0].traces.all) == page.traces
