"""`client.responses` where the wire has OpenAI's Responses API: items and events go through as they are."""

import json
from dataclasses import dataclass

import openai
import pytest
from tests.native.conftest import GPT

from genai_sdk import (
    InvalidRequestError,
    ProviderUnavailableError,
    RateLimitError,
    ResponseFormatError,
    StreamInterruptedError,
)
from genai_sdk.testing import CutStream, Malformed, Reply, StallStream, Status

TOOLS = [{"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}}]


@pytest.mark.parametrize("connection", ["openai", "azure"])
def test_a_response_is_the_vendor_s_own_and_says_who_served_it(face, client, stage, connection):
    stage[connection].script(Reply(text="Hi!", reasoning="It greets.", prompt_tokens=9, completion_tokens=2))
    model = {"openai": GPT, "azure": "azure/our-gpt"}[connection]
    response = face.call(client, "responses", model, "Hello!", instructions="Be kind.", store=False)
    assert response.output_text == response.text == "Hi!"
    assert [item["type"] for item in response.output] == ["reasoning", "message"]
    assert (response.status, response.object) == ("completed", "response")
    assert (response.usage.input_tokens, response.usage.prompt_tokens, response.usage.total_tokens) == (9, 9, 11)
    assert (response.genai.connection, len(response.genai.attempts)) == (connection, 1)
    sent = stage.sent(connection)
    assert (sent["input"], sent["instructions"], sent["store"]) == ("Hello!", "Be kind.", False)
    assert stage[connection].journal[0].path.endswith("/v1/responses")


def test_openai_s_sdk_reads_what_comes_back(face, client, stage):
    stage["openai"].script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]))
    response = face.call(client, "responses", GPT, "Weather?", tools=TOOLS)
    read = openai.types.responses.Response.model_validate(response.model_dump())
    assert read.output[0].type == "function_call"
    assert json.loads(read.output[0].arguments) == {"city": "Seoul"}
    assert read.usage.input_tokens == response.usage.input_tokens


def test_items_of_an_answer_go_back_unaltered(face, client, stage):
    stage["openai"].script(Reply(reasoning="Look it up.", tool_calls=[("get_weather", {"city": "Seoul"})]))
    response = face.call(client, "responses", GPT, "Weather?", tools=TOOLS)
    call = response.output[-1]
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}
    face.call(client, "responses", GPT, [{"role": "user", "content": "Weather?"}, *response.output, result])
    assert stage.sent("openai")["input"][1:3] == [*response.output]
    assert stage.sent("openai")["input"][3] == result


def test_what_only_the_vendor_knows_goes_through(face, client, stage):
    tools = [{"type": "web_search"}, {"type": "mcp", "server_label": "x", "server_url": "https://mcp.example"}]
    options = {"include": ["reasoning.encrypted_content"], "previous_response_id": "resp_1", "background": True}
    face.call(client, "responses", GPT, "Hi!", tools=tools, **options, extra_body={"of_tomorrow": 1})
    sent = stage.sent("openai")
    assert {name: sent[name] for name in (*options, "tools", "of_tomorrow")} == {
        **options,
        "tools": tools,
        "of_tomorrow": 1,
    }


def test_events_come_as_the_vendor_sends_them(face, client, stage):
    stage["openai"].script(Reply(text="one two", reasoning="Hm."))
    stream = face.call(client, "responses", GPT, "Count!", stream=True)
    events = face.read(stream)
    assert [event.sequence_number for event in events] == [*range(len(events))]
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
    assert "".join(event.text for event in events) == stream.text == "one two"
    assert stream.response.output == events[-1].response.output
    assert stream.response.genai.connection == "openai"
    assert stream.usage.output_tokens == events[-1].response.usage.output_tokens
    adapter = openai.types.responses.ResponseCompletedEvent
    assert adapter.model_validate(events[-1].model_dump()).response.output[1].content[0].text == "one two"


@dataclass
class City:
    name: str


def test_a_type_is_read(face, client, stage):
    response = face.call(client, "responses", GPT, "Where?", text_format=City)
    assert isinstance(response.output_parsed, City)
    assert stage.sent("openai")["text"]["format"]["type"] == "json_schema"
    assert stage.sent("openai")["text"]["format"]["schema"]["required"] == ["name"]


def test_a_text_that_does_not_fit_the_type_is_an_error_that_has_it(face, client, stage):
    stage["openai"].script(Reply(text='{"name": 7}'))
    response = face.call(client, "responses", GPT, "Where?", text_format=City)
    with pytest.raises(ResponseFormatError) as caught:
        _ = response.output_parsed
    assert caught.value.text == response.output_text


def test_it_is_recorded_as_a_generation(face, client, stage):
    stage["openai"].script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    face.call(client, "responses", "openai/gpt-6-luna", "Hello!", instructions="Be kind.", temperature=0.5)
    assert client.flush(20)
    (trace,) = stage.traces
    root = trace.root
    assert root.type == "GENERATION"
    assert root.model == GPT
    assert root.input == [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello!"}]
    assert root.output[0]["content"][0]["text"] == "Hi!"
    assert (root.usage["input"], root.usage["output"]) == (9, 2)


def test_a_stream_is_recorded_at_its_end(face, client, stage):
    stage["openai"].script(Reply(text="one two"))
    face.read(face.call(client, "responses", GPT, "Hi!", stream=True))
    assert client.flush(20)
    (trace,) = stage.traces
    assert trace.root.output[0]["content"][0]["text"] == "one two"
    assert trace.root.usage["output"] > 0


def test_a_failure_is_retried_and_falls_back_as_a_completion_does(face, make_client, stage):
    client = make_client(router_args={"num_retries": 0})
    stage["openai"].script(Status(503))
    response = face.call(client, "responses", GPT, "Hi!", fallbacks=["azure/our-gpt"])
    assert [attempt.connection for attempt in response.genai.attempts] == ["openai", "azure"]
    stage["openai"].script(Status(429))
    with pytest.raises(RateLimitError):
        face.call(make_client(router_args={"num_retries": 0}), "responses", GPT, "Hi!")


def test_a_stream_that_breaks_before_its_content_is_begun_elsewhere(face, make_client, stage):
    client = make_client(router_args={"num_retries": 0})
    stage["openai"].script(CutStream(after_chunks=0))
    stage["azure"].script(Reply(text="from azure"))
    stream = face.call(client, "responses", GPT, "Hi!", stream=True, fallbacks=["azure/our-gpt"])
    assert "".join(event.text for event in face.read(stream)) == "from azure"


def test_a_stream_that_breaks_after_its_content_is_interrupted(face, make_client, stage):
    client = make_client(router_args={"num_retries": 0})
    stage["openai"].script(CutStream(after_chunks=1, reply=Reply(text="one two three")))
    stream = face.call(client, "responses", GPT, "Hi!", stream=True)
    with pytest.raises(StreamInterruptedError) as caught:
        face.read(stream)
    assert caught.value.text == stream.response.output_text == "one"
    assert client.flush(20)
    (trace,) = stage.traces
    assert trace.root.level == "ERROR"


def test_a_stream_may_start_over(face, make_client, stage):
    client = make_client(router_args={"num_retries": 1}, stream_fallback="restart")
    stage["openai"].script(CutStream(after_chunks=1, reply=Reply(text="one two three")), Reply(text="again"))
    events = face.read(face.call(client, "responses", GPT, "Hi!", stream=True))
    at = [event.restart for event in events].index(True)
    assert "".join(event.text for event in events[at:]) == "again"


def test_a_stream_that_is_closed_early_frees_its_provider(face, client, stage):
    stage["openai"].script(StallStream(reply=Reply(text="one two three")))
    stream = face.call(client, "responses", GPT, "Hi!", stream=True)
    face.next(stream)
    face.close(stream)
    assert client.flush(20)
    (trace,) = stage.traces
    assert trace.root.status_message == "the stream was closed by its reader before its end"


@pytest.mark.parametrize("kind", ["html", "truncated", "empty"])
def test_what_is_no_response_is_a_failure(face, make_client, stage, kind):
    client = make_client(router_args={"num_retries": 0})
    stage["openai"].script(Malformed(kind))
    with pytest.raises(ProviderUnavailableError):
        face.call(client, "responses", GPT, "Hi!")


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        ((GPT, ""), {}, "input must not be empty"),
        ((GPT, []), {}, "input must be a text, or a list of items"),
        ((GPT, 7), {}, "not int"),
        ((GPT, ["Hi!"]), {}, r"input\[0\] must be a dict"),
        ((GPT, "Hi!"), {"max_tokens": 5}, "did you mean 'max_output_tokens'"),
        ((GPT, "Hi!"), {"max_continuations": 5}, "does not take max_continuations"),
        ((GPT, "Hi!"), {"text_format": 7}, "a type such as a pydantic model"),
        ((GPT, "Hi!"), {"text_format": City, "text": {"format": {"type": "text"}}}, "both say"),
        ((GPT, "Hi!"), {"stream": "yes"}, "stream"),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(face, client, stage, arguments, options, text):
    with pytest.raises(InvalidRequestError, match=text):
        face.call(client, "responses", *arguments, **options)
    assert len(stage["openai"].journal) == 0
