"""Vectors: batches above a vendor's limit, and how they travel."""

import base64
import struct

import pytest
from tests.operations.conftest import Face, Project

from genai_sdk.testing import FakeProvider, Malformed
from genai_sdk.testing.turn import vector
from genai_sdk.types import EmbeddingResponse
from genai_sdk.wires.embedding_batches import BatchLimit, join_embeddings, split_texts
from genai_sdk.wires.openai.embeddings import LIMIT
from genai_sdk.wires.operation import EmbeddingRequest

LIMITS = {
    "azure": (2048, "text-embedding-3-small"),
    "google-ai-studio": (100, "gemini-embedding-001"),
    "google-vertex-ai": (250, "text-embedding-005"),
    "bedrock": (96, "cohere.embed-english-v3"),
}


@pytest.mark.parametrize("adapter", LIMITS)
def test_a_batch_above_the_limit_is_put_together_in_order(
    face: Face, project: Project, fake: FakeProvider, adapter: str
) -> None:
    most, model = LIMITS[adapter]
    project.connect("here", adapter, fake, model)
    texts = [f"text {number}" for number in range(2 * most + 1)]
    made = face.call(project.client(), "embedding", model, texts)
    assert len([entry for entry in fake.journal if entry.operation == "embedding"]) == 3
    assert [row.index for row in made.data] == list(range(len(texts)))
    for place in (0, most - 1, most, 2 * most):
        assert made.data[place].embedding == pytest.approx(vector(texts[place]))
    assert made.usage.prompt_tokens == 2 * len(texts)


def test_vectors_travel_in_base64_and_come_as_numbers(face: Face, project: Project, fake: FakeProvider) -> None:
    project.connect("here", "azure", fake, "text-embedding-3-small")
    client = project.client()
    made = face.call(client, "embedding", "text-embedding-3-small", ["a", "b"], dimensions=16)
    assert fake.journal[0].body == {
        "model": "text-embedding-3-small",
        "input": ["a", "b"],
        "dimensions": 16,
        "encoding_format": "base64",
    }
    assert [row.embedding for row in made.data] == [tuple(vector(text, 16)) for text in "ab"]


def test_who_asks_for_base64_gets_it(face: Face, project: Project, fake: FakeProvider) -> None:
    project.connect("here", "azure", fake, "text-embedding-3-small")
    made = face.call(project.client(), "embedding", "text-embedding-3-small", "a", encoding_format="base64")
    assert made.data[0].embedding == base64.b64encode(struct.pack("<8f", *vector("a"))).decode()


def test_a_compatible_server_is_asked_for_nothing_that_it_may_not_know(
    face: Face, project: Project, fake: FakeProvider
) -> None:
    project.connect("here", "openai", fake, "bge-m3")
    made = face.call(project.client(), "embedding", "bge-m3", "a")
    assert fake.journal[0].body == {"model": "bge-m3", "input": ["a"]}
    assert made.data[0].embedding == pytest.approx(vector("a"))


def test_a_broken_answer_is_no_vector(face: Face, project: Project, fake: FakeProvider) -> None:
    project.connect("here", "azure", fake, "text-embedding-3-small")
    fake.script(Malformed("truncated"))
    with pytest.raises(Exception, match="answered 200 with"):
        face.call(project.client(), "embedding", "text-embedding-3-small", "a")


def test_texts_are_also_counted_by_their_length() -> None:
    request = EmbeddingRequest(["x" * 250_000] * 5, {"dimensions": 8})
    parts = split_texts(request, LIMIT)
    assert [len(part.input) for part in parts] == [2, 2, 1]
    assert all(part.options == {"dimensions": 8} for part in parts)


def test_what_fits_stays_one_request() -> None:
    for texts in (["x" * 1_000] * 500, ["한" * 100_000, "글" * 100_000], "x" * 2_000_000):
        request = EmbeddingRequest(texts)
        assert list(split_texts(request, LIMIT)) == [request]
    assert [len(part.input) for part in split_texts(EmbeddingRequest(["a", "b", "c"]), BatchLimit(2))] == [2, 1]


def test_one_answer_is_left_as_it_is() -> None:
    response = EmbeddingResponse(model="m")
    assert join_embeddings([response]) is response
