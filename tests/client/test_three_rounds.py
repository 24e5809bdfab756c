"""Loops of three rounds of tools with reasoning, where none is tested beside the rest of its wire."""

from typing import Any

import pytest

from genai_sdk.testing import Reply

TOOLS = [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}]
ROUNDS = [
    Reply(reasoning=f"thought {number}", text=f"step {number}", tool_calls=[("look", {"place": number})] * number)
    for number in (1, 2, 3)
]


def as_it_came(message: Any) -> Any:
    return message


def as_a_dict(message: Any) -> Any:
    return message.model_dump(exclude_none=True)


@pytest.fixture(params=[as_it_came, as_a_dict])
def loop(request: pytest.FixtureRequest, client: Any, face: Any, regions: Any) -> Any:
    """Play the three rounds on a model, whole or streamed; returns the answers and the last request's body."""

    def play(model: str, *, stream: bool, **options: Any) -> tuple[list[Any], Any]:
        regions.usa.script(*ROUNDS, Reply(text="done"), operation="chat")
        history: list[Any] = [{"role": "user", "content": "go"}]
        answers = []
        for _ in range(4):
            response = face.call(client, "completion", model, history, tools=TOOLS, stream=stream, **options)
            if stream:
                face.read(response)
                response = response.response
            answers.append(response)
            message = response.choices[0].message
            results = [
                {"role": "tool", "tool_call_id": call.id, "content": "seen"} for call in message.tool_calls or ()
            ]
            history = [*history, request.param(message), *results]
        assert answers[-1].text == "done"
        return answers, regions.usa.journal[-1].body

    return play


WHOLE = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


CALLS = [f'{{"place":{number}}}' for number in (1, 2, 2, 3, 3, 3)]


@WHOLE
def test_responses_get_each_thought_back_before_the_calls_that_it_led_to(loop: Any, stream: bool) -> None:
    answers, body = loop("openai_responses/gpt-4o-mini", stream=stream)
    kinds = [item["type"] for item in body["input"]]
    rounds = [
        ["reasoning", "message", *["function_call"] * number, *["function_call_output"] * number]
        for number in (1, 2, 3)
    ]  # fmt: skip
    assert kinds == ["message", *(kind for each in rounds for kind in each)]
    thoughts = [item for item in body["input"] if item["type"] == "reasoning"]
    assert [item["summary"][0]["text"] for item in thoughts] == ["thought 1", "thought 2", "thought 3"]
    assert len({item["id"] for item in thoughts}) == 3
    calls = [item for item in body["input"] if item["type"] == "function_call"]
    assert [item["arguments"] for item in calls] == CALLS
    results = [item["call_id"] for item in body["input"] if item["type"] == "function_call_output"]
    assert results == [item["call_id"] for item in calls]
    assert [answer.choices[0].message.reasoning_content for answer in answers[:3]] == [
        item["summary"][0]["text"] for item in thoughts
    ]


@WHOLE
def test_a_compatible_server_gets_back_the_thoughts_that_it_wrote(loop: Any, stream: bool) -> None:
    _, body = loop("openai_test/gpt-4o-mini", stream=stream)
    turns = [message for message in body["messages"] if message["role"] == "assistant"]
    assert [turn["reasoning_content"] for turn in turns] == ["thought 1", "thought 2", "thought 3"]
    calls = [call for turn in turns for call in turn["tool_calls"]]
    assert [call["function"]["arguments"] for call in calls] == CALLS
    results = [message["tool_call_id"] for message in body["messages"] if message["role"] == "tool"]
    assert results == [call["id"] for call in calls]


@WHOLE
def test_claude_on_vertex_gets_back_its_thoughts_with_their_signatures(loop: Any, stream: bool) -> None:
    _, body = loop("gemini_usa/claude-sonnet-4@20250514", stream=stream)
    turns = [message["content"] for message in body["messages"] if message["role"] == "assistant"]
    assert [[block["type"] for block in turn] for turn in turns] == [
        ["thinking", "text", *["tool_use"] * number] for number in (1, 2, 3)
    ]
    assert [turn[0]["thinking"] for turn in turns] == ["thought 1", "thought 2", "thought 3"]
    assert all(turn[0]["signature"] for turn in turns)
    results = [message["content"] for message in body["messages"] if message["role"] == "user"][1:]
    assert [[part["tool_use_id"] for part in each] for each in results] == [
        [block["id"] for block in turn[2:]] for turn in turns
    ]
