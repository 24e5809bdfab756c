"""The fixture in a user's own suite, in a pytest of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from genai_sdk.testing import FakeLangfuse, FakeProvider

SUITE = """
import pytest
from genai_sdk import GenAIClient
from genai_sdk.testing import CassetteMissError

def greet(text="Hello!"):
    with GenAIClient(tracing=False) as client:
        return client.completion("gpt-4o-mini", [{"role": "user", "content": text}]).text

def test_greeting(cassette):
    assert greet() == "seoul: Hello!"

class TestClass:
    @pytest.mark.parametrize("text", ["a/b", "c d"])
    def test_parameters(self, cassette, text):
        assert greet(text) == f"seoul: {text}"

@pytest.mark.genai_cassette("shared.json")
def test_marked(cassette):
    assert greet("shared") == "seoul: shared"
"""

MISSING = """
import test_suite

def test_greeting(cassette):
    try:
        test_suite.greet("another")
    except Exception:
        pass
    except AssertionError:
        pass
"""

FAILING = """
import test_suite

def test_greeting(cassette):
    test_suite.greet("expensive")
    assert False
"""


@pytest.fixture
def environment(servers: tuple[FakeProvider, FakeLangfuse], fake: FakeProvider) -> dict[str, str]:
    """What a developer has."""
    langfuse = servers[1]
    return {
        "LANGFUSE_PUBLIC_KEY": langfuse.public_key,
        "LANGFUSE_SECRET_KEY": langfuse.secret_key,
        "GENAI_BROKER_URL": langfuse.url,
    }


def run(folder: Path, environment: dict[str, str], *options: str, module: str = "test_suite", suite: str = "") -> str:
    (folder / "test_suite.py").write_text(SUITE)
    (folder / f"{module}.py").write_text(suite or SUITE)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers --strict-config\npythonpath = .\n")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", f"{module}.py", *options]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LANGFUSE_", "GENAI_", "CI"))}
    inherited = {**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "GENAI_HOME": str(folder / "nowhere")}
    command += ["-p", "genai_sdk.testing.plugin"]
    found = subprocess.run(
        command,
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return found.stdout + found.stderr


def test_a_suite_is_recorded_once_and_then_needs_nobody(
    tmp_path: Path, environment: dict[str, str], fake: FakeProvider
) -> None:
    assert "4 passed" in run(tmp_path, environment)
    asked = len(fake.journal)
    assert asked == 4
    assert sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*.json")) == [
        "cassettes/test_suite/TestClass.test_parameters[a-b].json",
        "cassettes/test_suite/TestClass.test_parameters[c-d].json",
        "cassettes/test_suite/test_greeting.json",
        "shared.json",
    ]
    assert "4 passed" in run(tmp_path, environment)
    assert "4 passed" in run(tmp_path, {"CI": "true"})  # no keys, no Langfuse
    assert len(fake.journal) == asked


def test_in_ci_nothing_is_recorded(tmp_path: Path, environment: dict[str, str], fake: FakeProvider) -> None:
    printed = run(tmp_path, {**environment, "CI": "true"})
    assert "4 failed" in printed
    assert "record it with --genai-cassette=once" in printed
    assert len(fake.journal) == 0
    assert "4 passed" in run(tmp_path, {**environment, "CI": "true"}, "--genai-cassette=once")
    assert "4 passed" in run(tmp_path, environment, "-o", "genai_cassette=replay")


def test_a_miss_fails_the_test_though_its_error_was_caught(tmp_path: Path, environment: dict[str, str]) -> None:
    assert "4 passed" in run(tmp_path, environment)
    cassettes = tmp_path / "cassettes"
    (cassettes / "test_missing").mkdir()
    (cassettes / "test_suite" / "test_greeting.json").rename(cassettes / "test_missing" / "test_greeting.json")
    printed = run(tmp_path, environment, module="test_missing", suite=MISSING)
    assert "1 passed, 1 error" in printed
    assert "its error was caught" in printed
    assert '{"role": "user", "content": "another"}' in printed
    assert "1 passed" in run(tmp_path, environment, "--genai-cassette=new", module="test_missing", suite=MISSING)
    document = json.loads((cassettes / "test_missing" / "test_greeting.json").read_text())
    assert [each["request"]["messages"][0]["content"] for each in document["recordings"]] == ["Hello!", "another"]


def test_a_test_that_fails_leaves_no_cassette(tmp_path: Path, environment: dict[str, str]) -> None:
    assert "1 failed" in run(tmp_path, environment, module="test_failing", suite=FAILING)
    assert list(tmp_path.rglob("*.json")) == []


def test_an_unknown_mode_is_refused(tmp_path: Path) -> None:
    assert "genai_cassette must be one of once, replay, new" in run(tmp_path, {}, "-o", "genai_cassette=always")
