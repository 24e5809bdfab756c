import base64
import gc
import threading
import time
import tracemalloc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from tests.tracing.calls import HELLO, answer, begin, call, row
from tests.tracing.conftest import MakeTracer
from tests.tracing.receiver import Answer, Receiver, closed_port

from genai_sdk.http import SyncTransport
from genai_sdk.tracing import RetryLimits, Tracer, TracingSettings
from genai_sdk.tracing.queue import MAX_BYTES
from genai_sdk.tracing.record import AttemptRecord, Cost, Generation, ModelRequest, ObservationRecord, TraceAttributes


@pytest.fixture
def hold(receiver: Receiver) -> Iterator[threading.Event]:
    """Holds back the answer to the first request."""
    event = threading.Event()
    receiver.script = [Answer(hold=event)]
    yield event
    event.set()


def thread_of(tracer: Tracer) -> threading.Thread:
    thread = tracer._exporter._thread  # its name tells it from no other tracer's
    assert thread is not None
    return thread


def ends(thread: threading.Thread) -> bool:
    thread.join(10)
    return not thread.is_alive()


def test_a_record_is_sent_by_itself_within_moments(tracer: Tracer, receiver: Receiver) -> None:
    trace = call(tracer)
    receiver.wait_for(1)
    assert receiver.span("chat gpt-4o-mini")["traceId"] == trace.trace_id


def test_records_that_come_together_are_sent_together(tracer: Tracer, receiver: Receiver) -> None:
    for _ in range(50):
        call(tracer)
    assert tracer.flush(10)
    assert len(receiver.requests) <= 2
    assert len([span for span in receiver.spans if span["name"] == "chat gpt-4o-mini"]) == 50


def test_a_batch_is_sent_when_it_is_full_without_waiting(tracer: Tracer, receiver: Receiver) -> None:
    text = "x" * 100_000
    for _ in range(30):
        call(tracer, text=text)
    receiver.wait_for(2)
    assert tracer.flush(10)
    assert max(len(one.text) for one in receiver.requests) < 1_300_000
    assert tracer.stats().sent == 30


def test_a_call_never_waits_for_langfuse(tracer: Tracer, receiver: Receiver, hold: threading.Event) -> None:
    call(tracer)
    assert not tracer.flush(0.05)
    receiver.wait_for(1)
    before = len(receiver.requests)
    for _ in range(100):
        call(tracer)  # while the only request hangs
    assert len(receiver.requests) == before
    assert tracer.stats().queued == 101
    hold.set()
    assert tracer.flush(10)
    assert tracer.stats().sent == 101


def test_memory_stays_inside_its_bound_and_what_does_not_fit_is_counted(
    tracer: Tracer, receiver: Receiver, hold: threading.Event
) -> None:
    call(tracer)
    receiver.wait_for(1)
    tracemalloc.start()
    for number in range(900):
        call(tracer, [{"role": "user", "content": f"{number:06}" * 10_000}])
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    stats = tracer.stats()
    assert stats.queued_bytes <= MAX_BYTES
    assert held < 1.2 * MAX_BYTES
    assert stats.dropped["queue_full"] > 300
    assert stats.recorded == stats.queued + stats.dropped["queue_full"] == 901
    hold.set()
    assert tracer.flush(20)
    stats = tracer.stats()
    assert (stats.queued, stats.queued_bytes) == (0, 0)
    assert stats.sent + stats.dropped["queue_full"] == 901


def test_small_records_keep_no_more_memory_than_is_counted(
    tracer: Tracer, receiver: Receiver, hold: threading.Event
) -> None:
    call(tracer)
    receiver.wait_for(1)
    gc.collect()
    tracemalloc.start()
    tools: dict[str, Any] = {"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}], "top_p": 1}
    for _ in range(2_000):
        call(tracer, [dict(HELLO[0])], options=tools)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held <= tracer.stats().queued_bytes


def test_a_burst_of_spans_is_sent_or_counted_to_the_last(tracer: Tracer, receiver: Receiver) -> None:
    workers = [threading.Thread(target=lambda: [call(tracer) for _ in range(1_250)]) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert tracer.flush(60)
    stats = tracer.stats()
    assert stats.recorded == 5_000 == stats.sent + sum(stats.dropped.values())
    assert len({span["traceId"] for span in receiver.spans}) == stats.sent


def test_after_close_nothing_is_taken_and_that_is_counted(tracer: Tracer, receiver: Receiver) -> None:
    call(tracer)
    under_way = begin(tracer)
    tracer.close(10)
    under_way.answered(answer())
    call(tracer)
    tracer.close(10)
    stats = tracer.stats()
    assert (stats.sent, stats.dropped, stats.queued) == (1, {"closed": 2}, 0)
    receiver.span("chat gpt-4o-mini")


def test_close_returns_in_its_time_and_counts_what_is_lost_and_what_may_have_arrived(
    make_tracer: MakeTracer, receiver: Receiver, hold: threading.Event
) -> None:
    tracer = make_tracer()
    call(tracer)
    receiver.wait_for(1)
    call(tracer)
    thread, began = thread_of(tracer), time.monotonic()
    tracer.close(0.1)
    assert time.monotonic() - began < 5  # the request itself may take longer
    assert ends(thread)
    stats = tracer.stats()
    assert (stats.recorded, stats.unconfirmed, stats.dropped, stats.queued) == (2, 1, {"closed": 1}, 0)


def test_close_does_not_wait_for_the_next_try_of_a_langfuse_that_is_down(make_tracer: MakeTracer) -> None:
    tracer = make_tracer(RetryLimits(base=600, longest=600), host=f"http://127.0.0.1:{closed_port()}")
    call(tracer)
    thread, began = thread_of(tracer), time.monotonic()
    tracer.close(0.1)
    assert time.monotonic() - began < 5
    assert ends(thread)
    assert tracer.stats().dropped == {"closed": 1}


def test_flushing_makes_the_next_try_at_once(make_tracer: MakeTracer, receiver: Receiver) -> None:
    tracer = make_tracer(RetryLimits(base=600, longest=600))
    receiver.script = [Answer(500)]
    call(tracer)
    receiver.wait_for(1)
    assert tracer.flush(10)
    assert tracer.stats().sent == 1


def test_the_mask_may_flush_without_waiting_for_itself(make_tracer: MakeTracer) -> None:
    flushed: list[bool] = []
    tracer = make_tracer(mask=lambda *, data: flushed.append(tracer.flush(30)))
    call(tracer)
    assert tracer.flush(10)
    assert set(flushed) == {False}


def test_the_thread_ends_when_it_is_idle_and_the_next_record_starts_another(
    tracer: Tracer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai_sdk.tracing.exporter.IDLE", 0.01)
    for _ in range(3):
        call(tracer)
        thread = thread_of(tracer)
        assert tracer.flush(10)
        assert ends(thread)
    assert tracer.stats().sent == 3


def test_a_tracer_that_is_dropped_leaves_nothing_behind(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genai_sdk.tracing.exporter.IDLE", 0.01)
    settings = TracingSettings(host=receiver.url, public_key="pk-lf-test")
    with SyncTransport() as transport:
        tracer = Tracer(settings, transport=transport, secret_key=lambda: "sk-lf-test", project_id=lambda: None)
        call(tracer)
        thread = thread_of(tracer)
        receiver.wait_for(1)
        assert ends(thread)
        exporter = weakref.ref(tracer._exporter)
        del tracer, thread
        gc.collect()
        assert exporter() is None


def test_a_stream_dropped_while_another_record_is_put_does_not_block(
    tracer: Tracer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A finalizer may run in the midst of a put, on its own thread: here at the worst of places."""
    records = tracer._exporter._records

    class Dropped:
        def __del__(self) -> None:
            begin(tracer).stopped("dropped", answer())

    settle, put = [Dropped()], records._queue.put

    class Interrupted:
        def __init__(self, queue: Any) -> None:
            self._queue = queue

        def put(self, item: Any) -> None:
            settle.clear()
            put(item)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._queue, name)

    monkeypatch.setattr(records, "_queue", Interrupted(records._queue))
    call(tracer)
    assert tracer.flush(10)
    assert tracer.stats().sent == 2


def test_two_projects_in_one_process_never_mix(receiver: Receiver, make_tracer: MakeTracer) -> None:
    mine, other = make_tracer(), make_tracer(public_key="pk-lf-other")
    ids = {"pk-lf-test": set[str | None](), "pk-lf-other": set[str | None]()}
    for _ in range(20):
        ids["pk-lf-test"].add(call(mine).trace_id)
        ids["pk-lf-other"].add(call(other).trace_id)
    assert mine.flush(10)
    assert other.flush(10)
    for request in receiver.requests:
        key = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode().partition(":")[0]
        assert {span["traceId"] for span in request.spans} <= ids.pop(key)
    assert not ids


def test_an_odd_record_is_lost_alone(tracer: Tracer, caplog: pytest.LogCaptureFixture) -> None:
    attempts = (AttemptRecord(row(reason="timeout"), 0, 0),)
    generation = Generation(request=ModelRequest("chat", "m"), cost=Cost(None), attempts=attempts)
    odd = {"id": "not hex", "kind": "generation", "name": "odd", "started": 0, "ended": 0, "shared": TraceAttributes()}
    tracer._exporter.put(ObservationRecord(trace_id="0" * 32, generation=generation, **odd))  # type: ignore[arg-type]
    call(tracer)
    assert tracer.flush(10)
    assert (tracer.stats().sent, tracer.stats().dropped) == (1, {"unencodable": 1})
    assert "not hex" in caplog.text
