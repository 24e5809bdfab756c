"""Models that are copies of a like one are those that OpenAI's SDK makes itself."""

from typing import Any

import openai
import pytest
from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletionChunk
from tests.gateway.test_openai_shortcut import shape

from genai_sdk.gateway.openai.likeness import TextChunks, make_embeddings

SDK = openai.OpenAI(api_key="k")


def construct(data: Any, kind: Any = ChatCompletionChunk) -> Any:
    return SDK._process_response_data(data=data, cast_to=kind, response=None)


def chunk(text: Any, **others: Any) -> dict[str, Any]:
    index = others.pop("index", 0)
    fields = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", **others}
    return {**fields, "choices": [{"index": index, "delta": {"content": text}}]}


STREAMS = {
    "texts": [chunk("a"), chunk("b"), chunk("")],
    "a word of its own on each": [
        chunk("a", obfuscation="x"),
        chunk("b", obfuscation="yz"),
        chunk("c", obfuscation=""),
    ],
    "a field that comes late": [chunk("a"), chunk("b", system_fingerprint="fp"), chunk("c", system_fingerprint="fq")],
    "a field that ends": [chunk("a", service_tier="default"), chunk("b")],
    "another id": [chunk("a"), chunk("b", id="d"), chunk("c", id="e", model="n")],
    "another number": [chunk("a", created=1), chunk("b", created=2), chunk("c", created=2.5)],
    "nothing in a word's place": [chunk("a", system_fingerprint=None), chunk("b", system_fingerprint="f"), chunk("c")],
    "no text in between": [chunk("a"), chunk(None), chunk("b")],
    "another choice": [chunk("a"), chunk("b", index=1), chunk("c", index=1)],
}


@pytest.mark.parametrize("name", STREAMS)
def test_chunks_of_text_are_the_sdk_s_own(name):
    chunks = TextChunks(construct)
    made = [chunks.make(data) for data in STREAMS[name]]
    assert [whole(model) for model in made] == [whole(construct(data)) for data in STREAMS[name]]


@pytest.mark.parametrize(
    "data",
    [
        {**chunk("a"), "choices": []},
        {**chunk("a"), "choices": [*chunk("a")["choices"], *chunk("b", index=1)["choices"]]},
        {**chunk("a"), "choices": [{"index": 0, "delta": {"content": "a", "role": "assistant"}}]},
        {**chunk("a"), "choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": "stop"}]},
        chunk("a", usage={"total_tokens": 1}),
    ],
)
def test_what_brings_more_than_text_is_left_to_the_sdk(data):
    assert TextChunks(construct).make(data) is None


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_chunk_that_somebody_changes_changes_no_other(place):
    chunks = TextChunks(construct)
    made = [chunks.make(chunk(text, obfuscation="x")) for text in "abc"]
    changed = made.pop(place)
    changed.choices[0].delta.role = "assistant"
    changed.choices[0].finish_reason = "stop"
    changed.choices.clear()
    changed.model = "changed"
    changed.model_extra["obfuscation"] = "changed"
    changed.model_fields_set.add("usage")
    made.append(chunks.make(chunk("d", obfuscation="x")))
    texts = "abcd".replace("abc"[place], "")
    assert [whole(one) for one in made] == [whole(construct(chunk(text, obfuscation="x"))) for text in texts]


def row(index: int, vector: Any, **others: Any) -> dict[str, Any]:
    return {"object": "embedding", "index": index, "embedding": vector, **others}


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row(0, "AAAA")],
        [row(0, "AAAA"), row(1, "AACA"), row(2, "AACA")],
        [row(0, [0.5, 1.5]), row(1, [2.5, 3.5])],
        [row(0, "AAAA"), row(1, "AACA", title="b")],
        [row(0, "AAAA", title="a"), row(1, "AACA", title="b")],
    ],
)
def test_vectors_are_the_sdk_s_own(rows):
    data = {"object": "list", "model": "m", "data": rows, "usage": {"prompt_tokens": 1, "total_tokens": 1}, "more": 1}

    def whole_answer(body: Any) -> Any:
        return construct(body, CreateEmbeddingResponse)

    assert whole(make_embeddings(whole_answer, data)) == whole(whole_answer(data))


def whole(model: Any) -> Any:
    dumps = [model.model_dump(warnings=False, exclude_unset=unset) for unset in (False, True)]
    return [shape(model), *dumps, model]
