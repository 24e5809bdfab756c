"""No list walks through a whole table to find what a common filter asks for, and none sorts what it found."""

import pytest
from tests.local.store.made import START, generation, ids

from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.langfuse.api.queries import ObservationQuery, ScoreQuery
from genai_sdk.local.store import Store
from genai_sdk.local.store.call_query import CallQuery, Slowest
from genai_sdk.local.store.traces import TraceQuery


class _Explained:
    """A database that explains each query before it is run."""

    def __init__(self, store: Store) -> None:
        self.plans: list[str] = []  # of those that find rows; to read one by its key needs no plan
        database = store._database
        read = database.read

        def explained(work):  # type: ignore[no-untyped-def]
            def look(connection):  # type: ignore[no-untyped-def]
                return work(_Explaining(connection, self.plans))

            return read(look)

        database.read = explained  # type: ignore[method-assign]


class _Explaining:
    def __init__(self, connection, plans: list[str]) -> None:  # type: ignore[no-untyped-def]
        self._connection, self._plans = connection, plans

    def execute(self, sql, given=()):  # type: ignore[no-untyped-def]
        if sql.startswith("SELECT count(*) FROM (SELECT 1"):  # counts how rare a condition is
            return self._connection.execute(sql, given)
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", given)
        plan = "\n".join(row["detail"] for row in rows)
        if not plan.endswith("USING INTEGER PRIMARY KEY (rowid=?)") or "\n" in plan:
            self._plans.append(plan)
        return self._connection.execute(sql, given)


@pytest.fixture
def explained(store: Store) -> _Explained:
    store.traces.add([generation(number, at=number) for number in range(1, 20)])
    return _Explained(store)


_TRACES = {
    "": "traces_by_start",
    "name": "traces_by_name",
    "user_id": "traces_by_user",
    "session_id": "traces_by_session",
    "status": "traces_by_status",
    "environments": "traces_by_environment",
    "model": "trace_facets|facet",
    "connection": "trace_facets|facet",
    "prompt": "trace_facets|facet",
    "tags": "trace_facets|facet",
    "name user_id": "traces_by_user",
    "name environments": "traces_by_name",
    "environments status": "traces_by_status",
    "tags name": "trace_facets|facet",
    "tags user_id": "traces_by_user",
    "model environments": "trace_facets|facet",
    "release": "traces_by_release",
    "release status": "traces_by_status",
    "release environments": "traces_by_release",
    "version": "traces_by_start",
}


@pytest.mark.parametrize("ranged", [False, True], ids=["all", "a range"])
@pytest.mark.parametrize("names", _TRACES)
def test_traces_are_found_by_the_index_of_the_rarest_condition(
    store: Store, explained: _Explained, names: str, ranged: bool
) -> None:
    values = {name: ["x"] if name in {"tags", "environments"} else "x" for name in names.split()}
    query = TraceQuery(**values, **({"since": START, "until": START + 10**12} if ranged else {}))  # type: ignore[arg-type]
    store.traces.after(query, 10, None)
    store.traces.after(query, 10, Cursor(START + 10**10, 5))
    assert len(explained.plans) == 2
    for plan in explained.plans:
        first = plan.splitlines()[0]
        assert any(index in first for index in _TRACES[names].split("|")), plan
        assert first.startswith("SEARCH") or names in {"", "version"}, plan
        assert "TEMP B-TREE" not in plan, plan
    assert "start" in explained.plans[1].splitlines()[0], explained.plans[1]  # it begins at the place


_CALLS = {
    "": "observations_by_start",
    "failed": "calls_failed",
    "model": "calls_by_model",
    "connection": "calls_by_connection",
    "prompt": "calls_by_prompt",
    "prompt prompt_version": "calls_by_prompt",
    "failed model": "calls_by_model",
    "connection model prompt": "calls_by_prompt",
    "environments": "observations_by_start",
}


@pytest.mark.parametrize("ranged", [False, True], ids=["all", "a range"])
@pytest.mark.parametrize("names", _CALLS)
def test_the_traces_of_calls_are_found_by_the_calls(
    store: Store, explained: _Explained, names: str, ranged: bool
) -> None:
    given = {"failed": True, "environments": ["x"], "prompt_version": 1}
    values = {name: given.get(name, "x") for name in names.split()}
    within = {"since": START, "until": START + 10**12} if ranged else {}
    query = TraceQuery(calls=CallQuery(**values, **within))  # type: ignore[arg-type]
    store.traces.after(query, 10, None)
    store.traces.after(query, 10, Cursor(START + 10**10, 5))
    for plan in explained.plans:
        first, *rest = plan.splitlines()
        assert f"call USING INDEX {_CALLS[names]}" in first, plan
        assert first.startswith("SEARCH") or (not ranged and _CALLS[names] in {"observations_by_start", "calls_failed"})
        assert any("other USING INDEX observations_by_trace (trace=? AND start>?" in line for line in rest), plan
        assert "TEMP B-TREE" not in plan, plan
    assert "start" in explained.plans[1].splitlines()[0], explained.plans[1]


def test_calls_without_something_are_many_so_that_another_condition_finds_the_traces(
    store: Store, explained: _Explained
) -> None:
    store.traces.after(TraceQuery(calls=CallQuery(prompt="", prompt_version=0, connection="x")), 10, None)
    store.traces.after(TraceQuery(calls=CallQuery(prompt="", prompt_version=0)), 10, None)
    assert "calls_by_connection" in explained.plans[0]
    assert "calls_by_prompt" in explained.plans[1]


@pytest.mark.parametrize("by", ["latency", "first_token"])
def test_only_so_many_calls_are_sorted_for_the_slowest(
    store: Store, explained: _Explained, by: Slowest, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.traces.after(TraceQuery(calls=CallQuery(model="gpt-4o-mini", slowest=by, since=START)), 10, None)
    (plan,) = explained.plans
    assert "SEARCH call USING INDEX calls_by_model" in plan
    assert "FOR LAST" not in plan, plan  # the newest are taken from the index as they stand there
    monkeypatch.setattr("genai_sdk.local.store.call_query.SORTED", 3)
    rows, _ = store.traces.after(TraceQuery(calls=CallQuery(slowest="latency")), 10, None)
    assert {row.id for row in rows} == {ids(17), ids(18), ids(19)}


_RARER: list[tuple[dict[str, object], str]] = [
    ({"name": "call", "environments": ["rare"]}, "traces_by_environment"),
    ({"name": "call", "release": "rare"}, "traces_by_release"),
    ({"name": "call", "status": "failed"}, "traces_by_status"),
    ({"name": "call", "tags": ["rare"]}, "facet USING PRIMARY KEY"),
    ({"model": "gpt-4o-mini", "environments": ["rare"]}, "traces_by_environment"),
    ({"model": "gpt-4o-mini", "tags": ["rare"]}, "facet USING PRIMARY KEY"),
    ({"model": "rare", "connection": "azure", "name": "call"}, "facet USING PRIMARY KEY"),
    ({"connection": "azure", "name": "rare"}, "traces_by_name"),
    ({"user_id": "ann", "name": "rare"}, "traces_by_name"),
    ({"user_id": "ann", "name": "call"}, "traces_by_user"),  # both are common
]


@pytest.mark.parametrize(("values", "index"), _RARER, ids=[" ".join(values) for values, _ in _RARER])
def test_a_common_condition_makes_way_for_a_rare_one(
    store: Store, explained: _Explained, values: dict[str, object], index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai_sdk.local.store.selectivity.COMMON", 10)
    store.traces.add([generation(number, at=number, told={"user.id": "ann"}) for number in range(20, 40)])
    store.traces.after(TraceQuery(**values), 10, None)  # type: ignore[arg-type]
    store.traces.after(TraceQuery(**values), 10, Cursor(START + 10**10, 5))  # type: ignore[arg-type]
    store.traces.count(TraceQuery(**values))  # type: ignore[arg-type]
    assert len(explained.plans) == 3
    for plan in explained.plans:
        first = plan.splitlines()[0]
        assert index in first, plan
        assert first.startswith("SEARCH"), plan
        assert "TEMP B-TREE" not in plan, plan


_OBSERVATIONS = {
    "": "observations_by_start",
    "name": "observations_by_name",
    "type": "observations_by_type",
    "level": "observations_by_level",
    "user_id": "observations_by_user",
    "trace_id": "observations_by_trace",
    "type name": "observations_by_name",
    "type level": "observations_by_level",
    "name user_id": "observations_by_user",
    "trace_id type": "observations_by_trace",
    "session_id": "observations_by_trace",
    "environments": "observations_by_start",
}


@pytest.mark.parametrize("names", _OBSERVATIONS)
def test_observations_are_found_by_the_index_of_the_rarest_condition(
    store: Store, explained: _Explained, names: str
) -> None:
    query = ObservationQuery(**{name: ["x"] if name == "environments" else "x" for name in names.split()})  # type: ignore[arg-type]
    store.observations.after(query, 10, None)
    store.observations.after(query, 10, Cursor(START + 10**10, 5))
    assert len(explained.plans) == 2
    for plan in explained.plans:
        first = plan.splitlines()[0]
        assert _OBSERVATIONS[names] in first, plan
        assert first.startswith("SEARCH") or names in {"", "environments"}, plan
        assert names == "session_id" or "TEMP B-TREE" not in plan, plan


def test_pages_and_counts_read_no_more_than_an_index(store: Store, explained: _Explained) -> None:
    for query in (TraceQuery(), TraceQuery(name="x"), TraceQuery(user_id="x"), TraceQuery(tags=["x"])):
        store.traces.count(query)
    for only in (ObservationQuery(), ObservationQuery(type="SPAN"), ObservationQuery(name="x")):
        store.observations.page(only, 10, 1_000)
    for plan in explained.plans:
        first = plan.splitlines()[0 if "CO-ROUTINE" not in plan else 1]
        assert "COVERING INDEX" in first or "facet USING PRIMARY KEY" in first, plan


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (ScoreQuery(), "scores_by_moment"),
        (ScoreQuery(names=["x"]), "scores_by_name"),
        (ScoreQuery(trace_ids=["x"]), "scores_by_trace"),
        (ScoreQuery(session_ids=["x"]), "scores_by_session"),
        (ScoreQuery(observation_ids=["x"]), "scores_by_observation"),
    ],
    ids=["all", "name", "trace", "session", "observation"],
)
def test_scores_are_found_by_an_index(store: Store, explained: _Explained, query: ScoreQuery, index: str) -> None:
    store.scores.after(query, 10, None)
    assert index in explained.plans[0]


def test_days_are_read_from_their_sums_and_traces_only_of_days_that_are_cut(
    store: Store, explained: _Explained
) -> None:
    store.traces.daily(TraceQuery(tags=[], environments=["default"], since=START), 10, 0)
    assert len(explained.plans) == 2
    for table, plan in zip(("days", "day_models"), explained.plans, strict=True):
        assert f"{table} USING PRIMARY KEY" in plan, plan
        assert "traces" not in plan, plan
    store.traces.daily(TraceQuery(since=START + 1), 10, 0)
    assert any("traces_by_start" in plan for plan in explained.plans[2:])


def test_sessions_are_found_by_an_index(store: Store, explained: _Explained) -> None:
    store.sessions.page(10, 0)
    store.sessions.page(10, 0, environments=["x"])
    assert "sessions_by_moment" in explained.plans[1]
    assert "sessions_by_environment" in explained.plans[3]
