"""Batches from their making to their results, on every vendor that has them."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.jobs.conftest import MODELS, Face, chat
from tests.operations.conftest import Project

from genai_sdk import (
    AuthenticationError,
    BadRequestError,
    ConnectionNotFoundError,
    InvalidRequestError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from genai_sdk.catalogue import costs_of, price_of
from genai_sdk.testing import FakeProvider, ManualClock, Status


class Answer(msgspec.Struct):
    """What an answer is read as."""

    text: str


TWO = [chat("a", "first"), chat("b", "second one", max_tokens=7)]
KEPT = ("openai", "azure", "anthropic")
"""Who keeps what was answered of a batch that expired or was cancelled."""


@pytest.fixture(params=MODELS)
def adapter(request: pytest.FixtureRequest) -> str:
    """Every adapter that has batches."""
    return str(request.param)


@pytest.fixture
def model(adapter: str) -> str:
    """A model behind its connection."""
    return f"{adapter}/{MODELS[adapter]}"


def test_a_batch_is_answered_request_by_request(face: Face, project: Project, model: str, adapter: str) -> None:
    client = project.client()
    batch = face.call(client, "create", model, TWO)
    assert (batch.connection, batch.model, batch.operation) == (adapter, MODELS[adapter], "chat")
    assert not batch.ended
    batch = face.call(client, "poll", batch.id, timeout=10)
    assert batch.status == "completed"
    assert (batch.counts.total, batch.counts.completed, batch.counts.failed) == (2, 2, 0)
    results = {result.custom_id: result for result in face.call(client, "results", batch.id)}
    assert {name: result.completion.text for name, result in results.items()} == {
        "a": "fake: first",
        "b": "fake: second one",
    }
    assert results["a"].usage.prompt_tokens == 1
    assert results["a"].completion.genai.connection == adapter


def test_another_process_finds_a_batch_by_its_id(face: Face, project: Project, model: str) -> None:
    batch = face.call(project.client(), "create", model, TWO)
    elsewhere = project.client()
    assert face.call(elsewhere, "retrieve", batch.id).id == batch.id
    texts = [result.completion.text for result in face.call(elsewhere, "results", batch.id)]
    assert sorted(texts) == ["fake: first", "fake: second one"]


def test_results_cost_what_batches_cost(face: Face, project: Project, fake: FakeProvider) -> None:
    client = project.client()
    batch = face.call(client, "create", "azure/gpt-4o-mini", TWO)
    face.call(client, "retrieve", batch.id)
    for result in face.call(client, "results", batch.id):
        price = price_of("azure", "gpt-4o-mini")
        standard = costs_of(price, result.usage)
        assert price is not None
        assert standard is not None
        assert result.cost == pytest.approx(standard["total"] / 2)
        assert result.completion.genai.price_source == price.source


def test_a_request_that_fails_has_its_own_error(face: Face, project: Project, fake: FakeProvider, model: str) -> None:
    client = project.client()
    batch = face.call(client, "create", model, TWO)
    fake.script(Status(500), operation="chat")
    batch = face.call(client, "retrieve", batch.id)
    assert (batch.counts.completed, batch.counts.failed) == (1, 1)
    results = {result.custom_id: result for result in face.call(client, "results", batch.id)}
    assert isinstance(results["a"].error, ProviderUnavailableError)
    with pytest.raises(ProviderUnavailableError):
        _ = results["a"].completion
    assert results["b"].completion.text == "fake: second one"


@pytest.mark.parametrize("adapter", KEPT)
def test_requests_that_expired_say_so(face: Face, project: Project, fake: FakeProvider, model: str) -> None:
    client = project.client()
    fake.batches.expire_after = 1
    batch = face.call(client, "create", model, TWO)
    face.call(client, "retrieve", batch.id)
    results = {result.custom_id: result for result in face.call(client, "results", batch.id)}
    assert results["a"].completion.text == "fake: first"
    assert isinstance(results["b"].error, ProviderUnavailableError)
    assert results["b"].error.reason == "batch expired"


def test_a_batch_is_cancelled(face: Face, project: Project, fake: FakeProvider, model: str) -> None:
    client = project.client()
    fake.batches.looks = 9
    batch = face.call(client, "create", model, TWO)
    assert face.call(client, "retrieve", batch.id).status == "in_progress"
    assert face.call(client, "cancel", batch.id).status in ("cancelling", "cancelled")
    assert face.call(client, "retrieve", batch.id).status == "cancelled"
    if "google" in model:
        with pytest.raises(BadRequestError, match="it was cancelled, and nothing of it is kept"):
            face.call(client, "results", batch.id)
        return
    results = list(face.call(client, "results", batch.id))
    assert [result.error.reason for result in results] == ["batch cancelled"] * 2


def test_results_of_a_batch_that_goes_on_are_refused(
    face: Face, project: Project, fake: FakeProvider, model: str
) -> None:
    client = project.client()
    fake.batches.looks = 9
    batch = face.call(client, "create", model, TWO)
    with pytest.raises(InvalidRequestError, match=r"is in_progress, .* wait for that with batches\.poll"):
        face.call(client, "results", batch.id)


def test_a_poll_has_an_end(face: Face, project: Project, fake: FakeProvider, model: str) -> None:
    client = project.client()
    fake.batches.looks = 9
    batch = face.call(client, "create", model, TWO)
    with pytest.raises(ProviderTimeoutError, match=r"is in_progress after 0 s.* it goes on: poll it again"):
        face.call(client, "poll", batch.id, timeout=0)


def test_a_look_takes_no_longer_than_is_left_of_a_poll(
    face: Face, project: Project, fake: FakeProvider, model: str
) -> None:
    clock = ManualClock()
    client = project.client(clock=clock, router_args={"num_retries": 2})
    batch = face.call(client, "create", model, TWO)
    fake.always(Status(503, retry_after=100), operation="batch")
    with pytest.raises(ProviderUnavailableError):
        face.call(client, "poll", batch.id, timeout=30)
    assert clock.now() <= 30


def test_the_newest_batches_are_listed(face: Face, project: Project, model: str, adapter: str) -> None:
    client = project.client()
    made = [face.call(client, "create", model, TWO).vendor_id for _ in range(3)]
    listed = face.call(client, "list", adapter, limit=2)
    assert [batch.vendor_id for batch in listed] == made[:0:-1]
    assert {batch.connection for batch in listed} == {adapter}
    results = list(face.call(client, "results", face.call(client, "retrieve", listed[0].id).id))
    assert {result.custom_id for result in results} == {"a", "b"}


def test_each_result_is_recorded_once(face: Face, project: Project, model: str, adapter: str) -> None:
    client = project.client()
    batch = face.call(client, "create", model, TWO)
    face.call(client, "retrieve", batch.id)
    for reader in (client, project.client()):
        results = list(face.call(reader, "results", batch.id, user_id="mina"))
        assert reader.flush(5)
    traces = project.langfuse.traces
    assert {trace.id for trace in traces} == {result.completion.genai.trace_id for result in results}
    calls = [one for trace in traces for one in trace.observations if one.type == "GENERATION"]
    assert len(calls) == len(traces) == 2
    for call in calls:
        assert call.model == MODELS[adapter]
        assert call.output["content"].startswith("fake: ")
        assert call.metadata["batch"] == batch.id
        assert call.metadata["custom_id"] in ("a", "b")
        assert (call.end - call.start) / 1e9 == 600


@pytest.mark.parametrize("adapter", ["openai", "azure"])
def test_a_batch_of_texts_brings_their_vectors(face: Face, project: Project, adapter: str) -> None:
    client = project.client()
    texts = [{"custom_id": "one", "input": "word"}, {"custom_id": "two", "input": ["a", "b c"]}]
    batch = face.call(client, "create", f"{adapter}/text-embedding-3-small", texts, dimensions=4)
    assert batch.operation == "embedding"
    assert face.call(client, "poll", batch.id, timeout=10).status == "completed"
    results = {result.custom_id: result for result in face.call(client, "results", batch.id)}
    assert [len(row.embedding) for row in results["two"].embedding.data] == [4, 4]
    assert results["one"].usage.prompt_tokens == 1
    with pytest.raises(InvalidRequestError, match="'one' was answered with vectors"):
        _ = results["one"].completion


@pytest.mark.parametrize("adapter", ["anthropic", "google-ai-studio"])
def test_batches_of_texts_are_refused_where_there_are_none(
    face: Face, project: Project, fake: FakeProvider, adapter: str
) -> None:
    with pytest.raises(InvalidRequestError, match=r"has no batches of embedding here\. .*embeddings"):
        face.call(project.client(), "create", f"{adapter}/text-embedding-3-small", [{"input": "word"}])
    assert not fake.journal


@pytest.mark.parametrize(("adapter", "why"), [("bedrock", "an S3 bucket"), ("google-vertex-ai", "Cloud Storage")])
def test_batches_that_need_a_bucket_are_refused(
    face: Face, project: Project, fake: FakeProvider, adapter: str, why: str
) -> None:
    project.connect(adapter, adapter, fake, "some-model")
    client = project.client()
    with pytest.raises(InvalidRequestError, match=f"has no batches of chat here.*{why}"):
        face.call(client, "create", f"{adapter}/some-model", TWO)
    with pytest.raises(InvalidRequestError, match=f"has no batches here: .*{why}"):
        face.call(client, "list", adapter)
    assert not [entry for entry in fake.journal if entry.operation != "token"]


def test_a_batch_goes_past_those_who_have_none(face: Face, project: Project, fake: FakeProvider) -> None:
    project.connect("bucket", "bedrock", fake, "shared-model", created_at=datetime(2025, 1, 1, tzinfo=UTC))
    project.connect("later", "openai", fake, "shared-model")
    assert face.call(project.client(), "create", "shared-model", TWO).connection == "later"


def test_the_connection_of_a_batch_may_be_gone(face: Face, project: Project) -> None:
    with pytest.raises(
        ConnectionNotFoundError, match=r"no connection 'gone', where the batch is; it has openai, azure"
    ):
        face.call(project.client(), "retrieve", "gone/gpt-4o-mini/chat/batch_1")


def test_an_answer_of_a_type_is_read_as_it(face: Face, project: Project, model: str) -> None:
    client = project.client()
    batch = face.call(client, "create", model, [chat("a", "x")], response_format=Answer)
    face.call(client, "retrieve", batch.id)
    (result,) = face.call(client, "results", batch.id, response_format=Answer)
    assert isinstance(result.completion.parsed, Answer)


def test_options_of_the_batch_are_those_of_each_request(face: Face, project: Project, fake: FakeProvider) -> None:
    face.call(project.client(), "create", "openai/gpt-4o-mini", TWO, max_tokens=3, temperature=0.5)
    (content,) = [file.content for file in fake.files]
    import json

    first, second = (json.loads(line) for line in content.splitlines())
    assert first == {
        "custom_id": "a",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {
            "model": "gpt-4o-mini",
            "messages": [{"role": "user", "content": "first"}],
            "max_tokens": 3,
            "temperature": 0.5,
        },
    }
    assert second["body"]["max_tokens"] == 7


@pytest.mark.parametrize(
    ("requests", "message"),
    [
        ([], "requests must be a list of calls .* not an empty list"),
        ("no", "requests must be a list of calls .* not str"),
        ([{"custom_id": "a"}], r"requests\[0\] must be a dict with either"),
        ([chat("a", "x"), chat("a", "y")], r"requests\[1\] has the custom_id 'a' of requests\[0\]"),
        ([chat("a b", "x")], r"requests\[0\] has the custom_id 'a b'"),
        ([chat("a", "x"), {"custom_id": "b", "input": "y"}], r"one operation, and requests\[0\] for chat"),
        ([chat("a", "x", stream=True)], r"has stream, which no batch can take"),
        ([chat("a", "x", fallbacks=["b"])], r"has fallbacks: a batch stays on one deployment"),
        ([chat("a", "x", temprature=1)], r"requests\[0\] \('a'\): completion does not know 'temprature'"),
    ],
)
def test_wrong_requests_are_refused_before_anything_is_sent(
    face: Face, project: Project, fake: FakeProvider, requests: Any, message: str
) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        face.call(project.client(), "create", "openai/gpt-4o-mini", requests)
    assert not fake.journal


@pytest.mark.parametrize("method", ["retrieve", "cancel", "results"])
def test_what_is_no_id_is_refused(face: Face, project: Project, fake: FakeProvider, method: str) -> None:
    with pytest.raises(InvalidRequestError, match="'batch_1' is no batch's id"):
        face.call(project.client(), method, "batch_1")
    assert not fake.journal


def test_a_refused_key_is_an_error_of_the_connection(face: Face, project: Project, fake: FakeProvider) -> None:
    fake.accept("sk-another")
    try:
        with pytest.raises(AuthenticationError, match="openai/gpt-4o-mini") as caught:
            face.call(project.client(), "create", "openai/gpt-4o-mini", TWO)
    finally:
        fake.accept()
    assert "sk-canary" not in str(caught.value)


def test_a_file_that_no_batch_was_made_of_is_deleted(face: Face, project: Project, fake: FakeProvider) -> None:
    fake.script(Status(400, message="no quota for batches"), operation="batch")
    with pytest.raises(BadRequestError, match="no quota for batches"):
        face.call(project.client(), "create", "openai/gpt-4o-mini", TWO)
    assert not len(fake.files)


def test_a_batch_is_not_made_twice_but_looked_at_again(face: Face, project: Project, fake: FakeProvider) -> None:
    client = project.client(router_args={"num_retries": 2})
    fake.script(Status(500), operation="batch")
    with pytest.raises(ProviderUnavailableError):
        face.call(client, "create", "openai/gpt-4o-mini", TWO)
    batch = face.call(client, "create", "openai/gpt-4o-mini", TWO)
    fake.script(Status(503), operation="batch")
    assert face.call(client, "retrieve", batch.id).status == "completed"


def test_a_refused_key_is_asked_for_again_once(face: Face, project: Project, fake: FakeProvider) -> None:
    client = project.client()
    batch = face.call(client, "create", "openai/gpt-4o-mini", TWO)
    fake.accept("sk-rotated")
    project.langfuse.connections.change("openai", secret="sk-rotated")
    try:
        assert face.call(client, "create", "openai/gpt-4o-mini", TWO).status == "validating"
        assert face.call(client, "retrieve", batch.id).status == "completed"
        fake.accept("sk-another")
        with pytest.raises(AuthenticationError):
            face.call(client, "retrieve", batch.id)
    finally:
        fake.accept()
    assert [entry.status for entry in fake.journal].count(401) == 2


def test_another_key_is_not_sent_to_where_the_old_one_was_refused(
    face: Face, project: Project, fake: FakeProvider
) -> None:
    client = project.client()
    batch = face.call(client, "create", "openai/gpt-4o-mini", TWO)
    fake.accept("sk-rotated")
    project.langfuse.connections.change("openai", secret="sk-rotated", base_url=f"{fake.url}/elsewhere/v1")
    try:
        with pytest.raises(AuthenticationError):
            face.call(client, "retrieve", batch.id)
    finally:
        fake.accept()
    assert not [entry for entry in fake.journal if entry.authenticated_as == "sk-rotated"]
