"""The official Langfuse SDK in a process of an environment of its own, beside ours, and what both talk to."""

import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest
from tests.beside.servers import FakeServer, PlatformServer

from genai_sdk.connections import ConnectionRecord
from genai_sdk.langfuse.api import Mode
from genai_sdk.langfuse.new_connection import read_connection
from genai_sdk.local import Platform
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse, FakeProject

ROOT = Path(__file__).parents[2]
MODEL = "gpt-4o-mini"
PATIENCE = 60.0
"""No test waits longer for anything."""


ALONE = ["4", "5"]
"""Each version of the official SDK."""

EVERYWHERE = [*ALONE, "4-instrumented", "5-instrumented"]
"""The same, and where somebody else set the global tracer provider before it."""

PLATFORMS = [f"{version}-platform" for version in ALONE]


STRICT = [f"{version}-{case}" for version in ALONE for case in ("events_only", "events_only_platform")]


def on(cases: Sequence[str]) -> pytest.MarkDecorator:
    """Run a test in these cases."""
    return pytest.mark.parametrize("running_peer", cases, indirect=True, scope="session")


on_fakes = on(EVERYWHERE)
on_both = on([*EVERYWHERE, *PLATFORMS])
on_platforms = on(PLATFORMS)
on_strict = on(STRICT)
"""What answers as a bare Langfuse 4.16 does."""

on_strict_of_4 = on(STRICT[:2])
on_platform_of_4 = on(PLATFORMS[:1])
"""For what version 5 of the official SDK has no client for any more."""


class Peer:
    """A process with both SDKs, which does by name what stands in `inside.py`.

    Attributes:
        version: The official SDK's.
        server: What both send to.
    """

    def __init__(self, version: str, command: Sequence[str], server: FakeServer | PlatformServer, log: IO[str]) -> None:
        self.version = version
        self.server = server
        self._log = log
        self._process = subprocess.Popen(
            command,
            env={
                "HOME": os.path.dirname(log.name),
                "PYTHONPATH": str(ROOT / "src"),
                "LANGFUSE_BASE_URL": server.url,
                "LANGFUSE_PUBLIC_KEY": server.pair[0],
                "LANGFUSE_SECRET_KEY": server.pair[1],
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        )

    @property
    def langfuse(self) -> FakeLangfuse:
        """The fake, where it is one; the official SDK and the first client use its first project."""
        assert isinstance(self.server, FakeServer)
        return self.server.fake

    @property
    def other(self) -> FakeProject:
        """The fake's second project, of the second client."""
        return self.langfuse.projects[1]

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


@pytest.fixture(scope="session")
def running_peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    """A version of the official SDK, which says after a dash what else is the case."""
    version, _, case = request.param.partition("-")
    environment = ROOT / f".venv-langfuse-{version}"
    if not (environment / ".ready").exists():
        pytest.skip(f"not tested beside langfuse {version}.x, which needs an environment of its own: run `make peers`")
    with (
        tempfile.TemporaryDirectory() as directory,
        open(Path(directory) / "log", "w") as log,
        FakeProvider() as provider,
        serve(case, Path(directory) / "platform", provider.base_url()) as server,
    ):
        inside = Path(__file__).with_name("inside.py")
        instrumented = ["instrumented"] if case == "instrumented" else []
        command = [str(environment / "bin" / "python"), str(inside), version, *instrumented]
        peer = Peer(version, command, server, log)
        try:
            yield peer
        finally:
            peer.close()


@contextmanager
def serve(case: str, directory: Path, provider: str) -> Iterator[FakeServer | PlatformServer]:
    """Start what the SDKs talk to, with a connection to a provider."""
    mode: Mode = "events_only" if case.startswith("events_only") else "dual"
    if case.endswith("platform"):
        with Platform(directory, port=0, mode=mode) as platform:
            new = {"provider": "fake", "adapter": "openai", "secretKey": "sk-fake", "baseURL": provider}
            platform.store.connections.put(read_connection(json.dumps({**new, "customModels": [MODEL]}).encode()))
            yield PlatformServer(platform)
        return
    with FakeLangfuse(mode=mode) as langfuse:
        langfuse.add_project("proj-other")
        now = datetime.now(UTC)
        for project in langfuse.projects:
            project.connections.put(
                ConnectionRecord(
                    name="fake",
                    adapter="openai",
                    secret="sk-fake",
                    base_url=provider,
                    custom_models=(MODEL,),
                    created_at=now,
                    updated_at=now,
                )
            )
        yield FakeServer(langfuse)


@pytest.fixture
def peer(running_peer: Peer) -> Peer:
    """A process with both SDKs, and projects with no traces."""
    running_peer.server.clear()
    return running_peer
