"""What the platform is measured with is what it says, and what was measured is what the page says."""

import json

from benchmarks.platform.filling import BEGIN, END, NANOS, export, traces
from benchmarks.platform.page import page

from genai_sdk.langfuse.otlp import read_spans

_FACTS = {
    "small": 1_000,
    "large": 100_000,
    "small_traces": 300,
    "large_traces": 30_000,
    "rounds": 3,
    "filled": 5_000.0,
    "memory_first": 50.0,
    "memory_last": 51.0,
    "http_empty": 4_000.0,
    "http_large": 3_000.0,
    "command": "make it",
    "date": "2026-01-01",
    "cores": 2,
    "system": "Linux",
    "python": "Python 3.11",
    "sqlite": "3.40",
    "batch": 200,
    "senders": 4,
    "megabytes": 300.0,
    "bytes": 3_000.0,
    "looked_at": 100_000,
    "sorted": 100_000,
    "read_through": 5_000,
}


def test_traces_hold_as_many_observations_as_asked_for_and_fill_the_days():
    made = list(traces(5_000))
    assert sum(map(len, made)) == 5_000
    starts = [trace[0].start / NANOS for trace in made]
    assert starts == sorted(starts)
    assert starts[0] < BEGIN.timestamp() + 86_400
    assert END.timestamp() - 20 * 86_400 < starts[-1] < END.timestamp()


def test_traces_are_the_same_every_time():
    assert [[each.id for each in trace] for trace in traces(50)] == [
        [each.id for each in trace] for trace in traces(50)
    ]


def test_an_export_is_read_as_what_was_made():
    spans = [span for trace in traces(200) for span in trace]
    read = read_spans({"content-type": "application/json"}, json.dumps(export(spans)).encode())
    assert [(each.id, each.parent_id, each.start, each.end, each.name) for each in read] == [
        (each.id, each.parent_id, each.start, each.end, each.name) for each in spans
    ]
    assert [(each.model, each.cost, each.tags, each.prompt) for each in read] == [
        (each.model, each.cost, each.tags, each.prompt) for each in spans
    ]


def test_the_page_shows_medians_with_their_spread_and_how_they_grew():
    written = page(_FACTS, [("a list", [0.001, 0.002, 0.009], [0.002, 0.003, 0.004])], [])
    assert "| a list | 2.0 ms (1.0–9.0) | 3.0 ms (2.0–4.0) | 1.5 |" in written
    assert "| the same into the large one | 3,000 |" in written
