"""What a chat call becomes on Converse."""

from typing import Any

import pytest

from genai_sdk.wires.converse.models import facts_of
from genai_sdk.wires.converse.request import converse_body, streams
from genai_sdk.wires.converse.tools import SCHEMA_TOOL
from genai_sdk.wires.unsupported import UnsupportedError

CLAUDE = "us.anthropic.claude-opus-5-5"
OLD_CLAUDE = "anthropic.claude-sonnet-4-20250514-v1:0"
NOVA = "amazon.nova-2-lite-v1:0"
HELLO = [{"role": "user", "content": "Hello!"}]
PIXEL = "iVBORw0KGgo="
SCHEMA = {"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"]}
WEATHER = {
    "type": "function",
    "function": {"name": "weather", "description": "d", "parameters": {"type": "object", "properties": {}}},
}


def body(messages: Any = HELLO, model: str = CLAUDE, **options: Any) -> dict[str, Any]:
    return converse_body(messages, options, facts_of(model))


def content(*parts: Any) -> list[Any]:
    made: list[Any] = body([{"role": "user", "content": list(parts)}])["messages"][0]["content"]
    return made


def json_form(schema: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "n", "schema": schema, "strict": True}}


def test_bounds_of_the_answer_go_to_the_inference_configuration() -> None:
    made = body(max_completion_tokens=7, max_tokens=9, temperature=0.5, top_p=0.1, stop="END")
    assert made["inferenceConfig"] == {"maxTokens": 7, "temperature": 0.5, "topP": 0.1, "stopSequences": ["END"]}


def test_system_prompts_are_gathered_and_turns_alternate() -> None:
    made = body(
        [
            {"role": "system", "content": "a"},
            {"role": "developer", "content": [{"type": "text", "text": "b"}]},
            {"role": "user", "content": "one"},
            {"role": "user", "content": "two"},
            {"role": "assistant", "content": " "},
            {"role": "user", "content": "three"},
        ]
    )
    assert made["system"] == [{"text": "a"}, {"text": "b"}]
    assert made["messages"] == [{"role": "user", "content": [{"text": "one"}, {"text": "two"}, {"text": "three"}]}]


def test_a_model_without_system_prompts_reads_it_before_the_first_message() -> None:
    made = body([{"role": "system", "content": "a"}, *HELLO], "amazon.titan-text-express-v1")
    assert "system" not in made
    assert made["messages"] == [{"role": "user", "content": [{"text": "a"}, {"text": "Hello!"}]}]


def test_a_system_prompt_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="beside the system prompt"):
        body([{"role": "system", "content": "only"}])


def test_images_documents_sound_and_film_are_blocks() -> None:
    assert content(
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}", "detail": "low"}},
        {"type": "image_url", "image_url": "s3://bucket/a.JPG"},
        {"type": "file", "file": {"file_data": f"data:application/pdf;base64,{PIXEL}", "filename": "Q3: plan.v2.pdf"}},
        {"type": "file", "file": {"file_data": PIXEL, "format": "text/csv"}},
        {"type": "file", "file": {"file_id": "s3://bucket/talk.mp4", "format": "video/mp4"}},
        {"type": "input_audio", "input_audio": {"data": PIXEL, "format": "wav"}},
        {"type": "video_url", "video_url": {"url": f"data:video/quicktime;base64,{PIXEL}"}},
        {"type": "document", "source": {"type": "text", "data": "t"}, "title": "T", "citations": {"enabled": True}},
    ) == [
        {"image": {"format": "png", "source": {"bytes": PIXEL}}},
        {"image": {"format": "jpeg", "source": {"s3Location": {"uri": "s3://bucket/a.JPG"}}}},
        {"document": {"format": "pdf", "source": {"bytes": PIXEL}, "name": "Q3 plan v2"}},
        {"document": {"format": "csv", "source": {"bytes": PIXEL}, "name": "document 2"}},
        {"video": {"format": "mp4", "source": {"s3Location": {"uri": "s3://bucket/talk.mp4"}}}},
        {"audio": {"format": "wav", "source": {"bytes": PIXEL}}},
        {"video": {"format": "mov", "source": {"bytes": PIXEL}}},
        {"document": {"format": "txt", "source": {"text": "t"}, "name": "T 4", "citations": {"enabled": True}}},
    ]


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ({"type": "image_url", "image_url": {"url": "https://example.com/a.png?sig=secret"}}, "fetches nothing"),
        ({"type": "image_url", "image_url": {"url": "data:image/tiff;base64,AAAA"}}, "no image of the format 'tiff'"),
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,A"}}, "no base64"),
        ({"type": "file", "file": {}}, "file_data"),
        ({"type": "sculpture"}, "no part of the type 'sculpture'"),
    ],
)
def test_what_bedrock_cannot_take_is_refused_with_the_reason(part: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        content(part)
    assert "secret" not in str(caught.value)


def test_base64_of_the_web_s_alphabet_becomes_that_of_aws() -> None:
    part = content({"type": "image_url", "image_url": {"url": "data:image/png;base64,_-8"}})[0]
    assert part["image"]["source"] == {"bytes": "/+8="}


def test_calls_and_their_results_become_blocks_of_two_turns() -> None:
    calls = [
        {"id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"c":1}'}},
        {"id": "b|" * 60, "type": "function", "function": {"name": "weather", "arguments": ""}},
    ]
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    made = body(
        [
            *HELLO,
            {"role": "assistant", "content": None, "tool_calls": calls},
            {"role": "tool", "tool_call_id": "a", "content": "sunny"},
            {"role": "tool", "tool_call_id": "b|" * 60, "content": [image]},
        ],
        tools=[WEATHER],
    )
    asked, answered = made["messages"][1]["content"], made["messages"][2]["content"]
    assert asked[0] == {"toolUse": {"toolUseId": "a", "name": "weather", "input": {"c": 1}}}
    assert asked[1]["toolUse"]["input"] == {}
    assert len(asked[1]["toolUse"]["toolUseId"]) <= 64
    assert answered[0] == {"toolResult": {"toolUseId": "a", "content": [{"text": "sunny"}]}}
    assert answered[1]["toolResult"]["toolUseId"] == asked[1]["toolUse"]["toolUseId"]
    assert answered[1]["toolResult"]["content"] == [{"image": {"format": "png", "source": {"bytes": PIXEL}}}]


def test_arguments_that_are_no_object_are_refused() -> None:
    call = {"id": "a", "type": "function", "function": {"name": "weather", "arguments": '{"c":'}}
    with pytest.raises(ValueError, match="earlier call of 'weather'"):
        body([*HELLO, {"role": "assistant", "tool_calls": [call]}])


def test_a_conversation_with_calls_has_tools_even_where_the_call_gives_none() -> None:
    call = {"id": "a", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    talk = [*HELLO, {"role": "assistant", "tool_calls": [call]}, {"role": "tool", "tool_call_id": "a", "content": "x"}]
    for options in ({}, {"tools": [WEATHER], "tool_choice": "none"}):
        specification = body(talk, **options)["toolConfig"]["tools"][0]["toolSpec"]
        assert specification["name"] == "weather"
        assert "cannot be called" in specification["description"]


def test_reasoning_is_sent_back_as_it_came() -> None:
    thinking = [
        {"type": "thinking", "thinking": "hm", "signature": "SIG"},
        {"type": "redacted_thinking", "data": "xyz"},
    ]
    made = body([*HELLO, {"role": "assistant", "content": "a", "thinking_blocks": thinking}, *HELLO])
    assert made["messages"][1]["content"] == [
        {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "SIG"}}},
        {"reasoningContent": {"redactedContent": "xyz"}},
        {"text": "a"},
    ]


def test_blocks_of_bedrock_s_own_are_sent_back_unless_the_message_was_changed() -> None:
    blocks = [{"text": "a"}, {"toolUse": {"toolUseId": "t", "name": "s", "input": {}, "type": "server_tool_use"}}]
    message = {"role": "assistant", "content": "a", "content_blocks": blocks}
    assert body([*HELLO, message, *HELLO])["messages"][1]["content"] == blocks
    changed = {**message, "content": "b"}
    assert body([*HELLO, changed, *HELLO])["messages"][1]["content"] == [{"text": "b"}]


def test_cache_marks_become_cache_points_where_they_stand() -> None:
    mark = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    made = body(
        [
            {"role": "system", "content": [{"type": "text", "text": "long", **mark}]},
            {"role": "user", "content": "x", "cache_control": {"type": "ephemeral"}},
        ],
        tools=[{**WEATHER, **mark}],
    )
    point = {"cachePoint": {"type": "default", "ttl": "1h"}}
    assert made["system"] == [{"text": "long"}, point]
    assert made["messages"][0]["content"] == [{"text": "x"}, {"cachePoint": {"type": "default"}}]
    assert made["toolConfig"]["tools"][1] == point
    assert body([{"role": "user", "content": "x", **mark}], "meta.llama3-1-8b-instruct-v1:0")["messages"] == [
        {"role": "user", "content": [{"text": "x"}]}
    ]


@pytest.mark.parametrize(
    ("choice", "made"),
    [
        ("auto", {"auto": {}}),
        ("required", {"any": {}}),
        ({"type": "function", "function": {"name": "weather"}}, {"tool": {"name": "weather"}}),
    ],
)
def test_a_choice_of_tools_is_converse_s(choice: Any, made: Any) -> None:
    assert body(tools=[WEATHER], tool_choice=choice)["toolConfig"]["toolChoice"] == made


def test_no_choice_leaves_tools_out() -> None:
    assert "toolConfig" not in body(tools=[WEATHER], tool_choice="none")


def test_a_model_that_cannot_be_forced_or_takes_no_tools_says_so() -> None:
    with pytest.raises(UnsupportedError, match="tool_choice with this model on Bedrock: it cannot be made to call"):
        body(model="meta.llama3-1-8b-instruct-v1:0", tools=[WEATHER], tool_choice="required")
    with pytest.raises(UnsupportedError, match="no place for tools with this model"):
        body(model="deepseek.r1-v1:0", tools=[WEATHER])


def test_strict_tools_are_strict_where_the_model_can() -> None:
    strict = {"type": "function", "function": {"name": "f", "strict": True, "parameters": SCHEMA}}
    specification = body(tools=[strict])["toolConfig"]["tools"][0]["toolSpec"]
    assert specification["strict"] is True
    assert specification["inputSchema"]["json"]["additionalProperties"] is False
    assert "strict" not in body(model=OLD_CLAUDE, tools=[strict])["toolConfig"]["tools"][0]["toolSpec"]


def test_tools_one_at_a_time_are_claude_s_own_field() -> None:
    made = body(tools=[WEATHER], parallel_tool_calls=False, tool_choice="required")
    assert made["additionalModelRequestFields"]["tool_choice"] == {"type": "any", "disable_parallel_tool_use": True}
    with pytest.raises(UnsupportedError, match="parallel_tool_calls"):
        body(model=NOVA, tools=[WEATHER], parallel_tool_calls=False)


def test_a_schema_is_the_text_s_format_where_the_model_takes_one() -> None:
    import json

    definition = body(response_format=json_form(SCHEMA))["outputConfig"]["textFormat"]["structure"]["jsonSchema"]
    schema = json.loads(definition["schema"])
    assert definition["name"] == "n"
    assert schema["additionalProperties"] is False
    assert schema["properties"]["a"] == {"type": "integer", "description": "(minimum: 1)"}


def test_a_schema_is_a_forced_tool_where_the_model_takes_none() -> None:
    made = body(model=OLD_CLAUDE, response_format=json_form(SCHEMA))
    assert made["toolConfig"]["toolChoice"] == {"tool": {"name": SCHEMA_TOOL}}
    assert streams(made, facts_of(OLD_CLAUDE))
    thinking = body(model=OLD_CLAUDE, response_format=json_form(SCHEMA), reasoning_effort="low")
    assert thinking["toolConfig"]["toolChoice"] == {"auto": {}}
    assert not streams(thinking, facts_of(OLD_CLAUDE))


RECURSIVE = {
    "$defs": {"Node": {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/Node"}}}}},
    "$ref": "#/$defs/Node",
}
MAPPING = {"type": "object", "properties": {"m": {"type": "object", "additionalProperties": {"type": "string"}}}}


@pytest.mark.parametrize("schema", [RECURSIVE, MAPPING], ids=["recursive", "open"])
def test_a_schema_that_the_format_cannot_hold_is_a_tool_with_an_object_at_its_root(schema: Any) -> None:
    made = body(response_format=json_form(schema))
    assert "outputConfig" not in made
    sent = made["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"]
    assert sent["type"] == "object"
    assert "$ref" not in sent


def test_the_name_of_the_schema_s_tool_is_taken() -> None:
    with pytest.raises(ValueError, match=SCHEMA_TOOL):
        body(tools=[{"type": "function", "function": {"name": SCHEMA_TOOL}}])


@pytest.mark.parametrize(
    ("model", "effort", "fields", "output"),
    [
        (CLAUDE, "high", {"thinking": {"type": "adaptive", "display": "summarized"}}, {"effort": "high"}),
        (CLAUDE, "minimal", {"thinking": {"type": "adaptive", "display": "summarized"}}, {"effort": "low"}),
        (CLAUDE, "none", None, None),
        (OLD_CLAUDE, "medium", {"thinking": {"type": "enabled", "budget_tokens": 2048}}, None),
        (NOVA, "high", {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "high"}}, None),
        ("openai.gpt-oss-120b-1:0", "low", {"reasoning_effort": "low"}, None),
        ("openai.gpt-5-5", "xhigh", {"reasoning": {"effort": "xhigh"}}, None),
        ("arn:aws:bedrock:us-east-1:1:application-inference-profile/abc", "max", None, {"effort": "max"}),
    ],
)
def test_effort_is_said_as_each_model_knows_it(model: str, effort: str, fields: Any, output: Any) -> None:
    made = body(model=model, reasoning_effort=effort)
    assert made.get("additionalModelRequestFields") == fields
    assert made.get("outputConfig") == output


def test_a_budget_leaves_room_for_the_answer_and_stays_below_what_is_allowed() -> None:
    assert body(model=OLD_CLAUDE, reasoning_effort="low")["inferenceConfig"] == {"maxTokens": 1024 + 4096}
    fields = body(model=OLD_CLAUDE, reasoning_effort="high", max_tokens=2000)["additionalModelRequestFields"]
    assert fields["thinking"]["budget_tokens"] == 1999
    with pytest.raises(ValueError, match="max_tokens is 500"):
        body(model=OLD_CLAUDE, reasoning_effort="high", max_tokens=500)


@pytest.mark.parametrize(
    ("model", "options", "why"),
    [
        ("mistral.mistral-large-2407-v1:0", {"reasoning_effort": "low"}, "no place for reasoning_effort"),
        (NOVA, {"thinking": {"type": "enabled"}}, "no place for thinking .*only Claude"),
        (NOVA, {"reasoning_effort": "max"}, "reasoning_effort as 'max' .* it has none, minimal"),
        ("mistral.mistral-large-2407-v1:0", {"top_k": 5}, "no place for top_k"),
        (CLAUDE, {"web_search_options": {}}, "no place for web_search_options"),
        (CLAUDE, {"service_tier": "turbo"}, "service_tier as 'turbo' on Bedrock"),
    ],
)
def test_what_a_model_has_no_place_for_is_refused(model: str, options: Any, why: str) -> None:
    with pytest.raises(UnsupportedError, match=why):
        body(model=model, **options)


def test_the_rest_finds_its_place() -> None:
    made = body(model=NOVA, top_k=5, web_search_options={}, service_tier="priority")
    assert made["additionalModelRequestFields"] == {"inferenceConfig": {"topK": 5}}
    assert made["toolConfig"] == {"tools": [{"systemTool": {"name": "nova_grounding"}}]}
    assert made["serviceTier"] == {"type": "priority"}
    assert "serviceTier" not in body(service_tier="auto")


@pytest.mark.parametrize(
    ("model", "tools", "does"),
    [
        (CLAUDE, True, True),
        ("meta.llama3-1-8b-instruct-v1:0", False, True),
        ("us.meta.llama3-1-8b-instruct-v1:0", True, False),
        ("ai21.j2-ultra-v1", False, False),
    ],
)
def test_models_that_cannot_stream_are_known(model: str, tools: bool, does: bool) -> None:
    made = body(model=model, **({"tools": [WEATHER]} if tools else {}))
    assert streams(made, facts_of(model)) is does


def test_nothing_of_the_call_is_written_to() -> None:
    import copy

    messages = [{"role": "user", "content": [{"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}}]}]
    tools = [copy.deepcopy(WEATHER)]
    before = copy.deepcopy((messages, tools))
    body(messages, tools=tools, response_format=json_form(SCHEMA))
    assert (messages, tools) == before
