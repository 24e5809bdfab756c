"""A real Redis on a socket file or a port, for a test alone."""

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

    def __init__(self, program: str, directory: Path, port: int) -> None:
        place = ["--port", str(port)] if port else ["--port", "0", "--unixsocket", str(directory / "redis.sock")]
        self._command = [program, *place, "--bind", "127.0.0.1", "--dir", str(directory), "--save", ""]
        self.url = f"redis://127.0.0.1:{port}/0" if port else f"unix://{directory / 'redis.sock'}"
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
def redis_server(port: int = 0) -> Iterator[RedisServer]:
    """Run a Redis, on a socket file where no port is named.

    The test is skipped, and says so, where it or its Python package is not installed.
    """
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("NO REDIS: install redis-server to run what is shared through it")
    if find_spec("redis") is None:
        pytest.skip("NO REDIS: install the extra redis to run what is shared through it")
    with tempfile.TemporaryDirectory(prefix="redis-") as directory:
        server = RedisServer(program, Path(directory), port)
        server.start()
        try:
            yield server
        finally:
            server.kill()
