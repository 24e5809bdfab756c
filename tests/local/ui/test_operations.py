"""The pages of calls beside chat: pictures and sound by type and size, what was ranked, what was judged."""

import html
import re
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar

import pytest
from tests.local.ui.calls import client_of

from genai_sdk import GenAIClient
from genai_sdk.langfuse.new_connection import NewConnection
from genai_sdk.local.platform import Platform
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.formats.audio import pcm, wav
from genai_sdk.testing.formats.images import png

MODELS = ["tts-1", "whisper-1", "gpt-image-1", "jina-reranker-v3", "omni-moderation-latest", "davinci"]
SOUND = wav(pcm("Good morning."))


@pytest.fixture
def client(platform: Platform) -> Iterator[GenAIClient]:
    with FakeProvider("fake") as fake:
        row = NewConnection(
            "here", "openai", Secret("sk-fake"), fake.base_url("openai"), MODELS, with_default_models=False
        )
        platform.store.connections.put(row)
        with client_of(platform) as client:
            yield client


@pytest.fixture
def read(platform: Platform, client: GenAIClient) -> Callable[[str | None], str]:
    """Return the text of a trace's page, once everything is there."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def page(trace_id: str | None) -> str:
        assert client.flush(20)
        opener.open(platform.login_url, timeout=20).close()
        with opener.open(f"{platform.url}/traces/{trace_id}", timeout=20) as answer:
            return html.unescape(re.sub(r"<[^>]+>", " ", answer.read().decode()))

    return page


def test_pictures_and_sound_are_shown_by_type_name_and_size(client: GenAIClient, read: Callable[..., str]) -> None:
    speech = client.speech("tts-1", "Good morning.", voice="alloy", response_format="wav")
    text = read(speech.genai.trace_id)
    assert "speech tts-1" in text
    assert "Good morning." in text
    assert f"[audio/wav, {len(SOUND):,} bytes" in text
    heard = client.transcription("whisper-1", ("hello.wav", SOUND))
    text = read(heard.genai.trace_id)
    assert "hello.wav]" in text
    assert heard.text in text
    drawn = client.image_edit("gpt-image-1", ("bridge.png", png("a")), "at night")
    text = read(drawn.genai.trace_id)
    assert "at night" in text
    assert "bridge.png]" in text
    assert text.count("[image/png, ") == 2


def test_what_was_ranked_and_judged_is_shown(client: GenAIClient, read: Callable[..., str]) -> None:
    ranked = client.rerank("jina-reranker-v3", "the weather", ["bread", "the weather in Seoul"])
    text = read(ranked.genai.trace_id)
    assert "RETRIEVER" in text
    assert "the weather in Seoul" in text
    assert "relevance_score" in text
    judged = client.moderation("omni-moderation-latest", "some violence")
    text = read(judged.genai.trace_id)
    assert "GUARDRAIL" in text
    assert "flagged" in text


def test_a_text_and_a_stream_of_sound_are_shown(client: GenAIClient, read: Callable[..., str]) -> None:
    stream = client.text_completion("davinci", "Once upon", stream=True)
    assert list(stream)
    assert "fake: Once upon" in read(stream.genai.trace_id)
    sound = client.speech("tts-1", "Good morning.", voice="alloy", response_format="wav", stream=True)
    assert list(sound)
    assert f"[audio/wav, {len(SOUND):,} bytes" in read(sound.genai.trace_id)
