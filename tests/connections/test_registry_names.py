"""The connections that were named, and another key for one that was refused."""

import itertools
import threading

import pytest
from tests.connections.conftest import Get, Refetch
from tests.connections.records import record
from tests.connections.sources import DENIED, DOWN, PATIENCE, Clock, ControlledSource, failed_with, in_thread, settle

from genai_sdk.connections import ConnectionRegistry
from genai_sdk.errors import (
    AccessDeniedError,
    ConnectionNotFoundError,
    SourceUnavailableError,
)


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
    settle()
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


def test_refetch_brings_the_rotated_key(source: ControlledSource, clock: Clock, refetch: Refetch) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    source.rotate("sk-rotated")
    renewed = refetch(registry, failed).connection
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
    assert refetch(registry, failed).connection is None
    assert source.calls == 2


def test_refetches_that_bring_nothing_grow_rare_and_one_that_brings_a_key_ends_that(
    clock: Clock, refetch: Refetch
) -> None:
    source = ControlledSource(record(name="one"), record(name="two"))
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    asked: list[float] = []
    begin = clock.now
    for _ in range(160):
        before = source.calls
        assert refetch(registry, failed).connection is None
        if source.calls > before:
            asked.append(clock.now - begin)
        clock.advance(0.25)
    gaps = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert gaps == [1.0, 1.5, 2.25, 3.5, 5.25, 7.75, 10.0]
    source.rotate("sk-second")
    clock.advance(10)
    renewed = refetch(registry, failed).connection
    assert renewed is not None
    source.rotate("sk-third")
    assert refetch(registry, renewed).connection is not None, "the new key is asked for at once"


def test_each_connection_is_asked_for_by_itself(clock: Clock, refetch: Refetch) -> None:
    source = ControlledSource(record(name="one"), record(name="two"))
    registry = ConnectionRegistry(source, now=clock)
    failed, other = registry.get().get("one"), registry.get().get("two")
    assert failed is not None
    assert other is not None
    for _ in range(3):
        assert refetch(registry, failed).connection is None
    assert source.calls == 2
    assert refetch(registry, other).connection is None
    assert source.calls == 3


def test_a_refetch_says_when_to_ask_again_for_as_long_as_a_source_may_lag(
    source: ControlledSource, clock: Clock, refetch: Refetch
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    waits: list[float] = []
    while (again_in := refetch(registry, failed).again_in) is not None:
        waits.append(again_in)
        clock.advance(again_in)
    assert waits == [1.0, 1.5, 2.25]
    assert source.insisted == [False, True, True, True, True], "what is kept on the way is not good enough"
    clock.advance(61)
    assert refetch(registry, failed).again_in == 1.0, "that was another time"


def test_a_refetch_that_joined_an_older_question_asks_one_of_its_own(
    source: ControlledSource, clock: Clock, refetch: Refetch
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    clock.advance(61)
    source.open.clear()
    registry.get()  # is served, and asks beside
    older, joined = registry._cache.in_flight(None), threading.Event()
    assert older is not None
    left = older._left
    older._left = lambda timeout: joined.set() or left(timeout)  # type: ignore[func-returns-value,method-assign]
    source.rotate("sk-rotated")
    renewing = in_thread(lambda: refetch(registry, failed))
    assert joined.wait(PATIENCE)
    source.open.set()
    renewed = renewing.get().connection
    assert renewed is not None
    assert renewed.credentials["key"] == "sk-rotated"


def test_a_refetch_waits_no_longer_than_its_call_has_and_goes_on_for_the_others(
    source: ControlledSource, clock: Clock, refetch: Refetch
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    source.rotate("sk-rotated")
    source.open.clear()
    hurried = refetch(registry, failed, 0.01)
    assert (hurried.connection, hurried.again_in) == (None, 1.0)
    patient = in_thread(lambda: refetch(registry, failed))
    source.open.set()
    renewed = patient.get().connection
    assert renewed is not None
    assert renewed.credentials["key"] == "sk-rotated"
    assert source.calls == 2


def test_refetch_by_a_call_that_is_late_takes_what_is_known_without_asking(
    source: ControlledSource, clock: Clock, refetch: Refetch
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    source.rotate("sk-rotated")
    assert refetch(registry, failed).connection is not None
    assert refetch(registry, failed).connection is not None
    assert source.calls == 2


@pytest.mark.parametrize("failure", [DOWN, DENIED, ValueError("x")])
def test_refetch_swallows_the_sources_failure(
    source: ControlledSource, clock: Clock, refetch: Refetch, failure: Exception
) -> None:
    registry = ConnectionRegistry(source, now=clock)
    failed = failed_with(registry)
    source.failure = failure
    assert refetch(registry, failed).connection is None
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
    assert refetch(registry, failed).connection is None
    clock.advance(11)
    source.records = (record(name="two"),)
    assert refetch(registry, failed).connection is None
