"""From Anthropic's messages to ours: nothing lost, and the same from a stream as from a whole answer."""

from typing import Any

import pytest
from tests.wires.anthropic.cases import (
    CITED,
    MESSAGES,
    codec,
    events_of,
    found,
    message,
    read_stream,
    read_whole,
    sse,
    text,
    thinking,
    use,
)

from genai_sdk.wires.anthropic.messages import assistant_blocks
from genai_sdk.wires.wire import MalformedError

EVERY = pytest.mark.parametrize("name", list(MESSAGES))


@EVERY
def test_a_stream_is_put_together_to_what_a_whole_answer_is(name: str) -> None:
    assert read_stream(sse(events_of(MESSAGES[name]))).model_dump() == read_whole(MESSAGES[name]).model_dump()


@EVERY
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_what_an_answer_holds_goes_back_out_as_the_blocks_it_came_in(name: str, streamed: bool) -> None:
    whole = MESSAGES[name]
    answer = read_stream(sse(events_of(whole))) if streamed else read_whole(whole)
    said = [block for block in whole["content"] if block != text("")]
    without_nulls = [{key: item for key, item in block.items() if item is not None} for block in said]
    sent = assistant_blocks(answer.choices[0].message.model_dump(exclude_none=True))
    assert [{key: item for key, item in block.items() if item is not None} for block in sent] == without_nulls


FINISHES = {
    "text": "stop",
    "text at a stop sequence": "stop",
    "nothing": "stop",
    "cut by the bound": "length",
    "cut by the window": "length",
    "a refusal": "content_filter",
    "a call": "tool_calls",
    "a search": "stop",
    "a pause": "length",
    "a compaction": "length",
    "an unknown stop": "stop",
}


@pytest.mark.parametrize("name", list(FINISHES))
def test_an_answer_tells_why_it_ended_in_openai_s_words_and_in_the_vendor_s(name: str) -> None:
    choice = read_whole(MESSAGES[name]).choices[0]
    assert choice.finish_reason == FINISHES[name]
    assert choice.native_finish_reason == MESSAGES[name]["stop_reason"]


def test_an_unknown_stop_with_nothing_said_is_no_success() -> None:
    for whole in (message(stop="tired"), message(text(""), stop="tired"), message(stop=None)):
        with pytest.raises(MalformedError, match="stop reason"):
            read_whole(whole)
        with pytest.raises(MalformedError, match="stop reason"):
            read_stream(sse(events_of({**whole, "stop_reason": "tired"})))


def test_details_of_the_end_are_on_the_choice() -> None:
    assert read_whole(MESSAGES["a refusal"]).choices[0].stop_details["category"] == "cyber"
    assert read_whole(MESSAGES["text at a stop sequence"]).choices[0].stop_sequence == "two"


def test_what_the_server_ran_is_apart_from_the_calls_to_make() -> None:
    said = read_whole(MESSAGES["a search"]).choices[0].message
    assert said.tool_calls is None
    assert said.content == "done"
    assert said.content_blocks == MESSAGES["a search"]["content"]


def test_thinking_is_shown_and_kept_with_its_signatures() -> None:
    said = read_whole(MESSAGES["thinking"]).choices[0].message
    assert (said.reasoning_content, said.content) == ("hm", "four")
    assert said.thinking_blocks == [thinking("hm")]
    assert "content_blocks" not in said  # thinking, text and calls in this order need no more


def test_order_is_kept_where_a_message_of_openai_s_has_none() -> None:
    said = read_whole(MESSAGES["thinking between calls"]).choices[0].message
    assert said.content_blocks == MESSAGES["thinking between calls"]["content"]
    assert [call.id for call in said.tool_calls] == ["a", "b"]


def test_citations_say_which_part_of_the_text_they_are_of() -> None:
    said = read_whole(MESSAGES["citations"]).choices[0].message
    assert said.content == "Intro. Cited. End."
    span = {"start_index": 7, "end_index": 13}
    (annotation,) = said.annotations
    page = {"url": CITED["url"], "title": CITED["title"], **span}
    assert annotation == {"type": "url_citation", "url_citation": page}
    assert [citation["type"] for citation in said.citations] == ["web_search_result_location", "page_location"]
    assert {key: said.citations[1][key] for key in span} == span


def test_the_tokens_are_counted_as_openai_counts_them() -> None:
    usage = read_whole(MESSAGES["the tokens"]).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (17, 7, 24)
    details = usage.prompt_tokens_details
    assert (details.cached_tokens, details.cache_creation_tokens) == (4, 3)
    assert details.cache_creation_token_details == {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2}
    assert usage.completion_tokens_details.reasoning_tokens == 5
    assert (usage.service_tier, usage.speed, usage.inference_geo) == ("priority", "fast", "us")
    assert usage.server_tool_use == {"web_search_requests": 3, "web_fetch_requests": 1}


def test_the_tokens_of_a_compaction_are_added_since_the_totals_leave_them_out() -> None:
    usage = read_whole(MESSAGES["tokens of a compaction"]).usage
    assert (usage.prompt_tokens, usage.completion_tokens) == (115, 22)
    assert len(usage.iterations) == 2


def test_what_no_row_names_is_kept() -> None:
    answer = read_whole(MESSAGES["a container"])
    assert answer.container["id"] == "c"
    assert answer.new_field == [1]


def test_an_answer_in_the_form_that_was_asked_for_is_its_text() -> None:
    whole = message(thinking("hm"), use("json_tool_call", given={"a": 1}), stop="tool_use")
    for answer in (read_whole(whole), read_stream(sse(events_of(whole)))):
        choice = answer.choices[0]
        assert (choice.message.content, choice.message.tool_calls) == ('{"a":1}', None)
        assert (choice.finish_reason, choice.native_finish_reason) == ("stop", "tool_use")
        assert assistant_blocks(choice.message.model_dump(exclude_none=True)) == [thinking("hm"), text('{"a":1}')]


def test_a_body_without_content_is_no_answer() -> None:
    assert codec().decode({"id": "x"}, {}) is None


SLOPPY: dict[str, list[dict[str, Any]]] = {
    "no beginning of a block": [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}},
        {"type": "content_block_stop", "index": 0},
    ],
    "no end of a block": [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}},
    ],
    "text in the beginning of a block": [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "h"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "i"}},
        {"type": "content_block_stop", "index": 0},
    ],
    "an event nobody knows": [
        {"type": "telepathy", "data": 1},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "hi"}},
        {"type": "content_block_stop", "index": 0},
    ],
}


@pytest.mark.parametrize("name", list(SLOPPY))
def test_sloppy_streams_are_read(name: str) -> None:
    first, *_, delta, stop = events_of(message(text("hi")))
    assert read_stream(sse([first, *SLOPPY[name], delta, stop])).text == "hi"


def test_a_stream_that_begins_with_everything_is_read() -> None:
    first, *_, delta, stop = events_of(message(text("hi")))
    first["message"]["content"] = [thinking("hm"), text("hi"), use("now")]
    answer = read_stream(sse([first, {**delta, "delta": {"stop_reason": "tool_use"}}, stop]))
    said = answer.choices[0].message
    assert (said.reasoning_content, said.content, said.tool_calls[0].function.arguments) == ("hm", "hi", "{}")


def test_a_call_cut_off_by_the_bound_keeps_what_had_come() -> None:
    first, start, _, *_, delta, stop = events_of(message(use("f", given={}), stop="max_tokens"))
    cut = {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": '{"a'}}
    answer = read_stream(sse([first, start, cut, {"type": "content_block_stop", "index": 0}, delta, stop]))
    assert answer.choices[0].message.tool_calls[0].function.arguments == '{"a'
    assert answer.choices[0].finish_reason == "length"


def test_a_delta_that_nobody_knows_stays_with_its_block() -> None:
    first, start, *_, delta, stop = events_of(message(found()))
    new = {"type": "content_block_delta", "index": 0, "delta": {"type": "hologram_delta", "data": 1}}
    answer = read_stream(sse([first, start, new, {"type": "content_block_stop", "index": 0}, delta, stop]))
    assert answer.choices[0].message.content_blocks == [{**found(), "deltas": [{"type": "hologram_delta", "data": 1}]}]
