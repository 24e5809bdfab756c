"""Everything that speaks Langfuse's wire: the recording itself, the fake, and the local platform."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.recording import EXCHANGES, EXCHANGES_V4, Recording
from tests.contract.wire import Langfuse

from genai_sdk.langfuse.api import Mode
from genai_sdk.local import Platform
from genai_sdk.testing import FakeLangfuse


def start(kind: str, directory: Path, mode: Mode = "dual") -> Iterator[Langfuse]:
    match kind:
        case "recording":
            with Recording(EXCHANGES if mode == "dual" else EXCHANGES_V4) as recording:
                yield recording
        case "fake":
            with FakeLangfuse(mode=mode) as fake:
                yield Langfuse(fake.url, (fake.public_key, fake.secret_key), fake.project.id)
        case "platform":
            with Platform(directory, port=0, mode=mode) as platform:
                known = platform.credentials
                yield Langfuse(platform.url, (known.public_key, known.secret_key), known.project_id)


@pytest.fixture(scope="module", params=["recording", "fake", "platform"])
def recorded_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Langfuse]:
    """A server that recorded requests are asked of."""
    yield from start(request.param, tmp_path_factory.mktemp("platform"))


@pytest.fixture(params=["fake", "platform"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Langfuse]:
    """A server with nothing in it."""
    yield from start(request.param, tmp_path / "platform")


@pytest.fixture(scope="module", params=["recording", "fake", "platform"])
def recorded_v4(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Langfuse]:
    """A server in the mode `events_only`, that requests recorded of such a one are asked of."""
    yield from start(request.param, tmp_path_factory.mktemp("platform"), "events_only")


@pytest.fixture(params=["fake", "platform"])
def events_only(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Langfuse]:
    """A server in the mode `events_only` with nothing in it."""
    yield from start(request.param, tmp_path / "platform", "events_only")
