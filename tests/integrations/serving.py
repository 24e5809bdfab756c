"""Processes that serve or work until they are told to end, and what is asked of them over HTTP."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

PATIENCE = 90.0
"""Seconds after which nothing is waited for any longer."""


class Running:
    """A process of a test.

    Attributes:
        port: Where it serves, if it does.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str], folder: Path, port: int = 0) -> None:
        self.port = port
        self._log = folder / f"log-{port}"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, *command], env={**env, "HOME": str(folder)}, cwd=folder, stdout=log, stderr=log
            )

    @property
    def log(self) -> str:
        """What it printed."""
        return self._log.read_text(errors="replace")

    def until(self, done: Callable[[], bool]) -> None:
        """Wait for something while the process lives."""
        end = time.monotonic() + PATIENCE
        while not done():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < end, f"it took too long:\n{self.log}"
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether somebody listens on its port."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            return True
        return False

    def get(self, path: str, **query: str) -> tuple[int, bytes]:
        """Ask for a page, and read it to its end."""
        with contextlib.closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request("GET", f"{path}?{urlencode(query)}")
            response = connection.getresponse()
            return response.status, response.read()

    def json(self, path: str, **query: str) -> tuple[int, Any]:
        """Ask for a page of JSON."""
        status, body = self.get(path, **query)
        return status, json.loads(body)

    def events(self, path: str, **query: str) -> list[tuple[str, Any]]:
        """Ask for server-sent events, and read them to their end: the name of each, and its data."""
        blocks = self.get(path, **query)[1].decode().split("\n\n")
        fields = [dict(line.partition(": ")[::2] for line in block.splitlines()) for block in blocks if block]
        return [(row.get("event", ""), json.loads(row["data"])) for row in fields]

    def hang_up(self, path: str, after: bytes, **query: str) -> None:
        """Ask for a stream, read until something has come, and go away."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            line.sendall(f"GET {path}?{urlencode(query)} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
            received = b""
            while after not in received:
                piece = line.recv(65536)
                assert piece, received
                received += piece

    def end(self) -> int:
        """Tell the process to end, and wait until it has; returns its exit status."""
        self._process.terminate()
        return self._wait()

    def _wait(self) -> int:
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pytest.fail(f"it did not end:\n{self.log}")

    def kill(self) -> None:
        """End it for good, if it is still there."""
        self._process.kill()
        self._process.wait()


@contextlib.contextmanager
def running(command: Sequence[str], env: Mapping[str, str], folder: Path, port: int = 0) -> Iterator[Running]:
    """Run a process until the end of a block; with a port, wait until it listens."""
    process = Running(command, env, folder, port)
    try:
        if port:
            process.until(process.answers)
        yield process
    finally:
        process.kill()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
