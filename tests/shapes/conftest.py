"""Where the shapes of processes run: a fake Langfuse and a fake provider here, the processes beside."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest

from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeLangfuse, FakeProvider

ROOT = Path(__file__).parents[2]
APPS = Path(__file__).parent / "apps"
ROOM = ROOT / ".venv-shapes"
PATIENCE = 90.0
"""Seconds after which no test waits any longer for anything."""


class Shape:
    """One test's processes.

    Attributes:
        home: A directory of their own.
        langfuse: What they record to.
        provider: What they call.
        environ: What they find in their environment.
    """

    def __init__(self, home: Path, langfuse: FakeLangfuse, provider: FakeProvider) -> None:
        self.home, self.langfuse, self.provider = home, langfuse, provider
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PYTHONPATH": f"{ROOT / 'src'}:{APPS}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SHAPE_HOME": str(home),
            "LANGFUSE_BASE_URL": langfuse.url,
            "LANGFUSE_PUBLIC_KEY": langfuse.public_key,
            "LANGFUSE_SECRET_KEY": langfuse.secret_key,
        }
        self._processes: list[subprocess.Popen[bytes]] = []
        self._log: IO[bytes] = open(home / "log", "ab")  # noqa: SIM115 - closed by `close`

    def start(self, *command: str, python: str = sys.executable, **environ: str) -> subprocess.Popen[bytes]:
        """Start Python with these arguments, in a group of its own."""
        process = subprocess.Popen(
            [python, *command],
            env={**self.environ, **environ},
            cwd=self.home,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def run(self, *command: str, python: str = sys.executable, **environ: str) -> int:
        """Start Python and wait for its end; returns its exit status."""
        return self.end(self.start(*command, python=python, **environ))

    def until_ready(self, process: subprocess.Popen[bytes]) -> int:
        """Wait until a process says that it is ready; returns the id of the one that said so."""
        path = self.home / "ready"
        self.until(lambda: path.exists() and path.read_text() != "", process)
        return int(path.read_text())

    def until(self, done: Callable[[], bool], process: subprocess.Popen[bytes] | None = None) -> None:
        """Wait for something, as long as a process lives."""
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end, f"it took too long:\n{self.log}"
            assert process is None or process.poll() is None, f"it ended:\n{self.log}"
            time.sleep(0.02)

    def end(self, process: subprocess.Popen[bytes], number: signal.Signals | None = None) -> int:
        """Wait for a process's end, after a signal; returns its exit status."""
        if number is not None:
            process.send_signal(number)
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pytest.fail(f"it did not end:\n{self.log}")

    @property
    def log(self) -> str:
        """What the processes printed."""
        return (self.home / "log").read_text(errors="replace")

    @property
    def traces(self) -> Counter[str | None]:
        """The names of the traces that arrived, and how often each did."""
        return Counter(trace.name for trace in self.langfuse.traces)

    def assert_traces(self, count: int) -> None:
        """Hold what arrived to be each call once."""
        assert self.traces == Counter(f"call {number}" for number in range(count)), self.log

    def close(self) -> None:
        """End what is left."""
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
        self._log.close()


@pytest.fixture
def shape(tmp_path: Path, fake_langfuse: FakeLangfuse, fake_provider: FakeProvider) -> Iterator[Shape]:
    """A place for processes."""
    now = datetime.now(UTC)
    fake_langfuse.connections.put(
        ConnectionRecord(
            name="seoul",
            adapter="openai",
            secret="sk-test",
            base_url=fake_provider.base_url("openai"),
            custom_models=("gpt-4o-mini",),
            created_at=now,
            updated_at=now,
        )
    )
    place = Shape(tmp_path, fake_langfuse, fake_provider)
    try:
        yield place
    finally:
        place.close()


@pytest.fixture(scope="session")
def room() -> str:
    """The interpreter of the environment with gunicorn, Celery and RQ."""
    if not (ROOM / ".ready").exists():
        pytest.skip("gunicorn, Celery and RQ need an environment of their own: run `make shapes`")
    return str(ROOM / "bin" / "python")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    """Say whether somebody listens on a port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return True
    return False


def script(*lines: str) -> Sequence[str]:
    """Return the arguments with which Python runs these lines."""
    return "-c", "\n".join(lines)
