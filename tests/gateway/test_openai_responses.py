"""Responses on OpenAI's SDK, over connections that have them and over those that have not."""

import json

import openai
import pydantic
import pytest
from tests.gateway.conftest import MODEL

from genai_sdk.testing import CutStream, Reply, Status


class City(pydantic.BaseModel):
    name: str


TOOLS = [{"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}}]


def respond(face, sdk, **options):
    return face.do(sdk.responses.create(**{"model": MODEL, "input": "Hello there!", **options}))


def test_a_response_is_the_sdk_s_own_and_says_who_served_it(face, sdk, stage):
    stage.first.script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    response = respond(face, sdk, instructions="Be kind.", temperature=0.5)
    assert type(response) is openai.types.responses.Response
    assert (response.output_text, response.instructions, response.usage.total_tokens) == ("Hi!", "Be kind.", 11)
    assert response.model_extra["genai"]["connection"] == "first"
    assert stage.first.journal[0].body["messages"][0] == {"role": "system", "content": "Be kind."}


def test_events_are_the_sdk_s_own(face, sdk, stage):
    stage.first.script(Reply(text="one two three"))
    events = face.read(respond(face, sdk, stream=True))
    assert isinstance(events[0], openai.types.responses.ResponseCreatedEvent)
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "one two three"
    assert events[-1].response.output_text == "one two three"
    assert events[-1].response.model_extra["genai"]["connection"] == "first"


def test_parse_reads_a_model(face, sdk, stage):
    stage.first.script(Reply(text='{"name": "Seoul"}'))
    parsed = face.do(sdk.responses.parse(model=MODEL, input="Where?", text_format=City))
    assert parsed.output_parsed == City(name="Seoul")


def test_the_sdk_s_helper_for_streams_puts_them_together(face, sdk, stage):
    stage.first.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]))
    options = {"model": MODEL, "input": "Weather?", "tools": TOOLS}

    async def aread():
        async with sdk.responses.stream(**options) as stream:
            return [event async for event in stream], await stream.get_final_response()

    def read():
        with sdk.responses.stream(**options) as stream:
            return [*stream], stream.get_final_response()

    events, final = read() if isinstance(sdk, openai.OpenAI) else face.do(aread())
    assert [event.type for event in events][-1] == "response.completed"
    (call,) = final.output
    assert json.loads(call.arguments) == {"city": "Seoul"}


def test_a_conversation_goes_on_with_the_sdk_s_own_items(face, sdk, stage):
    stage.first.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="Sunny."))
    ask = {"role": "user", "content": "Weather?"}
    first = respond(face, sdk, input=[ask], tools=TOOLS)
    result = {"type": "function_call_output", "call_id": first.output[0].call_id, "output": "sunny"}
    assert respond(face, sdk, input=[ask, *first.output, result], tools=TOOLS).output_text == "Sunny."
    assert [message["role"] for message in stage.first.journal[1].body["messages"]] == ["user", "assistant", "tool"]


def test_a_response_falls_back_and_keeps_our_keywords(face, sdk, stage, client):
    stage.first.always(Status(500))
    own = {"num_retries": 0, "session_id": "s-1"}
    response = respond(face, sdk, extra_body={"genai": own})
    assert response.model_extra["genai"]["connection"] == "second"
    assert client.flush(20)
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.session_id == "s-1"


def test_what_needs_the_vendor_s_servers_is_the_sdk_s_bad_request(face, sdk, stage):
    with pytest.raises(openai.BadRequestError, match="previous_response_id"):
        respond(face, sdk, previous_response_id="resp_1")
    assert len(stage.first.journal) == 0


def test_a_broken_stream_is_the_sdk_s_error(face, sdk, stage):
    stage.first.script(CutStream(after_chunks=2, reply=Reply(text="one two three four")))
    stream = respond(face, sdk, stream=True)
    with pytest.raises(openai.APIError, match="the stream broke"):
        face.read(stream)
