"""The next turn of a conversation sends what the vendor needs of the last one, whole or streamed."""

import json
from typing import Any

import pytest
from tests.wires.responses.cases import (
    CUSTOM,
    NATIVE,
    RESPONSES,
    Item,
    call,
    codec,
    events_of,
    message,
    read_stream,
    read_whole,
    response,
    sse,
    text,
    thought,
)

from genai_sdk.wires.anthropic.messages import assistant_blocks
from genai_sdk.wires.operation import ChatRequest

HELLO: Item = {"role": "user", "content": "Hello!"}


def sent(*messages: Any, model: str = "gpt-6.1-sol", **options: Any) -> Any:
    made = codec(model).encode(ChatRequest([HELLO, *messages], options), stream=False)
    assert isinstance(made.body, bytes)
    return json.loads(made.body)


def turns(whole: Item) -> list[Any]:
    """Return the answer's message, from a whole answer and from a stream."""
    return [
        answer.choices[0].message.model_dump(exclude_none=True)
        for answer in (read_whole(whole), read_stream(sse(events_of(whole))))
    ]


def is_kept(name: str) -> bool:
    return "content_blocks" in turns(RESPONSES[name])[0] and name != "an unknown item"


@pytest.mark.parametrize("name", [name for name in RESPONSES if is_kept(name)])
def test_items_go_back_as_they_came(name: str) -> None:
    for turn in turns(RESPONSES[name]):
        assert sent(turn)["input"][1:] == RESPONSES[name]["output"]


def test_an_item_that_no_row_names_goes_back_in_company() -> None:
    whole = response(*RESPONSES["an unknown item"]["output"], message(text("four")))
    for turn in turns(whole):
        assert sent(turn)["input"][1:] == whole["output"]


def test_reasoning_goes_back_before_the_call_that_it_led_to() -> None:
    for turn in turns(response(thought(), call())):
        back = sent(turn, {"role": "tool", "tool_call_id": "call_1", "content": "sunny"})["input"]
        assert [item["type"] for item in back] == ["message", "reasoning", "function_call", "function_call_output"]
        assert back[1] == thought()


def test_a_custom_tool_s_call_and_its_output_go_back_as_such() -> None:
    for turn in turns(response(CUSTOM)):
        back = sent(turn, {"role": "tool", "tool_call_id": "call_9", "content": "1"})["input"][1:]
        assert back == [
            {"type": "custom_tool_call", "call_id": "call_9", "name": "sql", "input": "select 1"},
            {"type": "custom_tool_call_output", "call_id": "call_9", "output": "1"},
        ]


def test_what_only_answers_have_does_not_go_back() -> None:
    item = {"id": "cmp_1", "type": "compaction", "encrypted_content": "g", "created_by": "me"}
    (turn, _) = turns(response(item))
    assert sent(turn)["input"][1] == {"id": "cmp_1", "type": "compaction", "encrypted_content": "g"}
    output = {"id": "cto_1", "type": "custom_tool_call_output", "call_id": "c", "output": "1"}
    (turn, _) = turns(response({**output, "status": "completed"}))
    assert sent(turn)["input"][1] == output


def test_a_refusal_and_reasoning_alone_go_back_as_they_came() -> None:
    for turn in turns(RESPONSES["a refusal"]):
        assert sent(turn)["input"][1]["content"] == [{"type": "refusal", "refusal": "I will not"}]
    for turn in turns(RESPONSES["reasoning alone"]):
        assert [item["type"] for item in sent(turn)["input"][1:]] == ["reasoning"]


def test_a_message_that_was_changed_is_sent_as_it_is_now() -> None:
    (turn, _) = turns(response(message(text("first"), phase="commentary")))
    assert sent({**turn, "content": "changed"})["input"][1]["content"] == [{"type": "output_text", "text": "changed"}]
    (turn, _) = turns(response(thought(), call(), thought("so", "rs_2"), call(ident="call_2")))
    changed = {**turn, "tool_calls": turn["tool_calls"][:1]}
    kinds = [item["type"] for item in sent(changed)["input"][1:]]
    assert kinds == ["reasoning", "reasoning", "function_call"]


def test_the_client_answers_what_is_no_call_of_a_function_with_items() -> None:
    output = {"type": "shell_call_output", "call_id": "c", "output": []}
    assert sent({"role": "tool", "content_blocks": [output]})["input"][1] == output


def test_another_vendor_s_blocks_are_not_taken_for_items() -> None:
    foreign = {
        "role": "assistant", "content": "four",
        "content_blocks": [{"type": "compaction", "content": "c"}, {"type": "text", "text": "four"}],
    }  # fmt: skip
    assert [item["type"] for item in sent(foreign)["input"]] == ["message", "message"]


@pytest.mark.parametrize("item", NATIVE, ids=lambda item: item["type"])
def test_items_are_not_taken_for_another_vendor_s_blocks(item: Item) -> None:
    (turn, _) = turns(response(item, message(text("four"))))
    assert [block["type"] for block in assistant_blocks(turn)] == ["text"]
    (turn, _) = turns(response(item))
    assert not any(block.get("type") == item["type"] for block in assistant_blocks(turn))


def test_reasoning_that_nobody_stores_is_asked_for() -> None:
    assert sent(store=False)["include"] == ["reasoning.encrypted_content"]
    assert "include" not in sent(store=True)
    assert "include" not in sent(store=False, model="gpt-4o")  # which does not reason, and refuses it
    assert sent(store=False, extra_body={"include": []})["include"] == []
