"""Commands that are printed work when they are typed as they stand."""

from pathlib import Path

import pytest

from genai_sdk.cli.next_steps import steps, typed


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment in a clone, which no shell looks into; the working directory is the clone."""
    place = tmp_path / "my clone" / ".venv" / "bin"
    made(place, "python", "genai")
    monkeypatch.setattr("sys.executable", str(place / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.chdir(place.parent.parent)
    return place


def made(directory: Path, *programs: str) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for program in programs:
        (directory / program).write_text("#!/bin/sh\n")
        (directory / program).chmod(0o755)


def test_a_program_that_the_shell_does_not_find_is_typed_with_its_way(installed: Path):
    assert typed("genai trace") == ".venv/bin/genai trace"
    assert typed("python examples/quickstart.py") == ".venv/bin/python examples/quickstart.py"


def test_from_elsewhere_the_way_is_a_whole_one_and_quoted(installed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(installed)
    assert typed("genai up") == "./genai up"
    (installed / "elsewhere").mkdir()
    monkeypatch.chdir(installed / "elsewhere")
    assert typed("genai up") == f"'{installed}/genai' up"


def test_a_program_on_the_path_is_typed_by_its_name(installed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(installed))
    assert [typed("genai trace"), typed("python x.py")] == ["genai trace", "python x.py"]


def test_a_link_to_the_command_does_and_another_python_does_not(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    elsewhere = tmp_path / "elsewhere"
    made(elsewhere)
    for program in ("genai", "python"):
        (elsewhere / program).symlink_to(installed / program)
    monkeypatch.setenv("PATH", str(elsewhere))
    assert [typed("genai trace"), typed("python x.py")] == ["genai trace", ".venv/bin/python x.py"]


def test_another_installation_s_command_is_not_taken_for_this_one(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    made(tmp_path / "other", "genai")
    monkeypatch.setenv("PATH", str(tmp_path / "other"))
    assert typed("genai trace") == ".venv/bin/genai trace"


def test_what_is_said_of_a_command_stands_above_it_where_it_does_not_fit_beside(installed: Path):
    assert list(steps([("genai up", "runs it"), ("genai trace", "draws it")], " ")) == [
        " .venv/bin/genai up       # runs it",
        " .venv/bin/genai trace    # draws it",
    ]
    assert list(steps([("genai up", "x" * 90)], " ")) == [f" # {'x' * 90}", " .venv/bin/genai up"]
