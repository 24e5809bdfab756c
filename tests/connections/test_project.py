"""The project of a key pair, asked for beside the calls."""

import logging
import os
import sys
import threading
from collections.abc import Iterator

import pytest
from tests.connections.sources import PATIENCE, Clock, settle

from genai_sdk.connections import Project, ProjectLookup
from genai_sdk.http import SyncTransport, read_endpoint
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeLangfuse, Malformed, Slow, StallBeforeHeaders, Status

PROJECT = Project("proj-test", "TestProject")


@pytest.fixture
def langfuse() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as fake:
        yield fake


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lookup(langfuse: FakeLangfuse, clock: Clock) -> Iterator[ProjectLookup]:
    endpoint = read_endpoint(langfuse.url, langfuse.public_key, Secret(langfuse.secret_key), named="LANGFUSE_BASE_URL")
    with SyncTransport() as transport:
        yield ProjectLookup(endpoint, transport, now=clock)


def test_it_is_not_known_at_first_and_then_for_good(langfuse: FakeLangfuse, lookup: ProjectLookup) -> None:
    langfuse.script(Slow(0.05))
    assert lookup.get() is None
    settle("genai-project")
    assert lookup.get() == lookup.get() == PROJECT
    assert [entry.path for entry in langfuse.journal] == ["/api/public/projects"]


def test_many_callers_ask_once_and_wait_for_nothing(langfuse: FakeLangfuse, lookup: ProjectLookup) -> None:
    langfuse.script(StallBeforeHeaders())
    threads = [threading.Thread(target=lookup.get) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    langfuse.journal.wait_for(1)
    assert lookup.get() is None
    assert len(langfuse.journal) == 1


@pytest.mark.parametrize("step", [Status(401), Status(403), Status(500), Malformed("html"), Malformed("truncated")])
def test_a_failure_is_not_repeated_for_a_minute(
    langfuse: FakeLangfuse, lookup: ProjectLookup, clock: Clock, caplog: pytest.LogCaptureFixture, step: Status
) -> None:
    langfuse.script(step)
    with caplog.at_level(logging.INFO, "genai_sdk"):
        for seconds in (0, 59):
            clock.advance(seconds)
            assert lookup.get() is None
            settle("genai-project")
    (said,) = [each.getMessage() for each in caplog.records]
    assert "the project of BasicAuthEndpoint('http://127.0.0.1" in said
    assert "sk-lf" not in said
    assert len(langfuse.journal) == 1
    clock.advance(1)
    lookup.get()
    settle("genai-project")
    assert lookup.get() == PROJECT


def test_a_langfuse_that_is_down_is_no_error(langfuse: FakeLangfuse, lookup: ProjectLookup) -> None:
    langfuse.down()
    assert lookup.get() is None
    settle("genai-project")
    assert lookup.get() is None


def test_what_a_source_of_connections_said_is_not_asked_for(langfuse: FakeLangfuse, lookup: ProjectLookup) -> None:
    lookup.learn(None)
    lookup.learn(Project("p", "P"))
    assert lookup.get() == Project("p", "P")
    assert not langfuse.journal


def test_a_closed_one_asks_no_more(langfuse: FakeLangfuse, lookup: ProjectLookup) -> None:
    lookup.close()
    assert lookup.get() is None
    assert not langfuse.journal


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_asks_itself(langfuse: FakeLangfuse, lookup: ProjectLookup) -> None:
    langfuse.script(StallBeforeHeaders())
    lookup.get()
    langfuse.journal.wait_for(1)
    pid = os.fork()
    if pid == 0:
        ok = False
        try:
            lookup.get()
            settle("genai-project")
            ok = lookup.get() == PROJECT
        finally:
            os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
