"""Why answers end, in the words of vendors and of the servers that stand in for them."""

from typing import Any

import pytest

from genai_sdk.wires.chunks import ChatParser
from genai_sdk.wires.finish import finish_of
from genai_sdk.wires.openai.answers import completion_of
from genai_sdk.wires.openai.stream import OpenAIStream
from genai_sdk.wires.wire import FailedAnswerError, MalformedError

KNOWN = {
    "stop": "stop eos eos_token end_turn stop_sequence COMPLETE completed FINISH_REASON_STOP endTurn",
    "length": "length max_tokens MAX_TOKENS model_length model_context_window_exceeded ERROR_LIMIT REASON_MAX_LEN "
    "max_context context_length_exceeded repetition_truncation repetition max_output_tokens max-tokens maxTokens "
    "FINISH_REASON_MAX_TOKENS truncated incomplete token_limit max_length length_limit time_limit",
    "tool_calls": "tool_calls tool_use TOOL_CALL toolUse function_calls",
    "content_filter": "content_filter content-filter content_filtered SAFETY RECITATION sensitive refusal ERROR_TOXIC "
    "guardrail_intervened moderation blocked PROHIBITED_CONTENT policy_violation contentFilter",
    "error": "error insufficient_system_resource network_error abort aborted cancelled ERROR failed timeout "
    "MALFORMED_FUNCTION_CALL server_error overloaded user_cancel tool_call_parse_error",
}
ROWS = [(word, finish) for finish, words in KNOWN.items() for word in words.split()]


def whole(content: Any, finish: Any, **choice: Any) -> dict[str, Any]:
    return {
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish, **choice}
        ]
    }


def chunk(finish: Any = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


@pytest.mark.parametrize(("word", "finish"), ROWS, ids=[word for word, _ in ROWS])
def test_a_word_means_the_same_whole_and_streamed_and_is_kept(word: str, finish: str) -> None:
    assert finish_of(word) == finish
    stream = OpenAIStream()
    stream.read(chunk(content="half an"))
    if finish == "error":
        with pytest.raises(FailedAnswerError):
            completion_of(whole("half an", word))
        with pytest.raises(FailedAnswerError):
            stream.read(chunk(word))
        return
    answer, last = completion_of(whole("half an", word)), stream.read(chunk(word))
    assert answer is not None
    assert last is not None
    for choice in (answer.choices[0], last.choices[0]):
        assert choice.finish_reason == finish
        assert choice.model_extra.get("native_finish_reason") == (None if word == finish else word)


def test_a_word_that_nobody_knows_is_kept_and_no_clean_stop_of_an_empty_answer() -> None:
    stream = OpenAIStream()
    stream.read(chunk(content="text"))
    answer, last = completion_of(whole("text", "novel")), stream.read(chunk("novel"))
    assert answer is not None
    assert last is not None
    assert [one.choices[0].native_finish_reason for one in (answer, last)] == ["novel", "novel"]
    for empty in (None, "", []):
        with pytest.raises(MalformedError, match="novel"):
            completion_of(whole(empty, "novel"))
    with pytest.raises(MalformedError, match="novel"):
        OpenAIStream().read(chunk("novel", role="assistant", content=""))
    with pytest.raises(MalformedError):
        completion_of(whole(None, None))
    with pytest.raises(MalformedError):
        completion_of(whole(None, ""))


@pytest.mark.parametrize(
    ("word", "finish"),
    [
        ("novel_failure", "error"),
        ("tool_interrupted", "error"),
        ("invalid_tool_use", "error"),
        ("request_rejected", "error"),
        ("slot_preempted", "error"),
        ("quota_gone", "error"),
        ("deadline_passed", "error"),
        ("worker_killed", "error"),
        ("tool_denied", "error"),
        ("novel_limit", "length"),
        ("looping", "length"),
        ("degenerated", "length"),
        ("novel_filter", "content_filter"),
        ("novel_tool", None),
        ("novel", None),
    ],
)
def test_a_word_that_is_guessed_is_counted_as_unknown_whole_and_streamed(word: str, finish: str | None) -> None:
    assert finish_of(word) == finish
    told: list[tuple[str, object]] = []

    def notice(kind: str, word: object) -> None:
        told.append((kind, word))

    stream = OpenAIStream(notice)
    stream.read(chunk(content="half an"))
    ends = (lambda: completion_of(whole("half an", word), notice), lambda: stream.read(chunk(word)))
    for count, end in enumerate(ends, 1):
        if finish == "error":
            with pytest.raises(FailedAnswerError):
                end()
        else:
            answer = end()
            assert answer is not None
            assert answer.choices[0].finish_reason == (finish or "stop")
        assert told == [("finish reason", word)] * count


def test_every_wire_s_stream_keeps_a_word_that_is_not_openai_s() -> None:
    read = ChatParser(lambda event: event).read(chunk("eos", content="x"))
    assert read is not None
    assert (read.choices[0].finish_reason, read.choices[0].native_finish_reason) == ("stop", "eos")


@pytest.mark.parametrize(
    ("finish", "kept"), [("content_filter", True), ("length", True), ("stop", False), (None, False)]
)
def test_a_choice_without_a_message_is_an_answer_only_where_its_reason_says_why(finish: Any, kept: bool) -> None:
    data: dict[str, Any] = {"choices": [{"index": 0, "message": None, "finish_reason": finish}]}
    if kept:
        answer = completion_of(data)
        assert answer is not None
        assert answer.choices[0].finish_reason == finish
    else:
        with pytest.raises(MalformedError):
            completion_of(data)


@pytest.mark.parametrize(
    "error", [{"code": 502, "message": "Upstream failed"}, "Upstream failed", {"message": "Upstream failed"}]
)
def test_an_error_on_a_choice_is_an_error(error: Any) -> None:
    for read in (completion_of, OpenAIStream().read):
        data = {**whole("", "error", error=error)}
        if read is not completion_of:
            data = {"choices": [{"index": 0, "delta": {"content": ""}, "error": error, "finish_reason": None}]}
        with pytest.raises(FailedAnswerError) as caught:
            read(data)
        assert caught.value.error.text == "Upstream failed"


def test_a_finish_that_is_an_object_says_its_type() -> None:
    assert finish_of({"type": "length", "length": 10}) == "length"
    with pytest.raises(FailedAnswerError, match="failed"):
        completion_of(whole("x", {"type": "abort", "message": "gone"}))
