"""Batches that are listed behind one, over all connections, and their files."""

import contextlib
from typing import Any

import pytest
from tests.jobs.conftest import MODELS, Face, chat
from tests.operations.conftest import Project

from genai_sdk import ConnectionNotFoundError, InvalidRequestError, ProviderUnavailableError
from genai_sdk.jobs.anthropic import AnthropicBatches
from genai_sdk.jobs.openai import OpenAIBatches
from genai_sdk.testing import FakeProvider, ManualClock, Reply, Status
from genai_sdk.wires.wire import Endpoint, HttpResponse

TWO = [chat("a", "first"), chat("b", "second one")]


@pytest.fixture(params=MODELS)
def adapter(request: pytest.FixtureRequest) -> str:
    """Every adapter that has batches."""
    return str(request.param)


@pytest.fixture
def model(adapter: str) -> str:
    """A model behind its connection."""
    return f"{adapter}/{MODELS[adapter]}"


def test_batches_are_listed_behind_one(face: Face, project: Project, model: str, adapter: str) -> None:
    client = project.client()
    made = [face.call(client, "create", model, TWO).vendor_id for _ in range(4)]
    (first, second) = face.call(client, "list", adapter, limit=2)
    behind = face.call(client, "list", adapter, limit=5, after=second.id)
    assert [batch.vendor_id for batch in behind] == made[1::-1]
    assert face.call(client, "list", adapter, limit=1, after=first.id) == (second,)
    with pytest.raises(InvalidRequestError, match="after names one of the batches of 'gone', and"):
        face.call(client, "list", adapter, after="gone/m/chat/batch_1")


def test_batches_of_all_connections_are_listed_one_after_the_other(face: Face, project: Project) -> None:
    client = project.client()
    made = [face.call(client, "create", f"{name}/{model}", TWO).connection for name, model in MODELS.items()]
    listed = face.call(client, "list", limit=10)
    # OpenAI and Azure have the same ones in this fake.
    assert [batch.connection for batch in listed] == ["openai", "openai", "azure", "azure", *made[2:]]
    assert face.call(client, "list", limit=10, after=listed[2].id) == listed[3:]


BUSY = Status(503, retry_after=20)


@pytest.mark.parametrize("kind", ["batch", "file"])
def test_one_deadline_bounds_a_list_of_all_connections(
    face: Face, project: Project, fake: FakeProvider, kind: str
) -> None:
    clock = ManualClock()
    client = project.client(clock=clock, router_args={"num_retries": 1}, deadline=30)
    fake.script(BUSY, Reply(), BUSY, Reply(), operation=kind)
    with pytest.raises(ProviderUnavailableError):
        face.do(client.batches if kind == "batch" else client.files, "list")
    assert clock.now() <= 30


def test_one_deadline_bounds_results(face: Face, project: Project, fake: FakeProvider, model: str) -> None:
    clock = ManualClock()
    client = project.client(clock=clock, router_args={"num_retries": 1}, deadline=30)
    batch = face.call(client, "create", model, TWO)
    face.call(client, "poll", batch.id, timeout=10)
    began = clock.now()
    fake.script(BUSY, Reply(), BUSY, Reply(), operation="batch")
    fake.script(BUSY, operation="file")
    with contextlib.suppress(ProviderUnavailableError):  # whose results are in the batch itself, has them
        list(face.call(client, "results", batch.id))
    assert clock.now() - began <= 30


def test_files_of_a_batch_are_downloaded(face: Face, project: Project) -> None:
    client = project.client()
    batch = face.call(client, "create", "openai/gpt-4o-mini", TWO)
    assert b'"custom_id":"a"' in face.files(client, "content", batch.input_file_id)
    assert (batch.output_file_id, batch.error_file_id) == (None, None)
    batch = face.call(client, "retrieve", batch.id)
    assert b"fake: first" in face.files(client, "content", batch.output_file_id)


@pytest.mark.parametrize("kind", ["batches", "files"])
def test_a_connection_without_a_name_is_none(face: Face, project: Project, kind: str) -> None:
    with pytest.raises(ConnectionNotFoundError, match="the project has no connection ''"):
        face.do(getattr(project.client(), kind), "list", "")


@pytest.mark.parametrize(
    ("wire", "page"),
    [
        (OpenAIBatches, {"data": [{"id": "a"}, {"id": "b"}], "has_more": True}),
        (AnthropicBatches, {"data": [{"id": "a"}, {"id": "b"}], "has_more": True}),
    ],
)
def test_of_a_server_that_knows_no_limit_no_more_are_listed(wire: Any, page: dict[str, Any]) -> None:
    steps = wire(Endpoint(adapter="openai", model="m", root="https://a.example"), lambda _: page).list(1)
    next(steps)
    with pytest.raises(StopIteration) as done:
        steps.send(HttpResponse(200, {}))
    assert [state.vendor_id for state in done.value.value] == ["a"]


def test_azure_s_own_way_of_telling_a_batch_is_read() -> None:
    """As https://learn.microsoft.com/azure/ai-foundry/openai/how-to/batch shows it for REST."""
    told = {
        "id": "batch_1",
        "status": "Validating",
        "created_at": "2024-07-19T17:13:57.2491382+00:00",
        "expires_at": "2024-07-20T17:13:57.1918498+00:00",
        "completed_at": None,
        "input_file_id": "file-1",
        "request_counts": {"total": None, "completed": None, "failed": None},
        "errors": None,
        "metadata": None,
    }
    endpoint = Endpoint(adapter="azure", model="m", root="https://a.openai.azure.com/openai")
    steps = OpenAIBatches(endpoint, lambda _: told).retrieve("batch_1")
    assert "api-version=" in next(steps).url
    with pytest.raises(StopIteration) as done:
        steps.send(HttpResponse(200, {}))
    state = done.value.value
    assert (state.status, state.created_at, state.expires_at, state.ended_at) == (
        "validating",
        1_721_409_237,
        1_721_495_637,
        None,
    )
    assert (state.counts.total, state.files, state.metadata) == (0, ("file-1", None, None), {})
