"""The platform in a process of its own, and connections to it that stay open."""

import base64
import contextlib
import gzip
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.platform.filling import export, traces

_RUN = """
import sys
from pathlib import Path
from genai_sdk.local import Platform
platform = Platform(Path(sys.argv[1]), port=0)
platform.run(lambda: print(platform.url, flush=True))
"""


class Served:
    """A running platform.

    Args:
        process: Its process.
        url: Its address.
        pair: Its key pair.
    """

    def __init__(self, process: "subprocess.Popen[str]", url: str, pair: tuple[str, str]) -> None:
        self._process = process
        self._address = urlsplit(url).netloc
        token = base64.b64encode(":".join(pair).encode()).decode()
        self._headers = {"authorization": f"Basic {token}", "content-type": "application/json"}
        self._local = threading.local()

    def get(self, path: str) -> Any:
        """Ask for a path and return its JSON."""
        return json.loads(self._ask("GET", path))

    def send(self, body: bytes) -> None:
        """Send a packed export of spans."""
        self._ask("POST", "/api/public/otel/v1/traces", body, {"content-encoding": "gzip"})

    @property
    def resident(self) -> float:
        """How much memory it holds, in MB; 0 where that cannot be told."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        except OSError:
            return 0.0
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def _ask(self, method: str, path: str, body: bytes | None = None, more: dict[str, str] | None = None) -> bytes:
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(self._address, timeout=120)
        self._local.connection.request(method, path, body, {**self._headers, **(more or {})})
        answer = self._local.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} was answered with {answer.status}: {content[:200]!r}")
        return bytes(content)


@contextlib.contextmanager
def served(directory: Path) -> Iterator[Served]:
    """Give a platform on a data directory."""
    process = subprocess.Popen([sys.executable, "-c", _RUN, str(directory)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        keys = json.loads((directory / "credentials.json").read_bytes())
        yield Served(process, url, (keys["public_key"], keys["secret_key"]))
    finally:
        process.terminate()
        process.wait(60)


def ingestion(directory: Path, count: int, batch: int, threads: int) -> float:
    """Return how many spans a second the platform takes in over HTTP: OTLP JSON, packed, from several senders."""
    spans = [span for trace in traces(count, seed=2) for span in trace]
    parts = [spans[place : place + batch] for place in range(0, len(spans), batch)]
    bodies = [gzip.compress(json.dumps(export(part)).encode(), 6) for part in parts]
    with served(directory) as platform:
        waiting, gate = iter(bodies), threading.Lock()

        def work() -> None:
            while True:
                with gate:
                    body = next(waiting, None)
                if body is None:
                    return
                platform.send(body)

        senders = [threading.Thread(target=work) for _ in range(threads)]
        begun = time.perf_counter()
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        return len(spans) / (time.perf_counter() - begun)
