"""Brokers as people run them: `genai broker` in processes of their own, beside a real PostgreSQL."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

from genai_sdk.connections.broker_wire import PATH
from genai_sdk.http import BasicAuthEndpoint, Deadline, Request, SyncTransport, TransportSettings

SECONDS = 60.0


class Reply:
    """An answer of a broker."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


class RunningBroker:
    """`genai broker` in a process of its own, until it is stopped or killed.

    Args:
        environ: Its variables, beside those of this process.
        options: Its options.
        port: Its port; 0 for a free one.
        trust: A file with the CA of its certificate.
    """

    def __init__(self, environ: Mapping[str, str], *options: str, port: int = 0, trust: str | None = None) -> None:
        command = [sys.executable, "-m", "genai_sdk.cli", "broker", "--port", str(port), *options]
        kept = {name: item for name, item in os.environ.items() if not name.startswith(("GENAI_", "LANGFUSE_"))}
        self.process = subprocess.Popen(
            command,
            env={**kept, **environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._transport = TransportSettings(ca_bundle=trust)
        self.status_text: list[str] = []
        self.written: list[str] = []
        self._url: queue.Queue[str] = queue.Queue()
        readers = ((self.process.stderr, self._hear), (self.process.stdout, self.written.append))
        self._threads = [threading.Thread(target=lambda s=s, t=t: [t(line) for line in s]) for s, t in readers]
        for thread in self._threads:
            thread.start()
        try:
            self.url = self._url.get(timeout=SECONDS)
            if not self.url:
                raise RuntimeError("".join(self.status_text))
            while True:
                if self.ask("/health").status == 200:
                    break
        except BaseException:
            self.kill()
            raise

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def ask(self, path: str = PATH, headers: Mapping[str, str] | None = None, method: str = "GET") -> Reply:
        with SyncTransport(self._transport) as transport:
            request = Request(method, f"{self.url}{path}", tuple((headers or {}).items()))
            response = transport.open(request, Deadline(SECONDS))
            return Reply(response.status, {name.lower(): item for name, item in response.headers}, response.read())

    def ask_as(self, pair: tuple[str, str], query: str = "", headers: Mapping[str, str] | None = None) -> Reply:
        signed = dict(BasicAuthEndpoint(self.url, *pair).get(PATH).headers)
        return self.ask(f"{PATH}{query}", {**signed, **(headers or {})})

    def stop(self) -> int:
        """End it as a platform does, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self._end()

    def kill(self) -> int:
        self.process.kill()
        return self._end()

    def __enter__(self) -> "RunningBroker":
        return self

    def __exit__(self, *exc: Any) -> None:
        if self.process.poll() is None:
            self.stop()
        else:
            self._end()

    def _hear(self, line: str) -> None:
        self.status_text.append(line)
        if found := re.search(r"listens on (\S+)", line):
            self._url.put(found[1])

    def _end(self) -> int:
        status = self.process.wait(SECONDS)
        self._url.put("")
        for thread in self._threads:
            thread.join(SECONDS)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return status
