"""What calls cost that are billed by the character, the second, the picture or the search."""

from typing import Any

import pytest
from tests.operations.conftest import Face, Project

from genai_sdk.catalogue import costs_of, price_of
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.formats.audio import pcm, wav
from genai_sdk.types import Usage

SOUND = ("hello.wav", wav(pcm("Good morning.")))


@pytest.fixture
def billed(project: Project, fake: FakeProvider) -> Project:
    """Azure, since a server at another address than OpenAI's has prices of its own."""
    project.connect("here", "azure", fake, "tts-1", "whisper-1")
    project.connect("aws", "bedrock", fake, "cohere.rerank-v3-5:0", "stability.stable-image-core-v1:1")
    project.connect("house", "openai", fake, "tts-1")
    return project


@pytest.mark.parametrize(
    ("method", "model", "arguments", "cost"),
    [
        ("speech", "here/tts-1", {"input": "x" * 100, "voice": "alloy"}, 100 * 1.5e-05),
        ("transcription", "here/whisper-1", {"file": SOUND}, 2 * 0.0001),
        ("rerank", "aws/cohere.rerank-v3-5:0", {"query": "a", "documents": ["a"] * 101}, 2 * 0.002),
        ("image_generation", "aws/stability.stable-image-core-v1:1", {"prompt": "a bridge", "n": 3}, 3 * 0.04),
    ],
)
def test_a_call_without_tokens_costs_what_it_is_billed_by(
    face: Face, billed: Project, method: str, model: str, arguments: dict[str, Any], cost: float
) -> None:
    client = billed.client()
    made = face.call(client, method, model, **arguments)
    assert made.genai.cost == pytest.approx(cost)
    assert client.flush(5)
    (trace,) = billed.langfuse.traces
    (call,) = [one for one in trace.observations if one.cost]
    assert call.cost["total"] == pytest.approx(cost)


def test_a_stream_costs_what_a_whole_answer_does(face: Face, billed: Project) -> None:
    stream = face.call(billed.client(), "speech", "here/tts-1", "x" * 100, voice="alloy", stream=True)
    face.read(stream)
    assert stream.genai.cost == pytest.approx(100 * 1.5e-05)
    assert stream.usage.model_extra == {"characters": 100}


def test_a_house_server_has_no_price(face: Face, billed: Project) -> None:
    assert face.call(billed.client(), "speech", "house/tts-1", "Hello!", voice="alloy").genai.cost is None


def test_what_is_not_reported_is_not_known() -> None:
    price = price_of("openai", "whisper-1")
    assert price is not None
    assert costs_of(price, Usage()) is None
    assert costs_of(price, Usage(model_extra={"seconds": 90.5})) == {
        "seconds": pytest.approx(0.00905),
        "total": pytest.approx(0.00905),
    }
