"""What every test may ask for: a real PostgreSQL with Langfuse's tables."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from tests.langfuse_database import create_database, create_schema, load_rows, postgresql, read_rows

# A busy machine is no failure.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")


@pytest.fixture(autouse=True)
def _no_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever runs on this machine, a test's clients find no local platform but its own."""
    monkeypatch.setenv("GENAI_HOME", str(tmp_path / "genai-home"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The superuser's DSN of one server for all tests."""
    # Not in pytest's own directory: another pytest that starts shuts that to every other user, and a server that root
    # starts runs as one.
    with tempfile.TemporaryDirectory(prefix="postgres-") as directory, postgresql(Path(directory)) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def make_database(postgres: str) -> Callable[..., str]:
    """Create a database of its own with the recorded rows in the tables of a version of Langfuse; returns its DSN."""
    numbers = itertools.count()

    def make(version: str = "4.16", *, rows: bool = True, changes: dict[str, dict[str, Any]] | None = None) -> str:
        dsn = create_database(postgres, f"langfuse_{next(numbers)}")
        create_schema(dsn, version)
        if rows:
            load_rows(dsn, changes)
        return dsn

    return make


@pytest.fixture
def langfuse_dsn(make_database: Callable[..., str]) -> str:
    """A Langfuse 4.16 database of this test's own, with the recorded rows."""
    return make_database()


@pytest.fixture(scope="session")
def recorded() -> dict[str, Any]:
    """The recorded rows and the keys that open them."""
    return read_rows()
