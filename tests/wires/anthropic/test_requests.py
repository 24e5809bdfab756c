"""From calls in OpenAI's shape to requests for a message."""

import json
from typing import Any

import pytest
from tests.wires.anthropic.cases import MESSAGES, codec, read_whole, text, thinking, use

from genai_sdk.types import Message
from genai_sdk.wires.anthropic.request import LACKS
from genai_sdk.wires.operation import ChatRequest
from genai_sdk.wires.wire import HttpRequest, UnencodableError, UnsupportedError

HELLO = [{"role": "user", "content": "Hello!"}]
OLD, BUDGETS, NEWEST = "claude-3-opus-20240229", "claude-sonnet-4-5-20250929", "claude-opus-5-5"
PNG = "data:image/png;base64,iVBORw0KGgo="
PDF = "data:application/pdf;base64,JVBERi0="


def sent(messages: Any = HELLO, model: str = BUDGETS, adapter: str = "anthropic", **options: Any) -> HttpRequest:
    return codec(model, adapter).encode(ChatRequest(messages, options), stream=False)


def body(messages: Any = HELLO, model: str = BUDGETS, adapter: str = "anthropic", **options: Any) -> dict[str, Any]:
    """Return the body of a request, after seeing that nothing of the call was written to."""
    before = json.dumps(messages, default=lambda value: value.model_dump())
    made: dict[str, Any] = json.loads(bytes(sent(messages, model, adapter, **options).body))
    assert json.dumps(messages, default=lambda value: value.model_dump()) == before
    return made


def test_a_request_names_its_model_its_version_and_a_bound() -> None:
    request = sent()
    assert request.url == "https://here/v1/messages"
    assert request.headers["anthropic-version"] == "2026-10-21"
    assert body() == {"model": BUDGETS, "max_tokens": 64_000, "messages": HELLO}


def test_on_vertex_the_path_names_the_model_and_the_body_the_version() -> None:
    request = codec("claude-sonnet-4@20250514", "google-vertex-ai").encode(ChatRequest(HELLO), stream=True)
    path = "https://here/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4@20250514"
    assert request.url == f"{path}:streamRawPredict"
    assert "anthropic-version" not in request.headers
    assert json.loads(bytes(request.body)) == {
        "anthropic_version": "2026-10-21", "max_tokens": 64_000, "messages": HELLO, "stream": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("model", "bound"), [(OLD, 4_096), ("claude-3-5-haiku-20241022", 8_192), ("claude-opus-4-1-20250805", 32_000),
                         (NEWEST, 128_000), ("somebody-s-model", 4_096)]
)  # fmt: skip
def test_a_call_without_a_bound_gets_the_model_s_own(model: str, bound: int) -> None:
    assert body(model=model)["max_tokens"] == bound
    assert body(model=model, max_tokens=7)["max_tokens"] == 7
    assert body(model=model, max_tokens=7, max_completion_tokens=9)["max_tokens"] == 9


def test_parameters_go_under_the_vendor_s_names() -> None:
    made = body(temperature=0.3, top_p=0.4, top_k=5, stop="a", user="u-1", service_tier="default")
    assert made == {
        **body(), "temperature": 0.3, "top_p": 0.4, "top_k": 5, "stop_sequences": ["a"],
        "metadata": {"user_id": "u-1"}, "service_tier": "standard_only",
    }  # fmt: skip
    assert body(extra_body={"speed": "fast", "max_tokens": 1}) == {**body(), "speed": "fast", "max_tokens": 1}


@pytest.mark.parametrize("user", ["me@example.com", "+82 10-1234-5678"])
def test_what_names_a_person_is_not_sent_since_the_vendor_forbids_it(user: str) -> None:
    assert "metadata" not in body(user=user)


@pytest.mark.parametrize("name", sorted(LACKS))
def test_what_the_wire_has_no_place_for_is_named(name: str) -> None:
    options = {name: "x"} if " " not in name else {"response_format": {"type": "json_object"}}
    assert list(codec().unsupported(ChatRequest(HELLO, options))) == [name.partition(" ")[0]]


def test_sampling_is_refused_by_the_models_that_have_none() -> None:
    for model in ("claude-opus-4-7", NEWEST, "claude-opus-9"):
        with pytest.raises(UnsupportedError) as caught:
            sent(model=model, temperature=0.3, top_p=0.9, top_k=3)
        assert list(caught.value.refused) == ["temperature", "top_p", "top_k"]
        assert "temperature" not in body(model=model, temperature=1, top_p=1.0)
    assert body(model="claude-opus-4-6", temperature=0.3)["temperature"] == 0.3


def test_a_beginning_of_an_answer_is_refused_by_the_models_that_do_not_go_on_from_it() -> None:
    prefilled = [*HELLO, {"role": "assistant", "content": "It is  "}]
    assert body(prefilled)["messages"][-1] == {"role": "assistant", "content": "It is"}
    for model in ("claude-opus-4-6", NEWEST):
        with pytest.raises(UnencodableError, match="does not go on"):
            sent(prefilled, model)


def test_a_turn_that_paused_goes_on_with_any_model() -> None:
    paused = read_whole(MESSAGES["a pause"]).choices[0].message
    assert body([*HELLO, paused], NEWEST)["messages"][-1] == {
        "role": "assistant", "content": MESSAGES["a pause"]["content"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("effort", "budget"), [("minimal", 1_024), ("low", 1_024), ("medium", 2_048), ("high", 4_096), ("max", 16_384)]
)
def test_an_effort_is_a_budget_where_models_think_by_one(effort: str, budget: int) -> None:
    assert body(reasoning_effort=effort)["thinking"] == {"type": "enabled", "budget_tokens": budget}
    assert body(reasoning_effort="high", max_tokens=2_000)["thinking"]["budget_tokens"] == 1_999


def test_an_effort_is_an_effort_where_models_think_adaptively() -> None:
    made = body(model=NEWEST, reasoning_effort="xhigh")
    assert made["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert made["output_config"] == {"effort": "xhigh"}
    assert body(model=NEWEST, reasoning_effort="minimal")["output_config"] == {"effort": "low"}


@pytest.mark.parametrize(
    ("model", "effort"), [(OLD, "low"), ("claude-opus-4-6", "xhigh"), (NEWEST, "none"), (BUDGETS, "huge")]
)
def test_an_effort_that_a_model_does_not_have_is_refused(model: str, effort: str) -> None:
    with pytest.raises(UnsupportedError, match="reasoning_effort"):
        sent(model=model, reasoning_effort=effort)


def test_no_effort_is_no_thinking() -> None:
    assert "thinking" not in body(reasoning_effort="none")
    assert body(model="claude-opus-4-6", reasoning_effort="none")["thinking"] == {"type": "disabled"}


def test_thinking_is_sent_as_it_is_given() -> None:
    given = {"type": "enabled", "budget_tokens": 1_024}
    assert body(thinking=given)["thinking"] == given
    made = body(model=NEWEST, thinking={"type": "adaptive"}, reasoning_effort="low")
    assert (made["thinking"], made["output_config"]) == ({"type": "adaptive"}, {"effort": "low"})


WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "weather", "description": "Say it.", "parameters": WEATHER}}


def test_tools_are_sent_with_their_schemas() -> None:
    assert body(tools=[TOOL])["tools"] == [{"name": "weather", "description": "Say it.", "input_schema": WEATHER}]
    bare = {"type": "function", "function": {"name": "now"}}
    marked = {**bare, "cache_control": {"type": "ephemeral"}}
    assert body(tools=[bare, marked])["tools"] == [
        {"name": "now", "input_schema": {"type": "object", "properties": {}}},
        {"name": "now", "input_schema": {"type": "object", "properties": {}}, "cache_control": {"type": "ephemeral"}},
    ]


def test_the_server_s_tools_go_out_as_they_are() -> None:
    search = {"type": "web_search_20260318", "name": "web_search", "max_uses": 2}
    assert body(tools=[search])["tools"] == [search]
    options = {"search_context_size": "low", "user_location": {"type": "approximate", "approximate": {"city": "Seoul"}}}
    assert body(web_search_options=options)["tools"] == [
        {"type": "web_search_20250305", "name": "web_search", "max_uses": 1,
         "user_location": {"type": "approximate", "city": "Seoul"}}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("auto", {"type": "auto"}),
        ("none", {"type": "none"}),
        ("required", {"type": "any"}),
        ({"type": "function", "function": {"name": "weather"}}, {"type": "tool", "name": "weather"}),
    ],
)
def test_a_choice_among_tools_is_translated(choice: Any, said: dict[str, Any]) -> None:
    assert body(tools=[TOOL], tool_choice=choice)["tool_choice"] == said
    more = {} if choice == "none" else {"disable_parallel_tool_use": True}
    assert body(tools=[TOOL], tool_choice=choice, parallel_tool_calls=False)["tool_choice"] == {**said, **more}


def test_a_choice_without_tools_that_says_nothing_is_left_out() -> None:
    assert "tool_choice" not in body(tool_choice="auto")
    assert "tool_choice" not in body(parallel_tool_calls=False)


def test_a_model_that_cannot_be_made_to_call_a_tool_is_not_asked_to() -> None:
    with pytest.raises(UnsupportedError, match="tool_choice"):
        sent(model=NEWEST, tools=[TOOL], tool_choice="required")


def test_the_system_s_words_go_apart() -> None:
    said = [{"role": "system", "content": "a"}, *HELLO]
    assert body(said)["system"] == "a"
    both = body([{"role": "developer", "content": "a"}, {"role": "system", "content": "b"}, *HELLO])
    assert both["system"] == [text("a"), text("b")]
    mark = {"type": "ephemeral", "ttl": "1h"}
    marked = [{"role": "system", "content": [{"type": "text", "text": "a", "cache_control": mark}]}, *HELLO]
    assert body(marked)["system"] == [text("a", cache_control=mark)]


def test_late_words_of_the_system_s_stay_in_place_where_the_model_takes_them() -> None:
    late = [*HELLO, {"role": "system", "content": "late"}]
    assert body(late)["system"] == "late"
    assert body(late, NEWEST)["messages"] == [*HELLO, {"role": "system", "content": "late"}]


def test_turns_alternate_and_empty_text_is_left_out() -> None:
    said = [
        {"role": "user", "content": "a"}, {"role": "user", "content": ""}, {"role": "assistant", "content": ""},
        {"role": "user", "content": [{"type": "text", "text": "b"}, {"type": "text", "text": ""}]},
    ]  # fmt: skip
    assert body(said)["messages"] == [{"role": "user", "content": [text("a"), text("b")]}]
    with pytest.raises(UnencodableError, match="not empty"):
        sent([{"role": "user", "content": ""}])


def test_images_and_documents_become_blocks() -> None:
    parts = [
        {"type": "image_url", "image_url": {"url": PNG}},
        {"type": "image_url", "image_url": "https://example.test/a.png"},
        {"type": "file", "file": {"file_data": PDF, "filename": "a.pdf"}},
        {"type": "file", "file": {"file_data": "https://example.test/a.pdf"}},
        {"type": "file", "file": {"file_id": "file_1"}},
        {"type": "file", "file": {"file_data": "data:text/plain;base64,aGk="}},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "hi"}},
    ]
    assert body([{"role": "user", "content": parts}])["messages"][0]["content"] == [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
        {"type": "image", "source": {"type": "url", "url": "https://example.test/a.png"}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="},
         "title": "a.pdf"},
        {"type": "document", "source": {"type": "url", "url": "https://example.test/a.pdf"}},
        {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "hi"}},
        parts[-1],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "adapter"),
    [
        ({"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}}, "anthropic"),
        ({"type": "image_url", "image_url": {"url": "data:image/tiff;base64,AA"}}, "anthropic"),
        ({"type": "file", "file": {"file_data": "data:application/zip;base64,AA"}}, "anthropic"),
        ({"type": "image_url", "image_url": {"url": "https://example.test/a.png"}}, "google-vertex-ai"),
    ],
)
def test_what_has_no_place_in_a_message_is_refused(part: dict[str, Any], adapter: str) -> None:
    with pytest.raises(UnencodableError):
        sent([{"role": "user", "content": [part]}], adapter=adapter)


CALL = {"id": "call:1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Seoul"}'}}


def test_results_of_tools_come_first_in_the_next_turn() -> None:
    said = [
        *HELLO, {"role": "assistant", "content": None, "tool_calls": [CALL, {**CALL, "id": "b"}]},
        {"role": "tool", "tool_call_id": "call:1", "content": "sunny"},
        {"role": "tool", "tool_call_id": "b", "content": [text("look"), {"type": "image_url", "image_url": PNG}]},
        {"role": "user", "content": "And now?"},
    ]  # fmt: skip
    _, calls, results = body(said)["messages"]
    given = {"city": "Seoul"}
    assert calls["content"] == [use("weather", "call_1", given=given), use("weather", "b", given=given)]
    assert results["role"] == "user"
    assert results["content"][0] == {"type": "tool_result", "tool_use_id": "call_1", "content": "sunny"}
    assert [block["type"] for block in results["content"][1]["content"]] == ["text", "image"]
    assert results["content"][2] == text("And now?")


def test_arguments_that_are_no_object_are_the_caller_s_to_mend() -> None:
    cut = {**CALL, "function": {"name": "weather", "arguments": '{"city'}}
    with pytest.raises(UnencodableError, match="no JSON object"):
        sent([*HELLO, {"role": "assistant", "tool_calls": [cut]}])


def test_a_message_of_ours_goes_back_with_its_thinking() -> None:
    answer = read_whole(MESSAGES["thinking before a call"]).choices[0].message
    assert isinstance(answer, Message)
    assert body([*HELLO, answer])["messages"][1]["content"] == MESSAGES["thinking before a call"]["content"]


def test_a_message_that_somebody_changed_goes_back_as_it_is_now() -> None:
    answer = read_whole(MESSAGES["a search"]).choices[0].message.model_dump(exclude_none=True)
    assert body([*HELLO, {**answer, "content": "other"}, *HELLO])["messages"][1]["content"] == "other"
    calls = read_whole(MESSAGES["thinking between calls"]).choices[0].message.model_dump(exclude_none=True)
    calls["tool_calls"] = calls["tool_calls"][:1]
    assert [block["type"] for block in body([*HELLO, calls])["messages"][1]["content"]] == [
        "thinking", "thinking", "tool_use",
    ]  # fmt: skip


def test_thinking_without_a_signature_is_another_vendor_s_and_stays_behind() -> None:
    said = {"role": "assistant", "content": "four", "thinking_blocks": [thinking("hm", "")]}
    assert body([*HELLO, said, *HELLO])["messages"][1]["content"] == "four"


def test_marks_for_the_cache_reach_the_vendor() -> None:
    mark = {"type": "ephemeral"}
    parts = [{"type": "text", "text": "long", "cache_control": mark}]
    assert body([{"role": "user", "content": parts}])["messages"][0]["content"] == [text("long", cache_control=mark)]
    assert body([{**HELLO[0], "cache_control": mark}])["messages"][0]["content"] == [text("Hello!", cache_control=mark)]
