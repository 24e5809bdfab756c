"""Google's ways to speak and to draw, on both of its platforms."""

import pytest
from tests.operations.conftest import Face, Project

from genai_sdk import ContentFilterError, InvalidRequestError
from genai_sdk.testing import ContentFilter, CutStream, FakeProvider
from genai_sdk.testing.formats.audio import pcm, wav
from genai_sdk.testing.formats.images import png
from genai_sdk.wires.wav import wav_head

TTS, DRAWS, IMAGEN = "gemini-2.5-flash-preview-tts", "gemini-2.5-flash-image", "imagen-4.0-generate-001"
PROMPT = "a red bridge at dawn"
TEXT = "Good morning. " * 20


@pytest.fixture(params=["google-ai-studio", "google-vertex-ai"])
def google(request: pytest.FixtureRequest, project: Project, fake: FakeProvider) -> Project:
    project.connect("google", request.param, fake, TTS, DRAWS, IMAGEN, "gemini-2.5-pro")
    return project


def test_samples_become_a_file(face: Face, google: Project, fake: FakeProvider) -> None:
    made = face.call(google.client(), "speech", TTS, TEXT, voice="Kore", instructions="Say cheerfully")
    assert made.content == wav(pcm(f"Say cheerfully: {TEXT}"))
    assert made.media_type == "audio/wav"
    assert made.usage.by_kind() == {"input": 42, "output_audio": 10}
    (entry,) = [entry for entry in fake.journal if entry.operation == "speech"]
    assert entry.body["generationConfig"] == {
        "responseModalities": ["AUDIO"],
        "speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
    }


def test_samples_stream_behind_one_head(face: Face, google: Project) -> None:
    stream = face.call(google.client(), "speech", TTS, TEXT, voice="Kore", stream=True)
    chunks = face.read(stream)
    assert b"".join(chunk.content for chunk in chunks) == wav_head(None, 24_000) + pcm(TEXT)
    assert stream.usage.completion_tokens == 10


def test_a_form_that_google_has_not_is_refused(face: Face, google: Project) -> None:
    client = google.client()
    with pytest.raises(InvalidRequestError, match="response_format as 'mp3': Gemini's sound is handed out as wav"):
        face.call(client, "speech", TTS, TEXT, response_format="mp3")
    with pytest.raises(InvalidRequestError, match="no place for speed"):
        face.call(client, "speech", TTS, TEXT, speed=2)
    with pytest.raises(InvalidRequestError, match="size as '1024x1024': Google has 1K, 2K, 4K"):
        face.call(client, "image_generation", DRAWS, PROMPT, size="1024x1024")
    with pytest.raises(InvalidRequestError, match=r"takes mask, and nothing was sent .*no place for mask"):
        face.call(client, "image_edit", DRAWS, png("a"), PROMPT, mask=png("b"))


def test_gemini_draws_one_picture_a_call(face: Face, google: Project, fake: FakeProvider) -> None:
    made = face.call(google.client(), "image_generation", DRAWS, PROMPT, n=2, aspect_ratio="16:9", size="2K")
    assert [image.content for image in made.data] == [png(PROMPT)] * 2
    assert made.usage.by_kind() == {"input": 10, "output_image": 2580}
    calls = [entry for entry in fake.journal if entry.operation == "image_generation"]
    assert len(calls) == 2
    assert calls[0].body["generationConfig"]["imageConfig"] == {"aspectRatio": "16:9", "imageSize": "2K"}


def test_gemini_changes_pictures(face: Face, google: Project) -> None:
    made = face.call(google.client(), "image_edit", DRAWS, [png("a"), ("b.jpg", png("b"))], PROMPT)
    assert made.data[0].content == png(f"{PROMPT} (2)")


def test_imagen_draws_by_predict(face: Face, google: Project, fake: FakeProvider) -> None:
    if next(iter(google.langfuse.connections)).adapter == "google-ai-studio":
        with pytest.raises(InvalidRequestError, match="has no image_generation"):
            face.call(google.client(), "image_generation", IMAGEN, PROMPT)
        return
    made = face.call(google.client(), "image_generation", IMAGEN, PROMPT, n=2, aspect_ratio="3:4")
    assert [image.content for image in made.data] == [png(PROMPT), png(f"{PROMPT} 1")]
    (entry,) = [entry for entry in fake.journal if entry.operation == "image_generation"]
    assert entry.path.endswith(f"{IMAGEN}:predict")
    assert entry.body["parameters"] == {"sampleCount": 2, "aspectRatio": "3:4", "includeRaiReason": True}


def test_a_whole_picture_is_made_a_stream_of(face: Face, google: Project) -> None:
    stream = face.call(google.client(), "image_generation", DRAWS, PROMPT, stream=True)
    assert [event.type for event in face.read(stream)] == ["image_generation.completed"]
    assert stream.response.data[0].content == png(PROMPT)


def test_a_filter_is_told(face: Face, google: Project, fake: FakeProvider) -> None:
    fake.script(ContentFilter(), model=DRAWS)
    with pytest.raises(ContentFilterError):
        face.call(google.client(), "image_generation", DRAWS, PROMPT)
    fake.script(ContentFilter(), model=TTS)
    with pytest.raises(ContentFilterError):
        face.call(google.client(), "speech", TTS, TEXT, stream=True)


def test_a_model_for_words_is_never_asked_for_sound(face: Face, google: Project, fake: FakeProvider) -> None:
    with pytest.raises(InvalidRequestError, match=r"'gemini-2.5-pro' has no speech: .*Connections that can.*google"):
        face.call(google.client(), "speech", "gemini-2.5-pro", TEXT)
    assert not [entry for entry in fake.journal if entry.operation == "speech"]


def test_sound_that_breaks_off_is_no_answer(face: Face, google: Project, fake: FakeProvider) -> None:
    fake.script(CutStream(after_chunks=1), model=TTS)
    stream = face.call(google.client(), "speech", TTS, TEXT, stream=True)
    with pytest.raises(Exception, match="of speech broke after 1 pieces"):
        face.read(stream)
