"""The runs that nothing waits for: a target each, a row each, and none of them in `.ci/run`."""

from datetime import date

import pytest
from tests.recorded import PAGE, TARGETS, counted, read, record, render


def test_the_page_is_what_its_rows_make_of_it():
    text = PAGE.read_text(encoding="utf-8")
    assert render(read(text)) == text


def test_every_target_is_in_the_makefile_and_none_in_what_has_to_pass(root):
    targets = [line.split(":")[0] for line in (root / "Makefile").read_text(encoding="utf-8").splitlines()]
    assert [name for name in TARGETS if name not in targets] == []
    assert [name for name in TARGETS if f"make {name}" in (root / ".ci/run").read_text(encoding="utf-8")] == []


def test_a_run_writes_its_own_row_and_leaves_the_others(tmp_path):
    page = tmp_path / "page.md"
    record("sizes", ["core: 1 MB", "extra: 2 MB"], date(2026, 1, 2), page)
    record("peers", ["3 passed"], date(2026, 1, 3), page)
    rows = read(page.read_text(encoding="utf-8"))
    assert rows["sizes"] == ("2026-01-02", "-", "core: 1 MB<br>extra: 2 MB")
    assert (rows["peers"][0], rows["peers"][2]) == ("2026-01-03", "3 passed")
    assert "langfuse 4." in rows["peers"][1]
    assert "openai 3." in rows["peers"][1]
    assert rows["neighbours"][2] == "not run yet"


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ({"passed": 1234, "failed": 0, "skipped": 2}, "1,234 passed, 2 skipped in 1.5 minutes"),
        ({}, "no tests in 1.5 minutes"),
    ],
)
def test_outcomes_are_counted_in_words(outcomes, words):
    assert counted(outcomes, 90) == words
