"""Lists in a real terminal of some width, and in a pipe."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from datetime import UTC, datetime

import pytest
from tests.cli.conftest import Run, surroundings
from tests.cli.test_traces import Server, bare, generation  # noqa: F401 - a fixture

from genai_sdk.cli.columns import width_of
from genai_sdk.cli.output import cut, table
from genai_sdk.cli.traces.reader import TraceSummary
from genai_sdk.cli.traces.rows import trace_line, trace_lines

NOW = datetime(2027, 1, 15, 12, tzinfo=UTC)
NAMES = [
    "short",
    "a-name-that-is-longer-than-a-terminal-of-eighty-columns-has-room-for",
    "아주 긴 이름을 가진 트레이스가 여기 있다",
]


def in_terminal(columns: int, *arguments: str, **environ: str) -> str:
    """What a command prints on a terminal so wide."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "genai_sdk.cli", *arguments]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as process:
        os.close(theirs)
        printed = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # Linux's word for the end of a terminal
                break
            if not piece:
                break
            printed += piece
        os.close(ours)
    assert process.returncode == 0, printed
    return printed.decode().replace("\r\n", "\n")


@pytest.fixture
def traced(bare: Server) -> Server:  # noqa: F811 - the fixture
    for place, name in enumerate(NAMES):
        bare.wire.trace(generation(name=name, id=f"{place + 1}" * 16, start=1_800_000_000 + place))
    return bare


@pytest.mark.parametrize("columns", [72, 80, 120])
@pytest.mark.parametrize("colours", [{}, {"NO_COLOR": "1"}])
def test_a_list_of_traces_is_no_wider_than_the_terminal(
    traced: Server, tmp_path: object, columns: int, colours: dict[str, str]
) -> None:
    environ = surroundings(tmp_path, **traced.environ, **colours)  # type: ignore[arg-type]
    del environ["COLUMNS"]
    printed = in_terminal(columns, "traces", **environ)
    assert ("\x1b" in printed) == (not colours)
    lines = printed.replace("\x1b[0m", "").splitlines()
    assert len(lines) == 3
    assert max(map(width_of, lines)) <= columns
    assert all("…" in line for line in lines[:2]) or columns == 120


def test_a_pipe_gets_all_of_it(traced: Server, genai: Run) -> None:
    lines = genai("traces", **traced.environ).stdout.splitlines()
    assert [line.rpartition("  ")[2] for line in lines] == NAMES[::-1]
    assert "2027-01-15 08:00:00" in lines[-1]


def row(name: str, start: str = "2027-01-15T08:00:00.000Z", **rest: object) -> TraceSummary:
    return TraceSummary(id="a" * 32, name=name, start=start, seconds=1.5, **rest)  # type: ignore[arg-type]


def test_days_are_told_where_it_was_not_today_and_costs_where_there_is_one() -> None:
    today, before = trace_lines([row("x"), row("y", "2026-12-24T08:00:00Z")], 80, NOW)
    assert today == f"{'a' * 32}  08:00:00     1.50 s  x"
    assert before == f"{'a' * 32}  12-24 08:00  1.50 s  y"
    (dear,) = trace_lines([row("x", cost=0.25)], 120, NOW)
    assert dear == f"{'a' * 32}  2027-01-15 08:00:00  1.50 s  $0.25  x"
    assert trace_lines([], 80, NOW) == trace_lines([], None, NOW) == []


def test_what_comes_in_is_a_line_with_its_error_cut_to_the_terminal() -> None:
    failed = row("x", level="ERROR", message="seoul\nanswered 503: " + "very " * 30)
    line = trace_line(failed, 80)
    assert (width_of(line), line[-1], "\n" in line) == (80, "…", False)
    assert "very very" in trace_line(failed, None)


def test_a_text_is_cut_between_letters_of_two_columns() -> None:
    assert [cut("한국어", columns) for columns in (6, 5, 4, 3)] == ["한국어", "한국…", "한…", "한…"]


def test_the_last_column_of_a_table_is_folded_between_words_and_goes_below_where_it_has_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    ends = "seoul (ends 2027-02-09), usa"
    assert [*table([["gpt-5", ends], ["a", "usa"]])] == [f"gpt-5  {ends}", "a      usa"]
    assert [*table([["gpt-5-of-last-year", ends], ["a" * 18, "usa"]])] == [
        "gpt-5-of-last-year  seoul (ends",
        " " * 20 + "2027-02-09), usa",
        "a" * 18 + "  usa",
    ]
    assert [*table([["gpt-5", ends + ", tokyo"], ["a" * 25, "usa"]], " ")] == [
        " gpt-5",
        "     seoul (ends 2027-02-09), usa, tokyo",
        " " + "a" * 25 + "  usa",
    ]
