"""Pictures made and changed."""

from pathlib import Path

import pytest
from tests.operations.conftest import Face, Project

from genai_sdk import InvalidRequestError
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.formats.images import base64_png, png

PROMPT = "a red bridge at dawn"


@pytest.fixture
def drawing(project: Project, fake: FakeProvider) -> Project:
    project.connect("here", "openai", fake, "gpt-image-1", "dall-e-3")
    project.connect("there", "azure", fake, "gpt-image-1")
    return project


@pytest.mark.parametrize("model", ["here/gpt-image-1", "there/gpt-image-1"])
def test_a_prompt_becomes_a_picture(face: Face, drawing: Project, model: str) -> None:
    made = face.call(drawing.client(), "image_generation", model, PROMPT, n=2, size="1024x1024")
    assert [image.content for image in made.data] == [png(PROMPT), png(f"{PROMPT} 1")]
    assert made.output_format == "png"
    assert made.usage.by_kind() == {"input": 5, "output_image": 2000}


def test_a_priced_model_has_a_cost(face: Face, drawing: Project) -> None:
    client = drawing.client()
    face.call(client, "image_generation", "there/gpt-image-1", PROMPT)
    assert client.flush(5)
    (trace,) = drawing.langfuse.traces
    (call,) = [one for one in trace.observations if one.type == "GENERATION"]
    assert call.usage["output_image_tokens"] == 1000
    assert call.cost["output_image_tokens"] == pytest.approx(1000 * 40 / 1e6)
    assert f"{len(png(PROMPT)):,} bytes" in str(call.output)
    assert "image/png" in str(call.output)


def test_older_models_give_a_url(face: Face, drawing: Project) -> None:
    made = face.call(drawing.client(), "image_generation", "dall-e-3", PROMPT)
    assert (made.data[0].url, made.data[0].revised_prompt) == ("https://pictures.invalid/0.png", PROMPT)
    assert made.data[0].content == b""


def test_pictures_stream_from_coarse_to_fine(face: Face, drawing: Project) -> None:
    stream = face.call(drawing.client(), "image_generation", "here/gpt-image-1", PROMPT, stream=True, partial_images=2)
    events = face.read(stream)
    assert [event.type.rpartition(".")[2] for event in events] == ["partial_image", "partial_image", "completed"]
    assert events[-1].content == png(PROMPT)
    assert [image.b64_json for image in stream.response.data] == [base64_png(PROMPT)]
    assert stream.usage.total_tokens == 1005


def test_a_picture_is_changed(face: Face, drawing: Project, fake: FakeProvider, tmp_path: Path) -> None:
    path = tmp_path / "bridge.png"
    path.write_bytes(png("bridge"))
    client = drawing.client()
    made = face.call(client, "image_edit", "here/gpt-image-1", path, PROMPT, mask=png("mask"), quality="high")
    assert made.data[0].content == png(f"{PROMPT} (2)")
    entry = fake.journal[0]
    assert entry.path == "/v1/images/edits"
    assert made.usage.by_kind()["input_image"] == 300
    assert client.flush(5)
    (trace,) = drawing.langfuse.traces
    (call,) = [one for one in trace.observations if one.type == "GENERATION"]
    assert "bridge.png" in str(call.input)
    assert PROMPT in str(call.input)


def test_a_mask_goes_to_who_takes_it(face: Face, drawing: Project, fake: FakeProvider) -> None:
    drawing.connect("google", "google-ai-studio", fake, "gemini-2.5-flash-image")
    client = drawing.client()
    draws = "google/gemini-2.5-flash-image"
    with pytest.raises(InvalidRequestError, match=r"no place for mask .*would take it: .*here/gpt-image-1"):
        face.call(client, "image_edit", draws, png("a"), PROMPT, mask=png("mask"))
    assert len(fake.journal) == 0
    made = face.call(client, "image_edit", draws, png("a"), PROMPT, mask=png("mask"), fallbacks=["here/gpt-image-1"])
    assert made.genai.connection == "here"
    assert fake.journal[0].raw.count(b'name="mask"') == 1
    made = face.call(client, "image_edit", draws, png("a"), PROMPT, mask=png("mask"), drop_params=True)
    assert list(made.genai.attempts[0].parameters.dropped) == ["mask"]


def test_several_pictures_are_sent_as_a_list(face: Face, drawing: Project, fake: FakeProvider) -> None:
    several = [("a.png", png("a")), ("b.png", png("b"))]
    face.call(drawing.client(), "image_edit", "there/gpt-image-1", several, PROMPT)
    entry = fake.journal[0]
    assert entry.path == "/openai/deployments/gpt-image-1/images/edits"
    assert entry.query["api-version"] == "2025-04-01-preview"
    assert entry.raw.count(b'name="image[]"') == 2


def test_what_is_wrong_is_said(face: Face, drawing: Project) -> None:
    client = drawing.client()
    with pytest.raises(InvalidRequestError, match="prompt must be a text, not nothing"):
        face.call(client, "image_generation", "here/gpt-image-1", None)
    with pytest.raises(InvalidRequestError, match="partial_images are what a stream brings"):
        face.call(client, "image_generation", "here/gpt-image-1", PROMPT, partial_images=2)
    with pytest.raises(InvalidRequestError, match="not an empty list"):
        face.call(client, "image_edit", "here/gpt-image-1", [], PROMPT)
    with pytest.raises(InvalidRequestError, match=r"no place for negative_prompt .* would take it: here/gpt-image-1"):
        face.call(client, "image_generation", "there/gpt-image-1", PROMPT, negative_prompt="fog")
