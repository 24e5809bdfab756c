"""What the project says a model costs comes first, once it is loaded."""

import json

import pytest
from tests.connections.sources import settle

from genai_sdk.http import Budget, SyncTransport, read_endpoint
from genai_sdk.testing import Status

PRICES = "/api/public/models"


@pytest.fixture
def priced(regions, recorded):
    """A model definition of the project, for this test alone."""
    pair = recorded["public_key"], recorded["secret_key"]
    endpoint = read_endpoint(regions.langfuse.url, *pair, named="LANGFUSE_BASE_URL")
    body = {"modelName": "ours", "matchPattern": "^gpt-4o-mini$", "inputPrice": 0.25, "outputPrice": 0.5}
    with SyncTransport() as transport:
        with transport.open(endpoint.send("POST", PRICES, json.dumps(body).encode()), Budget(10)) as response:
            name = json.loads(response.read())["id"]
        yield
        with transport.open(endpoint.send("DELETE", f"{PRICES}/{name}"), Budget(10)) as response:
            assert response.status == 200


def test_the_projects_price_is_taken_once_it_is_loaded_and_no_call_waits_for_it(make_client, face, regions, priced):
    client = make_client()
    first = face.ask(client, "gpt-4o-mini")
    assert first.genai.price_source != "project"
    settle("genai-prices")
    second = face.ask(client, "gpt-4o-mini")
    assert second.genai.price_source == "project"
    assert second.genai.cost == pytest.approx(second.usage.prompt_tokens * 0.25 + second.usage.completion_tokens * 0.5)


def test_a_langfuse_that_gives_no_prices_changes_nothing(make_client, face, regions):
    regions.langfuse.script(Status(403), operation="models")
    client = make_client()
    face.ask(client, "gpt-4o-mini")
    settle("genai-prices")
    assert face.ask(client, "gpt-4o-mini").genai.price_source != "project"
