"""The same tests on OpenAI's SDK of the line before, which stands on httpx and lies in an environment of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENT = ROOT / ".venv-openai-2"
TESTS = (
    "test_openai_calls.py",
    "test_openai_errors.py",
    "test_openai_jobs.py",
    "test_openai_shortcut.py",
    "test_openai_likeness.py",
)
PATIENCE = 300
"""Seconds that no run of theirs takes."""


def test_all_of_it_holds_on_openai_2() -> None:
    if not (ENVIRONMENT / ".ready").exists():
        pytest.skip("not tested on openai 2.x, which needs an environment of its own: run `make peers`")
    (packages,) = ENVIRONMENT.glob("lib/python*/site-packages")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *(HERE / t for t in TESTS)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(packages)]), "GENAI_TEST_OPENAI": "2"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-10_000:]
    assert re.search(r"^\d{3} passed in", done.stdout, re.MULTILINE), done.stdout
