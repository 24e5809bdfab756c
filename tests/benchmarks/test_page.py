"""docs/performance.md says what the stored figures say, and nothing of one machine."""

import json
import re

import pytest
from benchmarks.__main__ import DOCS, FIGURES, REMARKS, read_arguments
from benchmarks.contenders.roster import ROSTER
from benchmarks.page import charts, render
from benchmarks.run import SECTIONS

FIGURES_OF_A_RUN = {
    "date": "2026-01-02",
    "machine": {"cores": 2, "python": "CPython 3.13.1", "system": "Linux"},
    "versions": {"openai": "2.0"},
    "samples": {"chat": {"openai": {"cpu": [100.0]}, "ours-direct-traced": {"cpu": [10.0]}}},
    "absent": {"any-llm in chat": "it ended", "router": "no such module"},
}


@pytest.fixture(scope="module")
def stored():
    return json.loads(FIGURES.read_text(encoding="utf-8"))


def test_the_page_is_what_the_stored_figures_and_remarks_render_to(stored):
    written = (DOCS / "performance.md").read_text(encoding="utf-8")
    assert written == render(stored, REMARKS.read_text(encoding="utf-8")), "run `python -m benchmarks --render`"


def test_the_charts_are_what_the_stored_figures_draw(stored):
    assert {path.stem: path.read_text(encoding="utf-8") for path in FIGURES.parent.glob("*.svg")} == charts(stored)


def test_the_figures_tell_nothing_of_one_machine(stored):
    assert set(stored["machine"]) == {"cores", "python", "system"}
    assert not re.search(r"(?<!:/)/(?:home|root|tmp|work|opt|Users)/|127\.0\.0\.1:\d", json.dumps(stored))


def test_a_page_has_its_date_its_machine_its_remarks_and_who_is_absent():
    page = render(FIGURES_OF_A_RUN, "## Remarks\n\nBy hand.")
    for part in (
        "2026-01-02",
        "CPython 3.13.1 on Linux, 2 cores",
        "openai 2.0",
        "## Remarks\n\nBy hand.",
        "`make bench`",
    ):
        assert part in page
    assert "- any-llm-sdk in chat: it ended" in page
    assert "- litellm.Router: no such module" in page
    assert "![CPU of a call, sync](performance/chat.svg)" in page


def test_what_was_not_measured_has_no_section_and_no_chart():
    assert "### Import" not in render(FIGURES_OF_A_RUN, "")
    assert set(charts(FIGURES_OF_A_RUN)) == {"chat"}


def test_without_words_everything_is_measured():
    arguments = read_arguments([])
    assert (arguments.only, arguments.who, arguments.quick) == (SECTIONS, tuple(ROSTER), False)


def test_sections_and_contenders_can_be_chosen_and_a_wrong_one_is_named(capsys):
    assert read_arguments(["--only", "chat,cold"]).only == ("chat", "cold")
    with pytest.raises(SystemExit):
        read_arguments(["--who", "openai,nobody"])
    assert "nobody is not known; known: sockets" in capsys.readouterr().err
