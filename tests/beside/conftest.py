"""The official Langfuse SDK in a process of an environment of its own, beside ours, and the fakes that both talk to."""

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest

from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse, FakeProject

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""No test waits longer for anything."""


class Peer:
    """A process with both SDKs, which does by name what stands in `inside.py`.

    Attributes:
        langfuse: The fake that both send to; the official SDK and the first client use its first project.
        other: The project of the second client.
    """

    def __init__(self, command: Sequence[str], langfuse: FakeLangfuse, other: FakeProject, log: IO[str]) -> None:
        self.langfuse = langfuse
        self.other = other
        self._log = log
        self._process = subprocess.Popen(
            command,
            env={
                "HOME": os.path.dirname(log.name),
                "PYTHONPATH": str(ROOT / "src"),
                "LANGFUSE_BASE_URL": langfuse.url,
                "LANGFUSE_PUBLIC_KEY": langfuse.public_key,
                "LANGFUSE_SECRET_KEY": langfuse.secret_key,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        )

    def do(self, name: str, /, *args: Any, **options: Any) -> Any:
        """Do what `inside.py` has under this name, wait until all of it is sent, and return what it returned."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        bound = threading.Timer(PATIENCE, self._process.kill)
        bound.start()
        try:
            print(json.dumps([name, args, options]), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        finally:
            bound.cancel()
        done, result = (
            json.loads(answer) if answer else (False, f"it ended or hung:\n{Path(self._log.name).read_text()}")
        )
        assert done, result
        return result

    def close(self) -> None:
        """End the process, with both SDKs' own ends."""
        try:
            self._process.communicate(timeout=PATIENCE)
        finally:
            self._process.kill()
            self._process.wait()


@pytest.fixture(scope="session", params=["4", "4-instrumented", "5", "5-instrumented"])
def running_peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """Each version of the official SDK, alone and where somebody else set the global tracer provider before it."""
    version, _, instrumented = request.param.partition("-")
    environment = ROOT / f".venv-langfuse-{version}"
    if not (environment / ".ready").exists():
        pytest.skip(f"not tested beside langfuse {version}.x, which needs an environment of its own: run `make peers`")
    with (
        FakeProvider() as provider,
        FakeLangfuse() as langfuse,
        tempfile.TemporaryDirectory() as directory,
        open(Path(directory) / "log", "w") as log,
    ):
        other = langfuse.add_project("proj-other")
        now = datetime.now(UTC)
        for project in (langfuse.project, other):
            project.connections.put(
                ConnectionRecord(
                    name="fake",
                    adapter="openai",
                    secret="sk-fake",
                    base_url=provider.base_url(),
                    custom_models=("gpt-4o-mini",),
                    created_at=now,
                    updated_at=now,
                )
            )
        inside = Path(__file__).with_name("inside.py")
        command = [str(environment / "bin" / "python"), str(inside), version, *filter(None, [instrumented])]
        peer = Peer(command, langfuse, other, log)
        try:
            yield peer
        finally:
            peer.close()


@pytest.fixture
def peer(running_peer: Peer) -> Peer:
    """A process with both SDKs, and projects with no traces."""
    for project in running_peer.langfuse.projects:
        project.traces.clear()
    return running_peer
