"""What the store sums up without reading bodies is what the bodies say."""

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.local.store.conftest import KEY
from tests.local.store.made import generation, ids, merged, span, spans

from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.api.store import ListedTrace
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.values import below
from genai_sdk.local.store import Store
from genai_sdk.local.store.traces import TraceQuery, TraceRow

_exports = st.lists(st.lists(spans(), max_size=4), max_size=6)
_slow = settings(suppress_health_check=list(HealthCheck))


def _same(listed: ListedTrace, row: TraceRow | None, trace: Trace) -> None:
    assert row is not None
    for name in ("id", "name", "user_id", "session_id", "release", "version", "is_public", "tags", "environment"):
        assert getattr(listed, name) == getattr(row, name), name
        assert getattr(row, name) == (getattr(trace, name) or None if name == "user_id" else getattr(trace, name)), name
    assert (listed.root.id, listed.input, listed.output) == (trace.root.id, trace.input, trace.output)
    root = below(listed.root.attributes, "langfuse.trace.metadata")
    assert {**listed.root.metadata, **root, **listed.metadata} == trace.metadata
    assert listed.observation_ids == [each.id for each in trace.observations]
    assert (row.observations, row.seconds) == (len(trace.observations), pytest.approx(trace.seconds))
    assert (row.cost or 0) == pytest.approx(trace.cost)
    assert row.arrived == min(int(each.arrived.timestamp() * 10**6) for each in trace.observations)


@_slow
@given(_exports)
def test_a_row_says_what_the_trace_says_however_its_spans_came(exports: list[list[Observation]]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = Store(Path(directory) / "file", Cipher(KEY))
        try:
            for export in exports:
                store.traces.add(export)
            listed, total = store.traces.page(TraceQuery(), 100, 0)
            there = {each.trace_id for export in exports for each in export}
            assert (total, {each.id for each in listed}) == (len(there), there)
            for each in listed:
                trace = store.traces.find(each.id)
                assert trace is not None
                _same(each, store.traces.row(trace.id), trace)
                contents = store.traces.contents(trace.id)
                assert contents is not None
                assert (contents.root.id, contents.input, contents.output) == (trace.root.id, trace.input, trace.output)
            assert store.traces.contents("gone") is None
        finally:
            store.close()


@_slow
@given(_exports)
def test_sums_are_the_same_whatever_order_and_however_often_spans_came(exports: list[list[Observation]]) -> None:
    last = merged([each for export in exports for each in export])
    with tempfile.TemporaryDirectory() as directory:
        at_once, bit_by_bit = (Store(Path(directory) / name, Cipher(KEY)) for name in ("one", "other"))
        try:
            at_once.traces.add(last)
            for export in exports:
                bit_by_bit.traces.add(export)
            rows, others = (store.traces.after(TraceQuery(), 100, None)[0] for store in (at_once, bit_by_bit))

            def plain(row: object) -> dict[str, object]:
                return {**msgspec.structs.asdict(row), "key": 0, "arrived": 0, "updated": 0}  # type: ignore[arg-type]

            assert sorted(map(plain, rows), key=lambda row: str(row["id"])) == sorted(
                map(plain, others), key=lambda row: str(row["id"])
            )
        finally:
            at_once.close()
            bit_by_bit.close()


def test_a_failed_attempt_below_a_call_that_answered_is_recovered_from(store: Store) -> None:
    store.traces.add([generation(1, 1), span(1, 2, parent=1, level="ERROR", metadata__connection="down")])
    store.traces.add([generation(2, 1, level="ERROR")])
    store.traces.add([generation(3, 1)])
    found = {row.id: row.status for row in store.traces.after(TraceQuery(), 10, None)[0]}
    assert found == {ids(1): "recovered", ids(2): "failed", ids(3): "ok"}
    assert [row.id for row in store.traces.after(TraceQuery(connection="down"), 10, None)[0]] == [ids(1)]


def test_what_was_given_up_is_cancelled_and_any_other_warning_is_a_level(store: Store) -> None:
    for number, message in enumerate(("cancelled", "KeyboardInterrupt", "slow today"), 1):
        store.traces.add([generation(number, 1, level="WARNING", status_message=message)])
    store.traces.add([generation(4, 1), span(4, 2, parent=1, level="WARNING", status_message="cancelled")])
    store.traces.add(
        [generation(5, 1, level="WARNING", status_message="cancelled"), span(5, 2, parent=1, level="ERROR")]
    )
    found = {row.id: (row.status, row.level) for row in store.traces.after(TraceQuery(), 10, None)[0]}
    assert found == {
        ids(1): ("cancelled", "WARNING"),
        ids(2): ("cancelled", "WARNING"),
        ids(3): ("ok", "WARNING"),
        ids(4): ("ok", "WARNING"),
        ids(5): ("cancelled", "ERROR"),
    }
    assert len(store.traces.after(TraceQuery(status="cancelled"), 10, None)[0]) == 3


def test_a_trace_of_thousands_of_spans_is_summed_up_without_reading_them(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.traces.add([span(1, 1), *(span(1, number, parent=1, at=number) for number in range(2, 3_000))])

    def read(body: bytes) -> Observation:
        raise AssertionError("a body was read")

    monkeypatch.setattr("genai_sdk.local.store.spans.decode_span", read)  # what must not be called
    store.traces.add([span(1, 3_000, parent=1, at=3_000)])
    rows, _ = store.traces.after(TraceQuery(), 10, None)
    assert (rows[0].observations, rows[0].seconds) == (3_000, 3_001)


def test_a_trace_whose_spans_are_each_others_parents_has_the_first_for_its_root(store: Store) -> None:
    store.traces.add([span(1, 1, parent=2, at=1, name="later"), span(1, 2, parent=1, name="first")])
    assert store.traces.after(TraceQuery(), 1, None)[0][0].name == "first"


def test_a_deleted_trace_leaves_nothing(store: Store) -> None:
    store.traces.add([generation(1, 1, told={"langfuse.trace.tags": ["x"]}), generation(2, 1)])
    assert store.traces.delete([ids(1), ids(7)]) == 1
    assert store.traces.find(ids(1)) is None
    assert store.traces.after(TraceQuery(tags=["x"]), 10, None) == ([], None)
    assert store.traces.count(TraceQuery()) == 1
    assert store.observations.find(f"{1:016x}") is not None  # the other trace's


@pytest.mark.parametrize(
    ("costs", "known"),
    [(["0"], 0), (["unknown"], None), (["0", "unknown"], None), (["0.5", "unknown"], 0.5), (["0", "0.5"], 0.5)],
)
def test_a_trace_does_not_cost_zero_while_that_of_some_calls_is_unknown(
    store: Store, costs: list[str], known: float | None
) -> None:
    unknown = {"cost_details": '{"total": 0}', "metadata__cost": "unknown"}
    told = [unknown if cost == "unknown" else {"cost_details": f'{{"total": {cost}}}'} for cost in costs]
    store.traces.add([span(1, 9), *(generation(1, number, **more) for number, more in enumerate(told, 1))])
    listed, _ = store.traces.page(TraceQuery(), 10, 0)
    row = store.traces.row(listed[0].id)
    assert row is not None
    assert row.cost == known
