"""The standard loop of tools: what the model said goes back as it came."""

import json

import pytest

from genai_sdk.testing import Reply

MODEL = "openai_test/gpt-4o-mini"
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
HISTORY = [{"role": "user", "content": "How is the weather in Seoul?"}]


def as_it_came(message):
    return message


def with_its_calls(message):
    return {"role": message.role, "tool_calls": message.tool_calls}


@pytest.mark.parametrize("again", [as_it_came, with_its_calls])
def test_an_answer_goes_back_into_the_messages(client, face, regions, again):
    regions.usa.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="It is sunny."))
    history = list(HISTORY)
    response = face.call(client, "completion", MODEL, history, tools=TOOLS)
    while (message := response.choices[0].message).tool_calls:
        results = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in message.tool_calls]
        history = [*history, again(message), *results]
        response = face.call(client, "completion", MODEL, history, tools=TOOLS)
    assert response.text == "It is sunny."
    _, said, result = regions.usa.journal[1].body["messages"]
    (call,) = said.pop("tool_calls")
    assert (said["role"], json.loads(call["function"]["arguments"])) == ("assistant", {"city": "Seoul"})
    assert call["id"] == result["tool_call_id"]


def test_a_stream_shows_who_serves_it_and_how_far_it_is(client, face):
    stream = face.ask(client, MODEL, stream=True)
    assert repr(stream).endswith("CompletionStream of openai_test/gpt-4o-mini: open, 0 characters>")
    face.read(stream)
    assert repr(stream).endswith("CompletionStream of openai_test/gpt-4o-mini: ended, 11 characters>")
