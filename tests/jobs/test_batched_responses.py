"""Batches of OpenAI's responses, on connections that have that API."""

import json
from typing import Any

import msgspec
import pytest
from tests.jobs.conftest import MODELS, Face, chat
from tests.operations.conftest import Project

from genai_sdk import InvalidRequestError
from genai_sdk.testing import FakeProvider

TWO = [chat("a", "first"), chat("b", "second one", max_tokens=7)]


class Answer(msgspec.Struct):
    """What an answer is read as."""

    text: str


@pytest.fixture
def model(adapter: str) -> str:
    """A model behind its connection."""
    return f"{adapter}/{MODELS[adapter]}"


@pytest.fixture
def own(project: Project, fake: FakeProvider) -> str:
    """A connection that says it has OpenAI's Responses API."""
    project.connect("own", "openai", fake, "gpt-4o", config={"useResponsesApi": True})
    return "own/gpt-4o"


def test_a_batch_of_responses_brings_openai_s_items(face: Face, project: Project, own: str, fake: FakeProvider) -> None:
    client = project.client()
    items = [{"role": "user", "content": "second one"}]
    requests = [{"custom_id": "a", "input": "first"}, {"custom_id": "b", "input": items, "instructions": "Be short."}]
    batch = face.call(client, "create", own, requests, operation="responses", max_output_tokens=50)
    assert (batch.operation, batch.endpoint) == ("responses", "/v1/responses")
    (content,) = [file.content for file in fake.files]
    bodies = [json.loads(line)["body"] for line in content.splitlines()]
    assert bodies[0] == {"model": "gpt-4o", "input": "first", "max_output_tokens": 50}
    assert bodies[1]["instructions"] == "Be short."
    assert face.call(client, "retrieve", batch.id).status == "completed"
    elsewhere = project.client()
    results = {result.custom_id: result for result in face.call(elsewhere, "results", batch.id, user_id="mina")}
    assert {name: result.responses.output_text for name, result in results.items()} == {
        "a": "fake: first",
        "b": "fake: second one",
    }
    assert results["a"].usage.input_tokens == 1
    assert results["a"].responses.genai.connection == "own"
    with pytest.raises(InvalidRequestError, match="'a' was answered with a response: read `responses`"):
        _ = results["a"].completion
    assert elsewhere.flush(5)
    assert len(project.langfuse.traces) == 2


def test_a_response_in_a_batch_is_read_as_its_type(face: Face, project: Project, own: str) -> None:
    client = project.client()
    batch = face.call(client, "create", own, [{"input": "x"}], operation="responses", text_format=Answer)
    face.call(client, "retrieve", batch.id)
    (result,) = face.call(client, "results", batch.id, response_format=Answer)
    assert isinstance(result.responses.output_parsed, Answer)


def test_a_chat_over_responses_stays_a_chat(face: Face, project: Project, own: str) -> None:
    client = project.client()
    batch = face.call(client, "create", own, TWO)
    assert (batch.operation, batch.endpoint) == ("chat", "/v1/responses")
    face.call(client, "retrieve", batch.id)
    (listed,) = face.call(client, "list", "own")
    assert listed.operation == "chat"
    assert {result.completion.text for result in face.call(client, "results", listed.id)} == {
        "fake: first",
        "fake: second one",
    }


@pytest.mark.parametrize("adapter", ["openai", "anthropic", "google-ai-studio"])
def test_batches_of_responses_are_refused_where_they_could_not_be_read(
    face: Face, project: Project, fake: FakeProvider, model: str
) -> None:
    with pytest.raises(InvalidRequestError, match=r"has no batches of responses here\. .*ask with `messages`"):
        face.call(project.client(), "create", model, [{"input": "x"}], operation="responses")
    assert not fake.journal


@pytest.mark.parametrize(
    ("operation", "request_", "message"),
    [
        ("rerank", {"input": "x"}, "operation must be one of chat, embedding, responses, not 'rerank'"),
        ("responses", {"messages": []}, r'requests\[0\] must be a dict with "input", as the batch is of responses'),
        ("chat", {"input": "x"}, r'requests\[0\] must be a dict with "messages", as the batch is of chat'),
        ("responses", {"input": "x", "background": True}, "has background, which no batch can take"),
        ("responses", {"input": ""}, r"requests\[0\] \('request-1'\): input must not be empty"),
        ("responses", {"input": "x", "max_tokens": 5}, "max_output_tokens"),
    ],
)
def test_a_wrong_operation_is_refused_before_anything_is_sent(
    face: Face, project: Project, own: str, fake: FakeProvider, operation: str, request_: Any, message: str
) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        face.call(project.client(), "create", own, [request_], operation=operation)
    assert not fake.journal
