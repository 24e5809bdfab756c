"""The tests on Anthropic's SDK, which lies in an environment of its own; our client runs in the same process."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENT = ROOT / ".venv-vendors"
TESTS = ("test_anthropic_calls.py", "test_anthropic_page.py")
PATIENCE = 300
"""Seconds that no run of theirs takes."""


def test_all_of_it_holds_on_anthropic_s_sdk() -> None:
    if not (ENVIRONMENT / ".ready").exists():
        pytest.skip("not tested on anthropic, which needs an environment of its own: run `make peers`")
    (packages,) = ENVIRONMENT.glob("lib/python*/site-packages")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", *(HERE / t for t in TESTS)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(packages)])},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-10_000:]
    assert re.search(r"^\d{2} passed in", done.stdout, re.MULTILINE), done.stdout
