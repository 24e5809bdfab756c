"""What is recorded of media: where it goes, what stays out, and what becomes of a call that is given up."""

import asyncio

import pytest
from tests.operations.conftest import Face, Project

from genai_sdk.testing import FakeProvider, StallBeforeHeaders, StallStream
from genai_sdk.testing.formats.audio import pcm, wav
from genai_sdk.testing.formats.images import png

SOUND = wav(pcm("Good morning."))


@pytest.fixture
def media(project: Project, fake: FakeProvider) -> Project:
    project.connect("here", "openai", fake, "tts-1", "whisper-1", "gpt-image-1", "jina-reranker-v3")
    return project


def test_media_is_uploaded_if_that_is_wanted(face: Face, media: Project) -> None:
    client = media.client(upload_media=True)
    face.call(client, "speech", "tts-1", "Good morning.", voice="alloy", response_format="wav")
    face.call(client, "transcription", "whisper-1", ("hello.wav", SOUND))
    face.call(client, "image_generation", "gpt-image-1", "a bridge")
    assert client.flush(10)
    uploaded = {item.kind: item.data for item in media.langfuse.projects[0].media.values()}
    assert uploaded == {"audio/wav": SOUND, "image/png": png("a bridge")}
    assert "@@@langfuseMedia:type=audio/wav" in str([trace.observations for trace in media.langfuse.traces])


def test_without_content_nothing_of_it_is_recorded(face: Face, media: Project) -> None:
    client = media.client(capture_content=False)
    face.call(client, "transcription", "whisper-1", ("hello.wav", SOUND))
    face.call(client, "rerank", "jina-reranker-v3", "the weather", ["bread"])
    assert client.flush(10)
    for trace in media.langfuse.traces:
        assert [(one.input, one.output) for one in trace.observations] == [(None, None)] * len(trace.observations)


def test_a_mask_sees_what_stands_for_media(face: Face, media: Project) -> None:
    seen: list[object] = []

    def mask(*, data: object) -> object:
        seen.append(data)
        return data

    client = media.client(mask=mask)
    face.call(client, "transcription", "whisper-1", ("hello.wav", SOUND))
    assert client.flush(10)
    assert any("hello.wav" in str(data) for data in seen)


async def test_a_call_that_is_cancelled_is_over_at_once_and_recorded(media: Project, fake: FakeProvider) -> None:
    client = media.client()
    fake.script(StallBeforeHeaders())
    task = asyncio.create_task(client.atranscription("whisper-1", ("hello.wav", SOUND)))
    await asyncio.to_thread(fake.journal.wait_for, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(client.flush, 10)
    (trace,) = media.langfuse.traces
    assert "WARNING" in {one.level for one in trace.observations}


async def test_a_stream_that_is_cancelled_in_its_middle_keeps_what_had_come(media: Project, fake: FakeProvider) -> None:
    client = media.client()
    fake.script(StallStream(after_chunks=1))
    stream = await client.aspeech("tts-1", "one two three " * 9, voice="alloy", response_format="pcm", stream=True)
    first = await anext(stream)
    task = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stream.response.content == first.content
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
