"""Inputs and outputs as bubbles or JSON."""

import pytest

from genai_sdk.local.ui.contents import MESSAGES, TEXT, show
from genai_sdk.local.ui.pages.traces.showing import UsageLine, usage_lines


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_nothing(value):
    assert show(value) is None


def test_messages_become_bubbles():
    tool = {"id": "1", "function": {"name": "f"}}
    value = {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            {"role": "assistant", "content": None, "tool_calls": [tool]},
            {"role": "pirate", "content": [{"type": "image"}]},
        ],
        "tools": [1],
    }
    user, assistant, pirate, rest = show(value).bubbles
    assert (user.kind, user.text, user.more) == ("user", "a\nb", "")
    assert (assistant.text, '"tool_calls"' in assistant.more) == ("", True)
    assert (pirate.kind, '"image"' in pirate.more) == ("other", True)
    assert '"tools"' in rest.more


@pytest.mark.parametrize("value", [{"a": 1}, [1, 2], [{"role": 1}], 5, [], False])
def test_everything_else_becomes_json(value):
    shown = show(value)
    assert shown.json
    assert not shown.bubbles
    assert not shown.is_chat


def test_a_text_is_a_bubble_and_json_if_that_is_wanted():
    assert show("hi").bubbles[0].text == "hi"
    assert show("hi", as_json=True).json == '"hi"'


def test_what_is_too_long_is_cut_and_counted():
    assert show("x" * (TEXT + 5)).rest == 5
    assert show(["x" * TEXT]).rest > 0
    assert show("x" * (TEXT + 5), whole=True).rest == 0
    many = [{"role": "user", "content": str(number)} for number in range(MESSAGES + 10)]
    shown = show(many)
    assert (len(shown.bubbles), shown.skipped, shown.bubbles[0].text) == (MESSAGES, 10, "0")
    assert shown.bubbles[-1].text == many[-1]["content"]
    assert shown.bubbles[1].text == "11"
    assert len(show(many, whole=True).bubbles) == MESSAGES + 10


def test_tokens_stand_beside_their_cost():
    lines = usage_lines({"input": 3, "output": 4}, {"input": 0.5, "total": 0.7})
    assert lines == [UsageLine("input", 3, 0.5), UsageLine("output", 4, None), UsageLine("total", 7, 0.7)]
    assert usage_lines({}, {}) == []
