"""Traces on disk: written before they are sent, kept while Langfuse is away, sent by whoever lives."""

import gc
import logging
import os
import shutil
import threading
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.tracing.calls import call
from tests.tracing.conftest import Hours
from tests.tracing.receiver import PUBLIC_KEY, SECRET_KEY, Answer, Receiver, closed_port, receiving
from tests.tracing.spool.conftest import MakeSpooling, mode

from genai_sdk.errors import ConfigurationError, InvalidRequestError
from genai_sdk.http import SyncTransport
from genai_sdk.tracing import RetryLimits, SpoolSettings, Tracer, TracingSettings
from genai_sdk.tracing.spool.directory import SpoolDirectory
from genai_sdk.tracing.stats import TracingStats


def until(tracer: Tracer, true: Callable[[TracingStats], Any]) -> TracingStats:
    """Wait until the counts are such."""
    for _ in range(3_000):
        stats = tracer.stats()
        if true(stats):
            return stats
        threading.Event().wait(0.01)
    raise AssertionError(tracer.stats())


def directory_of(place: Path, host: str, secret_key: str = SECRET_KEY) -> SpoolDirectory:
    return SpoolDirectory(place, host=host, public_key=PUBLIC_KEY, secret_key=lambda: secret_key)


def texts(place: Path) -> bytes:
    return b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())


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


def test_files_and_directories_are_their_owners_alone(spooling: MakeSpooling, place: Path) -> None:
    tracer = spooling(host=f"http://127.0.0.1:{closed_port()}")
    call(tracer)
    until(tracer, lambda stats: stats.spooled == 1)
    paths = [place, *place.rglob("*")]
    assert [mode(path) for path in paths if path.is_dir()] == [0o700, 0o700]
    assert [mode(path) for path in paths if path.is_file()] == [0o600]


def test_nothing_on_disk_can_be_read_and_only_what_would_be_sent_is_in_it(spooling: MakeSpooling, place: Path) -> None:
    host = f"http://127.0.0.1:{closed_port()}"
    tracer = spooling(host=host, mask=lambda *, data: str(data).replace("Hello", "*****"))
    call(tracer)
    until(tracer, lambda stats: stats.spooled == 1)
    assert b"gpt-4o-mini" not in texts(place)
    tracer.close(0)
    (path,) = directory_of(place, host).files(".spool")
    segment = directory_of(place, host).adopt(path)
    assert segment is not None
    ((contents,)) = segment.read(*next(segment.frames())[:2])
    assert b"gpt-4o-mini" in contents.spans[0]
    assert b"Hello" not in contents.spans[0]
    assert b"*****" in contents.spans[0]


def test_content_that_is_not_captured_is_not_on_disk(spooling: MakeSpooling, place: Path) -> None:
    host = f"http://127.0.0.1:{closed_port()}"
    tracer = spooling(host=host, capture_content=False)
    call(tracer)
    until(tracer, lambda stats: stats.spooled == 1)
    tracer.close(0)
    (path,) = directory_of(place, host).files(".spool")
    segment = directory_of(place, host).adopt(path)
    assert segment is not None
    (contents,) = segment.read(*next(segment.frames())[:2])
    assert b"Hello" not in contents.spans[0]


@pytest.mark.parametrize("bits", [0o770, 0o702])
def test_a_directory_that_others_can_write_to_is_refused(spooling: MakeSpooling, place: Path, bits: int) -> None:
    place.mkdir()
    place.chmod(bits)
    with pytest.raises(ConfigurationError, match=r"can write to it.*GENAI_SPOOL"):
        spooling()


def test_a_file_in_place_of_the_directory_is_refused(spooling: MakeSpooling, place: Path) -> None:
    place.write_text("")
    with pytest.raises(ConfigurationError, match=r"no directory|cannot be used"):
        spooling()


@pytest.mark.parametrize("bounds", [{"max_bytes": 0}, {"max_age": -1.0}])
def test_bounds_are_positive(bounds: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="spool_max"):
        SpoolSettings(directory="x", **bounds)


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
    tracer._exporter._exit_timeout = 0
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


def test_a_living_process_keeps_its_file_to_itself(spooling: MakeSpooling, directory: SpoolDirectory) -> None:
    tracer = spooling()
    call(tracer)
    assert tracer.flush(10)
    (path,) = directory.files(".spool")
    assert directory.adopt(path) is None
    assert [file.state for file in directory.survey()] == ["in use"]


def test_another_secret_key_opens_nothing_and_its_files_end_at_their_age(
    spooling: MakeSpooling, place: Path, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    hold = receiver.script
    hold += [Answer(503)] * 1_000
    tracer = spooling()
    call(tracer)
    until(tracer, lambda stats: stats.spooled == 1)
    tracer.close(0)
    hold.clear()
    rotated = directory_of(place, receiver.url, "sk-lf-rotated")
    (file,) = rotated.survey()
    assert (file.state, file.records) == ("unreadable", 1)
    (path,) = rotated.files(".spool")
    os.utime(path, (1, 1))
    assert rotated.expire(before=path.stat().st_mtime + 1) == 0  # what is in it is younger
    assert rotated.expire(before=4e9) == 1
    assert rotated.files(".spool") == []


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


def test_an_hour_without_langfuse_costs_nothing_and_nothing_comes_twice(spooling: MakeSpooling) -> None:
    port, receivers, opened = closed_port(), ExitStack(), list[Receiver]()
    clock = Hours({3_600: lambda: opened.append(receivers.enter_context(receiving(port)))})
    tracer = spooling(RetryLimits(), clock=clock, host=f"http://127.0.0.1:{port}")
    with receivers:
        traces = [call(tracer).trace_id for _ in range(300)]
        assert tracer.flush(60)
        stats = tracer.stats()
        assert (stats.recorded, stats.sent, stats.spooled, stats.dropped) == (300, 300, 0, {})
        assert [span["traceId"] for span in opened[0].spans] == traces
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


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_frame_that_was_cut_off_costs_only_itself(
    spooling: MakeSpooling, receiver: Receiver, place: Path, cut: int
) -> None:
    host = f"http://127.0.0.1:{closed_port()}"
    tracer = spooling(host=host)
    for number in range(2):
        call(tracer)
        until(tracer, lambda stats, number=number: stats.spooled == number + 1)
    tracer.close(0)
    (path,) = directory_of(place, host).files(".spool")
    os.truncate(path, path.stat().st_size - cut)
    (file,) = directory_of(place, host).survey()
    assert (file.state, file.records) == ("waiting", 1)


def test_altered_bytes_are_never_sent(
    spooling: MakeSpooling, receiver: Receiver, directory: SpoolDirectory, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.script = [Answer(503)] * 1_000
    first = spooling()
    call(first)
    until(first, lambda stats: stats.spooled == 1)
    first.close(0)
    (path,) = directory.files(".spool")
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    receiver.script.clear()
    before = len(receiver.requests)
    second = spooling()
    with caplog.at_level(logging.WARNING, "genai_sdk"):
        call(second)
        assert second.flush(10)
        for _ in range(1_000):
            if "left alone" in caplog.text:
                break
            threading.Event().wait(0.01)
    assert caplog.text.count("left alone") == 1
    assert len(receiver.requests) == before + 1
    assert second.stats().replayed == 0
    assert path.exists()


def test_a_spool_that_is_deleted_beneath_a_process_is_made_anew(spooling: MakeSpooling, place: Path) -> None:
    tracer = spooling(host=f"http://127.0.0.1:{closed_port()}")
    call(tracer)
    until(tracer, lambda stats: stats.spooled == 1)
    shutil.rmtree(place)
    call(tracer)
    until(tracer, lambda stats: stats.spooled == 2)
    assert len(list(place.rglob("*.spool"))) == 1


@pytest.mark.filterwarnings("ignore:This process")
def test_a_parents_file_stays_its_own_when_a_forked_child_ends(
    spooling: MakeSpooling, place: Path, directory: SpoolDirectory, receiver: Receiver
) -> None:
    receiver.script = [Answer(503)] * 1_000
    tracer = spooling()
    call(tracer)
    until(tracer, lambda stats: stats.spooled == 1)
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    (path,) = directory.files(".spool")
    assert directory.adopt(path) is None
    receiver.script.clear()
    assert tracer.flush(10)
    assert tracer.stats().sent == 1


def test_a_dropped_tracer_gives_its_file_back(
    spooling: MakeSpooling, place: Path, directory: SpoolDirectory, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai_sdk.tracing.exporter.IDLE", 0.01)
    settings = TracingSettings(host=receiver.url, public_key=PUBLIC_KEY, spool=SpoolSettings(directory=str(place)))
    with SyncTransport() as transport:
        tracer = Tracer(settings, transport=transport, secret_key=lambda: SECRET_KEY, project_id=lambda: None)
        call(tracer)
        assert tracer.flush(10)
        thread = tracer._exporter._thread
        spool = weakref.ref(tracer._exporter._outlet)
        del tracer
        if thread is not None:
            thread.join(10)
        del thread
        for _ in range(500):
            gc.collect()
            if spool() is None:
                break
            threading.Event().wait(0.01)
        assert spool() is None
    (path,) = directory.files(".spool")
    assert directory.adopt(path) is not None
