"""A handler of SIGTERM runs, though the main thread began to wait before Python could run it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHILD_OF_A_CHILD = """
import os, signal
from genai_sdk.lifecycle.wakeup import Wakeup

wakeup = Wakeup()
wakeup.begin()
pipe = wakeup._pipe
wakeup.begin_in_child()
taken = signal.set_wakeup_fd(-1)
for end in pipe:
    try:
        os.fstat(end)
    except OSError:
        print("closed")
print(taken)
"""


def run(*command: str) -> list[str]:
    """Run Python in a process that nobody has set a handler in, and return what it prints, word by word."""
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_a_handler_that_came_too_late_for_a_wait_interrupts_it(method: str) -> None:
    assert run("-m", "tests.lifecycle.early_signal", method) == ["finished", str(-signal.SIGTERM)]


def test_a_child_of_a_child_leaves_its_parents_pipe_alone() -> None:
    assert run("-c", CHILD_OF_A_CHILD) == ["closed", "closed", "-1"]
