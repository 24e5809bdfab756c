from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

from genai_sdk.testing import ContentFilter, CutStream, EndWithoutFinish, ErrorInStream, FakeProvider, Reply, Status

Ask = Callable[..., Any]
TOOL = {"type": "function", "name": "get_weather", "parameters": {"properties": {"city": {"type": "string"}}}}


@pytest.fixture
def client(fake: FakeProvider) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="sk-good", base_url=fake.base_url(), max_retries=0, timeout=5) as opened:
        yield opened


def test_a_response_has_text_and_usage(client: openai.OpenAI, fake: FakeProvider) -> None:
    response = client.responses.create(model="gpt-5", input="Hello there!", instructions="Be kind.")
    assert response.output_text == "seoul: Hello there!"
    assert response.status == "completed"
    assert (response.usage.input_tokens, response.usage.output_tokens, response.usage.total_tokens) == (4, 3, 7)
    assert (fake.journal[0].wire, fake.journal[0].operation, fake.journal[0].model) == ("openai", "chat", "gpt-5")


def test_input_items_are_read(client: openai.OpenAI) -> None:
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "first"}]},
        {"role": "assistant", "content": "reply"},
        {"role": "user", "content": [{"type": "input_text", "text": "second"}]},
        {"type": "function_call_output", "call_id": "c", "output": "three more words"},
    ]
    response = client.responses.create(model="gpt-5", input=items)
    assert response.output_text == "seoul: second"
    assert response.usage.input_tokens == 6


def test_a_stream_tells_every_event_in_order(ask: Ask, fake: FakeProvider) -> None:
    fake.script(Reply("two words", reasoning="hm", tool_calls=[("get_weather", {"city": "Seoul"})]))
    response = ask("/v1/responses", {"model": "gpt-5", "input": "hi", "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    assert [event["type"].removeprefix("response.") for event in response.events] == [
        "created",
        "in_progress",
        "output_item.added",
        "reasoning_summary_part.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "reasoning_summary_part.done",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    assert [event["sequence_number"] for event in response.events] == list(range(21))
    assert b"event: response.created\n" in response.body


def test_the_official_client_assembles_the_stream_into_the_plain_response(
    client: openai.OpenAI, fake: FakeProvider
) -> None:
    reply = Reply("two words", reasoning="hm", tool_calls=[("get_weather", {"city": "Seoul"})])
    fake.script(reply, reply)
    plain = client.responses.create(model="gpt-5", input="hi", tools=[TOOL])
    with client.responses.stream(model="gpt-5", input="hi", tools=[TOOL]) as stream:
        final = stream.get_final_response()
    assert final.output_text == plain.output_text == "two words"
    assert [item.type for item in final.output] == ["reasoning", "message", "function_call"]
    assert final.output[2].arguments == plain.output[2].arguments == '{"city":"Seoul"}'
    assert final.usage == plain.usage


@pytest.mark.parametrize("stream", [False, True])
def test_refusals_and_broken_off_answers_say_so(ask: Ask, fake: FakeProvider, stream: bool) -> None:
    fake.script(Reply(refusal="I will not."), ContentFilter(at="answer"), Reply("cut", finish="length"))
    found = []
    for _ in range(3):
        response = ask("/v1/responses", {"model": "gpt-5", "input": "hi", "stream": stream})
        found.append(response.events[-1]["response"] if stream else response.json)
    assert found[0]["output"][0]["content"] == [{"type": "refusal", "refusal": "I will not."}]
    assert [item["status"] for item in found] == ["completed", "incomplete", "incomplete"]
    assert [(item["incomplete_details"] or {}).get("reason") for item in found] == [
        None,
        "content_filter",
        "max_output_tokens",
    ]


def test_forced_tools_and_json_are_answered(client: openai.OpenAI) -> None:
    response = client.responses.create(model="gpt-5", input="Seoul", tools=[TOOL], tool_choice="required")
    assert response.output[0].arguments == '{"city":"Seoul"}'
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    wanted = {"format": {"type": "json_schema", "name": "n", "schema": schema}}
    assert client.responses.create(model="gpt-5", input="hi", text=wanted).output_text == '{"n": 1}'


def test_failures_are_the_same_as_on_chat(client: openai.OpenAI, fake: FakeProvider, ask: Ask) -> None:
    fake.script(Status(429), ErrorInStream(code=429), EndWithoutFinish(), CutStream(after_chunks=1))
    with pytest.raises(openai.RateLimitError):
        client.responses.create(model="gpt-5", input="hi")
    body = {"model": "gpt-5", "input": "hi", "stream": True}
    error = ask("/v1/responses", body).events[-1]
    assert (error["type"], error["code"]) == ("error", "rate_limit_exceeded")
    assert ask("/v1/responses", body).events[-1]["type"] == "response.output_item.done"
    with pytest.raises(Exception, match="IncompleteRead"):
        ask("/v1/responses", body)
    assert ask("/v1/responses", {"model": "gpt-5"}).status == 400
