"""What went in and what came out, in every convention's words."""

import json
from typing import Any

import pytest
from tests.langfuse.exports import event, observe, show

from genai_sdk.langfuse.content import ROWS, SEMANTIC, VERCEL

HELLO = [{"role": "user", "content": "hi"}]
TEXT = json.dumps(HELLO)
SYSTEM = {"role": "system", "content": "Be kind.\nBe brief."}
INSTRUCTIONS = json.dumps([{"type": "text", "content": "Be kind."}, "Be brief."])


@pytest.mark.parametrize("row", [row for row in (*ROWS, *SEMANTIC, VERCEL) if row.output], ids=lambda row: row.input[0])
def test_either_side_of_every_row_is_read_and_not_shown_again(row: Any) -> None:
    scope = row.scope or "shop"
    for given in row.input:
        seen = observe({given: TEXT}, scope=scope)
        assert (seen.input, seen.output) == (HELLO, None)
    for made in row.output:
        seen = observe({made: "well"}, scope=scope)
        assert (seen.input, seen.output) == (None, "well")
    both = observe({row.input[0]: "a", row.output[0]: "b", "other": 1}, scope=scope)
    assert (both.input, both.output) == ("a", "b")
    if row.input != ("tool_arguments",):  # which Langfuse shows twice
        assert both.shown_attributes == {"other": 1}


@pytest.mark.parametrize("name", ["input", "output"])
def test_langfuses_own_words_silence_all_others(name: str) -> None:
    others = {"input.value": "theirs", "output.value": "theirs"}
    seen = observe({f"langfuse.observation.{name}": "ours", **others})
    assert {name: getattr(seen, name) for name in ("input", "output")} == {"input": None, "output": None, name: "ours"}


@pytest.mark.parametrize("scope", ["langfuse-sdk", "genai-sdk"])
def test_scopes_that_speak_langfuses_convention_have_no_other(scope: str) -> None:
    seen = observe({"input.value": "x", "gen_ai.usage.input_tokens": 5, "gen_ai.request.top_p": 1}, scope=scope)
    assert (seen.input, seen.usage, seen.parameters) == (None, {}, {})


def test_of_several_conventions_the_first_row_speaks_for_both_sides() -> None:
    seen = observe({"traceloop.entity.input": "first", "input.value": "second", "output.value": "second"})
    assert (seen.input, seen.output) == ("first", None)


@pytest.mark.parametrize(
    ("names", "read_as"),
    [
        ({"0.role": "user", "0.content": "hi"}, [{"role": "user", "content": "hi"}]),
        ({"10.x": 3, "2.x": 2, "0.x": 1}, [{"x": 1}, {"x": 2}, {"x": 3}]),
        (
            {"0.message.tool_calls.0.id": "a", "0.message.role": "b"},
            [{"message": {"tool_calls": [{"id": "a"}], "role": "b"}}],
        ),
        ({"name": "x", "0": "y"}, {"name": "x", "0": "y"}),
        ({"999999999999.x": 1}, {"999999999999": {"x": 1}}),
        ({"0": "text", "0.role": "user"}, ["text"]),
        ({"0.role": "user", "0": "text"}, [{"role": "user"}]),
        ({"0": {"1": "a"}, "0.role": "user"}, [{"1": "a"}]),
        ({"0": {"1": "a"}, "0.role.name": "user"}, [{"1": "a"}]),
    ],
)
@pytest.mark.parametrize("prefix", ["gen_ai.prompt", "llm.input_messages"])
def test_dotted_names_are_lists_and_objects(prefix: str, names: dict[str, Any], read_as: Any) -> None:
    seen = observe({f"{prefix}.{name}": told for name, told in names.items()})
    assert seen.input == read_as
    assert seen.shown_attributes == {}


def test_dotted_names_take_no_more_room_than_they_have() -> None:
    seen = observe({"gen_ai.completion.999999999.content": "x", "gen_ai.completion." + "a." * 5000 + "b": 1})
    assert len(json.dumps(seen.output)) < 20_000
    show([seen])


def test_messages_in_a_spans_events_are_what_went_in_and_came_out() -> None:
    happened = [
        event("gen_ai.system.message", content="be kind"),
        event("gen_ai.user.message", content="hi"),
        event("other"),
        event("gen_ai.choice", index=0, finish_reason="stop"),
    ]
    seen = observe({}, happened)
    assert seen.input == [{"role": "system", "content": "be kind"}, {"role": "user", "content": "hi"}]
    assert seen.output == {"index": 0, "finish_reason": "stop"}
    assert observe({}, [event("gen_ai.choice", index=0), event("gen_ai.choice", index=1)]).output == [
        {"index": 0},
        {"index": 1},
    ]


def test_an_events_details_speak_before_its_messages() -> None:
    details = {"gen_ai.input.messages": TEXT, "gen_ai.system_instructions": INSTRUCTIONS}
    happened = [event("gen_ai.choice", index=0), event("gen_ai.client.inference.operation.details", **details)]
    seen = observe({}, happened)
    assert (seen.input, seen.output) == ([SYSTEM, *HELLO], None)


def test_events_of_semantic_kernel_hold_what_attributes_would() -> None:
    happened = [
        event("gen_ai.content.prompt", **{"gen_ai.prompt": TEXT}),
        event("gen_ai.content.completion", text="well"),
    ]
    seen = observe({}, happened)
    assert (seen.input, seen.output) == (HELLO, {"text": "well"})


@pytest.mark.parametrize(
    ("messages", "instructions", "read_as"),
    [
        (TEXT, INSTRUCTIONS, [SYSTEM, *HELLO]),
        (TEXT, "Be kind.", [{"role": "system", "content": "Be kind."}, *HELLO]),
        (HELLO, ["Be kind."], [{"role": "system", "content": "Be kind."}, *HELLO]),
        (json.dumps([SYSTEM]), INSTRUCTIONS, [SYSTEM]),
        ("no list", INSTRUCTIONS, "no list"),
    ],
)
def test_instructions_become_the_first_message_where_there_is_none(
    messages: Any, instructions: Any, read_as: Any
) -> None:
    seen = observe({"gen_ai.input.messages": messages, "gen_ai.system_instructions": instructions})
    assert seen.input == read_as


def test_the_ai_sdks_text_and_tools_are_one_message() -> None:
    seen = observe({"ai.response.text": "well", "ai.response.toolCalls": "[1]"}, scope="ai")
    assert seen.output == {"role": "assistant", "content": "well", "tool_calls": "[1]"}
    seen = observe({"ai.prompt": "hi", "gen_ai.output.messages": TEXT}, scope="ai")
    assert (seen.input, seen.output) == ("hi", HELLO)


def test_logfires_list_of_events_is_taken_apart() -> None:
    told = [{"event.name": "gen_ai.user.message", "content": "hi"}, {"event.name": "gen_ai.choice", "index": 0}]
    seen = observe({"events": json.dumps(told)})
    assert (seen.input, seen.output) == (told[:1], told[1])
    assert observe({"events": "soon"}).input is None


def test_googles_empty_requests_give_way_to_a_tools() -> None:
    told = {"gcp.vertex.agent.llm_request": "{}", "gcp.vertex.agent.tool_call_args": '{"a": 1}'}
    assert observe(told).input == {"a": 1}


def test_genkits_messages_are_unwrapped() -> None:
    told = {"genkit:input": json.dumps({"messages": HELLO}), "genkit:output": json.dumps({"message": HELLO[0]})}
    seen = observe(told, scope="genkit-tracer")
    assert (seen.input, seen.output) == (HELLO, HELLO[0])
    assert observe({"genkit:input": "plain"}, scope="genkit-tracer").input == "plain"
