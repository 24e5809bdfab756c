"""Traces on disk: written before they are sent, kept while Langfuse is away, sent by whoever lives."""

import asyncio
import logging
import threading
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.tracing.calls import call
from tests.tracing.conftest import Hours
from tests.tracing.receiver import Answer, Receiver, closed_port, receiving
from tests.tracing.spool.conftest import MakeSpooling, texts, until

from genai_sdk.lifecycle.process_end import PROCESS_END
from genai_sdk.lifecycle.uvicorn import after_shutdown
from genai_sdk.tracing import RetryLimits
from genai_sdk.tracing.spool.directory import SpoolDirectory


def test_without_a_setting_nothing_is_written(make_tracer: MakeSpooling, place: Path) -> None:
    tracer = make_tracer()
    call(tracer)
    assert tracer.flush(10)
    assert not place.exists()


def test_what_is_sent_leaves_nothing_behind(spooling: MakeSpooling, receiver: Receiver, place: Path) -> None:
    tracer = spooling()
    for _ in range(20):
        call(tracer)
    assert tracer.flush(10)
    stats = tracer.stats()
    assert (stats.recorded, stats.sent, stats.spooled, stats.queued) == (20, 20, 0, 0)
    assert len({span["traceId"] for span in receiver.spans}) == 20
    tracer.close(5)
    assert [path for path in place.rglob("*") if path.is_file()] == []


def test_an_outage_longer_than_the_process_loses_nothing(spooling: MakeSpooling, place: Path) -> None:
    port = closed_port()
    first = spooling(host=f"http://127.0.0.1:{port}")
    traces = [call(first).trace_id for _ in range(50)]
    until(first, lambda stats: stats.spooled == 50)
    first.close(30)  # does not wait, for all of it is on disk
    assert first.stats().spooled == 50
    assert first.stats().dropped == {}

    second = spooling(host=f"http://127.0.0.1:{port}")
    with receiving(port) as receiver:
        call(second)
        until(second, lambda stats: stats.replayed == 50)
        assert second.flush(10)
        arrived = [span["traceId"] for span in receiver.spans]
        assert sorted(set(arrived)) == sorted(arrived)
        assert set(traces) < set(arrived)
        second.close(5)
    assert (second.stats().sent, second.stats().spooled) == (1, 0)
    assert [path for path in place.rglob("*") if path.is_file()] == []


def test_a_server_that_shuts_down_while_langfuse_is_down_does_not_wait_for_it(spooling: MakeSpooling) -> None:
    """As uvicorn's workers do, whose process goes on after it."""

    class Server:
        """Uvicorn's, as far as it is looked at."""

        __module__, __qualname__ = "uvicorn.server", "Server"

        async def shutdown(self) -> None:
            """Do nothing."""

        def handle_exit(self) -> None:
            """Do nothing."""

    tracer = spooling(host=f"http://127.0.0.1:{closed_port()}")
    tracer._exporter.exit_timeout = 3_600
    call(tracer)
    server = Server()
    after_shutdown(server.handle_exit, PROCESS_END._flush)
    thread = threading.Thread(target=lambda: asyncio.run(server.shutdown()), daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    assert (tracer.stats().spooled, tracer.stats().dropped) == (1, {})


def test_a_process_that_is_busy_sends_what_others_left_all_the_same(spooling: MakeSpooling) -> None:
    port = closed_port()
    first = spooling(host=f"http://127.0.0.1:{port}")
    traces = [call(first).trace_id for _ in range(50)]
    until(first, lambda stats: stats.spooled == 50)
    first.close(30)
    with receiving(port) as receiver:
        second = spooling(host=f"http://127.0.0.1:{port}")
        until(second, lambda stats: call(second) and stats.replayed == 50)
        assert set(traces) <= {span["traceId"] for span in receiver.spans}
        assert second.flush(20)
        assert second.stats().sent == second.stats().recorded
        second.close(5)


def test_where_no_thread_can_be_started_any_more_traces_are_written_and_sent_all_the_same(
    spooling: MakeSpooling, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    """As Python 3.12 has it at the end of a process."""
    start, tracer = threading.Thread.start, spooling()

    def refuse(thread: threading.Thread) -> None:
        if thread.name.startswith("genai"):
            raise RuntimeError("can't create new thread at interpreter shutdown")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    call(tracer)
    assert (tracer.stats().sent, tracer.stats().spooled) == (1, 0)
    receiver.script = [Answer(503)] * 1_000
    tracer._exporter.exit_timeout = 0
    call(tracer)
    assert (tracer.stats().sent, tracer.stats().spooled, tracer.stats().dropped) == (1, 1, {})


def test_more_than_memory_holds_goes_through_the_disk_in_order(spooling: MakeSpooling) -> None:
    port = closed_port()
    tracer = spooling(host=f"http://127.0.0.1:{port}")
    traces = []
    for burst in range(10):  # 64 MB, twice what the queue holds
        for number in range(80):
            text = f"{burst}.{number} ".ljust(80_000, "x")
            traces.append(call(tracer, [{"role": "user", "content": text}]).trace_id)
        until(tracer, lambda stats, burst=burst: stats.spooled == 80 * (burst + 1))
    stats = tracer.stats()
    assert (stats.queued, stats.dropped) == (0, {})
    with receiving(port) as receiver:
        assert tracer.flush(60)
        assert tracer.stats().sent == 800
        assert [span["traceId"] for span in receiver.spans] == traces
        tracer.close(5)


def test_what_others_left_too_long_ago_is_deleted_and_counted(spooling: MakeSpooling, place: Path) -> None:
    port = closed_port()
    first = spooling(host=f"http://127.0.0.1:{port}")
    call(first)
    until(first, lambda stats: stats.spooled == 1)
    first.close(0)
    with receiving(port) as receiver:
        second = spooling(host=f"http://127.0.0.1:{port}", max_age=1e-6)
        call(second)
        until(second, lambda stats: stats.expired == 1)
        assert len({span["traceId"] for span in receiver.spans}) <= 1
        second.close(5)


def test_a_refused_batch_is_set_aside_with_the_reason(
    spooling: MakeSpooling, receiver: Receiver, directory: SpoolDirectory
) -> None:
    receiver.script = [Answer(400, body=b'{"message": "no such field"}')]
    tracer = spooling()
    call(tracer)
    assert tracer.flush(10)
    call(tracer)
    assert tracer.flush(10)
    stats = tracer.stats()
    assert (stats.sent, stats.set_aside, stats.dropped) == (1, 1, {})
    (aside,) = [file for file in directory.survey() if file.state == "set aside"]
    assert aside.records == 1
    assert "400" in (aside.reason or "")
    assert "no such field" in (aside.reason or "")


def test_where_the_spool_has_no_room_traces_wait_in_memory(
    spooling: MakeSpooling, caplog: pytest.LogCaptureFixture
) -> None:
    port = closed_port()
    with caplog.at_level(logging.WARNING, "genai_sdk"):
        tracer = spooling(host=f"http://127.0.0.1:{port}", max_bytes=1)
        call(tracer)
        full = until(tracer, lambda stats: stats.spooled == 1)
        for _ in range(2):
            call(tracer)
        with receiving(port):
            assert tracer.flush(20)
            assert (tracer.stats().sent, tracer.stats().dropped) == (3, {})
            tracer.close(5)
    assert full.queued == 0
    assert caplog.text.count("wait in memory") == 1


def test_what_is_set_aside_has_the_same_bound_and_is_dropped_beyond_it(
    spooling: MakeSpooling, receiver: Receiver, directory: SpoolDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    """As where a key is revoked, and everything is refused for days."""
    receiver.script = [Answer(401, body=b'{"message": "no, %d"}' % number) for number in range(1_000)]
    tracer = spooling(max_bytes=6_000)
    with caplog.at_level(logging.WARNING, "genai_sdk"):
        for _ in range(20):
            call(tracer)
            assert tracer.flush(10)
    stats = tracer.stats()
    assert stats.set_aside > 1
    assert stats.set_aside + stats.dropped["refused"] == stats.recorded == 20
    assert directory.used() < 2 * 6_000
    assert caplog.text.count("set aside") == 1


def test_an_hour_without_langfuse_costs_nothing_and_nothing_comes_twice(spooling: MakeSpooling) -> None:
    port, receivers, opened = closed_port(), ExitStack(), list[Receiver]()
    clock = Hours({3_600: lambda: opened.append(receivers.enter_context(receiving(port)))})
    tracer = spooling(RetryLimits(), clock=clock, host=f"http://127.0.0.1:{port}")
    with receivers:
        # More than is kept in memory beside the disk, and then on through the hour, until Langfuse is back.
        traces = [call(tracer, text="x" * 20_000).trace_id for _ in range(300)]
        while clock.time < 3_600:
            traces.append(call(tracer).trace_id)
            tracer.flush(0.02)
        assert tracer.flush(60)
        stats = tracer.stats()
        count = len(traces)
        assert (stats.recorded, stats.sent, stats.spooled, stats.dropped) == (count, count, 0, {})
        assert Counter(span["traceId"] for span in opened[0].spans) == Counter(traces)
        assert len(set(traces)) == count > 300
        tracer.close(5)
    assert clock.time >= 3_600


def test_a_record_that_langfuse_fails_on_is_set_aside_alone(
    spooling: MakeSpooling, receiver: Receiver, directory: SpoolDirectory
) -> None:
    receiver.poison = b"strychnine"
    tracer = spooling()
    for number in range(4):
        call(tracer, text="strychnine" if number == 1 else "water")
    until(tracer, lambda stats: stats.spooled == 4)
    for _ in range(40):
        call(tracer)
        if tracer.flush(0.3):
            break
    assert tracer.flush(20)
    stats = tracer.stats()
    assert (stats.set_aside, stats.dropped, stats.sent) == (1, {}, stats.recorded - 1)
    (aside,) = [file for file in directory.survey() if file.state == "set aside"]
    assert (aside.records, "500" in (aside.reason or "")) == (1, True)


def test_what_could_not_be_sent_until_its_age_is_counted_as_expired(spooling: MakeSpooling, place: Path) -> None:
    tracer = spooling(host=f"http://127.0.0.1:{closed_port()}", max_age=0.5)
    call(tracer)
    stats = until(tracer, lambda stats: stats.dropped)
    assert (stats.dropped, stats.spooled, stats.queued) == ({"expired": 1}, 0, 0)
    assert b"gpt-4o-mini" not in texts(place)
    assert sum(path.stat().st_size for path in place.rglob("*.spool")) < 100


def test_what_hangs_is_on_disk_all_the_same(spooling: MakeSpooling, receiver: Receiver) -> None:
    hold = threading.Event()
    receiver.script = [Answer(hold=hold)]
    tracer = spooling()
    call(tracer)
    receiver.wait_for(1)
    for _ in range(20):
        call(tracer)
    until(tracer, lambda stats: stats.spooled == 21)
    hold.set()
    assert tracer.flush(20)
    assert len({span["traceId"] for span in receiver.spans}) == len(receiver.spans) == 21
