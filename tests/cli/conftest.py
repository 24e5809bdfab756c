"""The command line in processes of its own, as people run it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.played_week import KINDS, Played, played_on
from tests.cli.production import JUDGE, OTHER, Production, produced

from genai_sdk.local import Platform, offer_simulated

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a user who has set nothing but where the platform lies."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("LANGFUSE_", "GENAI_", "NO_COLOR"))}
    return {**kept, "GENAI_HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "100", **more}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def genai(home: Path) -> Run:
    """Run `genai` to its end."""

    def run(*arguments: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "genai_sdk.cli", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=surroundings(home, **environ),
        )

    return run


@pytest.fixture
def platform(home: Path) -> Iterator[Platform]:
    """A platform that runs, as `genai up` leaves it on a new directory."""
    with Platform(home, port=0) as running:
        offer_simulated(running)
        yield running


@pytest.fixture(scope="session", params=KINDS)
def played(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The recorded week, on the local platform and on a Langfuse of each age."""
    yield from played_on(request.param, tmp_path_factory.mktemp("week"))


@pytest.fixture(scope="session")
def week_on_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The recorded week on the local platform."""
    yield from played_on("platform", tmp_path_factory.mktemp("week"))


@pytest.fixture
def production() -> Iterator[Production]:
    """A program of a company with what it recorded, on a server of 4.x that has no old endpoint."""
    with produced("events_only", OTHER, JUDGE, "house-model") as running:
        yield running


@pytest.fixture(params=["legacy", "dual", "events_only"])
def any_production(request: pytest.FixtureRequest) -> Iterator[Production]:
    """The same on a server of each age."""
    with produced(request.param, OTHER, JUDGE) as running:
        yield running
