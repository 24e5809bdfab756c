"""The platform in a process of its own, and connections to it that stay open."""

import base64
import contextlib
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

_RUN = """
import sys
from pathlib import Path
from genai_sdk.local import Platform
platform = Platform(Path(sys.argv[1]), port=0)
platform.run(lambda: print(platform.login_url, flush=True))
"""
_PATIENCE = 120.0  # seconds for an answer
_IDLE = 30.0  # seconds after which a connection is opened anew: the platform closes those that nobody uses


class Answer(NamedTuple):
    """What was answered: the seconds to the first byte and to the last, and the body."""

    first: float
    whole: float
    body: bytes


class Served:
    """A running platform.

    Args:
        process: Its process.
        login_url: The address that lets a browser in.
        pair: Its key pair.
    """

    def __init__(self, process: "subprocess.Popen[str]", login_url: str, pair: tuple[str, str]) -> None:
        self._process = process
        self._login = urlsplit(login_url)
        token = base64.b64encode(":".join(pair).encode()).decode()
        self._headers = {"authorization": f"Basic {token}", "content-type": "application/json"}
        self._cookie = ""
        self._local = threading.local()
        self._connections: list[http.client.HTTPConnection] = []  # one for each thread that asks

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.close()

    def log_in(self) -> None:
        """Log in as a browser does; `page` needs it."""
        answer = self._ask("GET", f"{self._login.path}?{self._login.query}", None, {})
        assert answer.status == 303, answer.status
        answer.read()
        self._cookie = (answer.getheader("set-cookie") or "").partition(";")[0]

    def page(self, path: str) -> Answer:
        """Ask for a page as a browser does that has logged in."""
        return self._answer("GET", path, None, {"cookie": self._cookie, "accept-language": "en"})

    def get(self, path: str) -> Any:
        """Ask the API for a path and return its JSON."""
        return json.loads(self.read(path).body)

    def read(self, path: str) -> Answer:
        """Ask the API for a path."""
        return self._answer("GET", path, None, self._headers)

    def write(self, method: str, path: str, body: object) -> None:
        """Send the API something as JSON."""
        self._answer(method, path, json.dumps(body).encode(), self._headers)

    def send(self, body: bytes) -> None:
        """Send a packed export of spans."""
        self._answer("POST", "/api/public/otel/v1/traces", body, {**self._headers, "content-encoding": "gzip"})

    @property
    def resident(self) -> float:
        """How much memory it holds, in MB; 0 where that cannot be told."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        except OSError:
            return 0.0
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def _answer(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        begun = time.perf_counter()
        answer = self._ask(method, path, body, headers)
        start = answer.read(1)
        first = time.perf_counter()
        content = start + answer.read()
        whole = time.perf_counter()
        if answer.status not in {200, 201}:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}: {content[:200]!r}")
        return Answer(first - begun, whole - begun, content)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self._login.netloc, timeout=_PATIENCE)
            self._connections.append(self._local.connection)
        elif time.perf_counter() - self._local.used > _IDLE:
            self._local.connection.close()
        self._local.used = time.perf_counter()
        self._local.connection.request(method, path, body, headers)
        answer: http.client.HTTPResponse = self._local.connection.getresponse()
        return answer


@contextlib.contextmanager
def served(directory: Path) -> Iterator[Served]:
    """Give a platform on a data directory, with a browser logged in."""
    process = subprocess.Popen([sys.executable, "-c", _RUN, str(directory)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        login_url = process.stdout.readline().strip()
        keys = json.loads((directory / "credentials.json").read_bytes())
        platform = Served(process, login_url, (keys["public_key"], keys["secret_key"]))
        with contextlib.closing(platform):
            platform.log_in()
            yield platform
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()
