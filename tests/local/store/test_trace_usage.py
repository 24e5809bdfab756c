"""What calls came to by user and session is what adding them up one by one gives."""

import pytest
from tests.local.store.made import HOUR, START, generation

from genai_sdk.local.store import Store
from genai_sdk.local.store.trace_usage import TraceUsageQuery

DAY = 24 * HOUR


def call(number, user, *, at=0.0, environment="default", session=None, **own):
    facts = {"user.id": user, "session.id": session, "langfuse.environment": environment}
    return generation(number, at=at, told={key: text for key, text in facts.items() if text}, **own)


def query(by="user", **facts):
    return TraceUsageQuery(**{"since": START, "until": START + DAY, "by": by, **facts})


@pytest.fixture
def used(store: Store) -> Store:
    """Three calls of one user in two hours, one of another, one without, and one of the day before."""
    usage = '{"input": 30, "output": 12}'
    store.traces.add(
        [
            call(1, "kim", session="a", usage_details=usage, cost_details='{"total": 0.5}'),
            call(2, "kim", session="b", usage_details=usage, level="ERROR", seconds=3),
            call(3, "kim", session="b", at=3600, usage_details=usage),
            call(4, "lee", at=10, environment="staging"),
            call(5, None, at=20),
            call(6, "old", at=-60),
        ]
    )
    return store


def test_users_and_sessions_are_told_apart_those_with_most_calls_first(used: Store) -> None:
    rows, count = used.trace_usage.summary(query(), 10)
    assert ([(row.by, row.calls) for row in rows], count) == ([(("kim",), 3), (("",), 1), (("lee",), 1)], 3)
    kim = rows[0]
    assert (kim.errors, kim.priced, kim.input_tokens, kim.output_tokens, kim.cost) == (1, 3, 90, 36, 1.0)
    assert kim.latency(1.0) == pytest.approx(3, rel=0.2)
    sessions, _ = used.trace_usage.summary(query("session"), 10)
    assert [(row.by[0], row.calls) for row in sessions] == [("", 2), ("b", 2), ("a", 1)]


def test_no_more_are_returned_than_are_read_and_how_many_there_are_is_said(used: Store) -> None:
    rows, count = used.trace_usage.summary(query(), 1)
    assert ([row.by for row in rows], count) == ([("kim",)], 3)


def test_the_user_of_a_call_is_that_of_its_trace(store: Store) -> None:
    store.traces.add([call(1, "kim"), generation(1, number=2, parent=1, at=1)])
    rows, _ = store.trace_usage.summary(query(), 10)
    assert [(row.by, row.calls) for row in rows] == [(("kim",), 2)]


def test_a_series_has_a_point_for_each_step_and_one_for_the_others(used: Store) -> None:
    points = used.trace_usage.series(query(), 3600, ["kim"])
    assert [(point.start, point.usage.by, point.usage.calls) for point in points] == [
        (START, (), 2),
        (START, ("kim",), 2),
        (START + HOUR, ("kim",), 1),
    ]
    assert sum(point.usage.calls for point in used.trace_usage.series(query(), 3600, [])) == 5


def test_environments_narrow_it(used: Store) -> None:
    rows, _ = used.trace_usage.summary(query(environments=["staging"]), 10)
    assert [row.by for row in rows] == [("lee",)]


def test_a_store_without_calls_has_none(store: Store) -> None:
    assert store.trace_usage.summary(query(), 10) == ([], 0)
    assert store.trace_usage.series(query(), 60, []) == []
