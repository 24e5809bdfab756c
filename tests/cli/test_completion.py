"""What a shell is given to complete commands."""

import shutil
import subprocess

import pytest
from tests.cli.conftest import Run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_genai(shell: str, genai: Run) -> None:
    done = genai("completion", shell)
    assert done.returncode == 0, done.stderr
    assert f"_GENAI_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=done.stdout, text=True, capture_output=True, timeout=60)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_commands_and_choices_are_completed(genai: Run) -> None:
    def completed(line: str) -> list[str]:
        words = line.split(" ")
        environ = {"_GENAI_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
        return [each.partition(",")[2] for each in genai(**environ).stdout.splitlines()]

    assert completed("genai pro") == ["prompts"]
    assert completed("genai prompts pu") == ["pull", "push"]
    assert completed("genai costs --by mo") == ["model"]


def test_another_shell_is_refused_with_those_there_are(genai: Run) -> None:
    done = genai("completion", "tcsh")
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr
