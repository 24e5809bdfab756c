"""Bedrock over its own wire, through the whole client."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pydantic
import pytest
from tests.siblings.world import Host, aws_events, http

from genai_sdk import (
    BadRequestError,
    ContentFilterError,
    ContextWindowExceededError,
    GenAIClient,
    GenAIError,
    ProviderUnavailableError,
    RateLimitError,
    StreamInterruptedError,
)
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import ErrorInStream, FakeProvider, Reply, Status, eventstream
from genai_sdk.testing.langfuse import FakeLangfuse

MODEL = "us.anthropic.claude-opus-5-5"
OLD_MODEL = "us.anthropic.claude-sonnet-4-20250514-v1:0"
HELLO = [{"role": "user", "content": "Hello!"}]
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}]
KEYS = json.dumps({"accessKeyId": "AKIDONE", "secretAccessKey": "bedrock-secret", "sessionToken": "session-canary"})

Connect = Callable[..., GenAIClient]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Make a client on Bedrock connections, one for each URL: `br`, `br2`, …"""
    with FakeLangfuse() as langfuse:
        made: list[GenAIClient] = []

        def make(*urls: str, models: tuple[str, ...] = (), secret: str = KEYS, **options: Any) -> GenAIClient:
            for number, url in enumerate(urls, 1):
                now = datetime(2026, 1, number, tzinfo=UTC)
                langfuse.connections.put(
                    ConnectionRecord(
                        name="br" if number == 1 else f"br{number}",
                        adapter="bedrock",
                        secret=secret,
                        base_url=url,
                        custom_models=models,
                        with_default_models=True,
                        config={"region": "us-east-1"},
                        created_at=now,
                        updated_at=now,
                    )
                )
            place = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key, "broker_url": langfuse.url}
            given = {"router_args": {"num_retries": 0}, "driver": "direct", "host": langfuse.url, **place, **options}
            made.append(GenAIClient(**given))
            return made[-1]

        yield make
        for client in made:
            client.close()


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """Bedrock, which verifies signatures."""
    with FakeProvider("fake", aws_keys={"AKIDONE": "bedrock-secret"}) as provider:
        yield provider


@pytest.fixture
def client(connect: Connect, fake: FakeProvider) -> GenAIClient:
    """A client on the fake."""
    return connect(fake.base_url("bedrock"))


def sent(fake: FakeProvider, number: int = -1) -> Any:
    return fake.journal[number].body


def test_a_call_is_signed_with_its_session_s_token(client: GenAIClient, face: Any, fake: FakeProvider) -> None:
    assert face.ask(client, f"br/{MODEL}").text == "fake: Hello!"
    entry = fake.journal[0]
    assert (entry.scheme, entry.authenticated_as) == ("sigv4", "AKIDONE")
    assert entry.headers["x-amz-security-token"] == "session-canary"


def test_a_profile_s_arn_is_one_segment_and_its_signature_holds(
    client: GenAIClient, face: Any, fake: FakeProvider
) -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc"
    assert face.ask(client, f"br/{arn}").text == "fake: Hello!"
    assert fake.journal[0].path.count("/") == 3


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_three_rounds_of_tools_keep_the_reasoning(
    client: GenAIClient, face: Any, fake: FakeProvider, stream: bool
) -> None:
    rounds = [Reply(tool_calls=[("weather", {"day": day})] * 2, reasoning=f"think {day}") for day in range(3)]
    fake.script(*rounds, Reply(text="sunny"))
    options = {"tools": TOOLS, "thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 3000}
    history: list[Any] = list(HELLO)
    answer: Any = None
    for _ in range(4):
        answer = face.call(client, "completion", f"br/{MODEL}", history, stream=stream, **options)
        if stream:
            face.read(answer)
            answer = answer.response
        message = answer.choices[0].message
        results = [{"role": "tool", "tool_call_id": call.id, "content": "ok"} for call in message.tool_calls or ()]
        history = [*history, message, *results]
    assert answer.text == "sunny"
    turns = sent(fake)["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant"] * 3 + ["user"]
    for day in range(3):
        reasoning, *uses = turns[1 + 2 * day]["content"]
        text = reasoning["reasoningContent"]["reasoningText"]
        assert (text["text"], text["signature"].startswith("sig_")) == (f"think {day}", True)
        assert [use["toolUse"]["input"] for use in uses] == [{"day": day}] * 2
        results = turns[2 + 2 * day]["content"]
        assert [part["toolResult"]["toolUseId"] for part in results] == [use["toolUse"]["toolUseId"] for use in uses]
    assert sent(fake)["additionalModelRequestFields"]["thinking"]["budget_tokens"] == 1024


class Part(pydantic.BaseModel):
    n: int


class Order(pydantic.BaseModel):
    first: Part = pydantic.Field(description="the first")
    rest: list[Part]
    note: str | None


class Tree(pydantic.BaseModel):
    value: int
    kids: list["Tree"]


@pytest.mark.parametrize("model", [MODEL, OLD_MODEL])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_pydantic_model_comes_back_as_itself(
    client: GenAIClient, face: Any, fake: FakeProvider, model: str, stream: bool
) -> None:
    value = {"first": {"n": 1}, "rest": [{"n": 2}], "note": None}
    by_tool = model == OLD_MODEL
    fake.script(Reply(tool_calls=[("json_tool_call", value)]) if by_tool else Reply(text=json.dumps(value)))
    answer = face.call(client, "completion", f"br/{model}", HELLO, response_format=Order, stream=stream)
    if stream:
        face.read(answer)
        answer = answer.response
        parsed = Order.model_validate_json(answer.text)
    else:
        parsed = answer.parsed
    assert parsed == Order(**value)
    assert answer.choices[0].finish_reason == "stop"
    assert answer.choices[0].message.tool_calls is None
    assert ("outputConfig" in sent(fake)) is not by_tool


def test_a_recursive_model_is_asked_for_by_a_tool(client: GenAIClient, face: Any, fake: FakeProvider) -> None:
    value = {"value": 1, "kids": [{"value": 2, "kids": []}]}
    fake.script(Reply(tool_calls=[("json_tool_call", value)]))
    answer = face.call(client, "completion", f"br/{MODEL}", HELLO, response_format=Tree)
    assert answer.parsed == Tree(**value)


def test_a_model_that_cannot_stream_tools_answers_whole_as_a_stream(
    client: GenAIClient, face: Any, fake: FakeProvider
) -> None:
    fake.script(Reply(tool_calls=[("weather", {})]))
    stream = face.call(client, "completion", "br/us.meta.llama3-1-8b-instruct-v1:0", HELLO, tools=TOOLS, stream=True)
    face.read(stream)
    assert stream.response.choices[0].message.tool_calls[0].function.name == "weather"
    assert stream.response.usage.total_tokens > 0
    assert fake.journal[0].path.endswith("/converse")


def test_embeddings_come_in_the_order_of_their_texts(client: GenAIClient, face: Any, fake: FakeProvider) -> None:
    for model in ("amazon.titan-embed-text-v2:0", "cohere.embed-english-v3"):
        both = face.call(client, "embedding", f"br/{model}", ["one", "two"])
        alone = face.call(client, "embedding", f"br/{model}", "two")
        assert [item.index for item in both.data] == [0, 1]
        assert both.data[1].embedding == alone.data[0].embedding
        assert both.usage.prompt_tokens == 2


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (Status(400, message="Input is too long for requested model."), ContextWindowExceededError),
        (Status(400, message="Output blocked by content filtering policy"), ContentFilterError),
        (Status(400), BadRequestError),
        (Status(429), RateLimitError),
        (Status(503), ProviderUnavailableError),
    ],
)
def test_refusals_are_errors_of_their_kind(
    client: GenAIClient, face: Any, fake: FakeProvider, step: Status, kind: type[GenAIError]
) -> None:
    for stream in (False, True):
        fake.script(step)
        with pytest.raises(kind):
            face.ask(client, f"br/{MODEL}", stream=stream)


def test_an_account_s_trouble_goes_to_the_next_connection(connect: Connect, face: Any, fake: FakeProvider) -> None:
    with FakeProvider("other") as other:
        client = connect(fake.base_url("bedrock"), other.base_url("bedrock"), models=(MODEL,))
        fake.always(Status(400, message="Your account has an invalid payment instrument: check your billing"))
        answer = face.ask(client, MODEL)
        assert (answer.text, answer.genai.connection) == ("other: Hello!", "br2")


def test_an_exception_in_a_stream_is_a_failure_before_content_and_an_interruption_after_it(
    connect: Connect, face: Any, fake: FakeProvider
) -> None:
    with FakeProvider("other") as other:
        client = connect(fake.base_url("bedrock"), other.base_url("bedrock"), models=(MODEL,))
        fake.script(ErrorInStream(after_chunks=0))
        assert "".join(chunk.text for chunk in face.read(face.ask(client, MODEL, stream=True))) == "other: Hello!"
    fake.script(ErrorInStream(after_chunks=1))
    client = connect(fake.base_url("bedrock"))
    with pytest.raises(StreamInterruptedError) as caught:
        face.read(face.ask(client, f"br/{MODEL}", stream=True))
    assert caught.value.text == "fake:"


def frames(*events: tuple[str, Any]) -> list[bytes]:
    return [eventstream.event(kind, json.dumps(data).encode()) for kind, data in events]


def framed(data: bytes) -> bytes:
    return http(data, media="application/vnd.amazon.eventstream")


def delta(text: str) -> tuple[str, Any]:
    return "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": text}}


END: list[tuple[str, dict[str, Any]]] = [
    ("contentBlockStop", {"contentBlockIndex": 0}),
    ("messageStop", {"stopReason": "end_turn"}),
    ("metadata", {"usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}, "metrics": {"latencyMs": 1}}),
]
STREAM = frames(("messageStart", {"role": "assistant"}), delta("one "), delta("two"), *END)


@pytest.fixture
def raw() -> Iterator[Host]:
    """A server of bytes."""
    made = Host()
    yield made
    made.close()


def test_a_stream_cut_at_any_byte_is_never_taken_for_an_answer(connect: Connect, face: Any, raw: Host) -> None:
    client = connect(raw.url, tracing=False)
    whole = b"".join(STREAM)
    first = sum(map(len, STREAM[:2]))
    second = first + len(STREAM[2])
    finished = sum(map(len, STREAM[:5]))
    for size in range(len(whole) + 1):
        raw.plays = framed(whole[:size])
        if size >= finished:
            stream = face.ask(client, f"br/{MODEL}", stream=True)
            face.read(stream)
            assert stream.response.text == "one two"
        elif size < first:
            with pytest.raises(ProviderUnavailableError, match=r"without (one event|a finish reason)"):
                face.ask(client, f"br/{MODEL}", stream=True)
        else:
            with pytest.raises(StreamInterruptedError) as caught:
                face.read(face.ask(client, f"br/{MODEL}", stream=True))
            assert caught.value.text == ("one " if size < second else "one two")


def test_a_stream_with_a_wrong_bit_is_never_taken_for_an_answer(connect: Connect, face: Any, raw: Host) -> None:
    client = connect(raw.url, tracing=False)
    place = sum(map(len, STREAM[:2])) + 40
    broken = bytearray(b"".join(STREAM))
    broken[place] ^= 1
    raw.plays = framed(bytes(broken))
    with pytest.raises(StreamInterruptedError, match="checksum"):
        face.read(face.ask(client, f"br/{MODEL}", stream=True))


@pytest.mark.parametrize("word", ["malformed_model_output", "malformed_tool_use"])
def test_a_model_that_failed_is_an_error_before_content_and_an_interruption_after_it(
    connect: Connect, face: Any, raw: Host, word: str
) -> None:
    client = connect(raw.url, tracing=False)
    raw.plays = aws_events(("messageStart", {"role": "assistant"}), ("messageStop", {"stopReason": word}))
    with pytest.raises(ProviderUnavailableError, match=word):
        face.ask(client, f"br/{MODEL}", stream=True)
    raw.plays = aws_events(delta("half"), ("messageStop", {"stopReason": word}))
    with pytest.raises(StreamInterruptedError, match=word):
        face.read(face.ask(client, f"br/{MODEL}", stream=True))


def test_an_unknown_stop_reason_of_a_stream_is_kept(connect: Connect, face: Any, raw: Host) -> None:
    client = connect(raw.url, tracing=False)
    raw.plays = aws_events(delta("hi"), ("messageStop", {"stopReason": "tired"}), END[2])
    stream = face.ask(client, f"br/{MODEL}", stream=True)
    face.read(stream)
    assert stream.response.choices[0].native_finish_reason == "tired"
    raw.plays = aws_events(("messageStart", {}), ("messageStop", {"stopReason": "tired"}), END[2])
    with pytest.raises(ProviderUnavailableError, match="tired"):
        face.ask(client, f"br/{MODEL}", stream=True)


class TestTheHost:
    """Connections with the default-credentials sentinel."""

    SENTINEL = "__BEDROCK_DEFAULT_CREDENTIALS__"

    @pytest.fixture
    def host(self, connect: Connect, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> GenAIClient:
        """A client whose connection has no keys, on a host with an environment of its own."""
        import os

        for name in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        return connect(fake.base_url("bedrock"), secret=self.SENTINEL, llm_connection_names=["br"])

    def test_the_environment_signs(
        self, host: GenAIClient, face: Any, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDONE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "bedrock-secret")
        assert face.ask(host, f"br/{MODEL}").text == "fake: Hello!"
        assert fake.journal[0].authenticated_as == "AKIDONE"

    def test_a_bearer_key_of_the_environment_comes_first(
        self, host: GenAIClient, face: Any, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "bearer-canary")
        assert face.ask(host, f"br/{MODEL}").text == "fake: Hello!"
        assert (fake.journal[0].scheme, fake.journal[0].authenticated_as) == ("bearer", "bearer-canary")

    def test_a_host_without_an_identity_is_no_candidate_that_serves(self, host: GenAIClient, face: Any) -> None:
        with pytest.raises(GenAIError, match="no AWS credentials"):
            face.ask(host, f"br/{MODEL}")


def test_no_secret_shows_itself_when_the_provider_echoes_it(
    client: GenAIClient, face: Any, fake: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    for stream in (False, True):
        fake.script(Status(403, message="bedrock-secret and session-canary are not welcome"))
        with pytest.raises(GenAIError) as caught:
            face.ask(client, f"br/{MODEL}", stream=stream)
        error: BaseException | None = caught.value
        while error is not None:
            assert "bedrock-secret" not in repr(error) + str(error)
            assert "session-canary" not in repr(error) + str(error)
            error = error.__cause__ or error.__context__
    assert "bedrock-secret" not in caplog.text
    assert "session-canary" not in caplog.text
