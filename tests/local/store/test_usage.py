"""Sums of calls are those of the calls that are there."""

import math
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.local.store.conftest import KEY
from tests.local.store.made import HOUR, SECOND, START, generation, ids, merged, span, spans

from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.views import first_token, tokens
from genai_sdk.local.store import Store, histogram
from genai_sdk.local.store.usage import By, UsageQuery, UsageTotals

_maybe = st.none() | st.sampled_from(["a", "b"])
_hours = st.integers(-2, 120)
_queries = st.builds(
    lambda since, length, **more: UsageQuery(since=START + since * HOUR, until=START + (since + length) * HOUR, **more),
    since=_hours,
    length=st.integers(0, 120),
    model=_maybe,
    connection=_maybe,
    prompt=_maybe,
    prompt_version=st.none() | st.just(1),
    environments=st.lists(st.sampled_from(["prod", "test"]), max_size=1),
)
_bys: list[By | None] = [None, "model", "connection", "prompt", "version", "environment"]


def _key(each: Observation, by: By | None) -> tuple[Any, ...]:
    name, version = each.prompt or ("", 0)
    parts: dict[By | None, tuple[Any, ...]] = {
        None: (),
        "model": (each.model or "",),
        "connection": (each.metadata.get("connection") or "",),
        "prompt": (name,),
        "version": (name, version),
        "environment": (each.environment,),
    }
    return parts[by]


def _naive(calls: list[Observation], query: UsageQuery, by: By | None) -> dict[tuple[Any, ...], list[Observation]]:
    groups: dict[tuple[Any, ...], list[Observation]] = {}
    for each in calls:
        if (
            query.since <= each.start < query.until
            and query.model in (None, each.model)
            and query.connection in (None, each.metadata.get("connection"))
            and query.prompt in (None, each.prompt and each.prompt[0])
            and query.prompt_version in (None, each.prompt and each.prompt[1])
            and (not query.environments or each.environment in query.environments)
        ):
            groups.setdefault(_key(each, by), []).append(each)
    return groups


def _same(usage: UsageTotals, calls: list[Observation]) -> None:
    costs = [each.cost.get("total", sum(each.cost.values())) for each in calls if each.cost]
    counted = [tokens(each.usage) for each in calls]
    assert usage.calls == len(calls) == histogram.count(usage.latencies)
    assert usage.errors == sum(each.level == "ERROR" for each in calls)
    assert (usage.priced, usage.cost) == (len(costs), pytest.approx(sum(costs)))
    assert usage.input_tokens == sum(each["input"] for each in counted)
    assert usage.output_tokens == sum(each["output"] for each in counted)
    assert usage.total_tokens == sum(each["total"] for each in counted)
    assert histogram.count(usage.first_tokens) == sum(first_token(each) is not None for each in calls)
    latencies = sorted(each.seconds for each in calls)
    for share in (0.5, 0.95):
        exact = latencies[max(0, -(-int(share * 100) * len(calls) // 100) - 1)]
        assert usage.latency(share) == pytest.approx(exact, rel=0.2, abs=0.001)


@settings(suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(spans(), max_size=6), max_size=5),
    st.sets(st.integers(1, 4), max_size=2),
    st.lists(_queries, min_size=1, max_size=4),
)
def test_sums_are_those_of_the_calls_there_are(
    exports: list[list[Observation]], deleted: set[int], queries: list[UsageQuery]
) -> None:
    gone = {ids(number) for number in deleted}
    with tempfile.TemporaryDirectory() as directory:
        store = Store(Path(directory) / "file", Cipher(KEY))
        try:
            for export in exports:
                store.traces.add(export)
            store.traces.delete(sorted(gone))
            there = merged([each for export in exports for each in export])
            calls = [each for each in there if each.type == "GENERATION" and each.trace_id not in gone]
            for query in queries:
                for by in _bys:
                    expected = _naive(calls, query, by)
                    summed = store.usage.summary(query, by)
                    assert {usage.by for usage in summed} == set(expected)
                    for usage in summed:
                        _same(usage, expected[usage.by])
                    for step in (3_600, 86_400):
                        _series(store, query, by, step, expected)
        finally:
            store.close()


def _series(store: Store, query: UsageQuery, by: By | None, step: int, expected: dict[Any, list[Observation]]) -> None:
    steps: dict[Any, list[Observation]] = {}
    for key, calls in expected.items():
        for each in calls:
            steps.setdefault((each.start - each.start % (step * SECOND), key), []).append(each)
    points = store.usage.series(query, step, by)
    assert [point.start for point in points] == sorted(point.start for point in points)
    assert {(point.start, point.usage.by) for point in points} == set(steps)
    for point in points:
        _same(point.usage, steps[point.start, point.usage.by])


def test_a_call_that_comes_again_counts_once_as_it_came_last(store: Store) -> None:
    everything = UsageQuery(since=START, until=START + HOUR)
    store.traces.add([generation(cost_details='{"total": 1}', level="ERROR")])
    store.traces.add([generation(cost_details='{"total": 3}')])
    (usage,) = store.usage.summary(everything, "model")
    assert (usage.by, usage.calls, usage.cost, usage.error_rate) == (("gpt-4o-mini",), 1, 3, 0)
    store.traces.add([span(1, 1)])  # it was no call, after all
    assert store.usage.summary(everything) == []


def test_a_range_counts_whole_hours(store: Store) -> None:
    store.traces.add([generation(1, at=60), generation(2, at=3_000), generation(3, at=3_700)])
    (usage,) = store.usage.summary(UsageQuery(since=START + 1800 * SECOND, until=START + 1801 * SECOND))
    assert usage.calls == 2


def test_durations_of_any_length_are_counted(store: Store) -> None:
    store.traces.add([generation(number, seconds=s) for number, s in enumerate((-5, 0, 1e-9, 90_000, 9e8), 1)])
    (usage,) = store.usage.summary(UsageQuery(since=START, until=START + HOUR))
    assert histogram.count(usage.latencies) == 5
    assert usage.latency(1) == pytest.approx(86_400, rel=0.2)


def test_a_step_is_a_multiple_of_an_hour(store: Store) -> None:
    with pytest.raises(ValueError, match="multiple of 3600 seconds, not 60"):
        store.usage.series(UsageQuery(since=START, until=START + HOUR), 60)


@pytest.mark.parametrize(
    ("costs", "known"),
    [(["0"], 0), (["unknown"], None), (["0", "unknown"], None), (["0.5", "unknown"], 0.5), (["0", "0.5"], 0.5)],
)
def test_a_cost_is_not_zero_while_that_of_some_calls_is_unknown(
    store: Store, costs: list[str], known: float | None
) -> None:
    unknown = {"cost_details": '{"total": 0}', "metadata__cost": "unknown"}
    told = [unknown if cost == "unknown" else {"cost_details": f'{{"total": {cost}}}'} for cost in costs]
    store.traces.add([generation(number, **more) for number, more in enumerate(told, 1)])
    (usage,) = store.usage.summary(UsageQuery(since=START, until=START + HOUR))
    assert usage.known_cost == known


def test_what_calls_are_told_apart_by_is_known_for_filters(store: Store) -> None:
    store.traces.add([generation(1, prompt__name="p", prompt__version=2), generation(2, model__name="other")])
    assert store.usage.known("model") == [("gpt-4o-mini",), ("other",)]
    assert store.usage.known("version") == [("p", 2)]


@given(st.lists(st.floats(0.00101, 80_000), min_size=1, max_size=50), st.floats(0.01, 1))
def test_a_percentile_is_at_most_a_fifth_off(durations: list[float], share: float) -> None:
    merged_histogram = sum(map(histogram.one, durations))
    exact = sorted(durations)[max(1, math.ceil(share * len(durations))) - 1]
    assert histogram.percentile(merged_histogram, share) == pytest.approx(exact, rel=0.2)
    assert histogram.from_bytes(histogram.to_bytes(merged_histogram)) == merged_histogram
    assert histogram.percentile(histogram.EMPTY, share) is None
