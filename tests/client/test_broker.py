"""A client that reads its connections from a broker: neither the database's address nor its key leaves the platform."""

from datetime import UTC, datetime

import pytest

from genai_sdk import AccessDeniedError, ConfigurationError, GenAIClient, SourceUnavailableError
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider, Status
from genai_sdk.testing.langfuse import FakeLangfuse

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def provider():
    with FakeProvider("lab", keys={"sk-lab"}) as fake:
        yield fake


@pytest.fixture
def langfuse(provider):
    with FakeLangfuse() as fake:
        fake.connections.put(
            ConnectionRecord(
                name="lab",
                adapter="openai",
                secret="sk-lab",
                base_url=provider.base_url("openai"),
                custom_models=("m",),
                created_at=NOW,
                updated_at=NOW,
            )
        )
        yield fake


@pytest.fixture
def client_of(langfuse):
    made = []

    def make(**options):
        pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
        made.append(GenAIClient(**pair, exit_timeout=0.2, **options))
        return made[-1]

    yield make
    for client in made:
        client.close()


def test_a_key_pair_and_a_host_are_all_it_takes(client_of, langfuse, face):
    client = client_of(host=langfuse.url)
    response = face.ask(client, "m")
    assert (response.text, response.genai.connection) == ("lab: Hello!", "lab")
    assert client.flush(20)
    assert langfuse.traces[0].root.trace_id == response.genai.trace_id
    assert response.genai.trace_url.endswith(f"/project/proj-test/traces/{response.genai.trace_id}")


def test_a_broker_of_its_own_is_asked_in_place_of_the_host(client_of, langfuse, face):
    with FakeLangfuse(broker=False) as plain:
        assert face.ask(client_of(host=plain.url, broker_url=langfuse.url), "m").text == "lab: Hello!"
        with pytest.raises(ConfigurationError, match="GENAI_BROKER_URL"):
            face.ask(client_of(host=plain.url), "m")


def test_a_refused_key_pair_is_denied(client_of, langfuse, face):
    langfuse.revoke(langfuse.public_key)
    with pytest.raises(AccessDeniedError, match="LANGFUSE_SECRET_KEY"):
        face.ask(client_of(host=langfuse.url), "m")


def test_a_broker_that_is_down_at_first_is_unavailable_and_later_does_not_matter(client_of, langfuse, face):
    langfuse.script(Status(500))
    with pytest.raises(SourceUnavailableError):
        face.ask(client_of(host=langfuse.url), "m")
    client = client_of(host=langfuse.url)
    assert face.ask(client, "m").text
    langfuse.down()
    assert face.ask(client, "m").text


def test_a_broker_is_asked_over_https_only_unless_it_is_this_machine(client_of):
    with pytest.raises(ConfigurationError, match="https"):
        client_of(broker_url="http://broker.example.com")
