"""Our own client takes simulated regions for providers: keys from a broker, fallbacks, cost."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from tests.local.simulated.conftest import PAIR

from genai_sdk import AuthenticationError, GenAIClient, RateLimitError, StreamInterruptedError
from genai_sdk.connections import ConnectionRecord
from genai_sdk.local.simulated import UnknownRegionError, ready_connection
from genai_sdk.testing import FakeLangfuse

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MESSAGES = [{"role": "user", "content": "Hello there!"}]


def record(origin, region, order, adapter="openai", **changes):
    ready = msgspec.structs.asdict(ready_connection(origin, region, adapter))
    return ConnectionRecord(created_at=NOW + timedelta(days=order), updated_at=NOW, **{**ready, **changes})


@pytest.fixture
def client(origin):
    wrong = record(origin, "wrong", 3, secret="sk-wrong-and-still-wrong", custom_models=("gpt-6-sol",))
    with FakeLangfuse() as langfuse:
        langfuse.connections.put(
            record(origin, "seoul", 1), record(origin, "usa", 2), wrong, record(origin, "busan", 4, "azure")
        )
        keys = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
        with GenAIClient(**keys, host=langfuse.url, broker_url=langfuse.url) as client:
            yield client


def test_a_call_goes_to_the_first_region(client):
    response = client.completion("gpt-6-luna", MESSAGES)
    assert response.text.startswith("[simulated seoul] ")
    assert response.genai.connection == "simulated_seoul"
    assert response.genai.cost is None


@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-6-sol"])
def test_a_call_over_azures_wire_has_a_cost(client, model):
    response = client.completion(f"simulated_azure_busan/{model}", MESSAGES)
    assert response.text.startswith("[simulated busan] ")
    assert response.genai.cost > 0
    assert client.completion("simulated_azure_busan/simulated-small", MESSAGES).genai.cost is None


def test_a_stream_over_azures_wire_has_a_cost_too(client):
    stream = client.completion("simulated_azure_busan/gpt-6-luna", MESSAGES, stream=True)
    assert "".join(chunk.text or "" for chunk in stream).startswith("[simulated busan] ")
    assert stream.genai.cost > 0


def test_a_region_that_is_down_is_replaced_by_a_healthy_one(client, behave):
    behave({"status": 503})
    response = client.completion("gpt-6-luna", MESSAGES)
    assert response.text.startswith("[simulated usa] ")
    assert [attempt.connection for attempt in response.genai.attempts] == ["simulated_seoul", "simulated_usa"]


def test_a_pinned_region_that_is_down_falls_back_to_the_region_named(client, behave):
    behave({"status": 503})
    fallbacks = [{"simulated_seoul/simulated-large": ["simulated_usa/simulated-small"]}]
    response = client.completion("simulated_seoul/simulated-large", MESSAGES, fallbacks=fallbacks, num_retries=0)
    assert response.genai.connection == "simulated_usa"
    assert response.model == "simulated-small"


@pytest.mark.parametrize("kind", [{"cut_after": 0}, {"malformed": "html"}, {"malformed": "truncated"}, {"status": 429}])
def test_a_stream_that_fails_before_its_content_starts_elsewhere(client, behave, kind):
    behave(kind)
    chunks = list(client.completion("gpt-6-luna", MESSAGES, stream=True))
    assert "".join(chunk.text or "" for chunk in chunks).startswith("[simulated usa] ")


def test_a_stream_cut_in_its_middle_says_so(client, behave):
    behave({"cut_after": 3})
    stream = client.completion("simulated_seoul/gpt-6-luna", MESSAGES, stream=True)
    with pytest.raises(StreamInterruptedError) as caught:
        list(stream)
    assert caught.value.text.startswith("[simulated seoul] ")


def test_a_wrong_key_is_refused_with_the_providers_reason_and_masked(client):
    with pytest.raises(AuthenticationError, match=r"Incorrect API key provided: sk-w\*{5}rong") as caught:
        client.completion("simulated_wrong/gpt-6-sol", MESSAGES, num_retries=0)
    assert "and-still" not in str(caught.value)


def test_a_limit_says_when_to_come_back(client, behave):
    behave({"status": 429, "retry_after": 30})
    with pytest.raises(RateLimitError) as caught:
        client.completion("simulated_seoul/gpt-6-sol", MESSAGES, num_retries=0)
    assert caught.value.retry_after == 30


def test_embeddings_are_served(client):
    response = client.embedding("text-embedding-3-small", ["a", "b"])
    assert len(response.data) == 2


def test_speech_that_was_simulated_is_written_down_as_the_same_words_each_time(client):
    model = "simulated_seoul/simulated-small"
    sound = client.speech(model, "Hello there!", voice="alloy", response_format="wav").content
    text = client.transcription(model, ("hello.wav", sound)).text
    assert text.startswith('[simulated seoul] Somebody speaks in "hello.wav, ')
    assert text.count(". ") == 1
    assert client.transcription(model, ("hello.wav", sound)).text == text
    assert client.transcription(model, ("hello.wav", sound + bytes(2))).text != text
    stream = client.transcription(model, ("hello.wav", sound), stream=True)
    assert "".join(event.delta or "" for event in stream) == text
    assert client.transcription("simulated_usa/simulated-large", ("a.mp3", sound)).text.count(". ") == 4


def test_pictures_and_judgements_are_made_up_too(client):
    model = "simulated_seoul/simulated-small"
    assert client.image_generation(model, "a bridge").data[0].content
    assert not client.moderation(model, "Hello there!").flagged
    assert client.rerank(model, "weather", ["the weather today", "a recipe"]).results[0].index == 0


def test_a_text_is_gone_on_with(client):
    model = "simulated_seoul/simulated-small"
    assert client.text_completion(model, "Once upon a time").text.startswith("[simulated seoul] ")
    assert len(client.text_completion(model, "Once upon a time", max_tokens=3).text.split()) == 3


def test_a_ready_connection_is_what_langfuse_takes(origin, ask):
    ready = ready_connection(origin + "/", "seoul")
    assert ready.body() == {
        "provider": "simulated_seoul",
        "adapter": "openai",
        "secretKey": "sk-simulated-seoul",
        "baseURL": f"{origin}/simulated/seoul/v1",
        "customModels": list(ready.custom_models),
        "withDefaultModels": False,
    }
    listed = ask("/simulated/seoul/v1/models").json["data"]
    assert {model["id"] for model in listed} < set(ready.custom_models)
    assert ask("/simulated", authorization=PAIR).json["regions"][0]["calls"] == 1


def test_a_ready_connection_needs_a_regions_name(origin):
    with pytest.raises(UnknownRegionError, match="a-z"):
        ready_connection(origin, "Seoul!")


@pytest.mark.parametrize("connection", ["simulated_seoul", "simulated_azure_busan"])
def test_a_batch_is_made_and_its_results_are_read(client, connection):
    requests = [{"custom_id": f"r{place}", "messages": MESSAGES} for place in range(2)]
    batch = client.batches.create(f"{connection}/gpt-6-luna", requests, max_tokens=3)
    done = client.batches.retrieve(batch.id)
    results = list(client.batches.results(done.id))
    assert done.status == "completed"
    assert [result.custom_id for result in results] == ["r0", "r1"]
    assert all(len(result.completion.text.split()) == 3 for result in results)


async def test_a_file_is_kept_and_given_back(client):
    file = await client.files.acreate(("notes.txt", b"the harbour at dawn"), "simulated_azure_busan")
    assert await client.files.acontent(file.id) == b"the harbour at dawn"
    assert client.files.retrieve(file.id).name == "notes.txt"
