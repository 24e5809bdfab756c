"""A database with projects, and brokers that read it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.broker.projects import Projects
from tests.broker.serving import RunningBroker

Run = Callable[..., RunningBroker]


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def environ(langfuse_dsn: str, recorded: dict[str, Any]) -> dict[str, str]:
    """What a broker is told of the database."""
    return {
        "GENAI_DATABASE_URL": langfuse_dsn,
        "GENAI_ENCRYPTION_KEY": recorded["encryption_key"],
        "GENAI_SALT": recorded["salt"],
    }


@pytest.fixture
def projects(langfuse_dsn: str, recorded: dict[str, Any]) -> Projects:
    return Projects(langfuse_dsn, recorded)


@pytest.fixture
def run(environ: dict[str, str]) -> Iterator[Run]:
    """Run a broker, with further variables and options."""
    with ExitStack() as stack:

        def run_(*options: str, port: int = 0, trust: str | None = None, **variables: str) -> RunningBroker:
            return stack.enter_context(RunningBroker({**environ, **variables}, *options, port=port, trust=trust))

        yield run_
