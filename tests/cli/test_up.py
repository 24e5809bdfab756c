"""`genai up` in a process of its own."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run, surroundings

from genai_sdk.client.platform import read_platform


@pytest.fixture
def started(home: Path) -> Iterator[Any]:
    """Start `genai up`; returns the process once it says that it runs."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str, data: Path = home) -> tuple[subprocess.Popen[str], str]:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "genai_sdk.cli", "up", "--port", "0", "--data", str(data), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=surroundings(home),
        )
        running.append(process)
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C stops it" in line:
                return process, said
        raise AssertionError(f"it ended: {said} {process.communicate()[1]}")

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_found_by_clients_and_stops_in_one_line(started: Any, home: Path, number: int):
    process, said = started()
    found = read_platform(home)
    assert found is not None
    assert found.pid == process.pid
    assert found.url in said
    process.send_signal(number)
    rest, complaints = process.communicate(timeout=60)
    assert (process.returncode, rest.strip(), complaints) == (0, "The local platform has stopped.", "")
    assert read_platform(home) is None


def test_the_secret_key_is_shown_at_the_first_start_and_only_there(started: Any, home: Path, genai: Run):
    first, said = started()
    found = read_platform(home)
    assert found is not None
    assert f"export LANGFUSE_SECRET_KEY={found.secret_key}" in said
    assert f"export LANGFUSE_SECRET_KEY={found.secret_key}" in genai("env").stdout
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=60)
    _, again = started()
    assert found.secret_key not in again
    assert "GenAIClient() finds it by itself" in said
    assert "GENAI_HOME" not in said + again


def test_on_another_directory_it_says_how_it_is_found_and_that_works_as_typed(started: Any, home: Path, tmp_path: Path):
    data = tmp_path / "an other place"
    _, said = started(data=data)
    found = read_platform(data)
    assert found is not None
    assert "by itself" not in said
    lines = [re.search(pattern, said) for pattern in (r'eval ".*"', r"export GENAI_HOME=.*")]
    typed = [line[0] for line in lines if line is not None]
    assert len(typed) == 2
    script = f"{typed[0]}\necho $LANGFUSE_PUBLIC_KEY\n{typed[1]}\necho $GENAI_HOME"
    # As in a shell that knows nothing of the environment that the command is installed in.
    environ = surroundings(home, PATH="/usr/bin:/bin")
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=False, env=environ)
    assert (done.stdout, done.stderr) == (f"{found.public_key}\n{data}\n", "")


def test_a_second_one_on_the_same_directory_says_so(started: Any, home: Path, genai: Run):
    process, _ = started()
    done = genai("up", "--port", "0", "--data", str(home))
    assert done.returncode == 1
    assert f"already runs on {home} (process {process.pid} at " in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_named(genai: Run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = genai("up", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "name another port with --port" in done.stderr
    assert done.stderr.count("\n") == 1


def test_others_are_not_let_in_without_a_password(genai: Run):
    done = genai("up", "--host", "0.0.0.0")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "takes a password of 12 characters or more" in done.stderr


def test_without_a_platform_there_is_no_environment_to_print(genai: Run, home: Path):
    done = genai("env")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"no local platform runs on {home}" in done.stderr
