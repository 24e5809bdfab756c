"""Embeddings on each of Google's ways."""

import json
from typing import Any

import pytest

from genai_sdk.wires.gemini.wire import WIRE
from genai_sdk.wires.operation import EMBEDDING, EmbeddingRequest
from genai_sdk.wires.wire import Endpoint


def embedded(endpoint: Endpoint, texts: Any, **options: Any) -> list[tuple[str, Any]]:
    found = WIRE.codec(EMBEDDING, endpoint)
    assert found is not None
    made = [found.encode(part, stream=False) for part in found.split(EmbeddingRequest(texts, options))]
    return [
        (item.url.rpartition(":")[2], json.loads(item.body if isinstance(item.body, bytes) else b"")) for item in made
    ]


def of(model: str, adapter: str = "google-vertex-ai") -> Endpoint:
    return Endpoint(adapter=adapter, model=model, root="https://v.test", project="p")


def test_embeddings_go_the_way_that_the_model_has() -> None:
    content = {"parts": [{"text": "a"}]}
    assert embedded(of("gemini-embedding-001", "google-ai-studio"), "a", dimensions=5) == [
        ("batchEmbedContents",
         {"requests": [{"model": "models/gemini-embedding-001", "content": content, "outputDimensionality": 5}]})
    ]  # fmt: skip
    config = {"embedContentConfig": {"taskType": "X", "outputDimensionality": 5}}
    extra = {"extra_body": {"task_type": "X"}}
    assert embedded(of("gemini-embedding-001"), ["a"], dimensions=5, **extra) == [
        ("embedContent", {"content": content, **config})
    ]
    assert embedded(of("gemini-embedding-001"), ["a", "a"], dimensions=5, **extra) == [
        ("batchEmbedContents", {"requests": [{"content": content, **config}] * 2})
    ]
    assert embedded(of("text-embedding-005"), ["a"], dimensions=5, **extra) == [
        ("predict", {"instances": [{"content": "a", "task_type": "X"}], "parameters": {"outputDimensionality": 5}})
    ]


@pytest.mark.parametrize(
    ("endpoint", "most"), [(of("gemini-embedding-001", "google-ai-studio"), 100), (of("text-embedding-005"), 250)]
)
def test_more_texts_than_one_request_holds_are_split_and_joined_in_order(endpoint: Endpoint, most: int) -> None:
    texts = [str(number) for number in range(most * 2 + 1)]
    sizes = [len(sent.get("requests") or sent["instances"]) for _, sent in embedded(endpoint, texts)]
    assert sizes == [most, most, 1]
    found = WIRE.codec(EMBEDDING, endpoint)
    assert found is not None
    answers = [
        found.decode(
            {
                "embeddings": [{"values": [float(text)]} for text in part.input],
                "usageMetadata": {"promptTokenCount": 2},
            },
            {},
        )
        for part in found.split(EmbeddingRequest(texts))
    ]
    joined = found.join([item for item in answers if item is not None])
    assert [(row.index, row.embedding) for row in joined.data] == [(n, (float(n),)) for n in range(len(texts))]
    assert joined.usage is not None
    assert joined.usage.prompt_tokens == 6


def test_every_answer_of_embeddings_is_read() -> None:
    found = WIRE.codec(EMBEDDING, of("gemini-embedding-001"))
    assert found is not None
    statistics = {"token_count": 3, "truncated": False}
    for data, tokens in (
        ({"embedding": {"values": [1.0]}, "usageMetadata": {"promptTokenCount": 3}}, 3),
        ({"embeddings": [{"values": [1.0]}]}, None),
        ({"predictions": [{"embeddings": {"values": [1.0], "statistics": statistics}}]}, 3),
    ):
        made = found.decode(data, {})
        assert made is not None
        assert made.data[0].embedding == (1.0,)
        assert (made.usage.prompt_tokens if made.usage else None) == tokens
    assert found.decode({"embeddings": []}, {}) is None
