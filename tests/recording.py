"""What a whole run does with its results: pytest's option `--record`."""

import time

import pytest
from tests.recorded import TARGETS, counted, record

BEGUN = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a target of the Makefile have its results written down."""
    parser.addoption("--record", choices=list(TARGETS), help="write the results into this row of docs/wider-runs.md")


def pytest_configure(config: pytest.Config) -> None:
    """Note when the run begins."""
    config.stash[BEGUN] = time.monotonic()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write down what a wider run came to."""
    if target := config.getoption("record"):
        names = ("passed", "failed", "error", "skipped")
        outcomes = {name: len(terminalreporter.stats.get(name, ())) for name in names}
        measured = [
            f"{name} {value}"
            for test in terminalreporter.stats.get("passed", ())
            for name, value in test.user_properties
        ]
        record(target, [counted(outcomes, time.monotonic() - config.stash[BEGUN]), *measured])
