"""What Langfuse can do to a delivery: every outage, what it costs, and what is counted."""

import logging
import threading
from collections.abc import Iterator

import pytest
from tests.tracing.calls import call
from tests.tracing.conftest import MakeTracer
from tests.tracing.receiver import Answer, Receiver, closed_port, receiving

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


def test_after_every_try_a_batch_is_given_up_and_the_next_one_is_tried(
    make_tracer: MakeTracer, receiver: Receiver
) -> None:
    tracer = make_tracer(RetryLimits(retries=3, within=20, base=0.01))
    receiver.script = [Answer(500)] * 4
    call(tracer)
    assert tracer.flush(10)
    assert tracer.stats().dropped == {"unavailable": 1}
    assert len(receiver.requests) == 4
    call(tracer)
    assert tracer.flush(10)
    assert tracer.stats().sent == 1


def test_a_retry_after_beyond_the_bounds_is_not_waited_for(make_tracer: MakeTracer, receiver: Receiver) -> None:
    tracer = make_tracer(RetryLimits(retries=5, within=20, base=0.01))
    receiver.script = [Answer(429, {"retry-after": "3600"})]
    call(tracer)
    assert tracer.flush(10)
    assert tracer.stats().dropped == {"unavailable": 1}
    assert len(receiver.requests) == 1


def test_a_slow_langfuse_is_given_up_after_its_time_and_tried_again(
    make_tracer: MakeTracer, receiver: Receiver, hold: threading.Event
) -> None:
    tracer = make_tracer(RetryLimits(request=0.2, retries=2, within=20, base=0.01))
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
        retry_limits=RetryLimits(retries=1_000, within=30, base=0.01),
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
