"""Text read aloud, whole and streamed."""

from typing import Any

import pytest
from tests.operations.conftest import Face, Project

from genai_sdk import InvalidRequestError, RateLimitError, StreamInterruptedError
from genai_sdk.testing import CutStream, FakeProvider, StallStream, Status
from genai_sdk.testing.formats.audio import pcm, wav

TEXT = "Good morning, Seoul. " + "The sun is up, and the first trains are on their way. " * 4


@pytest.fixture
def speaking(project: Project, fake: FakeProvider) -> Project:
    project.connect("here", "openai", fake, "tts-1", "gpt-4o-mini-tts")
    project.connect("there", "azure", fake, "tts-1", "gpt-4o-mini-tts")
    return project


def test_a_text_becomes_sound_of_the_format_asked_for(face: Face, speaking: Project, fake: FakeProvider) -> None:
    client = speaking.client()
    speech = face.call(client, "speech", "tts-1", TEXT, voice="alloy", response_format="wav")
    assert speech.content == wav(pcm(TEXT))
    assert (speech.media_type, speech.model) == ("audio/wav", "tts-1")
    assert speech.genai.connection == "here"
    assert fake.journal[0].body == {"model": "tts-1", "input": TEXT, "voice": "alloy", "response_format": "wav"}


def test_azure_takes_the_model_in_the_path(face: Face, speaking: Project, fake: FakeProvider) -> None:
    face.call(speaking.client(), "speech", "there/tts-1", TEXT, voice="alloy")
    entry = fake.journal[0]
    assert entry.path == "/openai/deployments/tts-1/audio/speech"
    assert entry.query["api-version"]


def test_sound_streams_as_it_comes(face: Face, speaking: Project) -> None:
    client = speaking.client()
    stream = face.call(client, "speech", "tts-1", TEXT, voice="alloy", response_format="pcm", stream=True)
    chunks = face.read(stream)
    assert b"".join(chunk.content for chunk in chunks) == pcm(TEXT)
    assert {chunk.media_type for chunk in chunks} == {"audio/pcm"}
    assert stream.response.content == pcm(TEXT)
    assert stream.genai.first_content is not None


def test_the_first_sound_is_there_before_the_rest(face: Face, speaking: Project, fake: FakeProvider) -> None:
    fake.script(StallStream(after_chunks=1))
    stream = face.call(speaking.client(), "speech", "tts-1", TEXT, voice="alloy", response_format="pcm", stream=True)
    assert face.first(stream).content == pcm(TEXT)[:4096]
    face.close(stream)


def test_events_bring_the_tokens(face: Face, speaking: Project, fake: FakeProvider) -> None:
    client = speaking.client()
    stream = face.call(
        client, "speech", "there/gpt-4o-mini-tts", TEXT, voice="alloy", response_format="wav", stream=True
    )
    face.read(stream)
    assert fake.journal[0].body["stream_format"] == "sse"
    assert stream.response.content == wav(pcm(TEXT))
    assert stream.usage is not None
    assert stream.usage.prompt_tokens == len(TEXT.split())


def test_a_trace_shows_name_and_size_of_the_sound(face: Face, speaking: Project) -> None:
    client = speaking.client()
    face.call(client, "speech", "tts-1", TEXT, voice="alloy", response_format="wav")
    assert client.flush(5)
    (trace,) = speaking.langfuse.traces
    (call,) = [one for one in trace.observations if one.type == "GENERATION"]
    assert call.name == "speech tts-1"
    assert call.input == TEXT
    shown = str(call.output)
    assert "audio/wav" in shown
    assert f"{len(wav(pcm(TEXT))):,} bytes" in shown


def test_a_stream_that_is_read_to_its_end_is_recorded_with_its_usage(face: Face, speaking: Project) -> None:
    client = speaking.client()
    face.read(face.call(client, "speech", "there/gpt-4o-mini-tts", TEXT, voice="alloy", stream=True))
    assert client.flush(5)
    (trace,) = speaking.langfuse.traces
    (call,) = [one for one in trace.observations if one.type == "GENERATION"]
    assert call.usage["input"] == len(TEXT.split())


def test_a_busy_connection_is_replaced_by_the_next(face: Face, speaking: Project, fake: FakeProvider) -> None:
    fake.script(Status(429))
    speech = face.call(speaking.client(), "speech", "tts-1", TEXT, voice="alloy")
    assert [attempt.reason for attempt in speech.genai.attempts] == ["rate limited", "ok"]
    assert speech.genai.connection == "there"


def test_a_stream_falls_back_before_its_first_sound_and_never_after(
    face: Face, speaking: Project, fake: FakeProvider
) -> None:
    client = speaking.client()
    fake.script(CutStream(after_chunks=0))
    stream = face.call(client, "speech", "tts-1", TEXT, voice="alloy", response_format="pcm", stream=True)
    face.read(stream)
    assert stream.genai.connection == "there"
    fake.script(CutStream(after_chunks=1))
    stream = face.call(speaking.client(), "speech", "tts-1", TEXT, voice="alloy", response_format="pcm", stream=True)
    with pytest.raises(StreamInterruptedError, match="of speech broke after"):
        face.read(stream)
    assert stream.response.content == pcm(TEXT)[:4096]


def test_sound_whose_last_piece_is_missing_is_no_answer(face: Face, speaking: Project, fake: FakeProvider) -> None:
    fake.script(CutStream(after_chunks=len(pcm(TEXT)) // 4096 + 1))
    stream = face.call(speaking.client(), "speech", "tts-1", TEXT, voice="alloy", response_format="pcm", stream=True)
    with pytest.raises(StreamInterruptedError, match="of speech broke after"):
        face.read(stream)


def test_an_error_is_that_of_every_operation(face: Face, speaking: Project, fake: FakeProvider) -> None:
    fake.always(Status(429))
    with pytest.raises(Exception, match="Rate limit reached") as raised:
        face.call(speaking.client(), "speech", "here/tts-1", TEXT, voice="alloy", stream=True)
    assert isinstance(raised.value, RateLimitError)


def test_a_stream_may_be_closed_in_its_middle(face: Face, speaking: Project) -> None:
    client = speaking.client()
    stream = face.call(client, "speech", "tts-1", TEXT, voice="alloy", response_format="pcm", stream=True)
    face.first(stream)
    face.close(stream)
    assert face.read(stream) == []
    assert client.flush(5)
    (trace,) = speaking.langfuse.traces
    assert any("closed by its reader" in (one.status_message or "") for one in trace.observations)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"input": ""}, "input must be a text, not an empty str"),
        ({"input": ["a"]}, "input must be a text, not list"),
        ({"input": "a", "voices": "alloy"}, "did you mean 'voice'"),
        ({"input": "a", "stream_format": "sse"}, "give stream=True"),
        ({"input": "a", "max_continuations": 2}, "no turn that could be paused"),
    ],
)
def test_what_is_wrong_is_said(face: Face, speaking: Project, arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        face.call(speaking.client(), "speech", "tts-1", **arguments)


def test_who_cannot_speak_is_never_asked(face: Face, project: Project, fake: FakeProvider) -> None:
    project.connect("claude", "anthropic", fake, "tts-1")
    client = project.client()
    with pytest.raises(InvalidRequestError, match=r"claude/tts-1 \(Anthropic\) cannot do it\. None of this project's"):
        face.call(client, "speech", "tts-1", TEXT, voice="alloy")
    assert not len(fake.journal)
    project.connect("here", "openai", fake, "tts-1")
    client = project.client()
    assert face.call(client, "speech", "tts-1", TEXT, voice="alloy").genai.connection == "here"
    with pytest.raises(InvalidRequestError, match=r"Connections that can, with a model for it: here"):
        face.call(client, "speech", "claude/tts-1", TEXT, voice="alloy")
