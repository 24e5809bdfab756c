"""What Langfuse can do to a delivery: every outage, what it costs, and what is counted."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.printers import printed_stack
from tests.tracing.calls import call
from tests.tracing.conftest import Hours, MakeTracer
from tests.tracing.receiver import PAIR, SECRET_KEY, Answer, Receiver, closed_port, receiving

from genai_sdk.http import SyncTransport, TransportSettings
from genai_sdk.tracing import RetryLimits, Tracer, TracingSettings

CUT = Answer(raw=b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")


@pytest.fixture
def hold() -> Iterator[threading.Event]:
    """Ends what the receiver holds back, at the latest with the test."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500),
        Answer(502, body=b"<html>bad gateway", kind="text/html"),
        Answer(503, {"retry-after": "0"}),
        Answer(429, {"retry-after": "0"}),
        Answer(408),
        CUT,
        Answer(raw=b""),
        Answer(raw=b"220 ESMTP ready\r\n"),
    ],
    ids=["500", "502", "503", "429", "408", "cut", "closed", "nonsense"],
)
def test_a_passing_failure_is_tried_again_and_nothing_is_lost(
    tracer: Tracer, receiver: Receiver, answer: Answer
) -> None:
    receiver.script = [answer, answer]
    call(tracer)
    assert tracer.flush(10)
    stats = tracer.stats()
    assert (stats.recorded, stats.sent, stats.dropped) == (1, 1, {})
    assert stats.outages == 1
    assert stats.last_error
    assert len(receiver.requests) == 3
    assert len({one.raw for one in receiver.requests}) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 302])
def test_a_refusal_is_not_tried_again_but_counted_with_one_warning(
    tracer: Tracer, receiver: Receiver, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    body = b'{"message": "Invalid credentials. Confirm that you\'ve configured the correct host."}'
    receiver.script = [Answer(status, {"location": "http://127.0.0.1:9/"}, body)] * 2
    with caplog.at_level(logging.WARNING, "genai_sdk"):
        for _ in range(2):
            call(tracer)
            assert tracer.flush(10)
    stats = tracer.stats()
    assert stats.dropped == {"refused": 2}
    assert stats.last_error
    assert "Invalid credentials" in stats.last_error
    assert len(receiver.requests) == 2
    assert len(caplog.records) == 1
    assert f"{status}" in caplog.text
    assert "sk-lf-test" not in caplog.text


def test_a_sign_in_page_in_place_of_langfuse_has_taken_nothing(tracer: Tracer, receiver: Receiver) -> None:
    receiver.script = [Answer(200, body=b"<html>Please sign in</html>", kind="text/html")]
    call(tracer)
    assert tracer.flush(10)
    assert tracer.stats().dropped == {"refused": 1}


def test_a_batch_that_is_too_large_is_halved_until_it_fits(tracer: Tracer, receiver: Receiver) -> None:
    receiver.limit = 12_000
    for number in range(8):
        call(tracer, text=f"{number}" * 2_000)
    assert tracer.flush(10)
    assert tracer.stats().sent == 8
    assert len({span["traceId"] for one in receiver.requests if len(one.text) <= 12_000 for span in one.spans}) == 8


def test_a_record_that_is_too_large_by_itself_is_lost_alone(tracer: Tracer, receiver: Receiver) -> None:
    receiver.limit = 12_000
    call(tracer, text="x" * 20_000)
    call(tracer)
    assert tracer.flush(10)
    assert (tracer.stats().sent, tracer.stats().dropped) == (1, {"too_large": 1})


@pytest.mark.parametrize("hours", [1, 12])
def test_nothing_is_lost_however_long_langfuse_is_away(
    make_tracer: MakeTracer, hours: int, caplog: pytest.LogCaptureFixture
) -> None:
    port, receivers = closed_port(), ExitStack()
    clock = Hours({hours * 3_600: lambda: receivers.enter_context(receiving(port))})
    tracer = make_tracer(RetryLimits(), clock=clock, host=f"http://127.0.0.1:{port}")
    with receivers, caplog.at_level(logging.WARNING, "genai_sdk"):
        traces = [call(tracer).trace_id for _ in range(200)]
        assert tracer.flush(60)
        stats = tracer.stats()
        assert (stats.recorded, stats.sent, stats.dropped, stats.outages) == (200, 200, {}, 1)
        tracer.close(5)
    assert len(set(traces)) == 200
    assert caplog.text == ""
    assert clock.time >= hours * 3_600


def test_the_waits_of_an_outage_grow_to_a_bound_and_are_spread(make_tracer: MakeTracer) -> None:
    port, receivers = closed_port(), ExitStack()
    clock = Hours({36_000: lambda: receivers.enter_context(receiving(port))})
    tracer = make_tracer(RetryLimits(base=2, longest=30), clock=clock, host=f"http://127.0.0.1:{port}")
    with receivers:
        call(tracer)
        assert tracer.flush(60)
        tracer.close(5)
    first, last = clock.waits[:5], clock.waits[5:]
    assert all(2**number <= 2 * wait <= 2 * 2**number * 2 for number, wait in enumerate(first))
    assert all(15 <= wait <= 30 for wait in last)
    assert len({round(wait, 3) for wait in last}) > len(last) / 2


def test_what_came_during_an_outage_arrives_in_its_order(make_tracer: MakeTracer) -> None:
    port, opened = closed_port(), list[Receiver]()
    receivers, behind = ExitStack(), threading.Event()

    def back() -> None:
        assert behind.wait(60)
        opened.append(receivers.enter_context(receiving(port)))

    tracer = make_tracer(RetryLimits(), clock=Hours({600: back}), host=f"http://127.0.0.1:{port}")
    with receivers:
        traces = [call(tracer, text="x" * 50_000).trace_id for _ in range(60)]
        behind.set()
        assert tracer.flush(60)
        assert [span["traceId"] for span in opened[0].spans] == traces
        assert len(opened[0].requests) > 2
        tracer.close(5)


def test_a_retry_after_is_waited_for_within_its_bound(make_tracer: MakeTracer, receiver: Receiver) -> None:
    clock = Hours({})
    tracer = make_tracer(RetryLimits(base=0.01, retry_after=300), clock=clock)
    receiver.script = [Answer(429, {"retry-after": "40"}), Answer(503, {"retry-after": "3600"})]
    call(tracer)
    assert tracer.flush(10)
    assert tracer.stats().sent == 1
    assert clock.waits == [40, 300]


def test_what_langfuse_may_have_taken_is_never_counted_as_dropped(
    make_tracer: MakeTracer, receiver: Receiver, hold: threading.Event
) -> None:
    tracer = make_tracer(RetryLimits(request=0.2, base=0.01, longest=0.05))
    receiver.script = [Answer(hold=hold)] * 10_000
    call(tracer)
    receiver.wait_for(2)
    tracer.close(0)
    assert sum_of(tracer) == (1, 0)


def sum_of(tracer: Tracer) -> tuple[int, int]:
    """How much is unconfirmed and how much dropped, once nothing is queued."""
    for _ in range(1_000):
        stats = tracer.stats()
        if not stats.queued:
            return stats.unconfirmed, sum(stats.dropped.values())
        threading.Event().wait(0.01)
    raise AssertionError(tracer.stats())


def test_a_record_that_langfuse_fails_on_is_lost_alone_and_holds_up_no_other(
    make_tracer: MakeTracer, receiver: Receiver
) -> None:
    receiver.poison = b"strychnine"
    tracer = make_tracer()
    call(tracer, text="strychnine")
    assert not tracer.flush(0.5)
    for number in range(4):
        call(tracer)
        tracer.flush(0.2)
        assert number > 1 or not tracer.stats().dropped  # it takes three others to put the fault on one
    assert tracer.flush(20)
    stats = tracer.stats()
    assert (stats.sent, stats.dropped) == (stats.recorded - 1, {"refused": 1})
    assert "500" in (stats.last_error or "")


def test_a_batch_with_one_such_record_loses_no_other(make_tracer: MakeTracer, receiver: Receiver) -> None:
    receiver.poison = b"strychnine"
    tracer = make_tracer()
    for number in range(8):
        call(tracer, text="strychnine" if number == 5 else "water")
    assert not tracer.flush(0.5)
    for _ in range(40):
        call(tracer)
        if tracer.flush(0.2):
            break
    assert tracer.flush(20)
    stats = tracer.stats()
    assert (stats.sent, stats.dropped) == (stats.recorded - 1, {"refused": 1})


def test_half_an_hour_of_failures_loses_nothing(make_tracer: MakeTracer, receiver: Receiver) -> None:
    receiver.poison = b"traceId"
    clock = Hours({1_800: lambda: setattr(receiver, "poison", None)})
    tracer = make_tracer(RetryLimits(base=30), clock=clock)
    while clock.time < 1_800:
        call(tracer)
        tracer.flush(0.1)
    call(tracer)
    while not tracer.flush(0.1):
        pass
    stats = tracer.stats()
    assert (stats.sent, stats.dropped, stats.queued) == (stats.recorded, {}, 0)


def test_a_slow_langfuse_is_given_up_after_its_time_and_tried_again(
    make_tracer: MakeTracer, receiver: Receiver, hold: threading.Event
) -> None:
    tracer = make_tracer(RetryLimits(request=0.2, base=0.01))
    receiver.script = [Answer(hold=hold)]
    call(tracer)
    assert tracer.flush(10)
    assert tracer.stats().sent == 1
    assert "TotalTimedOut" in (tracer.stats().last_error or "")


def test_what_comes_while_langfuse_is_down_is_sent_when_it_is_back() -> None:
    port = closed_port()
    tracer = Tracer(
        TracingSettings(host=f"http://127.0.0.1:{port}", public_key="pk-lf-test"),
        transport=SyncTransport(),
        secret_key=lambda: "sk-lf-test",
        project_id=lambda: None,
        retry_limits=RetryLimits(base=0.01, longest=0.05),
    )
    call(tracer)
    assert not tracer.flush(0.2)
    assert tracer.stats().queued == 1
    with receiving(port) as receiver:
        assert tracer.flush(20)
        assert (tracer.stats().sent, tracer.stats().outages) == (1, 1)
        receiver.span("chat gpt-4o-mini")
        tracer.close(5)


@pytest.mark.parametrize("host", ["http://langfuse example", "langfuse.example.com", "http://user:pw@127.0.0.1:9"])
def test_a_host_that_no_request_can_be_sent_to_is_said_and_counted(make_tracer: MakeTracer, host: str) -> None:
    tracer = make_tracer(host=host)
    call(tracer)
    assert tracer.flush(10)
    assert tracer.stats().dropped == {"refused": 1}
    assert "UnsendableRequest" in (tracer.stats().last_error or "")


def test_a_ca_bundle_that_cannot_be_read_is_said_and_counted(receiver: Receiver) -> None:
    tracer = Tracer(
        TracingSettings(host=receiver.url.replace("http:", "https:"), public_key="pk-lf-test"),
        transport=SyncTransport(TransportSettings(ca_bundle="/nowhere.pem")),
        secret_key=lambda: "sk-lf-test",
        project_id=lambda: None,
    )
    call(tracer)
    assert tracer.flush(10)
    tracer.close(1)
    assert tracer.stats().dropped == {"refused": 1}
    assert "/nowhere.pem" in (tracer.stats().last_error or "")


@pytest.mark.parametrize("upload", [False, True], ids=["traces", "media"])
def test_no_frame_that_waits_for_langfuse_shows_the_key(
    make_tracer: MakeTracer, receiver: Receiver, hold: threading.Event, upload: bool
) -> None:
    receiver.script = [Answer(hold=hold)]
    tracer = make_tracer(upload_media=upload)
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    call(tracer, [{"role": "user", "content": [picture]}])
    receiver.wait_for(1)
    thread = tracer._exporter._thread
    assert thread is not None
    assert thread.ident is not None
    shown = printed_stack(sys._current_frames()[thread.ident])
    assert receiver.requests[0].path.endswith("/media" if upload else "/traces")
    assert "SyncTransport.open" in shown
    assert SECRET_KEY not in shown
    assert PAIR.partition(" ")[2] not in shown
