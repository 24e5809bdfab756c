"""Reranking, moderation and text completion."""

from typing import Any

import pytest
from tests.operations.conftest import Face, Project

from genai_sdk import InvalidRequestError, StreamInterruptedError
from genai_sdk.testing import CutStream, FakeProvider, Reply

DOCUMENTS = ["the harbour of Busan", "the weather in Seoul today", "bread"]
QUERY = "the weather today"


@pytest.fixture
def texts(project: Project, fake: FakeProvider) -> Project:
    project.connect("here", "openai", fake, "jina-reranker-v3", "rerank-v3.5", "omni-moderation-latest", "old-instruct")
    project.connect("there", "azure", fake, "old-instruct", "rerank-v3.5", "omni-moderation-latest")
    return project


@pytest.mark.parametrize("model", ["jina-reranker-v3", "rerank-v3.5"])
def test_documents_come_in_the_order_of_their_relevance(face: Face, texts: Project, model: str) -> None:
    made = face.call(texts.client(), "rerank", model, QUERY, DOCUMENTS, top_n=2, return_documents=True)
    assert [result.index for result in made.results] == [1, 0]
    assert made.results[0].relevance_score > made.results[1].relevance_score
    assert made.results[0].document == DOCUMENTS[1]
    assert made.model == model


def test_what_a_rerank_is_billed_by_is_kept(face: Face, texts: Project) -> None:
    client = texts.client()
    assert face.call(client, "rerank", "jina-reranker-v3", QUERY, DOCUMENTS).usage.prompt_tokens == 10
    assert face.call(client, "rerank", "rerank-v3.5", QUERY, DOCUMENTS).usage.model_extra["search_units"] == 1


def test_a_rerank_is_recorded_as_a_retriever(face: Face, texts: Project) -> None:
    client = texts.client()
    face.call(client, "rerank", "jina-reranker-v3", QUERY, DOCUMENTS)
    assert client.flush(5)
    (trace,) = texts.langfuse.traces
    (call,) = [one for one in trace.observations if one.type == "RETRIEVER"]
    assert call.name == "rerank jina-reranker-v3"
    assert call.input == {"query": QUERY, "documents": DOCUMENTS}
    assert call.output[0]["index"] == 1


def test_openai_and_azure_have_no_rerank(face: Face, texts: Project) -> None:
    with pytest.raises(InvalidRequestError, match=r"there/rerank-v3.5 \(Azure OpenAI\) cannot do it.*: here\."):
        face.call(texts.client(), "rerank", "there/rerank-v3.5", QUERY, DOCUMENTS)


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        ("peace and quiet", [False]),
        (["peace", "some violence"], [False, True]),
        ([{"type": "text", "text": "hate"}, {"type": "text", "text": "and peace"}], [True]),
    ],
)
def test_inputs_are_judged(face: Face, texts: Project, given: Any, flags: list[bool]) -> None:
    client = texts.client()
    made = face.call(client, "moderation", "omni-moderation-latest", given)
    assert [result.flagged for result in made.results] == flags
    assert made.flagged is any(flags)
    assert client.flush(5)
    (trace,) = texts.langfuse.traces
    (call,) = [one for one in trace.observations if one.type == "GUARDRAIL"]
    assert call.name == "moderation omni-moderation-latest"


def test_a_text_goes_on(face: Face, texts: Project, fake: FakeProvider) -> None:
    made = face.call(texts.client(), "text_completion", "old-instruct", "Once upon", max_tokens=5, suffix="The end.")
    assert made.text == "fake: Once upon"
    assert made.choices[0].finish_reason == "stop"
    assert made.usage.prompt_tokens == 2
    assert fake.journal[0].path == "/v1/completions"
    there = face.call(texts.client(), "text_completion", "there/old-instruct", ["Once upon", "a time"])
    assert [choice.text for choice in there.choices] == ["fake: a time"] * 2
    assert fake.journal[1].path == "/openai/deployments/old-instruct/completions"


def test_a_text_streams_with_its_usage(face: Face, texts: Project) -> None:
    client = texts.client()
    stream = face.call(client, "text_completion", "old-instruct", "Once upon", stream=True)
    chunks = face.read(stream)
    assert "".join(chunk.text for chunk in chunks) == "fake: Once upon"
    assert stream.response.choices[0].finish_reason == "stop"
    assert stream.usage.total_tokens == 5
    assert client.flush(5)
    (trace,) = texts.langfuse.traces
    (call,) = [one for one in trace.observations if one.type == "GENERATION"]
    assert call.output == "fake: Once upon"
    assert call.usage == {"input": 2, "output": 3, "total": 5}


def test_a_text_that_breaks_says_what_had_come(face: Face, texts: Project, fake: FakeProvider) -> None:
    fake.script(CutStream(after_chunks=2, reply=Reply("one two three four")))
    stream = face.call(
        texts.client(stream_fallback="restart"), "text_completion", "here/old-instruct", "Once", stream=True
    )
    with pytest.raises(StreamInterruptedError) as raised:
        face.read(stream)
    assert raised.value.text == "one two"


@pytest.mark.parametrize(
    ("method", "arguments", "says"),
    [
        ("rerank", ("", DOCUMENTS), "query must be a text"),
        ("rerank", (QUERY, []), "documents must be a list of texts, not an empty list"),
        ("rerank", (QUERY, "bread"), "documents must be a list of texts, not str"),
        ("rerank", (QUERY, [1]), r"documents\[0\] must be a text, not int"),
        ("moderation", ("",), "input must be a text, not an empty str"),
        ("moderation", (None,), "input must be a text or a list of texts, not nothing"),
        ("text_completion", ([],), "prompt must be a text or a list of texts, not an empty list"),
    ],
)
def test_what_is_wrong_is_said(face: Face, texts: Project, method: str, arguments: Any, says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says):
        face.call(texts.client(), method, "old-instruct", *arguments)
