"""What Anthropic's SDK does on our client, sync and async, with Claude and with others."""

import asyncio
import contextvars
import json

import pydantic
import pytest
from tests.gateway.conftest import MODEL

import genai_sdk
from genai_sdk.testing import CutStream, Reply, StallBeforeHeaders, StallStream, Status

anthropic = pytest.importorskip("anthropic", reason="it lies in an environment of its own: see test_anthropic_sdk.py")

CLAUDE = "claude-sonnet-5"
ASK = [{"role": "user", "content": "Hello there!"}]
TOOLS = [
    {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}},
]


class City(pydantic.BaseModel):
    name: str


class Sdk:
    """Uses Anthropic's SDK through its sync or its async client, with the same words."""

    def __init__(self, runner, client):
        self.runner = runner
        self.sdk = client.as_anthropic() if runner is None else client.as_async_anthropic()

    def do(self, made):
        if self.runner is None:
            return made

        async def wait():
            return await made

        return self.runner.run(wait(), context=contextvars.copy_context())

    def create(self, model=CLAUDE, messages=ASK, **options):
        return self.do(self.sdk.messages.create(model=model, messages=messages, max_tokens=50, **options))

    def read(self, stream):
        if self.runner is None:
            return list(stream)

        async def collect():
            return [event async for event in stream]

        return self.do(collect())


@pytest.fixture(params=["sync", "async"])
def face(request, client, monkeypatch):
    """The SDK's client, whose environment says something else in every respect."""
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL", "WEBHOOK_SIGNING_KEY", "PROFILE"):
        monkeypatch.setenv(f"ANTHROPIC_{name}", f"http://127.0.0.1:9/{name}" if name == "BASE_URL" else name)
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "X-Of-The-Environment: yes")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    if request.param == "sync":
        yield Sdk(None, client)
        return
    with asyncio.Runner() as runner:
        yield Sdk(runner, client)


def test_it_is_the_sdk_s_own_client(face):
    assert isinstance(face.sdk, anthropic.Anthropic | anthropic.AsyncAnthropic)
    assert isinstance(face.sdk.with_options(timeout=5), type(face.sdk))


def test_a_message_is_the_sdk_s_own_and_says_who_served_it(face, stage):
    stage.first.script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    message = face.create(system="Be kind.", metadata={"user_id": "u-1"}, extra_headers={"anthropic-beta": "b-1,b-2"})
    assert type(message) is anthropic.types.Message
    assert (message.content[0].text, message.stop_reason) == ("Hi!", "end_turn")
    assert (message.usage.input_tokens, message.usage.output_tokens) == (9, 2)
    assert message.genai["connection"] == "claude"
    assert message._request_id == message.genai["request_id"]
    (exchange,) = stage.first.journal
    assert (exchange.body["system"], exchange.body["metadata"]) == ("Be kind.", {"user_id": "u-1"})
    assert exchange.headers["anthropic-beta"] == "b-1,b-2"
    assert "x-of-the-environment" not in exchange.headers


def test_any_other_model_answers_in_the_same_shape(face, stage):
    stage.first.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]))
    message = face.create(MODEL, tools=TOOLS)
    assert (message.content[0].type, message.content[0].input) == ("tool_use", {"city": "Seoul"})
    assert message.stop_reason == "tool_use"
    assert message.genai["connection"] == "first"


@pytest.mark.parametrize("model", [CLAUDE, MODEL])
def test_events_are_the_sdk_s_own_and_the_last_says_who_served_it(face, stage, model):
    stage.first.script(Reply(text="one two three"))
    events = face.read(face.create(model, stream=True))
    assert isinstance(events[0], anthropic.types.RawMessageStartEvent)
    assert "".join(event.delta.text for event in events if event.type == "content_block_delta") == "one two three"
    assert events[-1].genai["connection"] == {CLAUDE: "claude", MODEL: "first"}[model]


@pytest.mark.parametrize("model", [CLAUDE, MODEL])
def test_the_sdk_s_helper_for_streams_puts_them_together(face, stage, model):
    calls = [("get_weather", {"city": "Seoul"}), ("get_weather", {"city": "Oslo"})]
    stage.first.script(Reply(text="Let me see.", tool_calls=calls))
    options = {"model": model, "messages": ASK, "max_tokens": 50, "tools": TOOLS}

    def read():
        with face.sdk.messages.stream(**options) as stream:
            return "".join(stream.text_stream), stream.get_final_message()

    async def aread():
        async with face.sdk.messages.stream(**options) as stream:
            text = "".join([piece async for piece in stream.text_stream])
            return text, await stream.get_final_message()

    text, final = read() if face.runner is None else face.do(aread())
    assert text == "Let me see."
    assert [block.input["city"] for block in final.content[1:]] == ["Seoul", "Oslo"]
    assert final.usage.output_tokens > 0


@pytest.mark.parametrize("model", [CLAUDE, MODEL])
def test_a_conversation_goes_on_with_the_sdk_s_own_blocks(face, stage, model):
    stage.first.script(Reply(reasoning="Hm.", tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="Sunny."))
    first = face.create(model, tools=TOOLS)
    result = {"type": "tool_result", "tool_use_id": first.content[-1].id, "content": "sunny"}
    messages = [*ASK, {"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    assert face.create(model, messages, tools=TOOLS).content[0].text == "Sunny."
    assert "sunny" in json.dumps(stage.first.journal[1].body)


def test_parse_reads_a_model(face, stage):
    stage.first.script(Reply(text='{"name": "Seoul"}'), Reply(text='{"name": "Seoul"}'))
    for model in (CLAUDE, MODEL):
        made = face.sdk.messages.parse(model=model, messages=ASK, max_tokens=50, output_format=City)
        assert face.do(made).parsed_output == City(name="Seoul")


def test_our_keywords_and_fallbacks_work(face, client, stage):
    stage.first.always(Status(500), model=CLAUDE)
    own = {"num_retries": 0, "session_id": "s-1", "fallbacks": [f"second/{MODEL}"]}
    message = face.create(extra_body={"genai": own})
    assert [row["connection"] for row in message.genai["attempts"]] == ["claude", "second"]
    assert client.flush(20)
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.session_id == "s-1"


def test_calls_of_a_block_belong_to_it_and_are_counted_once(face, client, stage):
    with client.trace("ours"):
        face.create()
        face.read(face.create(stream=True))
    assert client.flush(20)
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.name == "ours"
    assert [each.type for each in trace.observations if each.type == "GENERATION"] == ["GENERATION"] * 2


def test_models_are_listed_and_found(face):
    models = face.do(face.sdk.models.list())
    assert CLAUDE in [model.id for model in models.data]
    found = face.do(face.sdk.models.retrieve(CLAUDE))
    assert (found.id, found.genai["candidates"][0]["connection"]) == (CLAUDE, "claude")


@pytest.mark.parametrize(
    ("step", "kind", "status"),
    [
        (Status(429, retry_after=7), "RateLimitError", 429),
        (Status(401), "AuthenticationError", 401),
        (Status(404), "NotFoundError", 404),
        (Status(400), "BadRequestError", 400),
        (Status(529), "InternalServerError", 529),
    ],
)
def test_errors_are_the_sdk_s_own_caused_by_ours(face, stage, step, kind, status):
    stage.first.always(step, model=CLAUDE)
    with pytest.raises(getattr(anthropic, kind)) as caught:
        face.create(extra_body={"genai": {"num_retries": 0}})
    error = caught.value
    assert error.status_code == status
    assert isinstance(error.__cause__, genai_sdk.ProviderError)
    assert error.message == str(error.__cause__)
    assert error.body["error"]["genai"]["attempts"][0]["status"] == status
    assert len(stage.first.journal) == 1


def test_the_sdk_retries_nothing_itself(face, stage):
    stage.first.always(Status(500), model=CLAUDE)
    sdk = face.sdk.with_options(max_retries=5)
    with pytest.raises(anthropic.InternalServerError):
        face.do(
            sdk.messages.create(model=CLAUDE, messages=ASK, max_tokens=50, extra_body={"genai": {"num_retries": 0}})
        )
    assert len(stage.first.journal) == 1


def test_a_timeout_is_the_sdk_s_own(face, stage):
    stage.first.always(StallBeforeHeaders(), model=CLAUDE)
    with pytest.raises(anthropic.APITimeoutError) as caught:
        face.create(timeout=0.2, extra_body={"genai": {"num_retries": 0}})
    assert isinstance(caught.value.__cause__, genai_sdk.ProviderTimeoutError)


def test_a_broken_stream_is_the_sdk_s_error(face, stage):
    stage.first.script(CutStream(after_chunks=2, reply=Reply(text="one two three four")))
    stream = face.create(stream=True)
    with pytest.raises(anthropic.APIError, match="the stream broke"):
        face.read(stream)


def test_a_stream_that_is_closed_early_frees_its_provider(face, client, stage):
    stage.first.script(StallStream(reply=Reply(text="one two three")))
    stream = face.create(stream=True)
    face.do(anext(stream)) if face.runner else next(stream)
    face.do(stream.close())
    assert client.flush(20)
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.root.status_message == "the stream was closed by its reader before its end"


@pytest.mark.parametrize(
    "call",
    [
        lambda sdk: sdk.messages.count_tokens(model=CLAUDE, messages=ASK),
        lambda sdk: sdk.messages.batches.retrieve("b_1"),
        lambda sdk: sdk.with_options(base_url="http://127.0.0.1:9").messages.create(
            model=CLAUDE, messages=ASK, max_tokens=5
        ),
    ],
)
def test_what_is_not_there_says_what_is(face, stage, call):
    with pytest.raises(anthropic.NotFoundError, match=r"as_anthropic\(\)"):
        face.do(call(face.sdk))
    assert len(stage.first.journal) == 0


def test_another_key_is_refused(face, stage):
    with pytest.raises(anthropic.BadRequestError, match="takes no api_key"):
        face.do(face.sdk.with_options(api_key="sk-other").messages.create(model=CLAUDE, messages=ASK, max_tokens=5))
    assert len(stage.first.journal) == 0


def test_bad_input_is_a_bad_request(face, stage):
    with pytest.raises(anthropic.BadRequestError, match="messages must be a list"):
        face.create(messages=[])
    with pytest.raises(anthropic.NotFoundError, match="No connection serves"):
        face.create("nobody-has-this")
    assert len(stage.first.journal) == 0
