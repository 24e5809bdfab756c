"""More records than fit, from several threads at once, while Langfuse takes none, and then takes them again."""

import threading
import tracemalloc
from collections.abc import Callable, Iterator

import pytest
from tests.tracing.calls import call
from tests.tracing.conftest import MakeTracer
from tests.tracing.receiver import Answer, Receiver, closed_port, receiving

from genai_sdk.tracing import RetryLimits, Tracer
from genai_sdk.tracing.queue import MAX_BYTES

THREADS, CALLS, LETTERS = 4, 200, 60_000
"""Together half as much again as the queue may hold."""
PATIENT = RetryLimits(request=600, base=0.01, longest=0.05)
"""So that a request outlasts the silence, however slow the machine is."""

Back = Callable[[], Receiver]


class Burst:
    """Threads that make large calls, and what they saw.

    Attributes:
        traces: The ids of what was recorded.
        most: The most bytes that were queued after any of the calls.
    """

    def __init__(self, tracer: Tracer) -> None:
        self.traces: list[str] = []
        self.most = 0
        self._tracer = tracer
        self._together = threading.Barrier(THREADS)

    def run(self) -> None:
        """Make all calls; return when the last thread has made its last."""
        threads = [threading.Thread(target=self._work, args=(number,), daemon=True) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads), "a call waits for Langfuse"

    def _work(self, worker: int) -> None:
        self._together.wait(60)
        for number in range(CALLS):
            text = f"{worker}.{number:03} ".ljust(LETTERS, "x")
            trace = call(self._tracer, [{"role": "user", "content": text}])
            assert trace.trace_id is not None
            self.traces.append(trace.trace_id)
            self.most = max(self.most, self._tracer.stats().queued_bytes)


@pytest.fixture(params=["silent", "down"])
def outage(request: pytest.FixtureRequest, make_tracer: MakeTracer) -> Iterator[tuple[Tracer, Back]]:
    """A tracer whose Langfuse takes connections and does not answer, or is not there; and what brings it back."""
    port, answering = closed_port(), threading.Event()
    tracer = make_tracer(PATIENT, host=f"http://127.0.0.1:{port}")
    if request.param == "down":
        receivers = receiving(port)
        yield tracer, receivers.__enter__
        tracer.close(0)
        receivers.__exit__(None, None, None)
        return
    with receiving(port) as receiver:
        receiver.script = [Answer(hold=answering)]

        def back() -> Receiver:
            answering.set()
            return receiver

        yield tracer, back
        answering.set()


def test_a_burst_stays_inside_the_bound_and_all_that_was_taken_arrives_when_langfuse_is_back(
    outage: tuple[Tracer, Back],
) -> None:
    tracer, back = outage
    burst = Burst(tracer)
    tracemalloc.start()
    burst.run()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    full = tracer.stats()
    dropped = full.dropped["queue_full"]
    assert (full.recorded, full.sent, full.dropped) == (THREADS * CALLS, 0, {"queue_full": dropped})
    assert full.queued + dropped == full.recorded
    assert MAX_BYTES - 2 * LETTERS < full.queued_bytes <= burst.most <= MAX_BYTES
    assert held < 1.2 * MAX_BYTES

    receiver = back()
    assert tracer.flush(60)
    caught_up = tracer.stats()
    assert (caught_up.sent, caught_up.queued, caught_up.queued_bytes) == (full.queued, 0, 0)
    assert caught_up.dropped == full.dropped
    arrived = {span["traceId"] for span in receiver.spans}
    assert len(arrived) == full.queued
    assert arrived <= set(burst.traces)

    later = call(tracer)
    assert tracer.flush(60)
    assert later.trace_id in {span["traceId"] for span in receiver.requests[-1].spans}
    assert tracer.stats().dropped == full.dropped
