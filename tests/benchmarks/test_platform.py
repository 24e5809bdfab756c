"""What the platform is measured with is what it says, and what was measured is what the page says."""

import json

from benchmarks.platform.feeding import fill
from benchmarks.platform.filling import BEGIN, END, LARGE, LARGE_SPANS, NANOS, everything, export, traces
from benchmarks.platform.measuring import Measured, Timed
from benchmarks.platform.page import page
from benchmarks.platform.reads import of_api, of_pages
from benchmarks.platform.served import served

from genai_sdk.langfuse.otlp import read_spans

_FACTS = {
    "small": 1_000,
    "large": 100_000,
    "spans": 5_000,
    "rounds": 3,
    "http_empty": 4_000.0,
    "command": "make it",
    "date": "2026-01-01",
    "cores": 2,
    "system": "Linux",
    "python": "Python 3.11",
    "sqlite": "3.40",
    "batch": 200,
    "senders": 4,
    "looked_at": 100_000,
    "sorted": 100_000,
    "read_through": 5_000,
}


def _measured(small: Timed, large: Timed, memory: float = 100.0) -> Measured:
    asked = Timed("GET it", [0.001, 0.001, 0.001], [0.001, 0.002, 0.009], 10)
    return Measured(
        traces=(300, 30_000),
        pages=[(small, large)],
        api=[(asked, asked)],
        memory=[("started", 50.0), ("pages were read 25 times more", 100.0), ("pages were read 50 times more", memory)],
        grew=[("a list", 7.0)],
        size=3_000_000,
        ingestion=(3_000.0, 2_000.0),
    )


def _list(*first: float) -> Timed:
    return Timed("a list", list(first), [0.005, 0.006, 0.007], 51_000)


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


def test_a_store_is_filled_with_a_busy_hour_and_a_very_large_trace_besides():
    *made, large = everything(1_000)
    assert sum(map(len, made)) == 1_000
    hour = [trace for trace in made if trace[0].start >= (END.timestamp() - 3_600) * NANOS]
    assert sum(map(len, hour)) >= 25
    assert {each.trace_id for each in large} == {LARGE}
    assert (len(large), len({each.id for each in large})) == (LARGE_SPANS, LARGE_SPANS)


def test_the_page_shows_medians_with_their_spread_and_how_they_grew():
    found = _measured(_list(0.001, 0.002, 0.009), _list(0.002, 0.003, 0.004))
    written = page(_FACTS, [_list(0.001, 0.001, 0.002)], found)
    assert "| a list | 2.0 ms (1.0–9.0) | 3.0 ms (2.0–4.0) | 1.5 | 6.0 ms | 51 |" in written
    assert "With 100,000 observations, the slowest page's first byte takes 3.0 ms (a list)" in written
    assert "| GET it | 2.0 ms (1.0–9.0) | 2.0 ms (1.0–9.0) | 1.0 |" in written
    assert "| the large store | 3,000 |" in written
    assert "Longer than" not in written


def test_the_page_names_what_is_slow_and_what_grows():
    small, large = _list(0.001, 0.002, 0.003), _list(0.1, 0.4, 0.5)
    written = page(_FACTS, [], _measured(small, large, memory=106.0))
    assert "Longer than 300 ms takes: a list." in written
    assert "in the last pass, a list 7 MB" in written
    assert "does not grow" in page(_FACTS, [], _measured(small, large, memory=104.0))


def test_the_platform_is_read_over_http_as_a_browser_and_as_an_sdk(tmp_path):
    with served(tmp_path) as platform:
        fill(platform, 200, lambda sent: None)
        for _, path in of_pages(platform):
            assert platform.page(path).body
        for _, path in of_api(platform):
            assert platform.read(path).body
        assert b"Log in" not in platform.page("/traces").body
        assert len(platform.get("/api/public/llm-connections")["data"]) == 5
