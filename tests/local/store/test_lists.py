"""Lists hold what was asked for, in order, and go on where they ended."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.local.store.conftest import KEY
from tests.local.store.made import START, generation, ids, span, spans

from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.api.queries import ObservationQuery
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.trace import Trace
from genai_sdk.local.store import Store
from genai_sdk.local.store.selectivity import COMMON
from genai_sdk.local.store.traces import TraceQuery

_few = st.sampled_from(["a", "b", "c"])
_moments = st.integers(0, 400_000).map(lambda number: START + number * 10**9)
_TRACE_CONDITIONS: dict[str, st.SearchStrategy[Any]] = {
    "name": _few,
    "user_id": _few,
    "session_id": _few,
    "release": _few,
    "tags": st.lists(_few, min_size=1, max_size=2),
    "environments": st.lists(st.sampled_from(["prod", "test", "default"]), min_size=1, max_size=2),
    "model": _few,
    "connection": _few,
    "prompt": _few,
    "prompt_version": st.integers(1, 2),
    "status": st.sampled_from(["ok", "recovered", "failed"]),
    "text": _few,
    "since": _moments,
    "until": _moments,
}
_OBSERVATION_CONDITIONS: dict[str, st.SearchStrategy[Any]] = {
    "name": _few,
    "type": st.sampled_from(["SPAN", "GENERATION"]),
    "level": st.sampled_from(["ERROR", "DEFAULT"]),
    "user_id": _few,
    "version": _few,
    "trace_id": st.integers(1, 3).map(ids),
    "session_id": _few,
    "is_root": st.booleans(),
    "environments": st.lists(st.sampled_from(["prod", "test"]), min_size=1, max_size=2),
    "since": _moments,
    "until": _moments,
}


@st.composite
def _some(draw: st.DrawFn, conditions: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Up to three conditions: of more, hardly anything would be left to be right or wrong about."""
    names = draw(st.lists(st.sampled_from(sorted(conditions)), max_size=3, unique=True))
    if "prompt_version" in names and "prompt" not in names:
        names.append("prompt")  # of which it is a version
    return {name: draw(conditions[name]) for name in names}


_traces = st.builds(
    lambda some, oldest_first: TraceQuery(**some, oldest_first=oldest_first), _some(_TRACE_CONDITIONS), st.booleans()
)
_observations = _some(_OBSERVATION_CONDITIONS).map(lambda some: ObservationQuery(**some))
_slow = settings(suppress_health_check=list(HealthCheck))


def _status(trace: Trace) -> str:
    if trace.root.level == "ERROR":
        return "failed"
    return "recovered" if any(each.level == "ERROR" for each in trace.observations) else "ok"


def _fits(trace: Trace, query: TraceQuery) -> bool:
    start = min(each.start for each in trace.observations)
    calls = [each for each in trace.observations if each.type == "GENERATION"]
    prompts = {each.prompt for each in calls if each.prompt}
    wanted = (query.prompt, query.prompt_version)
    words = [trace.id, trace.name, trace.user_id or "", trace.session_id or ""]
    return all(
        (
            query.name in (None, trace.name),
            query.user_id in (None, trace.user_id),
            query.session_id in (None, trace.session_id),
            query.release in (None, trace.release),
            set(query.tags) <= set(trace.tags),
            not query.environments or trace.environment in query.environments,
            query.model is None or query.model in {each.model for each in calls},
            query.connection is None
            or query.connection in {each.metadata.get("connection") for each in trace.observations},
            query.prompt is None or (wanted in prompts if wanted[1] else wanted[0] in {name for name, _ in prompts}),
            query.status in (None, _status(trace)),
            query.text is None or any(query.text in word for word in words),
            query.since is None or start >= query.since,
            query.until is None or start < query.until,
        )
    )


@_slow
@given(st.lists(spans(), max_size=20), st.lists(_traces, min_size=1, max_size=8), st.sampled_from([2, COMMON]))
def test_traces_are_those_that_fit_by_any_conditions(
    given_spans: list[Observation], queries: list[TraceQuery], common: int
) -> None:
    with tempfile.TemporaryDirectory() as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr("genai_sdk.local.store.selectivity.COMMON", common)  # with few, others than the usual ones drive
        store = Store(Path(directory) / "file", Cipher(KEY))
        try:
            for one in given_spans:  # one by one: traces begin, grow, and begin earlier than they seemed to
                store.traces.add([one])
            there = [store.traces.find(trace_id) for trace_id in {each.trace_id for each in given_spans}]
            for query in queries:
                fitting = {each.id for each in there if each is not None and _fits(each, query)}
                listed, total = store.traces.page(query, 100, 0)
                assert ({each.id for each in listed}, total) == (fitting, len(fitting))
                rows = [store.traces.row(each.id) for each in listed]
                starts = [(row.start, row.key) for row in rows if row is not None]
                assert starts == sorted(starts, reverse=not query.oldest_first)
                assert store.traces.count(query) == len(fitting)
                assert _walk(lambda place, query=query: store.traces.after(query, 1, place)) == rows  # type: ignore[misc]
        finally:
            store.close()


@_slow
@given(st.lists(spans(), max_size=20), st.lists(_observations, min_size=1, max_size=8))
def test_observations_are_those_that_fit_by_any_conditions(
    given_spans: list[Observation], queries: list[ObservationQuery]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = Store(Path(directory) / "file", Cipher(KEY))
        try:
            store.traces.add(given_spans)
            traces = {trace_id: store.traces.find(trace_id) for trace_id in {each.trace_id for each in given_spans}}
            there = [(trace, each) for trace in traces.values() if trace for each in trace.observations]
            for query in queries:
                fitting = {
                    (each.trace_id, each.id)
                    for trace, each in there
                    if query.name in (None, each.name)
                    and query.type in (None, each.type)
                    and query.level in (None, each.level)
                    and query.user_id in (None, each.user_id)
                    and query.version in (None, each.version)
                    and query.trace_id in (None, trace.id)
                    and query.session_id in (None, trace.session_id)
                    and query.is_root in (None, each.parent_id is None)
                    and (not query.environments or each.environment in query.environments)
                    and (query.since is None or each.start >= query.since)
                    and (query.until is None or each.start < query.until)
                }
                listed, total = store.observations.page(query, 100, 0)
                assert ({(each.trace_id, each.id) for each in listed}, total) == (fitting, len(fitting))
                walked = _walk(lambda place, query=query: store.observations.after(query, 2, place))  # type: ignore[misc]
                assert [(each.trace_id, each.id) for each in walked] == [(each.trace_id, each.id) for each in listed]
        finally:
            store.close()


def _walk(step: Callable[..., tuple[list[object], object]]) -> list:  # type: ignore[type-arg]
    rows, place = step(None)
    while place is not None:
        more, place = step(place)
        assert more
        rows += more
    return rows


def test_a_text_is_sought_in_either_case_and_taken_as_it_is(store: Store) -> None:
    store.traces.add([span(1, name="Checkout 100%"), span(2, name="checkout 100x"), span(3, told={"user.id": "Ann_1"})])

    def found(text: str) -> set[str]:
        return {row.id for row in store.traces.after(TraceQuery(text=text), 10, None)[0]}

    assert found("CHECKOUT") == {ids(1), ids(2)}
    assert found("100%") == {ids(1)}
    assert found("ann_") == {ids(3)}
    assert found(ids(2)[5:]) == {ids(2)}
    assert found("\\") == found("' OR 1=1 --") == set()


@pytest.mark.parametrize("text", ["안녕하세요", 'say "yes"', "line\nbreak", "back\\slash"])
def test_content_is_found_by_what_was_sent(store: Store, text: str) -> None:
    store.traces.add([generation(1, input=f"please: {text}!"), generation(2, input="nothing")])
    assert [row.id for row in store.traces.after(TraceQuery(content=text), 10, None)[0]] == [ids(1)]


def test_a_search_looks_at_the_newest_ones_of_what_else_was_asked_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai_sdk.local.store.trace_query.LOOKED_AT", 2)  # a bound that a test can reach
    store.traces.add([span(number, at=number, name="same") for number in range(1, 6)])

    def found(**more: int) -> list[str]:
        return [row.id for row in store.traces.after(TraceQuery(text="same", **more), 10, None)[0]]

    assert found() == [ids(5), ids(4)]
    assert found(until=START + 3 * 10**9) == [ids(2), ids(1)]


def test_a_prompts_versions_are_told_apart(store: Store) -> None:
    store.traces.add([generation(n, prompt__name="p", prompt__version=n) for n in (1, 2)])
    store.traces.add([generation(3, prompt__name="other", prompt__version=1), generation(4)])

    def found(prompt: str, version: int | None = None) -> set[str]:
        return {row.id for row in store.traces.after(TraceQuery(prompt=prompt, prompt_version=version), 10, None)[0]}

    assert (found("p"), found("p", 1), found("p", 2)) == ({ids(1), ids(2)}, {ids(1)}, {ids(2)})
    assert (found("p", 3), found("nobody")) == (set(), set())


def test_a_trace_that_begins_earlier_than_it_seemed_moves_in_every_list(store: Store) -> None:
    store.traces.add([generation(1, at=5, told={"langfuse.trace.tags": ["x"]})])
    store.traces.add([generation(2, at=10, told={"langfuse.trace.tags": ["x"]})])
    store.traces.add([generation(2, 2, at=0, told={"langfuse.trace.tags": ["x"]})])
    for query in (
        TraceQuery(),
        TraceQuery(tags=["x"]),
        TraceQuery(model="gpt-4o-mini"),
        TraceQuery(connection="azure"),
    ):
        assert [row.id for row in store.traces.after(query, 10, None)[0]] == [ids(1), ids(2)]
        assert store.traces.count(query) == 2
    assert store.traces.count(TraceQuery(tags=["x"], model="gpt-4o-mini", connection="azure")) == 2
    assert store.traces.count(TraceQuery(tags=["x"], until=START + 10**9)) == 1
