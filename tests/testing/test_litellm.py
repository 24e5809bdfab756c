"""litellm, an independent client of every wire, takes the fake for each provider: sync, async and streamed."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from genai_sdk.testing import ContentFilter, ContextWindow, FakeProvider, NotFound, Reply, Status

# What litellm itself does wrong; ours has no part in it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*using the `ReadOnly` qualifier:UserWarning"),
    pytest.mark.filterwarnings("ignore:Accessing the 'model_.*' attribute on the instance:DeprecationWarning"),
]

MESSAGES = [{"role": "user", "content": "Hello there!"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
ADAPTERS = ["openai", "azure", "anthropic", "google-ai-studio", "google-vertex-ai", "vertex-claude", "bedrock"]


@pytest.fixture(scope="module")
def litellm() -> Iterator[Any]:
    """The library, imported without its price map from the network and without the `.env` of a parent folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        patch.setenv("LITELLM_MODE", "PRODUCTION")
        import litellm as library

        yield library


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider("seoul", keys={"sk-good"}, aws_keys={"AKIAGOOD": "secret"}) as running:
        yield running


@pytest.fixture
def options(fake: FakeProvider) -> Callable[[str], dict[str, Any]]:
    """What litellm wants to reach the fake as a provider."""

    def of(adapter: str) -> dict[str, Any]:
        url = fake.url
        common = {"messages": MESSAGES, "num_retries": 0, "max_retries": 0, "timeout": 10}
        vertex = {"vertex_project": "p", "vertex_location": "us-east5", "api_base": url}
        if adapter in ("google-vertex-ai", "vertex-claude"):
            vertex["vertex_credentials"] = json.dumps(fake.service_account())
        own: dict[str, dict[str, Any]] = {
            "openai": {"model": "openai/gpt-4o-mini", "api_base": f"{url}/v1", "api_key": "sk-good"},
            "azure": {
                "model": "azure/my-gpt",
                "api_base": url,
                "api_key": "sk-good",
                "api_version": "2025-02-01-preview",
            },
            "anthropic": {"model": "anthropic/claude-sonnet-4-20250514", "api_base": url, "api_key": "sk-good"},
            "google-ai-studio": {
                "model": "gemini/gemini-2.5-flash",
                "api_base": f"{url}/v1beta",
                "api_key": "sk-good",
            },
            "google-vertex-ai": {"model": "vertex_ai/gemini-2.5-pro", **vertex},
            "vertex-claude": {"model": "vertex_ai/claude-sonnet-4@20250514", **vertex},
            "bedrock": {
                "model": "bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0",
                "aws_bedrock_runtime_endpoint": url,
                "aws_access_key_id": "AKIAGOOD",
                "aws_secret_access_key": "secret",
                "aws_region_name": "us-east-1",
                "api_key": "",
            },
        }
        return common | own[adapter]

    return of


Options = Callable[[str], dict[str, Any]]


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_it_reads_an_answer_with_its_usage(litellm: Any, options: Options, adapter: str) -> None:
    response = litellm.completion(**options(adapter))
    assert response.choices[0].message.content == "seoul: Hello there!"
    assert response.choices[0].finish_reason == "stop"
    assert (response.usage.prompt_tokens, response.usage.completion_tokens) == (2, 3)


@pytest.mark.parametrize("adapter", ADAPTERS)
async def test_it_reads_the_same_answer_asynchronously(litellm: Any, options: Options, adapter: str) -> None:
    response = await litellm.acompletion(**options(adapter))
    assert response.choices[0].message.content == "seoul: Hello there!"


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_it_reads_a_stream(litellm: Any, options: Options, adapter: str) -> None:
    chunks = list(litellm.completion(**options(adapter), stream=True, stream_options={"include_usage": True}))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "seoul: Hello there!"
    usages = [chunk.usage for chunk in chunks if getattr(chunk, "usage", None)]
    assert (usages[-1].prompt_tokens, usages[-1].completion_tokens) == (2, 3)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_it_reads_tool_calls(litellm: Any, options: Options, fake: FakeProvider, adapter: str, stream: bool) -> None:
    fake.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]))
    asked = {**options(adapter), "tools": [TOOL], "_skip_mcp_handler": True, "stream": stream}
    response = litellm.completion(**asked)
    if stream:
        response = litellm.stream_chunk_builder(list(response), messages=MESSAGES)
    (call,) = response.choices[0].message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Seoul"})
    assert response.choices[0].finish_reason == "tool_calls"


@pytest.mark.parametrize("adapter", [adapter for adapter in ADAPTERS if adapter != "azure"])
def test_it_reads_reasoning_and_cached_tokens(litellm: Any, options: Options, fake: FakeProvider, adapter: str) -> None:
    fake.script(Reply("Four.", reasoning="two and two", prompt_tokens=10, cached_tokens=4))
    response = litellm.completion(**options(adapter))
    assert response.choices[0].message.reasoning_content == "two and two"
    assert response.usage.prompt_tokens == 10
    assert response.usage.prompt_tokens_details.cached_tokens == 4
    assert response.usage.completion_tokens == 4


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_it_knows_each_failure(litellm: Any, options: Options, fake: FakeProvider, adapter: str) -> None:
    asked = options(adapter)
    down = {500, 503}  # it takes some vendors' one for the other
    for step, statuses in ((Status(429), {429}), (Status(500), down), (Status(503), down), (NotFound(), {404})):
        fake.script(step)
        with pytest.raises(openai.APIError) as caught:  # every error of litellm's is one
            litellm.completion(**asked)
        assert caught.value.status_code in statuses


# It does not know Claude's words for this behind Vertex AI.
@pytest.mark.parametrize("adapter", [adapter for adapter in ADAPTERS if adapter != "vertex-claude"])
def test_it_knows_a_context_window_by_the_vendors_words(
    litellm: Any, options: Options, fake: FakeProvider, adapter: str
) -> None:
    fake.script(ContextWindow())
    with pytest.raises(litellm.ContextWindowExceededError):
        litellm.completion(**options(adapter))


@pytest.mark.parametrize("adapter", ["openai", "azure", "anthropic"])
def test_it_knows_a_content_filter(litellm: Any, options: Options, fake: FakeProvider, adapter: str) -> None:
    fake.script(ContentFilter())
    with pytest.raises(litellm.ContentPolicyViolationError):
        litellm.completion(**options(adapter))


@pytest.mark.parametrize("adapter", ["openai", "azure", "anthropic", "google-ai-studio"])
def test_it_knows_a_wrong_key(litellm: Any, options: Options, adapter: str) -> None:
    with pytest.raises(litellm.AuthenticationError):
        litellm.completion(**{**options(adapter), "api_key": "sk-wrong"})


@pytest.mark.parametrize(
    ("adapter", "model"),
    [
        ("openai", "openai/text-embedding-3-small"),
        ("azure", "azure/embedder"),
        ("google-ai-studio", "gemini/text-embedding-004"),
        ("google-vertex-ai", "vertex_ai/text-embedding-005"),
        ("bedrock", "bedrock/amazon.titan-embed-text-v2:0"),
        ("bedrock", "bedrock/cohere.embed-multilingual-v3"),
    ],
)
def test_it_reads_embeddings(litellm: Any, options: Options, adapter: str, model: str) -> None:
    asked = {**options(adapter), "model": model, "input": ["a", "b"]}
    del asked["messages"]
    response = litellm.embedding(**asked)
    assert [len(row["embedding"]) for row in response.data] == [8, 8]
    assert response.data[0]["embedding"] != response.data[1]["embedding"]
