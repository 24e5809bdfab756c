from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from genai_sdk.testing import ContentFilter, ContextWindow, ErrorInStream, FakeProvider, NotFound, Reply, Status

Ask = Callable[..., Any]
MESSAGES = [{"role": "user", "content": "Hello there!"}]
PATH = "/openai/deployments/my-gpt/chat/completions"
VERSIONED = PATH + "?api-version=2025-02-01-preview"


@pytest.fixture
def azure(ask: Ask) -> Ask:
    def send(path: str = VERSIONED, *, key: str | None = "sk-good", **body: Any) -> Any:
        headers = {} if key is None else {"api_key": key}
        return ask(path, {"messages": MESSAGES, **body}, key=None, **headers)

    return send


def test_the_deployment_in_the_path_is_the_model(azure: Ask, fake: FakeProvider) -> None:
    response = azure()
    assert response.status == 200
    assert response.json["choices"][0]["message"]["content"] == "seoul: Hello there!"
    assert response.json["prompt_filter_results"][0]["content_filter_results"]["hate"]["filtered"] is False
    assert response.headers["apim-request-id"] == "req_00000001"
    entry = fake.journal[0]
    assert (entry.wire, entry.model, entry.scheme, entry.authenticated_as) == ("azure", "my-gpt", "api-key", "sk-good")
    assert entry.query == {"api-version": "2025-02-01-preview"}


def test_a_stream_opens_with_an_event_without_choices(azure: Ask) -> None:
    events = azure(stream=True).events
    assert events[0]["choices"] == []
    assert "prompt_filter_results" in events[0]
    assert "".join(event["choices"][0]["delta"].get("content", "") for event in events[1:-1]) == "seoul: Hello there!"


@pytest.mark.parametrize("key", [None, "sk-wrong"])
def test_a_wrong_key_is_refused_in_azures_words(azure: Ask, key: str | None) -> None:
    response = azure(key=key)
    assert response.status == 401
    assert response.json["error"]["code"] == "401"
    assert response.json["error"]["message"].startswith("Access denied due to invalid subscription key")


def test_a_key_is_no_bearer_token_except_on_the_v1_paths(ask: Ask, fake: FakeProvider) -> None:
    assert ask(VERSIONED, {"messages": MESSAGES}).status == 401
    assert ask("/openai/v1/chat/completions", {"model": "my-gpt", "messages": MESSAGES}).status == 200
    fake.accept("eyJhbGciOi")
    assert ask(VERSIONED, {"messages": MESSAGES}, key="eyJhbGciOi").status == 200
    assert fake.journal[-1].scheme == "bearer"


def test_without_an_api_version_there_is_no_such_resource(azure: Ask) -> None:
    response = azure(PATH)
    assert response.status == 404
    assert response.json == {"error": {"code": "404", "message": "Resource not found"}}


def test_errors_are_azures(azure: Ask, fake: FakeProvider) -> None:
    fake.script(NotFound(), Status(429, retry_after=7), ContextWindow(), ContentFilter())
    missing, limited, long, filtered = (azure() for _ in range(4))
    assert missing.json["error"]["code"] == "DeploymentNotFound"
    assert (limited.json["error"]["code"], limited.headers["retry-after"]) == ("429", "7")
    assert "Please retry after 7 seconds." in limited.json["error"]["message"]
    assert (long.status, long.json["error"]["code"]) == (400, "context_length_exceeded")
    assert (filtered.status, filtered.json["error"]["code"]) == (400, "content_filter")
    assert filtered.json["error"]["innererror"]["code"] == "ResponsibleAIPolicyViolation"


def test_embeddings_and_models_are_served(ask: Ask) -> None:
    path = "/openai/deployments/embedder/embeddings?api-version=2024-10-21"
    response = ask(path, {"input": ["a"]}, key=None, api_key="sk-good")
    assert response.json["model"] == "embedder"
    assert ask("/openai/models?api-version=2024-10-21", key=None, api_key="sk-good").status == 200


@pytest.fixture
def client(fake: FakeProvider) -> Iterator[openai.AzureOpenAI]:
    with openai.AzureOpenAI(
        azure_endpoint=fake.url, api_key="sk-good", api_version="2025-02-01-preview", max_retries=0, timeout=5
    ) as opened:
        yield opened


def test_the_official_client_reads_answers_streams_embeddings_and_responses(client: openai.AzureOpenAI) -> None:
    completion = client.chat.completions.create(model="my-gpt", messages=MESSAGES)
    assert completion.choices[0].message.content == "seoul: Hello there!"
    assert completion._request_id == "req_00000001"
    stream = client.chat.completions.create(model="my-gpt", messages=MESSAGES, stream=True)
    said = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]
    assert "".join(said) == "seoul: Hello there!"
    assert len(client.embeddings.create(model="e", input="a", dimensions=3).data[0].embedding) == 3
    assert client.responses.create(model="my-gpt", input="hey").output_text == "seoul: hey"


async def test_the_official_async_client_reads_answers(fake: FakeProvider) -> None:
    async with openai.AsyncAzureOpenAI(
        base_url=fake.base_url("azure") + "/my-gpt", api_key="sk-good", api_version="2024-10-21", max_retries=0
    ) as client:
        completion = await client.chat.completions.create(model="my-gpt", messages=MESSAGES)
    assert completion.choices[0].message.content == "seoul: Hello there!"
    assert fake.journal[0].model == "my-gpt"


def test_the_official_client_raises_the_errors(client: openai.AzureOpenAI, fake: FakeProvider) -> None:
    fake.script(ContentFilter(), Status(429), ErrorInStream(code=500, reply=Reply("a b")))
    with pytest.raises(openai.BadRequestError) as filtered:
        client.chat.completions.create(model="my-gpt", messages=MESSAGES)
    assert filtered.value.code == "content_filter"
    with pytest.raises(openai.RateLimitError):
        client.chat.completions.create(model="my-gpt", messages=MESSAGES)
    stream = client.chat.completions.create(model="my-gpt", messages=MESSAGES, stream=True)
    with pytest.raises(openai.APIError, match="Backend returned unexpected response"):
        list(stream)
