"""Bedrock's models that draw and rerank, each vendor's in its own format."""

import pytest
from tests.operations.conftest import Face, Project

from genai_sdk import InvalidRequestError
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.formats.images import png

CANVAS, TITAN, STABLE = (
    "amazon.nova-canvas-v1:0",
    "amazon.titan-image-generator-v2:0",
    "stability.stable-image-core-v1:1",
)
COHERE, AMAZON = "cohere.rerank-v3-5:0", "amazon.rerank-v1:0"
PROMPT = "a red bridge at dawn"
DOCUMENTS = ["the harbour of Busan", "the weather in Seoul today", "bread"]


@pytest.fixture
def bedrock(project: Project, fake: FakeProvider) -> Project:
    project.connect("aws", "bedrock", fake, CANVAS, TITAN, STABLE, COHERE, AMAZON, "amazon.nova-lite-v1:0")
    return project


@pytest.mark.parametrize("model", [CANVAS, TITAN])
def test_amazons_models_draw(face: Face, bedrock: Project, fake: FakeProvider, model: str) -> None:
    made = face.call(
        bedrock.client(), "image_generation", model, PROMPT, n=2, size="1024x512", negative_prompt="fog", seed=7
    )
    assert [image.content for image in made.data] == [png(PROMPT), png(f"{PROMPT} 1")]
    assert fake.journal[0].body == {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": PROMPT, "negativeText": "fog"},
        "imageGenerationConfig": {"numberOfImages": 2, "width": 1024, "height": 512, "seed": 7},
    }


def test_amazons_models_make_variations(face: Face, bedrock: Project) -> None:
    made = face.call(bedrock.client(), "image_edit", CANVAS, png("a"), PROMPT)
    assert made.data[0].content == png(f"{PROMPT} (1)")


def test_stability_draws_one_picture_a_call(face: Face, bedrock: Project, fake: FakeProvider) -> None:
    made = face.call(bedrock.client(), "image_generation", STABLE, PROMPT, n=2, aspect_ratio="16:9")
    assert len(made.data) == 2
    assert fake.journal[1].body == {"prompt": PROMPT, "aspect_ratio": "16:9"}


@pytest.mark.parametrize("model", [COHERE, AMAZON])
def test_documents_are_put_in_order(face: Face, bedrock: Project, fake: FakeProvider, model: str) -> None:
    made = face.call(bedrock.client(), "rerank", model, "the weather today", DOCUMENTS, top_n=2)
    assert [result.index for result in made.results] == [1, 0]
    assert fake.journal[0].body.get("api_version") == (2 if model == COHERE else None)


def test_what_these_models_cannot_do_is_refused(face: Face, bedrock: Project) -> None:
    client = bedrock.client()
    with pytest.raises(InvalidRequestError, match="no place for return_documents"):
        face.call(client, "rerank", COHERE, "a", DOCUMENTS, return_documents=True)
    with pytest.raises(InvalidRequestError, match="Stability AI takes aspect_ratio"):
        face.call(client, "image_generation", STABLE, PROMPT, size="1024x1024")
    with pytest.raises(InvalidRequestError, match=r"takes mask, and nothing was sent .*no place for mask"):
        face.call(client, "image_edit", CANVAS, png("a"), PROMPT, mask=png("b"))
    with pytest.raises(InvalidRequestError, match="'url': Bedrock's pictures come as b64_json"):
        face.call(client, "image_generation", CANVAS, PROMPT, response_format="url")
    with pytest.raises(InvalidRequestError, match=r"has no image_edit: aws/stability.* \(Bedrock\) cannot do it"):
        face.call(client, "image_edit", STABLE, png("a"), PROMPT)
    with pytest.raises(InvalidRequestError, match="has no rerank"):
        face.call(client, "rerank", "amazon.nova-lite-v1:0", "a", DOCUMENTS)
    with pytest.raises(InvalidRequestError, match="None of this project's connections can"):
        face.call(client, "speech", "amazon.nova-lite-v1:0", "Hello!")
