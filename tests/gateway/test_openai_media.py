"""Pictures, sound, judgements and texts through OpenAI's SDK on our client, sync and async."""

import base64
import io

import openai
import pytest

from genai_sdk.testing import Status
from genai_sdk.testing.formats.audio import pcm, wav
from genai_sdk.testing.formats.images import base64_png, png

SOUND = wav(pcm("Good morning."))


def genai(answer):
    return answer.model_extra["genai"]


def test_pictures_are_made(face, sdk, stage):
    made = face.do(
        sdk.images.generate(model="gpt-image-1", prompt="a bridge", n=2, extra_body={"genai": {"tags": ["x"]}})
    )
    assert type(made) is openai.types.ImagesResponse
    assert [image.b64_json for image in made.data] == [base64_png("a bridge"), base64_png("a bridge 1")]
    assert (made.usage.input_tokens, made.usage.output_tokens) == (2, 2000)
    assert genai(made)["connection"] == "first"
    assert stage.first.journal[0].body == {"model": "gpt-image-1", "prompt": "a bridge", "n": 2}


def test_pictures_stream(face, sdk):
    stream = face.do(sdk.images.generate(model="gpt-image-1", prompt="a bridge", stream=True, partial_images=1))
    events = face.read(stream)
    assert [event.type for event in events] == ["image_generation.partial_image", "image_generation.completed"]
    assert events[-1].b64_json == base64_png("a bridge")
    assert events[-1].usage.total_tokens == 1002
    assert genai(events[-1])["connection"] == "first"


def test_pictures_are_changed(face, sdk, stage):
    made = face.do(
        sdk.images.edit(
            model="gpt-image-1",
            image=[("a.png", png("a"), "image/png"), ("b.png", png("b"), "image/png")],
            mask=("m.png", png("m"), "image/png"),
            prompt="a bridge",
            n=1,
            extra_body={"genai": {"num_retries": 0, "trace_name": "drawing"}},
        )
    )
    assert made.data[0].b64_json == base64_png("a bridge (3)")
    assert stage.first.journal[0].raw.count(b"filename=") == 3


def test_sound_is_handed_on(face, sdk, stage):
    answer = face.do(
        sdk.audio.speech.create(model="tts-1", voice="alloy", input="Good morning.", response_format="wav")
    )
    assert answer.content == SOUND
    assert stage.first.journal[0].body["voice"] == "alloy"


def test_sound_streams_as_events(face, sdk):
    answer = face.do(
        sdk.audio.speech.create(
            model="tts-1", voice="alloy", input="Good morning.", response_format="pcm", stream_format="sse"
        )
    )
    lines = [line for line in answer.text.splitlines() if line.startswith("data: ")]
    assert "speech.audio.done" in lines[-1]
    assert base64.b64encode(pcm("Good morning.")).decode() in lines[0]


def test_sound_streams_as_it_comes(sdk, face):
    if face._runner is not None:

        async def read():
            async with sdk.audio.speech.with_streaming_response.create(
                model="tts-1", voice="alloy", input="Good morning.", response_format="pcm"
            ) as response:
                return b"".join([piece async for piece in response.iter_bytes()])

        assert face._run(read()) == pcm("Good morning.")
        return
    with sdk.audio.speech.with_streaming_response.create(
        model="tts-1", voice="alloy", input="Good morning.", response_format="pcm"
    ) as response:
        assert b"".join(response.iter_bytes()) == pcm("Good morning.")


@pytest.mark.parametrize("form", ["json", "text", "verbose_json"])
def test_sound_is_written_down(face, sdk, form):
    heard = f"first: hello.wav, {len(SOUND)} bytes of audio/wav"
    made = face.do(
        sdk.audio.transcriptions.create(
            model="whisper-1", file=("hello.wav", io.BytesIO(SOUND), "audio/wav"), response_format=form, temperature=0.2
        )
    )
    if form == "text":
        assert made == f"{heard}\n"
        return
    assert made.text == heard
    assert made.usage.seconds == 2
    if form == "verbose_json":
        assert (made.duration, made.segments[0].text) == (1.5, heard)


def test_a_transcription_streams(face, sdk):
    stream = face.do(sdk.audio.transcriptions.create(model="gpt-4o-transcribe", file=("hello.wav", SOUND), stream=True))
    events = face.read(stream)
    assert events[-1].type == "transcript.text.done"
    assert "".join(event.delta for event in events[:-1]) == events[-1].text
    assert events[-1].usage.input_tokens == 11


def test_texts_are_judged(face, sdk):
    made = face.do(sdk.moderations.create(input=["peace", "violence"]))
    assert made.model == "omni-moderation-latest"
    assert [result.flagged for result in made.results] == [False, True]
    assert made.results[1].categories.violence is True


def test_a_text_goes_on(face, sdk):
    made = face.do(sdk.completions.create(model="gpt-3.5-turbo-instruct", prompt="Once upon", max_tokens=5))
    assert (made.choices[0].text, made.usage.prompt_tokens) == ("first: Once upon", 2)
    chunks = face.read(face.do(sdk.completions.create(model="gpt-3.5-turbo-instruct", prompt="Once upon", stream=True)))
    assert "".join(chunk.choices[0].text for chunk in chunks if chunk.choices) == "first: Once upon"
    assert genai(chunks[-1])["connection"] == "first"


def test_errors_are_the_sdk_s_own(face, sdk, stage):
    stage.first.script(Status(429))
    with pytest.raises(openai.RateLimitError, match="Rate limit reached"):
        face.do(
            sdk.audio.speech.create(
                model="tts-1", voice="alloy", input="Hello!", extra_body={"genai": {"num_retries": 0}}
            )
        )
    with pytest.raises(openai.BadRequestError, match="file is empty"):
        face.do(sdk.audio.transcriptions.create(model="whisper-1", file=("hello.wav", b"")))
    with pytest.raises(openai.BadRequestError, match="has no speech"):
        face.do(sdk.audio.speech.create(model="studio/gemini-embedding-001", voice="alloy", input="Hello!"))
