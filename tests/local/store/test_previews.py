"""Contents of traces in short, and costs that nobody knows."""

import json

from tests.local.store.made import ids, span

from genai_sdk.local.store import Store
from genai_sdk.local.store.trace_row import PREVIEWED, TracePreview
from genai_sdk.local.store.traces import TraceQuery


def test_a_trace_is_previewed_by_what_its_root_or_itself_says(store: Store) -> None:
    messages = json.dumps([{"role": "user", "content": "Why?"}])
    said = {"langfuse.trace.output": "in the end"}
    store.traces.add(
        [
            span(1, 1, input=messages, output="Because."),
            span(1, 2, parent=1, at=0.1, input="inner"),
            span(2, 1, input="<b>asked</b>", output="answered"),
            span(2, 2, parent=1, at=0.1, told=said),
            span(3, 1),
        ]
    )
    rows, _ = store.traces.after(TraceQuery(), 10, None)
    assert store.traces.previews(rows) == {
        ids(1): TracePreview("Why?", "Because."),
        ids(2): TracePreview("<b>asked</b>", "in the end"),
        ids(3): TracePreview(),
    }
    assert store.traces.previews([]) == {}


def test_what_is_large_is_not_read_for_a_preview(store: Store) -> None:
    store.traces.add([span(1, 1, input="x" * PREVIEWED, output="small")])
    rows, _ = store.traces.after(TraceQuery(), 10, None)
    assert store.traces.previews(rows) == {ids(1): TracePreview()}


def test_a_cost_that_nobody_knows_is_none_and_not_zero(store: Store) -> None:
    usage = {"kind": "generation", "model__name": "house", "usage_details": '{"input": 3, "output": 2}'}
    store.traces.add(
        [
            span(1, 1, cost_details='{"total": 0}', metadata__cost="unknown", **usage),
            span(2, 1, cost_details='{"total": 0}', **usage),
            span(3, 1, cost_details='{"total": 0}', metadata='{"cost": "unknown"}', **usage),
        ]
    )
    assert [row and row.cost for row in (store.traces.row(ids(number)) for number in (1, 2, 3))] == [None, 0, None]
