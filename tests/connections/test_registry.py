"""When the registry asks its source, and what it serves meanwhile; each rule for threads and for tasks."""

import asyncio
import gc
import logging
import math
import subprocess
import sys
import uuid
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from tests.connections.records import record
from tests.connections.sources import DENIED, DOWN, Clock, ControlledSource, in_thread, settle

from genai_sdk.connections import Connection, ConnectionRegistry, ConnectionSet, Secret
from genai_sdk.errors import (
    AccessDeniedError,
    ClientClosedError,
    ConfigurationError,
    ConnectionNotFoundError,
    GenAIError,
    SourceUnavailableError,
)

Get = Callable[[ConnectionRegistry], ConnectionSet]
Refetch = Callable[[ConnectionRegistry, Connection], Connection | None]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source() -> ControlledSource:
    return ControlledSource()


@pytest.fixture(params=["sync", "async"])
def get(request: pytest.FixtureRequest) -> Get:
    if request.param == "sync":
        return lambda registry: registry.get()
    return lambda registry: asyncio.run(registry.aget())


@pytest.fixture(params=["sync", "async"])
def refetch(request: pytest.FixtureRequest) -> Refetch:
    if request.param == "sync":
        return lambda registry, failed: registry.refetch(failed)
    return lambda registry, failed: asyncio.run(registry.arefetch(failed))


def key_of(connections: ConnectionSet, name: str = "one") -> str:
    connection = connections.get(name)
    assert connection is not None
    assert connection.credentials is not None
    return connection.credentials["key"]


def test_nothing_is_asked_before_the_first_call_and_once_by_it(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    assert source.calls == 0
    first = get(registry)
    clock.advance(60)
    assert get(registry) is first
    assert source.calls == 1
    assert first.project is not None
    assert first.project.id == "p"


def test_a_set_older_than_a_minute_is_served_while_it_is_refreshed(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    source.rotate("sk-rotated")
    source.open.clear()
    clock.advance(61)
    assert key_of(get(registry)) == "sk-openai-1234"
    assert key_of(get(registry)) == "sk-openai-1234"
    source.open.set()
    settle(registry)
    assert key_of(get(registry)) == "sk-rotated"
    assert source.calls == 2


def test_a_set_older_than_five_minutes_waits_for_the_new_one(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    source.rotate("sk-rotated")
    clock.advance(301)
    assert key_of(get(registry)) == "sk-rotated"


def test_a_set_that_did_not_change_stays_the_same_object(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    first = get(registry)
    clock.advance(301)
    assert get(registry) is first
    assert source.calls == 2


def test_a_clock_that_went_back_asks_anew(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    clock.advance(-3600)
    get(registry)
    settle(registry)
    assert source.calls == 2
    get(registry)
    assert source.calls == 2


def test_a_fresh_set_is_served_without_the_lock(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    first = get(registry)
    with registry._lock:
        assert in_thread(lambda: get(registry)).get() is first


@pytest.mark.parametrize("failure", [DOWN, ConfigurationError("psycopg is missing")])
def test_a_first_failure_is_raised_shared_for_a_second_and_then_asked_again(
    source: ControlledSource, clock: Clock, get: Get, failure: GenAIError
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    source.failure = failure
    for _ in range(3):
        with pytest.raises(type(failure), match=str(failure)):
            get(registry)
    assert source.calls == 1
    source.failure = None
    clock.advance(1.5)
    assert key_of(get(registry)) == "sk-openai-1234"


def test_an_error_is_raised_anew_each_time_and_gathers_no_frames(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    source.failure = DOWN
    caught: list[BaseException] = []
    for _ in range(3):
        with pytest.raises(SourceUnavailableError) as info:
            get(registry)
        caught.append(info.value)
    assert len({id(error) for error in caught}) == 3
    assert all(error.__context__ is None and error is not DOWN for error in caught)


def test_an_error_nobody_foresaw_is_named_and_not_quoted(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    source.failure = RuntimeError("postgresql://user:hunter22@host")
    with pytest.raises(SourceUnavailableError, match="the controlled source failed with RuntimeError") as caught:
        get(registry)
    assert "hunter22" not in str(caught.value)


def test_a_source_that_does_not_answer_is_given_up_and_asked_anew(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock, timeout=0.1)
    source.open.clear()
    with pytest.raises(SourceUnavailableError, match=r"did not answer within 0\.1 s"):
        get(registry)
    source.rotate("sk-late")
    clock.advance(2)
    source.open.set()
    assert key_of(get(registry)) == "sk-late"
    assert source.calls == 2


def test_an_answer_after_it_was_given_up_is_not_heard(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock, timeout=0.1)
    source.open.clear()
    with pytest.raises(SourceUnavailableError):
        get(registry)
    source.open.set()
    settle(registry)
    with pytest.raises(SourceUnavailableError):
        get(registry)


def test_denied_drops_every_secret_in_that_refresh_and_recovers_by_itself(clock: Clock, get: Get) -> None:
    secret = f"sk-{uuid.uuid4()}"  # of this run alone: an earlier one may still have frames about
    source = ControlledSource(record(secret=secret))
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    assert in_memory(secret)
    source.failure = DENIED
    clock.advance(61)
    get(registry)  # served for the last time, while the source is asked
    settle(registry)
    assert not in_memory(secret)
    for wait in (0, 59):
        clock.advance(wait)
        with pytest.raises(AccessDeniedError, match="the key pair is unknown"):
            get(registry)
    assert source.calls == 2
    source.failure = None
    clock.advance(2)
    assert key_of(get(registry)) == secret
    assert source.calls == 3


def in_memory(secret: str) -> bool:
    """Tell whether any secret of that value is left in the process."""
    gc.collect()
    return any(isinstance(item, Secret) and item.reveal() == secret for item in gc.get_objects())


def test_denied_at_first_is_asked_again_after_a_minute(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    source.failure = DENIED
    for _ in range(2):
        with pytest.raises(AccessDeniedError):
            get(registry)
        clock.advance(59)
    assert source.calls == 1
    clock.advance(2)
    with pytest.raises(AccessDeniedError):
        get(registry)
    assert source.calls == 2


def test_down_after_denied_does_not_bring_the_secrets_back(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    source.failure = DENIED
    clock.advance(301)
    with pytest.raises(AccessDeniedError):
        get(registry)
    source.failure = DOWN
    clock.advance(61)
    with pytest.raises(SourceUnavailableError, match="on fire"):
        get(registry)


@pytest.mark.parametrize("failure", [DOWN, ConfigurationError("a GRANT is missing"), ValueError("bad JSON")])
def test_down_serves_the_last_good_set_until_it_is_too_old(
    source: ControlledSource, clock: Clock, get: Get, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    registry = ConnectionRegistry(source, now=clock, max_stale=3600)
    first = get(registry)
    source.failure = failure
    for _ in range(11):
        clock.advance(310)
        assert get(registry) is first
    assert source.calls == 12
    assert [entry.levelname for entry in caplog.records] == ["WARNING"]
    clock.advance(310)
    kind = type(failure) if isinstance(failure, GenAIError) else SourceUnavailableError
    with pytest.raises(kind):
        get(registry)
    source.failure = None
    clock.advance(2)
    assert get(registry) == first


def test_a_set_that_grows_too_old_right_after_a_failure_is_not_served(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock, max_stale=3600)
    first = get(registry)
    source.failure = DOWN
    clock.advance(3599)
    assert get(registry) is first
    clock.advance(2)
    with pytest.raises(SourceUnavailableError, match="on fire"):
        get(registry)


def test_while_down_only_one_call_in_five_minutes_waits(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    source.failure = DOWN
    clock.advance(301)
    get(registry)
    for _ in range(5):
        get(registry)
    assert source.calls == 2
    clock.advance(61)
    source.open.clear()
    get(registry)  # served while the source is asked again
    source.open.set()
    settle(registry)
    assert source.calls == 3


def test_recovery_is_logged(source: ControlledSource, clock: Clock, get: Get, caplog: pytest.LogCaptureFixture) -> None:
    registry = ConnectionRegistry(source, now=clock)
    get(registry)
    source.failure = DOWN
    clock.advance(301)
    get(registry)
    source.failure = None
    clock.advance(301)
    with caplog.at_level(logging.INFO, "genai_sdk"):
        get(registry)
    assert caplog.messages[-1] == "the controlled source answers again"


def test_max_stale_of_nothing_still_serves_what_was_just_fetched(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock, max_stale=0)
    assert key_of(get(registry)) == "sk-openai-1234"
    clock.advance(1)
    source.failure = DOWN
    with pytest.raises(SourceUnavailableError):
        get(registry)


def test_only_the_named_connections_are_asked_for_in_their_order(clock: Clock, get: Get) -> None:
    source = ControlledSource(*(record(name=name) for name in "abc"))
    registry = ConnectionRegistry(source, names=["c", "a", "c"], now=clock)
    assert [connection.name for connection in get(registry).connections] == ["c", "a"]
    assert source.asked == [("c", "a")]


def test_a_name_missing_at_first_is_an_error_that_lists_what_there_is(clock: Clock, get: Get) -> None:
    source = ControlledSource(record(name="azure_test"), record(name="openai_test"))
    registry = ConnectionRegistry(source, names=["azure_tset", "openai_test"], now=clock)
    with pytest.raises(ConnectionNotFoundError, match=r"'azure_tset'.* 'azure_test', 'openai_test'"):
        get(registry)
    source.records = (*source.records, record(name="azure_tset"))
    clock.advance(2)
    assert len(get(registry).connections) == 2


def test_an_answer_that_came_too_late_does_not_count_as_the_first(clock: Clock, get: Get) -> None:
    source = ControlledSource(record(name="a"), record(name="b"))
    registry = ConnectionRegistry(source, names=["a", "b"], now=clock, timeout=0.1)
    source.open.clear()
    with pytest.raises(SourceUnavailableError):
        get(registry)
    source.open.set()
    settle(registry)
    source.records = (record(name="b"),)
    clock.advance(2)
    with pytest.raises(ConnectionNotFoundError):
        get(registry)


def test_a_name_that_vanishes_later_is_left_out_with_one_warning(
    clock: Clock, get: Get, caplog: pytest.LogCaptureFixture
) -> None:
    source = ControlledSource(record(name="a"), record(name="b"))
    registry = ConnectionRegistry(source, names=["a", "b"], now=clock)
    get(registry)
    source.records = (record(name="b"),)
    for _ in range(3):
        clock.advance(301)
        assert [connection.name for connection in get(registry).connections] == ["b"]
    assert [entry.getMessage() for entry in caplog.records] == [
        "the LLM connection 'a' is no longer in the project and takes no more calls"
    ]
    source.records = (record(name="a"), record(name="b"))
    clock.advance(301)
    assert len(get(registry).connections) == 2


def failed_with(registry: ConnectionRegistry) -> Connection:
    connection = registry.get().get("one")
    assert connection is not None
    return connection


def test_refetch_brings_the_rotated_key(source: ControlledSource, clock: Clock, refetch: Refetch) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    source.rotate("sk-rotated")
    renewed = refetch(registry, failed)
    assert renewed is not None
    assert renewed.credentials is not None
    assert renewed.credentials["key"] == "sk-rotated"
    assert registry.get().get("one") is renewed


def test_refetch_that_finds_the_same_key_is_none_even_if_the_row_was_written(
    source: ControlledSource, clock: Clock, refetch: Refetch
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    source.rotate("sk-openai-1234")
    assert refetch(registry, failed) is None
    assert source.calls == 2


def test_refetch_asks_at_most_once_in_ten_seconds_for_a_connection(clock: Clock, refetch: Refetch) -> None:
    source = ControlledSource(record(name="one"), record(name="two"))
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    other = registry.get().get("two")
    assert other is not None
    for _ in range(3):
        assert refetch(registry, failed) is None
    assert source.calls == 2
    assert refetch(registry, other) is None
    assert source.calls == 3
    clock.advance(10)
    source.rotate("sk-rotated")
    assert refetch(registry, failed) is not None
    assert source.calls == 4


def test_refetch_by_a_call_that_is_late_takes_what_is_known_without_asking(
    source: ControlledSource, clock: Clock, refetch: Refetch
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    source.rotate("sk-rotated")
    assert refetch(registry, failed) is not None
    assert refetch(registry, failed) is not None
    assert source.calls == 2


@pytest.mark.parametrize("failure", [DOWN, DENIED, ValueError("x")])
def test_refetch_swallows_the_sources_failure(
    source: ControlledSource, clock: Clock, refetch: Refetch, failure: Exception
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    source.failure = failure
    assert refetch(registry, failed) is None
    if failure is DENIED:
        with pytest.raises(AccessDeniedError):
            registry.get()
    else:
        assert registry.get().get("one") is failed


def test_refetch_of_what_vanished_or_broke_is_none(clock: Clock, refetch: Refetch) -> None:
    source = ControlledSource(record(name="one"), record(name="two"))
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    source.records = (record(name="one", secret=None),)
    assert refetch(registry, failed) is None
    clock.advance(11)
    source.records = (record(name="two"),)
    assert refetch(registry, failed) is None


def test_a_closed_registry_refuses_and_holds_nothing(clock: Clock, get: Get) -> None:
    secret = f"sk-{uuid.uuid4()}"
    source = ControlledSource(record(secret=secret))
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    registry.close()
    registry.close()
    assert source.closed
    for _ in range(2):
        with pytest.raises(ClientClosedError):
            get(registry)
    assert registry.refetch(failed) is None
    assert source.calls == 1
    del failed
    assert not in_memory(secret)


def test_closing_ends_the_wait_of_calls_and_their_answer_is_not_kept(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    source.open.clear()
    waiting = in_thread(lambda: get(registry))
    assert source.started.acquire(timeout=20)
    registry.close()
    with pytest.raises(ClientClosedError):
        waiting.get()
    source.open.set()
    with pytest.raises(ClientClosedError):
        get(registry)


def test_a_registry_that_nobody_holds_is_freed(source: ControlledSource) -> None:
    registry = ConnectionRegistry(source)
    registry.get()
    left = weakref.ref(registry)
    del registry
    gc.collect()
    assert left() is None


def test_a_source_that_hangs_does_not_keep_the_process_alive() -> None:
    script = """
import threading
from genai_sdk.connections import ConnectionRegistry
from genai_sdk.errors import SourceUnavailableError

class Hanging:
    def fetch(self, names):
        threading.Event().wait()
    def describe(self):
        return "it"
    def close(self):
        pass

try:
    ConnectionRegistry(Hanging(), timeout=0.1).get()
except SourceUnavailableError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "it did not answer within 0.1 s\n"


def test_infinite_patience_with_a_last_good_set_is_possible(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock, max_stale=math.inf)
    first: Any = get(registry)
    source.failure = DOWN
    clock.advance(10_000_000)
    assert get(registry) is first
