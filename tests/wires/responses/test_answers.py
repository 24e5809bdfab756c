"""What a response becomes, whole and in streams: nothing of it is lost, and nothing is taken for malformed."""

from typing import Any

import pytest
from tests.wires.responses.cases import (
    CITED,
    CUSTOM,
    NATIVE,
    PROBABLE,
    RESPONSES,
    SEARCH,
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

from genai_sdk.types import Message
from genai_sdk.wires.openai import WIRE
from genai_sdk.wires.openai.responses.words import FAILURES, ITEMS
from genai_sdk.wires.wire import MalformedError


def said(whole: Item) -> Message:
    return read_whole(whole).choices[0].message


@pytest.mark.parametrize("leave", ["nothing", "deltas", "items", "output"])
@pytest.mark.parametrize("name", list(RESPONSES))
def test_a_stream_keeps_what_the_whole_answer_keeps(name: str, leave: str) -> None:
    whole = RESPONSES[name]
    streamed = read_stream(sse(events_of(whole, leave)))
    assert streamed.model_dump() == read_whole(whole).model_dump()


@pytest.mark.parametrize("item", NATIVE, ids=lambda item: item["type"])
def test_an_item_that_is_no_call_for_the_client_is_kept_and_is_no_tool_call(item: Item) -> None:
    answer = read_whole(response(item))
    assert answer.choices[0].message.content_blocks == [item]
    assert answer.choices[0].message.tool_calls is None
    assert answer.choices[0].finish_reason == "stop"


def test_the_cases_have_every_item_that_there_is() -> None:
    assert {item["type"] for item in NATIVE} == {kind for kind, treatment in ITEMS.items() if treatment == "native"}


def test_an_item_that_no_row_names_is_kept() -> None:
    assert said(RESPONSES["an unknown item"]).content_blocks == [{"id": "x_1", "type": "hologram", "data": 1}]


def test_what_chat_s_shape_can_hold_is_kept_once() -> None:
    for name in ("a text", "reasoning and a text", "reasoning and calls", "a custom tool's call", "a refusal"):
        assert "content_blocks" not in said(RESPONSES[name]), name
    for name in ("reasoning between calls", "a call in a namespace", "a commentary and a text"):
        assert said(RESPONSES[name]).content_blocks == RESPONSES[name]["output"], name


def test_a_picture_is_among_the_message_s_images() -> None:
    (image,) = said(RESPONSES["image_generation_call"]).images
    assert image == {"type": "image_url", "image_url": {"url": "data:image/webp;base64,iVBORw0K"}}


def test_a_custom_tool_s_call_is_a_tool_call_with_its_input_as_it_is() -> None:
    answer = read_whole(response(CUSTOM))
    (made,) = answer.choices[0].message.tool_calls or ()
    assert (made.id, made.type, made.function.name, made.function.arguments) == ("call_9", "custom", "sql", "select 1")
    assert made.custom == {"name": "sql", "input": "select 1"}
    assert answer.choices[0].finish_reason == "tool_calls"


def test_a_call_says_whose_tool_it_is_and_who_calls_it() -> None:
    (made,) = said(RESPONSES["a call in a namespace"]).tool_calls or ()
    assert (made.namespace, made.caller) == ("ns", {"type": "direct"})


def test_annotations_count_their_places_in_the_whole_text() -> None:
    message = said(RESPONSES["a search and what it says"])
    assert message.content == "Intro. four"
    assert message.annotations == [{**CITED, "start_index": 7, "end_index": 11}]


def test_log_probabilities_are_where_chat_has_them() -> None:
    assert read_whole(RESPONSES["log probabilities"]).choices[0].logprobs == {"content": [PROBABLE]}


@pytest.mark.parametrize(
    ("reason", "finish"),
    [
        ("max_output_tokens", "length"),
        ("max_messages", "length"),
        ("steered", "length"),
        ("content_filter", "content_filter"),
        ("a new reason", "length"),
    ],
)
def test_an_answer_that_is_not_complete_says_why_in_both_words(reason: str, finish: str) -> None:
    whole = response(message(text("fo")), status="incomplete", incomplete_details={"reason": reason})
    for answer in (read_whole(whole), read_stream(sse(events_of(whole)))):
        choice = answer.choices[0]
        assert (choice.finish_reason, choice.native_finish_reason) == (finish, reason)


@pytest.mark.parametrize("status", ["queued", "in_progress", "a new status"])
def test_a_response_that_is_still_being_made_is_no_clean_stop(status: str) -> None:
    choice = read_whole(response(status=status)).choices[0]
    assert (choice.finish_reason, choice.native_finish_reason) == ("length", status)


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_response_that_failed_for_no_reason_is_no_answer(status: str) -> None:
    with pytest.raises(MalformedError, match=r"failed|cancelled"):
        codec().decode(response(status=status), {})


@pytest.mark.parametrize("event", [{"type": "response.failed", "response": response(status="failed")}])
def test_a_stream_that_failed_for_no_reason_is_malformed(event: Item) -> None:
    assert WIRE.error_of(event) is None
    with pytest.raises(MalformedError, match="no reason"):
        codec().parser().read(event)


def test_a_response_with_no_item_at_all_is_no_answer() -> None:
    assert codec().decode(response(), {}) is None


@pytest.mark.parametrize("code", list(FAILURES))
@pytest.mark.parametrize("shape", ["whole", "failed event", "flat event", "nested event"])
def test_a_failure_s_code_says_what_it_is(code: str, shape: str) -> None:
    error = {"code": code, "message": "m"}
    data: Item = {
        "whole": response(status="failed", error=error),
        "failed event": {"type": "response.failed", "response": response(status="failed", error=error)},
        "flat event": {"type": "error", **error, "param": None, "sequence_number": 1},
        "nested event": {"type": "error", "error": {"type": "x", **error}},
    }[shape]
    body = WIRE.error_of(data)
    assert body is not None
    status, kind = FAILURES[code]
    assert (body.status, WIRE.refusal(body.status or 500, {}, body)) == (status, kind)


@pytest.mark.parametrize("code", ["billing_hard_limit_reached", "billing_not_active", "insufficient_quota"])
@pytest.mark.parametrize("status", [400, 403, 429])
def test_what_the_account_lacks_is_the_account_s_whatever_the_status(code: str, status: int) -> None:
    body = WIRE.error_of({"error": {"code": code, "message": "m", "type": "x"}})
    assert body is not None
    assert WIRE.refusal(status, {}, body) == "account"


def test_searches_are_counted_for_their_fee() -> None:
    opened = {**SEARCH, "action": {"type": "open_page", "url": "u"}}
    failed = {**SEARCH, "status": "failed"}
    answer = read_whole(response(SEARCH, SEARCH, opened, failed, message(text("four"))))
    assert answer.usage is not None
    assert answer.usage.server_tool_use == {"web_search_requests": 2}
    told: Any = {"web_search": {"num_requests": 1}}
    told_answer = read_whole(response(SEARCH, SEARCH, message(text("four")), tool_usage=told))
    assert told_answer.usage is not None
    assert told_answer.usage.server_tool_use == {"web_search_requests": 1}
    assert told_answer.tool_usage == told


def test_tokens_written_to_the_cache_are_counted_by_how_long_they_stay() -> None:
    whole = response(message(text("four")))
    written = {"cache_write_tokens": 8, "cached_tokens": 1, "cache_write_tokens_details": {"ttl_12h_tokens": 3}}
    whole["usage"]["input_tokens_details"] = written
    whole["usage"]["output_tokens_details"] = {"reasoning_tokens": 1}
    usage = read_whole(whole).usage
    assert usage is not None
    assert usage.by_kind() == {"input": 1, "cached": 1, "written_long": 3, "written": 5, "output": 1, "reasoning": 1}


def test_a_stream_shows_text_as_it_comes_and_says_nothing_twice() -> None:
    parser = codec().parser()
    shown = [parser.read(event) for event in events_of(response(message(text("four"))))]
    assert [chunk.text for chunk in shown if chunk is not None] == ["", "fo", "ur", ""]


def test_a_final_text_that_is_another_one_is_not_added() -> None:
    events = list(events_of(response(message(text("four")))))
    events[-1]["response"] = response(message(text("something else")))
    assert read_stream(sse(events)).text == "four"


def test_arguments_without_their_item_find_their_call() -> None:
    events = [event for event in events_of(response(call())) if event["type"] != "response.output_item.added"]
    (made,) = read_stream(sse(events)).choices[0].message.tool_calls or ()
    assert (made.id, made.function.name, made.function.arguments) == ("call_1", "weather", '{"city":"Seoul"}')


def test_sound_and_drafts_of_pictures_come_through() -> None:
    parser = codec().parser()
    sound = parser.read({"type": "response.audio.delta", "delta": "AAAA"})
    words = parser.read({"type": "response.audio.transcript.delta", "delta": "hi"})
    draft = parser.read(
        {
            "type": "response.image_generation_call.partial_image",
            "partial_image_b64": "BBBB",
            "partial_image_index": 0,
            "output_index": 0,
        }
    )
    assert sound is not None
    assert words is not None
    assert draft is not None
    assert sound.choices[0].delta.audio == {"data": "AAAA"}
    assert words.choices[0].delta.audio == {"transcript": "hi"}
    assert draft.choices[0].delta.partial_image_b64 == "BBBB"


def test_reasoning_comes_back_with_what_only_the_vendor_can_read() -> None:
    assert said(response(thought(), call())).reasoning_items == [thought()]
