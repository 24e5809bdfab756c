"""Sums of days are those of the traces that are there."""

import sqlite3
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.local.store.conftest import KEY
from tests.local.store.made import HOUR, START, generation, ids, span, spans

from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.views import tokens
from genai_sdk.local.store import Store
from genai_sdk.local.store.migrate import migrations
from genai_sdk.local.store.traces import TraceQuery

_DAY = 24 * HOUR
_moments = st.none() | st.integers(-2, 130).map(lambda hours: START + hours * HOUR)
_queries = st.builds(
    TraceQuery,
    since=_moments,
    until=_moments,
    environments=st.lists(st.sampled_from(["prod", "test", "default"]), max_size=2),
    name=st.none() | st.sampled_from(["a", "b"]),
)


def _naive(store: Store, query: TraceQuery) -> dict[str, Any]:
    """Sum up days from the traces themselves, each read whole."""
    days: dict[str, Any] = defaultdict(lambda: [0, 0, 0.0, defaultdict(lambda: [0, 0, 0, 0.0])])
    for row in store.traces.after(query, 100, None)[0]:
        trace = store.traces.find(row.id)
        assert trace is not None
        day = days[f"2026-01-{1 + (row.start - START) // _DAY:02}"]
        day[0] += 1
        day[1] += len(trace.observations)
        day[2] += trace.cost
        for model in {each.model for each in trace.observations} - {None}:
            of_model = [each for each in trace.observations if each.model == model]
            sums = day[3][model]
            sums[0] += 1
            sums[1] += len(of_model)
            sums[2] += sum(tokens(each.usage)["total"] or 0 for each in of_model if each.usage)
            sums[3] += sum(each.cost.get("total", sum(each.cost.values())) for each in of_model if each.cost)
    return days


def _compare(store: Store, query: TraceQuery) -> None:
    expected = _naive(store, query)
    days, total = store.traces.daily(query, 100, 0)
    assert ([day["day"] for day in days], total) == (sorted(expected, reverse=True), len(expected))
    for day in days:
        traces, observations, cost, models = expected[day["day"]]
        assert (day["traces"], day["observations"]) == (traces, observations)
        assert day["cost"] == pytest.approx(cost)
        told = {each["model"]: [each["traces"], each["observations"], each["tokens"]] for each in day["models"]}
        assert told == {model: sums[:3] for model, sums in models.items()}
        costs = [each["cost"] for each in day["models"]]
        assert costs == sorted(costs, reverse=True)
        assert sum(costs) == pytest.approx(sum(sums[3] for sums in models.values()))


@settings(suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(spans(), max_size=6), max_size=5),
    st.sets(st.integers(1, 4), max_size=2),
    st.lists(_queries, min_size=1, max_size=4),
)
def test_days_are_those_of_the_traces_there_are(
    exports: list[list[Observation]], deleted: set[int], queries: list[TraceQuery]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = Store(Path(directory) / "file", Cipher(KEY))
        try:
            for export in exports:
                store.traces.add(export)
            store.traces.delete([ids(number) for number in sorted(deleted)])
            for query in [TraceQuery(), *queries]:
                _compare(store, query)
        finally:
            store.close()


def test_days_sum_up_the_traces_that_began_on_them(store: Store) -> None:
    day = 86_400
    store.traces.add([generation(1), span(1, 2, parent=1), generation(2, at=10, told={"user.id": "ann"})])
    store.traces.add([generation(3, at=day, model__name="other"), span(4, at=3 * day)])
    days, total = store.traces.daily(TraceQuery(), 2, 0)
    assert ([(each["day"], each["traces"], each["observations"]) for each in days], total) == (
        [("2026-01-04", 1, 1), ("2026-01-02", 1, 1)],
        3,
    )
    (last,), _ = store.traces.daily(TraceQuery(), 2, 2)
    (model,) = last["models"]
    assert (last["day"], last["traces"], last["observations"], last["cost"]) == ("2026-01-01", 2, 3, 0.5)
    assert (model["model"], model["traces"], model["tokens"]) == ("gpt-4o-mini", 2, 30)
    (of_ann,), _ = store.traces.daily(TraceQuery(user_id="ann"), 10, 0)
    assert (of_ann["traces"], of_ann["models"][0]["traces"]) == (1, 1)


def test_a_trace_that_turns_out_to_have_begun_earlier_counts_on_the_earlier_day(store: Store) -> None:
    store.traces.add([generation(1, 1, at=86_400)])
    store.traces.add([generation(1, 2, at=86_399)])
    (day,), total = store.traces.daily(TraceQuery(), 10, 0)
    assert (total, day["day"], day["observations"], day["models"][0]["traces"]) == (1, "2026-01-01", 2, 1)


def test_days_without_any_trace_left_are_gone(store: Store) -> None:
    store.traces.add([generation(1, cost_details='{"total": 0.1}')])
    store.traces.delete([ids(1)])
    assert store.traces.daily(TraceQuery(), 10, 0) == ([], 0)


def test_days_of_a_store_from_before_they_were_summed_up_are_summed_up_when_it_is_opened(tmp_path: Path) -> None:
    path, old = tmp_path / "new", tmp_path / "old"
    store = Store(path, Cipher(KEY))
    store.traces.add([generation(1), generation(1, 2, model__name="other"), span(2, at=86_400), generation(3)])
    before = store.traces.daily(TraceQuery(), 10, 0)
    store.close()
    connection = sqlite3.connect(old)
    for number, sql in migrations():
        if "CREATE TABLE days" in sql:
            break
        connection.executescript(f"{sql}\nPRAGMA user_version = {number};")
    connection.execute("ATTACH ? AS new", (str(path),))
    for table in ("traces", "observations", "spans", "trace_facets"):
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}")
    connection.commit()
    connection.close()
    store = Store(old, Cipher(KEY))

    def plain(days: tuple[list[dict[str, Any]], int]) -> list[Any]:
        return [{**day, "models": list(map(dict, day["models"]))} for day in days[0]]

    assert plain(store.traces.daily(TraceQuery(), 10, 0)) == plain(before)
    store.traces.delete([ids(number) for number in (1, 2, 3)])
    assert store.traces.daily(TraceQuery(), 10, 0) == ([], 0)
    store.close()
