"""The connections that were named, and another key for one that was refused."""

import pytest
from tests.connections.conftest import Get, Refetch
from tests.connections.records import record
from tests.connections.sources import DENIED, DOWN, Clock, ControlledSource, failed_with, settle

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
