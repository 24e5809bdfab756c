"""From a key pair and a name to the right provider with the right key."""

import json

import pydantic
import pytest

from genai_sdk import ChatCompletion, InvalidRequestError, ResponseFormatError, StreamInterruptedError
from genai_sdk.testing import CutStream, Reply, Status

# connection, model asked behind its pin, wire, path, how it proves itself, as whom
ARRIVALS = [
    ("openai_test", "gpt-4o-mini", "openai", "/v1/chat/completions", "bearer", "sk-test-openai-0001"),
    ("openai_responses", "gpt-4o-mini", "openai", "/v1/responses", "bearer", "sk-test-openai-0002"),
    (
        "vllm_onprem",
        "meta-llama/Llama-3.1-8B-Instruct",
        "openai",
        "/v1/chat/completions",
        "bearer",
        "token-onprem-0003",
    ),
    (
        "azure_test",
        "gpt-4o",
        "azure",
        "/openai/deployments/gpt-4o/chat/completions",
        "api-key",
        "azure-test-key-0004",
    ),
    (
        "bedrock_test",
        "claude-sonnet-4",
        "bedrock",
        "/model/us.anthropic.claude-sonnet-4-20250514-v1%3A0/converse",
        "sigv4",
        "AKIATESTTESTTEST0005",
    ),
    (
        "bedrock_apikey",
        "amazon.nova-lite-v1:0",
        "bedrock",
        "/model/amazon.nova-lite-v1%3A0/converse",
        "bearer",
        "ABSK-test-0006",
    ),
    ("anthropic_test", "claude-sonnet-4", "anthropic", "/v1/messages", "x-api-key", "sk-ant-test-0009"),
    (
        "gemini_studio",
        "gemini-2.5-flash",
        "google-ai-studio",
        "/v1beta/models/gemini-2.5-flash:generateContent",
        "x-goog-api-key",
        "AIzaTestStudioKey0008",
    ),
]


def test_the_recorded_connections_are_listed(client, face):
    views = face.call(client, "connections")
    assert [view.name for view in views] == [
        "openai_test",
        "azure_test",
        "bedrock_test",
        "anthropic_test",
        "openai_responses",
        "vllm_onprem",
        "bedrock_apikey",
        "gemini_seoul",
        "gemini_usa",
        "gemini_studio",
        "bedrock_default_chain",
        "vertex_adc",
    ]
    assert all(view.error is None for view in views)
    assert [view.name for view in views if view.default_credentials] == ["bedrock_default_chain", "vertex_adc"]
    assert views[0].header_names == ("X-Team",)


@pytest.mark.parametrize(("connection", "model", "wire", "path", "scheme", "who"), ARRIVALS)
def test_a_call_arrives_with_the_right_key_path_and_model(
    client, face, regions, connection, model, wire, path, scheme, who
):
    response = face.ask(client, f"{connection}/{model}")
    assert isinstance(response, ChatCompletion)
    assert response.text == "usa: Hello!"
    assert response.usage.total_tokens == response.usage.prompt_tokens + response.usage.completion_tokens > 0
    assert response.genai.connection == connection
    assert [row.reason for row in response.genai.attempts] == ["ok"]
    (entry,) = [entry for entry in regions.usa.journal if entry.operation == "chat"]
    assert (entry.wire, entry.path, entry.scheme, entry.authenticated_as) == (wire, path, scheme, who)
    assert entry.headers.get("x-team") == ("search" if connection == "openai_test" else None)
    assert response.genai.request_id == entry.request_id


@pytest.mark.parametrize(("region", "location"), [("seoul", "asia-northeast3"), ("usa", "us-central1")])
def test_vertex_arrives_with_a_token_of_its_service_account(client, face, regions, region, location):
    response = face.ask(client, f"gemini_{region}/gemini-2.5-pro")
    assert response.text == f"{region}: Hello!"
    journal = getattr(regions, region).journal
    (entry,) = [entry for entry in journal if entry.operation == "chat"]
    assert (entry.wire, entry.scheme) == ("google-vertex-ai", "oauth")
    assert f"/locations/{location}/publishers/google/models/gemini-2.5-pro:generateContent" in entry.path


@pytest.mark.parametrize("connection", [row[0] for row in ARRIVALS] + ["gemini_seoul"])
def test_every_adapter_streams(client, face, regions, connection):
    model = {row[0]: row[1] for row in ARRIVALS}.get(connection, "gemini-2.5-pro")
    stream = face.ask(client, f"{connection}/{model}", "one two three four", stream=True)
    chunks = face.read(stream)
    name = "seoul" if connection == "gemini_seoul" else "usa"
    assert "".join(chunk.text for chunk in chunks) == f"{name}: one two three four"
    assert len([chunk for chunk in chunks if chunk.text]) > 1
    assert all(chunk.choices for chunk in chunks), "the usage chunk is swallowed unless it was asked for"
    assert stream.usage.total_tokens > 0
    assert stream.genai.connection == connection
    assert stream.response.text == f"{name}: one two three four"
    assert stream.response.choices[0].finish_reason == "stop"


def test_names_go_to_the_connections_that_serve_them(client, face):
    assert face.ask(client, "gpt-4o-mini").genai.connection == "azure_test"
    assert face.ask(client, "claude-sonnet-4").genai.connection == "bedrock_test"
    assert face.ask(client, "gemini-2.5-flash").genai.connection == "gemini_seoul"


def test_a_failing_region_is_replaced_within_the_call(client, face, regions):
    regions.seoul.down()
    response = face.ask(client, "gemini-2.5-pro")
    assert response.text == "usa: Hello!"
    assert [(row.connection, row.reason) for row in response.genai.attempts] == [
        ("gemini_seoul", "connect error"),
        ("gemini_usa", "ok"),
    ]


def test_a_pinned_call_falls_back_from_region_to_region(make_client, face, regions):
    client = make_client(router_args={"fallbacks": [{"gemini_seoul/*": ["gemini_usa/*"]}], "num_retries": 0})
    regions.seoul.always(Status(503))
    assert face.ask(client, "gemini_seoul/gemini-2.5-pro").genai.connection == "gemini_usa"


def test_a_stream_falls_back_before_its_first_content_and_raises_after_it(client, face, regions):
    regions.seoul.always(CutStream(after_chunks=0))
    stream = face.ask(client, "gemini-2.5-pro", "a b c d e f", stream=True)
    assert "".join(chunk.text for chunk in face.read(stream)) == "usa: a b c d e f"
    regions.usa.script(CutStream(after_chunks=3))
    stream = face.ask(client, "gemini_usa/gemini-2.5-pro", "a b c d e f", stream=True)
    with pytest.raises(StreamInterruptedError) as caught:
        face.read(stream)
    assert caught.value.text
    assert "usa: a b c d e f".startswith(caught.value.text)


def test_a_stream_can_start_over(make_client, face, regions):
    client = make_client(stream_fallback="restart")
    regions.seoul.always(CutStream(after_chunks=3))
    chunks = face.read(face.ask(client, "gemini-2.5-pro", "a b c d e f", stream=True))
    position = next(number for number, chunk in enumerate(chunks) if chunk.restart)
    assert "".join(chunk.text for chunk in chunks[position:]) == "usa: a b c d e f"
    assert chunks[:position]


def test_usage_comes_as_a_chunk_when_it_is_asked_for(client, face):
    stream = face.ask(client, "openai_test/gpt-4o-mini", stream=True, stream_options={"include_usage": True})
    chunks = face.read(stream)
    assert chunks[-1].usage.total_tokens > 0


def test_an_answer_is_read_as_a_pydantic_model(client, face, regions):
    class City(pydantic.BaseModel):
        name: str
        people: int

    regions.usa.script(Reply(text=json.dumps({"name": "Seoul", "people": 9_400_000})))
    response = face.ask(client, "openai_test/gpt-4o-mini", response_format=City)
    assert response.parsed == City(name="Seoul", people=9_400_000)
    sent = regions.usa.journal[0].body["response_format"]
    assert sent["type"] == "json_schema"
    assert sent["json_schema"]["schema"]["required"] == ["name", "people"]
    regions.usa.script(Reply(text="not JSON"))
    response = face.ask(client, "openai_test/gpt-4o-mini", response_format=City)
    with pytest.raises(
        ResponseFormatError, match="is not the City that was asked for: the answer: Invalid JSON"
    ) as said:
        _ = response.parsed
    assert isinstance(said.value.__cause__, pydantic.ValidationError)
    assert (said.value.text, said.value.connection) == ("not JSON", "openai_test")
    assert response.text == "not JSON"


def test_tools_are_called(client, face, regions):
    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]))
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
    response = face.ask(client, "openai_test/gpt-4o-mini", tools=tools)
    (call,) = response.choices[0].message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Seoul"})
    assert response.choices[0].finish_reason == "tool_calls"


def test_texts_become_vectors(client, face):
    response = face.call(client, "embedding", "openai_test/text-embedding-3-small", ["one", "two"], dimensions=8)
    assert [len(one.embedding) for one in response.data] == [8, 8]
    assert response.data[0].embedding != response.data[1].embedding
    assert response.genai.connection == "openai_test"
    assert response.usage.prompt_tokens > 0


def test_cost_is_known_for_known_prices_and_absent_otherwise(client, face):
    assert face.ask(client, "gemini_usa/gemini-2.5-pro").genai.cost > 0
    assert face.ask(client, "vllm_onprem/meta-llama/Llama-3.1-8B-Instruct").genai.cost is None


def test_a_parameter_that_is_none_was_not_given(client, face, regions):
    face.ask(client, "openai_test/gpt-4o-mini", temperature=None, timeout=None, tools=None)
    assert "temperature" not in regions.usa.journal[0].body


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"temprature": 1}, "did you mean 'temperature'"),
        ({"api_key": "sk-x"}, "connection"),
        ({"timeout": -1}, "timeout must be a number of seconds"),
        ({"num_retries": "two"}, "num_retries must be a whole number"),
        ({"stream": "yes"}, "stream must be True or False, not 'yes'"),
        ({"response_format": 3}, "response_format must be a dict, or a type"),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_is_sent(client, face, regions, options, says):
    with pytest.raises(InvalidRequestError, match=says) as caught:
        face.ask(client, "openai_test/gpt-4o-mini", **options)
    assert "sk-x" not in str(caught.value)
    assert len(regions.usa.journal) == 0


@pytest.mark.parametrize("messages", ["Hello!", [], None, {"role": "user"}, ["Hello!"], [{"content": "x"}]])
def test_wrong_messages_are_refused(client, face, messages):
    with pytest.raises(InvalidRequestError, match="messages"):
        face.call(client, "completion", "gpt-4o-mini", messages)


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ([[1, 2, 3]], r"input\[0\] must be a text, not list"),
        (["one", "two", None], r"input\[2\] must be a text, not nothing"),
        ([], "input must be a text or a list of texts, not an empty list"),
        (7, "input must be a text or a list of texts, not int"),
    ],
)
def test_what_is_no_text_is_named_with_its_place(client, face, texts, says):
    with pytest.raises(InvalidRequestError, match=says):
        face.call(client, "embedding", "openai_test/text-embedding-3-small", texts)


def test_explain_prints_the_plan_and_asks_nobody(make_client, face, regions):
    client = make_client(router_args={"fallbacks": [{"gemini-2.5-pro": ["gemini-2.5-flash", "no-such"]}]})
    plan = str(face.call(client, "explain", "gemini-2.5-pro"))
    assert "1. gemini_seoul/gemini-2.5-pro" in plan
    assert "→ gemini-2.5-flash: gemini_seoul/gemini-2.5-flash" in plan
    assert "→ no-such: left out" in plan
    assert len(regions.seoul.journal) + len(regions.usa.journal) == 0


def test_models_lists_names_with_the_connections_that_serve_them(client, face):
    rows = {row.name: row.connections for row in face.call(client, "models")}
    assert rows["gpt-4o"] == ("azure_test",)
    assert rows["meta-llama/Llama-3.1-8B-Instruct"] == ("vllm_onprem",)


NO_TWINS = {"stats", "metrics_text", "trace", "as_openai", "as_async_openai", "as_anthropic", "as_async_anthropic"}


def test_every_method_has_its_async_twin():
    import inspect

    from genai_sdk import GenAIClient

    methods = {
        name: member
        for name, member in inspect.getmembers(GenAIClient, inspect.isfunction)
        if not name.startswith("_") and name not in NO_TWINS
    }
    twins = {name: member for name, member in methods.items() if inspect.iscoroutinefunction(member)}
    assert {f"a{name}" for name in methods if name not in twins} == set(twins)
    for name, twin in twins.items():
        plain = inspect.signature(methods[name[1:]]).parameters
        assert list(plain) == list(inspect.signature(twin).parameters)
