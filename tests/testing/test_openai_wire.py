import base64
import struct
from collections.abc import Callable
from typing import Any

import pytest

from genai_sdk.testing import Call, FakeProvider, Reply, Status

Ask = Callable[..., Any]

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}},
    },
}


def test_a_chat_completion_echoes_the_last_user_message_with_the_name_of_the_fake(chat: Ask) -> None:
    response = chat("Hello there!")
    assert response.status == 200
    assert response.headers["x-request-id"] == "req_00000001"
    assert response.json["object"] == "chat.completion"
    assert response.json["choices"][0]["message"]["content"] == "seoul: Hello there!"
    assert response.json["choices"][0]["finish_reason"] == "stop"
    assert response.json["usage"]["prompt_tokens"] == 2
    assert response.json["usage"]["completion_tokens"] == 3
    assert response.json["usage"]["total_tokens"] == 5


def test_a_stream_adds_up_to_the_plain_answer_with_the_same_usage(chat: Ask) -> None:
    plain = chat("Hello  there,\nhow are you? ").json
    events = chat("Hello  there,\nhow are you? ", stream=True, stream_options={"include_usage": True}).events
    assert events[-1] == "[DONE]"
    deltas = [event["choices"][0]["delta"] for event in events[:-2]]
    assert deltas[0] == {"role": "assistant", "content": "", "refusal": None}
    assert "".join(delta.get("content") or "" for delta in deltas) == plain["choices"][0]["message"]["content"]
    assert events[-3]["choices"][0]["finish_reason"] == "stop"
    assert events[-2]["choices"] == []
    assert events[-2]["usage"] == plain["usage"]
    assert all(event["usage"] is None for event in events[:-2])


def test_a_stream_has_no_usage_unless_asked(chat: Ask) -> None:
    events = chat(stream=True).events[:-1]
    assert not any("usage" in event for event in events)


def test_a_wrong_key_is_refused_in_openais_words(chat: Ask, fake: FakeProvider) -> None:
    response = chat(key="sk-wrong")
    assert response.status == 401
    assert response.json["error"] == {
        "message": "Incorrect API key provided: sk-wrong. You can find your API key at "
        "https://platform.openai.com/account/api-keys.",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }
    assert fake.journal[0].authenticated_as is None
    assert fake.journal[0].model == "gpt-4o-mini"


def test_a_missing_key_is_refused_and_uses_up_no_step(chat: Ask, fake: FakeProvider) -> None:
    fake.script(Status(500))
    assert chat(key=None).status == 401
    assert fake.steps_left == 1


def test_the_keys_accepted_can_change(chat: Ask, fake: FakeProvider) -> None:
    fake.accept("sk-new")
    assert chat(key="sk-good").status == 401
    assert chat(key="sk-new").status == 200


def test_without_keys_any_key_will_do_but_there_must_be_one(fake_provider: FakeProvider) -> None:
    import http.client

    for header, status in (("Bearer anything", 200), ("Bearer ", 401), ("", 401)):
        connection = http.client.HTTPConnection(fake_provider.url.removeprefix("http://"), timeout=5)
        body = '{"model": "m", "messages": [{"role": "user", "content": "x"}]}'
        connection.request("POST", "/v1/chat/completions", body, {"authorization": header})
        assert connection.getresponse().status == status
        connection.close()


def test_scripted_tool_calls_come_whole_and_in_fragments(chat: Ask, fake: FakeProvider) -> None:
    reply = Reply(tool_calls=[("get_weather", {"city": "Seoul"}), ("get_time", {})])
    fake.script(reply, reply)
    choice = chat(tools=[WEATHER]).json["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] is None
    calls = choice["message"]["tool_calls"]
    assert [call["function"] for call in calls] == [
        {"name": "get_weather", "arguments": '{"city":"Seoul"}'},
        {"name": "get_time", "arguments": "{}"},
    ]
    events = chat(tools=[WEATHER], stream=True).events[:-1]
    arguments = {0: "", 1: ""}
    names = {}
    for event in events:
        for call in event["choices"][0]["delta"].get("tool_calls", ()):
            arguments[call["index"]] += call["function"].get("arguments", "")
            if "id" in call:
                names[call["index"]] = call["function"]["name"]
    assert arguments == {0: '{"city":"Seoul"}', 1: "{}"}
    assert names == {0: "get_weather", 1: "get_time"}
    assert events[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "get_weather"}}])
def test_a_forced_tool_is_called_with_arguments_of_its_schema(chat: Ask, choice: Any) -> None:
    call = chat("Seoul", tools=[WEATHER], tool_choice=choice).json["choices"][0]["message"]["tool_calls"][0]
    assert call["function"] == {"name": "get_weather", "arguments": '{"city":"Seoul","days":1}'}


def test_reasoning_refusals_and_finish_reasons_are_scriptable(chat: Ask, fake: FakeProvider) -> None:
    fake.script(
        Reply("Four.", reasoning="two and two", cached_tokens=7),
        Reply(refusal="I will not."),
        Reply("cut", finish="length"),
    )
    first = chat().json
    assert first["choices"][0]["message"]["reasoning_content"] == "two and two"
    assert first["usage"]["completion_tokens"] == 4
    assert first["usage"]["completion_tokens_details"]["reasoning_tokens"] == 3
    assert first["usage"]["prompt_tokens"] == 7
    assert first["usage"]["prompt_tokens_details"]["cached_tokens"] == 7
    second = chat().json["choices"][0]
    assert second["message"] == {"role": "assistant", "content": None, "refusal": "I will not."}
    assert chat().json["choices"][0]["finish_reason"] == "length"


def test_json_is_answered_where_json_is_asked_for(chat: Ask) -> None:
    schema = {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "kind": {"enum": ["capital", "town"]},
            "twins": {"type": "array", "items": {"$ref": "#/$defs/Twin"}},
            "mayor": {"anyOf": [{"type": "null"}, {"type": "string"}]},
        },
        "$defs": {"Twin": {"type": "object", "properties": {"population": {"type": "number"}}}},
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "city", "schema": schema}}
    content = chat("Seoul", response_format=wanted).json["choices"][0]["message"]["content"]
    assert content == '{"city": "Seoul", "kind": "capital", "twins": [{"population": 1.5}], "mayor": null}'
    plain = chat("Seoul", response_format={"type": "json_object"}).json
    assert plain["choices"][0]["message"]["content"] == '{"answer": "Seoul"}'


def test_several_answers_come_when_several_are_asked_for(chat: Ask) -> None:
    assert [choice["index"] for choice in chat(n=3).json["choices"]] == [0, 1, 2]
    indexes = [event["choices"][0]["index"] for event in chat(n=2, stream=True).events[:-1]]
    assert set(indexes) == {0, 1}


def test_image_parts_are_taken_and_journaled(ask: Ask, fake: FakeProvider) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    content = [{"type": "text", "text": "What is this?"}, image]
    response = ask("/v1/chat/completions", {"model": "m", "messages": [{"role": "user", "content": content}]})
    assert response.json["choices"][0]["message"]["content"] == "seoul: What is this?"
    assert fake.journal[0].body["messages"][0]["content"][1] == image


def test_embeddings_are_unit_vectors_that_depend_on_the_text_alone(ask: Ask) -> None:
    body = {"model": "text-embedding-3-small", "input": ["one two", "three", "one two"], "dimensions": 5}
    response = ask("/v1/embeddings", body).json
    first, second, third = (row["embedding"] for row in response["data"])
    assert first == third != second
    assert len(first) == 5
    assert sum(value * value for value in first) == pytest.approx(1)
    assert response["usage"] == {"prompt_tokens": 5, "total_tokens": 5}
    encoded = ask("/v1/embeddings", {**body, "encoding_format": "base64"}).json["data"][0]["embedding"]
    assert list(struct.unpack("<5f", base64.b64decode(encoded))) == first
    tokens = ask("/v1/embeddings", {**body, "input": [[1, 2], [3]]}).json
    assert len(tokens["data"]) == 2


def test_models_are_listed_and_others_unknown(fake_providers: Callable[..., FakeProvider]) -> None:
    import http.client
    import json

    fake = fake_providers(models=["gpt-4o"])
    connection = http.client.HTTPConnection(fake.url.removeprefix("http://"), timeout=5)
    connection.request("GET", "/v1/models", headers={"authorization": "Bearer x"})
    assert [row["id"] for row in json.loads(connection.getresponse().read())["data"]] == ["gpt-4o"]
    body = '{"model": "gpt-5", "messages": [{"role": "user", "content": "x"}]}'
    connection.request("POST", "/any/prefix/gpt-5/chat/completions", body, {"authorization": "Bearer x"})
    response = connection.getresponse()
    assert response.status == 404
    assert json.loads(response.read())["error"]["code"] == "model_not_found"
    connection.close()


def test_a_request_without_messages_is_wrong(ask: Ask) -> None:
    response = ask("/v1/chat/completions", {"model": "m"})
    assert response.status == 400
    assert response.json["error"]["message"] == "Missing required parameter: 'messages'."
    assert ask("/v1/chat/completions", b"{").status == 400
    assert ask("/v1/embeddings", {"model": "m"}).status == 400


def test_an_unknown_path_is_404_and_journaled(ask: Ask, fake: FakeProvider) -> None:
    response = ask("/v1/nothing", {})
    assert response.status == 404
    assert response.json["error"]["message"] == "Invalid URL (POST /v1/nothing)"
    assert fake.journal[0].wire == "unknown"


def test_the_answer_can_be_a_function_of_the_call(fake_providers: Callable[..., FakeProvider]) -> None:
    import http.client
    import json

    def shout(call: Call) -> str | Reply:
        return call.last.upper() if call.model == "loud" else Reply("whisper", finish="length")

    fake = fake_providers(answer=shout)
    connection = http.client.HTTPConnection(fake.url.removeprefix("http://"), timeout=5)
    said = []
    for model in ("loud", "soft"):
        body = json.dumps({"model": model, "messages": [{"role": "user", "content": "hey"}]})
        connection.request("POST", "/v1/chat/completions", body, {"authorization": "Bearer x"})
        said.append(json.loads(connection.getresponse().read())["choices"][0]["message"]["content"])
    connection.close()
    assert said == ["HEY", "whisper"]
