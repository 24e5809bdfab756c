"""Sound written down, in every format, from every kind of file."""

import io
from pathlib import Path
from typing import Any

import pytest
from tests.operations.conftest import Face, Project

from genai_sdk import InvalidRequestError
from genai_sdk.testing import FakeProvider, Status
from genai_sdk.testing.formats.audio import pcm, wav

SOUND = wav(pcm("Good morning."))
HEARD = f"fake: hello.wav, {len(SOUND)} bytes of audio/wav"


@pytest.fixture
def hearing(project: Project, fake: FakeProvider) -> Project:
    project.connect("here", "openai", fake, "whisper-1", "gpt-4o-transcribe")
    project.connect("there", "azure", fake, "whisper-1")
    return project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "hello.wav"
    path.write_bytes(SOUND)
    return path


def test_every_kind_of_file_is_sent_with_its_name_and_type(face: Face, hearing: Project, path: Path) -> None:
    client = hearing.client()
    with path.open("rb") as opened:
        files = [path, str(path), opened, ("hello.wav", SOUND), ("hello.wav", io.BytesIO(SOUND)), ("hello.wav", path)]
        for file in files:
            assert face.call(client, "transcription", "gpt-4o-transcribe", file).text == HEARD
    assert face.call(client, "transcription", "gpt-4o-transcribe", SOUND).text == HEARD.replace("hello", "file")


def test_the_tokens_are_told_apart(face: Face, hearing: Project, path: Path) -> None:
    usage = face.call(hearing.client(), "transcription", "gpt-4o-transcribe", path).usage
    assert usage.by_kind() == {"input": 1, "input_audio": 10, "output": 6}


def test_whisper_says_seconds(face: Face, hearing: Project, path: Path) -> None:
    assert face.call(hearing.client(), "transcription", "whisper-1", path).usage.model_extra["seconds"] == 2


def test_a_transcription_can_be_detailed(face: Face, hearing: Project, path: Path) -> None:
    made = face.call(
        hearing.client(),
        "transcription",
        "whisper-1",
        path,
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
    assert (made.language, made.duration) == ("english", 1.5)
    assert made.segments[0].text == HEARD
    assert made.words[0].word == "fake:"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("text", f"{HEARD}\n"),
        ("srt", f"1\n00:00:00,000 --> 00:00:01,500\n{HEARD}\n\n"),
        ("vtt", f"WEBVTT\n\n00:00:00.000 --> 00:00:01.500\n{HEARD}\n\n"),
    ],
)
def test_subtitles_come_as_they_are(face: Face, hearing: Project, path: Path, form: str, text: str) -> None:
    assert face.call(hearing.client(), "transcription", "whisper-1", path, response_format=form).text == text


def test_a_transcription_streams(face: Face, hearing: Project, path: Path) -> None:
    stream = face.call(hearing.client(), "transcription", "gpt-4o-transcribe", path, stream=True)
    events = face.read(stream)
    assert "".join(event.delta for event in events) == HEARD
    assert events[-1].type == "transcript.text.done"
    assert stream.response.text == HEARD
    assert stream.usage.total_tokens == 17


def test_whisper_answers_a_stream_whole(face: Face, hearing: Project, path: Path) -> None:
    stream = face.call(hearing.client(), "transcription", "whisper-1", path, stream=True)
    assert [event.type for event in face.read(stream)] == ["transcript.text.delta", "transcript.text.done"]
    assert stream.response.text == HEARD


def test_a_file_is_sent_again_to_the_next_connection(face: Face, hearing: Project, fake: FakeProvider) -> None:
    fake.script(Status(503))
    file = io.BytesIO(SOUND)
    made = face.call(hearing.client(), "transcription", "whisper-1", ("hello.wav", file))
    assert made.genai.connection == "there"
    assert made.text == HEARD
    assert fake.journal[1].path == "/openai/deployments/whisper-1/audio/transcriptions"


def test_a_trace_shows_the_files_name_and_size(face: Face, hearing: Project, path: Path) -> None:
    client = hearing.client()
    face.call(client, "transcription", "whisper-1", path)
    assert client.flush(5)
    (trace,) = hearing.langfuse.traces
    (call,) = [one for one in trace.observations if one.type == "GENERATION"]
    assert call.name == "transcription whisper-1"
    shown = str(call.input)
    assert "hello.wav" in shown
    assert f"{len(SOUND):,} bytes" in shown
    assert call.output == HEARD


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "file is empty"),
        ("no/such/file.mp3", "cannot be read from 'no/such/file.mp3'"),
        (io.StringIO("text"), "must be opened in binary mode"),
        (7, "must be a path, bytes"),
        (("name",), "as a tuple is"),
    ],
)
def test_what_is_no_file_is_refused(face: Face, hearing: Project, file: Any, says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        face.call(hearing.client(), "transcription", "whisper-1", file)


def test_an_options_that_is_no_form_field_is_refused(face: Face, hearing: Project) -> None:
    with pytest.raises(Exception, match="temperature is a object, which a form has no place for"):
        face.call(hearing.client(), "transcription", "whisper-1", SOUND, temperature=object())
