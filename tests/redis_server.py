"""A real Redis on a socket file, for a test alone."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest


class RedisServer:
    """A Redis that can be killed and started anew, or stopped for a while.

    Attributes:
        url: Its address.
    """

    def __init__(self, program: str, directory: Path) -> None:
        place = ["--port", "0", "--unixsocket", str(directory / "redis.sock"), "--dir", str(directory)]
        self._command = [program, *place, "--save", ""]
        self.url = f"unix://{directory / 'redis.sock'}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "ready to accept connections" in line.lower():
                return
        raise RuntimeError("redis-server did not start")

    def pause(self) -> None:
        """Let it hang: it takes connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Run a Redis; the test is skipped, and says so, where it or its Python package is not installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("NO REDIS: install redis-server to run what is shared through it")
    if find_spec("redis") is None:
        pytest.skip("NO REDIS: install the extra redis to run what is shared through it")
    with tempfile.TemporaryDirectory(prefix="redis-") as directory:
        server = RedisServer(program, Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.kill()
