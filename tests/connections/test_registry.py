"""When the registry asks, what it serves, and how it ends."""

import gc
import math
import subprocess
import sys
import uuid
import weakref
from typing import Any

import pytest
from tests.connections.conftest import Get
from tests.connections.records import record
from tests.connections.sources import (
    DOWN,
    Clock,
    ControlledSource,
    failed_with,
    in_memory,
    in_thread,
    key_of,
    settle,
)

from genai_sdk.connections import ConnectionRegistry, RefetchResult
from genai_sdk.errors import (
    ClientClosedError,
    ConfigurationError,
    GenAIError,
    SourceUnavailableError,
)


def test_nothing_is_asked_before_the_first_call_and_once_by_it(
    source: ControlledSource, clock: Clock, get: Get
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    assert source.calls == 0
    first = get(registry)
    clock.advance(59)
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
    settle()
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
    settle()
    assert source.calls == 2
    get(registry)
    assert source.calls == 2


def test_a_fresh_set_is_served_without_the_lock(source: ControlledSource, clock: Clock, get: Get) -> None:
    registry = ConnectionRegistry(source, now=clock)
    first = get(registry)
    with registry._cache._lock:
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
    settle()
    with pytest.raises(SourceUnavailableError):
        get(registry)


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
    assert registry.refetch(failed) == RefetchResult()
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
from genai_sdk.connections import ConnectionRegistry, RefetchResult
from genai_sdk.errors import SourceUnavailableError

class Hanging:
    def fetch(self, names, anew=False):
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
