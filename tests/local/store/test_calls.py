"""The traces of calls are those with a call that a figure counts: each once, in the order of these calls."""

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.local.store.conftest import KEY
from tests.local.store.made import HOUR, SECOND, START, generation, ids, merged, span, spans

from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.views import first_token
from genai_sdk.local.store import Store
from genai_sdk.local.store.call_query import CallQuery
from genai_sdk.local.store.traces import TraceQuery

_group = st.none() | st.sampled_from(["a", "b", ""])
_queries = st.builds(
    lambda since, length, version, prompt, **more: CallQuery(
        since=START + since * HOUR,
        until=START + (since + length) * HOUR,
        prompt=prompt,
        prompt_version=None if not version or prompt is None else 1 if prompt else 0,
        **more,
    ),
    since=st.integers(-2, 60),
    length=st.integers(1, 120),
    version=st.booleans(),
    prompt=_group,
    failed=st.booleans(),
    model=_group,
    connection=_group,
    environments=st.lists(st.sampled_from(["prod", "test"]), max_size=1),
    slowest=st.sampled_from([None, None, "latency", "first_token"]),
)


def _fits(each: Observation, query: CallQuery) -> bool:
    name, version = each.prompt or ("", 0)
    assert query.since is not None
    assert query.until is not None
    return (
        each.type == "GENERATION"
        and query.since <= each.start < query.until
        and (not query.failed or each.level == "ERROR")
        and query.model in (None, each.model or "")
        and query.connection in (None, each.metadata.get("connection") or "")
        and query.prompt in (None, name)
        and query.prompt_version in (None, version)
        and (not query.environments or each.environment in query.environments)
        and (query.slowest != "first_token" or first_token(each) is not None)
    )


def _measure(each: Observation, query: CallQuery) -> int:
    if query.slowest == "first_token":
        return first_token(each) or 0
    return max(0, each.end - each.start) if query.slowest else each.start


def _walk(store: Store, query: TraceQuery, size: int) -> list[tuple[str, int]]:
    found, place = [], None
    while True:
        page = store.traces.listed(query, size, place)
        found += [(row.id, at.moment) for row, at in zip(page.rows, page.places, strict=True)]
        if not page.more:
            return found
        place = page.places[-1]


@settings(suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(spans(), max_size=8), max_size=4),
    st.lists(_queries, min_size=1, max_size=6),
    st.integers(1, 3),
)
def test_a_trace_is_listed_once_if_one_of_its_calls_is_asked_for(
    exports: list[list[Observation]], queries: list[CallQuery], size: int
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = Store(Path(directory) / "file", Cipher(KEY))
        try:
            for export in exports:
                store.traces.add(export)
            there = merged([each for export in exports for each in export])
            for query in queries:
                expected: dict[str, int] = {}
                for each in there:
                    if _fits(each, query):
                        expected[each.trace_id] = max(expected.get(each.trace_id, -1), _measure(each, query))
                found = _walk(store, TraceQuery(calls=query), size)
                assert dict(found) == expected
                assert len(found) == len(expected)
                assert [at for _, at in found] == sorted(expected.values(), reverse=True)
                backwards = _walk(store, TraceQuery(calls=query, oldest_first=True), size)
                assert backwards == found[::-1]
        finally:
            store.close()


def test_an_agent_that_got_over_a_failed_call_is_behind_the_failure(store: Store) -> None:
    store.traces.add([span(1, 1, name="agent"), generation(1, 2, parent=1, level="ERROR"), generation(1, 3, parent=1)])
    store.traces.add([generation(2, 1), span(2, 2, parent=1, level="ERROR")])  # an attempt is no call
    store.traces.add([generation(3, 1, level="ERROR", model__name="other")])
    failed = store.traces.after(TraceQuery(calls=CallQuery(failed=True)), 10, None)[0]
    assert {row.id: row.status for row in failed} == {ids(1): "recovered", ids(3): "failed"}


def test_what_is_asked_of_a_call_is_true_of_one_and_the_same(store: Store) -> None:
    store.traces.add([generation(1, 1, level="ERROR", model__name="a"), generation(1, 2, parent=1, model__name="b")])
    rows, _ = store.traces.after(TraceQuery(calls=CallQuery(failed=True, model="b")), 10, None)
    assert rows == []


def test_a_call_counts_in_its_own_hour_and_not_in_that_of_its_trace(store: Store) -> None:
    store.traces.add([span(1, 1, seconds=7_200), generation(1, 2, parent=1, at=3_700)])
    second = CallQuery(since=START + HOUR, until=START + 2 * HOUR)
    assert [row.id for row in store.traces.after(TraceQuery(calls=second), 10, None)[0]] == [ids(1)]
    first = CallQuery(since=START, until=START + HOUR)
    assert store.traces.after(TraceQuery(calls=first), 10, None)[0] == []


@pytest.mark.parametrize("slowest", [None, "latency"])
def test_calls_may_be_asked_for_beside_anything_else(store: Store, slowest: None) -> None:
    told = {"user.id": "u", "session.id": "s", "langfuse.trace.tags": ["x", "y"]}
    store.traces.add([generation(1, 1, told=told, name="one", input='"hello"', at=5), generation(2, 1)])
    calls = CallQuery(slowest=slowest)
    fitting = [
        TraceQuery(user_id="u"),
        TraceQuery(session_id="s", tags=["x", "y"]),
        TraceQuery(name="one", status="ok"),
        TraceQuery(text="ON"),
        TraceQuery(content="hello", user_id="u"),
        TraceQuery(model="gpt-4o-mini", user_id="u"),
        TraceQuery(since=START + SECOND),
        TraceQuery(until=START + 9 * SECOND, environments=["default"], user_id="u"),
    ]
    for query in fitting:
        query = msgspec.structs.replace(query, calls=calls)
        assert [row.id for row in store.traces.after(query, 10, None)[0]] == [ids(1)], query
        assert store.traces.count(query) == 1
    for other in (TraceQuery(user_id="v"), TraceQuery(tags=["x", "z"]), TraceQuery(status="failed")):
        other = msgspec.structs.replace(other, calls=calls)
        assert store.traces.after(other, 10, None)[0] == [], other
