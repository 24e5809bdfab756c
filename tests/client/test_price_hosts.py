"""Which calls have a price: it follows from the host that serves, and is told on the response and in the trace."""

from urllib.parse import urlsplit

import pytest
from tests.client.openai_host import OpenAIHost
from tests.connections.sources import settle

from genai_sdk.catalogue import cost_of, price_of, table_date


@pytest.fixture
def openai(regions, tmp_path, monkeypatch):
    """OpenAI's own address, served by the fake region."""
    host = OpenAIHost(urlsplit(regions.usa.url).port, tmp_path)
    monkeypatch.setenv("HTTPS_PROXY", host.url)
    yield host
    host.close()


@pytest.fixture
def traces(regions):
    """The traces of this test alone."""
    regions.langfuse.traces.clear()
    return regions.langfuse.traces


@pytest.mark.parametrize("base_url", ["https://api.openai.com/v1", "https://api.openai.com/v1/"])
def test_openais_own_address_has_openais_price_with_and_without_a_slash(
    make_client, make_database, face, openai, traces, base_url
):
    dsn = make_database(changes={"openai_test": {"base_url": base_url}})
    client = make_client(database_url=dsn, ca_bundle=openai.bundle)
    response = face.ask(client, "openai_test/gpt-6-luna")
    assert openai.asked == ["api.openai.com:443"]
    assert response.genai.cost == cost_of(price_of("openai", "gpt-6-luna"), response.usage)
    assert response.genai.cost > 0
    assert response.genai.price_source == f"table {table_date()}"
    assert client.flush(20)
    call = traces.all[0].root
    assert call.cost == response.genai.costs
    assert call.metadata["price_source"] == response.genai.price_source


def test_a_house_server_that_calls_its_model_like_openais_has_no_price(client, face, traces):
    response = face.ask(client, "openai_test/gpt-6-luna")
    assert response.usage.total_tokens
    assert (response.genai.cost, response.genai.costs, response.genai.price_source) == (None, None, None)
    assert client.flush(20)
    call = traces.all[0].root
    assert (call.cost, call.metadata["cost"]) == ({"total": 0}, "unknown")
    assert "price_source" not in call.metadata


def test_the_projects_price_comes_first_on_a_house_server_too(make_client, face, traces, priced):
    client = make_client()
    face.ask(client, "openai_test/gpt-4o-mini")
    settle("genai-prices")
    response = face.ask(client, "openai_test/gpt-4o-mini")
    expected = response.usage.prompt_tokens * 0.25 + response.usage.completion_tokens * 0.5
    assert response.genai.cost == pytest.approx(expected)
    assert response.genai.price_source == "project"
    assert client.flush(20)
    (call,) = [trace.root for trace in traces.all if trace.root.trace_id == response.genai.trace_id]
    assert call.metadata["price_source"] == "project"
