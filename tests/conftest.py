"""What every test may ask for: a real PostgreSQL with Langfuse's tables."""

import functools
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import hypothesis
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.langfuse_database import create_database, create_schema, load_rows, postgresql, read_rows
from xdist.scheduler import LoadScopeScheduling

# A busy machine is no failure. `make properties` takes the second one.
hypothesis.settings.register_profile("tests", deadline=None, max_examples=25)
hypothesis.settings.register_profile("properties", deadline=None, max_examples=300)
hypothesis.settings.load_profile("tests")


_homes = itertools.count()
pytest_plugins = ["tests.recording"]


@pytest.fixture(autouse=True)
def _no_platform(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever runs on this machine, a test's clients find no local platform but its own."""
    # To make and remove a directory for each of the many tests that want none is work for the disk.
    wanted = "tmp_path" in request.fixturenames
    own = request.getfixturevalue("tmp_path") if wanted else tmp_path_factory.getbasetemp() / f"none-{next(_homes)}"
    monkeypatch.setenv("GENAI_HOME", str(own / "genai-home"))


SHARED = pytest.StashKey[str]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker of pytest-xdist of one PostgreSQL, which outlives all of them, even one that crashes."""
    config: pytest.Config = node.config
    if SHARED not in config.stash:
        stack = ExitStack()
        config.stash[SHARED] = stack.enter_context(postgresql())
        config.add_cleanup(stack.close)
    node.workerinput["postgres"] = config.stash[SHARED]


class ByFixtures(LoadScopeScheduling):
    """Keeps together what shares fixtures: the tests of a module, and all those beside the same few peers."""

    def _split_scope(self, nodeid: str) -> str:
        beside = "tests/beside/"
        return beside if nodeid.startswith(beside) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Let a worker of pytest-xdist start each peer once; `--dist` in any other way stays as it is."""
    return ByFixtures(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """The superuser's DSN of one server for all tests."""
    if (worker := getattr(request.config, "workerinput", None)) is not None:
        yield worker["postgres"]
        return
    with postgresql() as dsn:
        yield dsn


@pytest.fixture(scope="session")
def make_database(postgres: str) -> Callable[..., str]:
    """Create a database of its own with the recorded rows in the tables of a version of Langfuse; returns its DSN."""
    owner, numbers = f"langfuse_{os.getpid()}", itertools.count()

    def new(template: str = "template1") -> str:
        return create_database(postgres, f"{owner}_{next(numbers)}", template)

    def filled(version: str, rows: bool, changes: dict[str, dict[str, Any]] | None = None) -> str:
        dsn = new()
        create_schema(dsn, version)
        if rows:
            load_rows(dsn, changes)
        return dsn

    @functools.cache
    def template(version: str, rows: bool) -> str:
        return conninfo_to_dict(filled(version, rows))["dbname"]

    def make(version: str = "4.16", *, rows: bool = True, changes: dict[str, dict[str, Any]] | None = None) -> str:
        return filled(version, rows, changes) if changes else new(template(version, rows))

    return make


@pytest.fixture
def langfuse_dsn(make_database: Callable[..., str]) -> str:
    """A Langfuse 4.16 database of this test's own, with the recorded rows."""
    return make_database()


@pytest.fixture(scope="session")
def recorded() -> dict[str, Any]:
    """The recorded rows and the keys that open them."""
    return read_rows()
