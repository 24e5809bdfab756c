import json
from collections.abc import Callable
from typing import Any

import pytest

from genai_sdk.testing import (
    ContentFilter,
    ContextWindow,
    CutStream,
    EndWithoutFinish,
    ErrorInStream,
    FakeProvider,
    NotFound,
    Reply,
    Status,
)

Ask = Callable[..., Any]
TOOL = {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}


@pytest.fixture
def claude(ask: Ask) -> Ask:
    def send(text: str = "Hello there!", *, key: str | None = "sk-good", **body: Any) -> Any:
        whole = {"model": "claude-sonnet-4", "max_tokens": 100, "messages": [{"role": "user", "content": text}], **body}
        headers = {} if key is None else {"x_api_key": key}
        return ask("/v1/messages", whole, key=None, anthropic_version="2023-06-01", **headers)

    return send


def typed_events(response: Any) -> list[tuple[str, Any]]:
    """The (event, data) pairs of a stream."""
    parts = [part.split("\n") for part in response.body.decode().strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


def test_a_message_has_text_usage_and_an_id(claude: Ask, fake: FakeProvider) -> None:
    response = claude()
    assert response.status == 200
    assert response.headers["request-id"] == "req_00000001"
    assert response.json["content"] == [{"type": "text", "text": "seoul: Hello there!"}]
    assert response.json["stop_reason"] == "end_turn"
    assert response.json["usage"]["input_tokens"] == 2
    assert response.json["usage"]["output_tokens"] == 3
    entry = fake.journal[0]
    assert (entry.wire, entry.operation, entry.model, entry.scheme) == (
        "anthropic",
        "chat",
        "claude-sonnet-4",
        "x-api-key",
    )


def test_a_stream_tells_every_event_in_order(claude: Ask, fake: FakeProvider) -> None:
    reply = Reply("two words", reasoning="hm", tool_calls=[("get_weather", {"city": "Seoul"})], cached_tokens=5)
    fake.script(reply, reply)
    plain, events = claude().json, typed_events(claude(stream=True))
    assert [name for name, _ in events] == [data["type"] for _, data in events]
    assert [name for name, _ in events] == [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    deltas = [data["delta"] for name, data in events if name == "content_block_delta"]
    assert [delta["type"] for delta in deltas] == [
        "thinking_delta",
        "signature_delta",
        "text_delta",
        "text_delta",
        "input_json_delta",
        "input_json_delta",
    ]
    assert json.loads(deltas[4]["partial_json"] + deltas[5]["partial_json"]) == {"city": "Seoul"}
    assert events[-2][1]["usage"] == plain["usage"]
    assert events[-2][1]["delta"]["stop_reason"] == plain["stop_reason"] == "tool_use"
    assert [block["type"] for block in plain["content"]] == ["thinking", "text", "tool_use"]


def test_cache_tokens_are_no_part_of_the_input_tokens(claude: Ask, fake: FakeProvider) -> None:
    fake.script(Reply("x", prompt_tokens=10, cached_tokens=4, cache_write_tokens=3))
    usage = claude().json["usage"]
    assert (usage["input_tokens"], usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]) == (3, 4, 3)


@pytest.mark.parametrize(("key", "said"), [(None, "x-api-key header is required"), ("sk-wrong", "invalid x-api-key")])
def test_a_wrong_key_is_refused_in_anthropics_words(claude: Ask, key: str | None, said: str) -> None:
    response = claude(key=key)
    assert response.status == 401
    assert response.json == {
        "type": "error",
        "error": {"type": "authentication_error", "message": said},
        "request_id": "req_00000001",
    }


def test_a_key_may_come_as_a_bearer_token_as_the_vendor_s_sdk_sends_it(ask: Ask) -> None:
    assert ask("/v1/messages", {}, anthropic_version="2023-06-01").status == 400  # and not 401


def test_what_anthropic_requires_is_required(ask: Ask, claude: Ask) -> None:
    body = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "x"}]}
    response = ask("/v1/messages", body, key=None, x_api_key="sk-good")
    assert (response.status, response.json["error"]["message"]) == (400, "anthropic-version: header is required")
    assert claude(max_tokens=None).json["error"]["message"] == "max_tokens: Field required"
    assert claude(model=None).json["error"]["message"] == "model: Field required"


@pytest.mark.parametrize(
    ("step", "status", "kind"),
    [
        (Status(429), 429, "rate_limit_error"),
        (Status(529), 529, "overloaded_error"),
        (Status(500), 500, "api_error"),
        (Status(413), 413, "request_too_large"),
        (Status(403), 403, "permission_error"),
        (NotFound(), 404, "not_found_error"),
        (ContextWindow(), 400, "invalid_request_error"),
        (ContentFilter(), 400, "invalid_request_error"),
    ],
)
def test_each_failure_has_anthropics_type(claude: Ask, fake: FakeProvider, step: Any, status: int, kind: str) -> None:
    fake.script(step)
    response = claude()
    assert (response.status, response.json["error"]["type"]) == (status, kind)


def test_failures_speak_anthropics_words(claude: Ask, fake: FakeProvider) -> None:
    fake.script(ContextWindow(limit=200000), ContentFilter(), NotFound(), Status(529))
    assert [claude().json["error"]["message"] for _ in range(4)] == [
        "prompt is too long: 200100 tokens > 200000 maximum",
        "Output blocked by content filtering policy",
        "model: claude-sonnet-4",
        "Overloaded",
    ]


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (Reply("cut", finish="length"), "max_tokens"),
        (Reply(refusal="I will not."), "refusal"),
        (ContentFilter(at="answer"), "refusal"),
    ],
)
def test_stop_reasons_are_anthropics(claude: Ask, fake: FakeProvider, step: Any, reason: str) -> None:
    fake.script(step)
    assert claude().json["stop_reason"] == reason


def test_an_error_in_a_stream_is_an_error_event(claude: Ask, fake: FakeProvider) -> None:
    fake.script(ErrorInStream(code=529, after_chunks=1, reply=Reply("a b c")))
    events = typed_events(claude(stream=True))
    assert [name for name, _ in events] == [
        "message_start",
        "content_block_start",
        "ping",
        "content_block_delta",
        "error",
    ]
    assert events[-1][1] == {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}


def test_a_stream_can_be_cut_or_end_without_its_end(claude: Ask, fake: FakeProvider) -> None:
    fake.script(EndWithoutFinish(reply=Reply("a b")), CutStream(after_chunks=1))
    assert typed_events(claude(stream=True))[-1][0] == "content_block_stop"
    with pytest.raises(Exception, match="IncompleteRead"):
        claude(stream=True)


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "get_weather"}])
def test_a_forced_tool_is_called(claude: Ask, choice: Any) -> None:
    answer = claude("Seoul", tools=[TOOL], tool_choice=choice).json
    assert answer["content"][0]["input"] == {"city": "Seoul"}
    assert answer["stop_reason"] == "tool_use"


def test_json_system_prompts_and_images_are_understood(claude: Ask, fake: FakeProvider) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    answer = claude("Seoul", output_config={"format": {"type": "json_schema", "schema": schema}}).json
    assert answer["content"][0]["text"] == '{"city": "Seoul"}'
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    content = [image, {"type": "text", "text": "What?"}]
    answer = claude(system=[{"type": "text", "text": "Be kind."}], messages=[{"role": "user", "content": content}]).json
    assert answer["content"][0]["text"] == "seoul: What?"
    assert answer["usage"]["input_tokens"] == 3
    assert fake.journal[-1].body["messages"][0]["content"][0] == image
