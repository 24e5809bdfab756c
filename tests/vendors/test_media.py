"""Pictures, sound and the like: the vendors' own SDKs as clients of our fakes."""

import base64
from collections.abc import Iterator

import pytest
from tests.vendors.bedrock_peer import Boto3
from tests.vendors.conftest import Vendor

from genai_sdk.testing import FakeProvider
from genai_sdk.testing.formats.audio import pcm, wav
from genai_sdk.testing.formats.images import base64_png

KEY = "sk-openai-0001"
TEXT = "Good morning, Seoul."
ADAPTER = pytest.mark.parametrize("adapter", ["openai", "azure"])


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider("fake") as made:
        yield made


def order(fake: FakeProvider, adapter: str) -> dict[str, object]:
    url = fake.url if adapter == "azure" else fake.base_url(adapter)
    return {"url": url, "azure": adapter == "azure", "key": KEY}


@ADAPTER
def test_openai_s_sdk_reads_pictures(openai: Vendor, fake: FakeProvider, adapter: str) -> None:
    value = openai.do("draw", **order(fake, adapter))["value"]
    assert value["made"] == [base64_png("a bridge"), base64_png("a bridge 1")]
    assert value["usage"]["total_tokens"] == 2002
    assert value["changed"] == [base64_png("a bridge (3)")]
    assert value["events"] == [
        ["image_generation.partial_image", base64_png("0")],
        ["image_generation.completed", base64_png("a bridge")],
    ]


@ADAPTER
def test_openai_s_sdk_reads_sound(openai: Vendor, fake: FakeProvider, adapter: str) -> None:
    value = openai.do("speak", **order(fake, adapter), text=TEXT)["value"]
    assert bytes.fromhex(value["whole"]) == wav(pcm(TEXT))
    *deltas, done = value["events"]
    assert b"".join(base64.b64decode(event["audio"]) for event in deltas) == wav(pcm(TEXT))
    assert done["usage"]["input_tokens"] == 3


@ADAPTER
def test_openai_s_sdk_reads_transcriptions(openai: Vendor, fake: FakeProvider, adapter: str) -> None:
    value = openai.do("hear", **order(fake, adapter))["value"]
    heard = "fake: hello.wav, 4 bytes of audio/wav"
    assert [value[form]["text"] for form in ("json", "verbose_json", "diarized_json")] == [heard] * 3
    assert value["diarized_json"]["segments"][0]["speaker"] == "A"
    assert (value["text"], value["vtt"][:6]) == (f"{heard}\n", "WEBVTT")
    assert "".join(event.get("delta", "") for event in value["events"]) == heard
    assert value["events"][-1]["usage"]["input_token_details"] == {"audio_tokens": 10, "text_tokens": 1}


def test_openai_s_sdk_reads_judgements_and_texts(openai: Vendor, fake: FakeProvider) -> None:
    assert openai.do("judge", **order(fake, "openai"), texts=["peace", "violence"])["value"] == [False, True]
    for adapter in ("openai", "azure"):
        assert openai.do("go on", **order(fake, adapter))["value"] == ["fake: Once", "fake: Once"]


def test_google_s_sdk_reads_sound_and_pictures(google: Vendor, fake: FakeProvider) -> None:
    contents = [{"role": "user", "parts": [{"text": TEXT}]}]
    asked = {"url": fake.url, "contents": contents}
    spoken = google.do(
        "generate", **asked, model="gemini-2.5-flash-preview-tts", config={"response_modalities": ["AUDIO"]}
    )["value"][0]
    (part,) = spoken["candidates"][0]["content"]["parts"]
    assert base64.urlsafe_b64decode(part["inlineData"]["data"]) == pcm(TEXT)
    assert part["inlineData"]["mimeType"] == "audio/L16;codec=pcm;rate=24000"
    drawn = google.do("generate", **asked, model="gemini-2.5-flash-image", config={"response_modalities": ["IMAGE"]})
    (part,) = drawn["value"][0]["candidates"][0]["content"]["parts"]
    assert part["inlineData"]["mimeType"] == "image/png"
    drawn = google.do("draw", url=fake.url, token="ya29.vendor")
    assert drawn["value"] == [base64_png("a bridge"), base64_png("a bridge 1")]


def test_boto3_reads_pictures_and_ranks(boto3: Boto3, fake: FakeProvider) -> None:
    def invoke(model: str, body: dict[str, object]) -> dict[str, object]:
        value: dict[str, object] = boto3.call("invoke_model", fake.url, {"modelId": model, "body": body})["value"]
        return value

    drawn = invoke("amazon.nova-canvas-v1:0", {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a bridge"}})
    assert drawn["images"] == [base64_png("a bridge")]
    ranked = invoke(
        "cohere.rerank-v3-5:0", {"api_version": 2, "query": "the weather", "documents": ["bread", "the weather"]}
    )
    assert ranked["results"] == [{"index": 1, "relevance_score": 1.0}, {"index": 0, "relevance_score": 0.0}]
