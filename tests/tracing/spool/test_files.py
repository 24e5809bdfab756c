"""The files of a spool: who can read them, who may have them, and what becomes of broken ones."""

import gc
import logging
import os
import shutil
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest
from tests.tracing.calls import call
from tests.tracing.receiver import PUBLIC_KEY, SECRET_KEY, Answer, Receiver, closed_port
from tests.tracing.spool.conftest import MakeSpooling, adopted, directory_of, mode, texts, until

from genai_sdk.errors import ConfigurationError, InvalidRequestError
from genai_sdk.http import SyncTransport
from genai_sdk.tracing import SpoolSettings, Tracer, TracingSettings
from genai_sdk.tracing.delivery import Encoded
from genai_sdk.tracing.spool.directory import SpoolDirectory
from genai_sdk.tracing.spool.files import SpoolFiles


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
    segment = adopted(directory_of(place, host))
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
    segment = adopted(directory_of(place, host))
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


@pytest.mark.parametrize("moved", ["to another project", "over another file"])
def test_a_frame_opens_nowhere_but_in_its_project_and_file(spooling: MakeSpooling, place: Path, moved: str) -> None:
    host = f"http://127.0.0.1:{closed_port()}"
    here, there = directory_of(place, host), directory_of(place, host + "/other")
    segment = (there if moved == "to another project" else here).create()
    header = segment.end
    start = segment.path.read_bytes()
    segment.close()
    tracer = spooling(host=host)
    call(tracer)
    until(tracer, lambda stats: stats.spooled == 1)
    tracer.close(0)
    (source,) = [path for path in here.files(".spool") if path != segment.path]
    data = source.read_bytes()
    if moved == "over another file":
        data = start + data[header:]
    segment.path.write_bytes(data)
    (file,) = [file for file in (*here.survey(), *there.survey()) if file.name == segment.path.name]
    assert (file.state, file.records) == ("unreadable", 1)


def test_what_was_sent_of_a_file_is_not_sent_again_by_who_takes_it_over(directory: SpoolDirectory) -> None:
    settings = SpoolSettings(directory="x")
    files = SpoolFiles(directory, settings)
    first, _second = [files.write([Encoded(body, 1)]) for body in (b"1", b"2")]
    first.left = 0
    files.settle(first)
    files.close()
    (entry,) = SpoolFiles(directory, settings).adopt()
    assert [record.body for record in entry.load()] == [b"2"]


def test_space_comes_back_file_by_file(directory: SpoolDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genai_sdk.tracing.spool.files.FILE_BYTES", 1_000)
    files = SpoolFiles(directory, SpoolSettings(directory="x"))
    entries = [files.write([Encoded(os.urandom(500), 1)]) for _ in range(6)]
    counts = [len(directory.files(".spool"))]
    for entry in entries:
        entry.left = 0
        files.settle(entry)
        counts.append(len(directory.files(".spool")))
    assert counts == [3, 3, 2, 2, 1, 1, 0]


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
