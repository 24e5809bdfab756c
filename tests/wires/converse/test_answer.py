"""What becomes of Converse's answers, whole and in streams."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.wires.anthropic.cases import Cut, halves

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.converse.answer import completion_fields
from genai_sdk.wires.converse.events import ConverseParser, Events
from genai_sdk.wires.converse.tools import SCHEMA_TOOL
from genai_sdk.wires.converse.words import STOP_REASONS
from genai_sdk.wires.wire import MalformedError

USAGE = {"inputTokens": 10, "outputTokens": 2, "totalTokens": 12}


def answer(*blocks: Any, stop: Any = "end_turn", **more: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": list(blocks)}
    return {"output": {"message": message}, "stopReason": stop, "usage": USAGE, "metrics": {"latencyMs": 5}, **more}


def events_of(data: dict[str, Any], cut: Cut = halves) -> Iterator[dict[str, Any]]:
    """An answer as ConverseStream sends it, every text and JSON in pieces."""
    yield {"messageStart": {"role": "assistant"}}
    for index, block in enumerate(data["output"]["message"]["content"]):
        place = {"contentBlockIndex": index}
        start, deltas = _pieces(block, cut)
        if start is not None:
            yield {"contentBlockStart": {"start": start, **place}}
        for delta in deltas:
            yield {"contentBlockDelta": {"delta": delta, **place}}
        yield {"contentBlockStop": place}
    yield {"messageStop": {"stopReason": data["stopReason"]}}
    yield {"metadata": {key: item for key, item in data.items() if key not in ("output", "stopReason")}}


def _pieces(block: Any, cut: Cut) -> tuple[Any, list[Any]]:
    match block:
        case {"text": text}:
            return None, [{"text": part} for part in cut(text)]
        case {"reasoningContent": {"reasoningText": {"text": text, "signature": signature}}}:
            parts = [{"reasoningContent": {"text": part}} for part in cut(text)]
            return None, [*parts, {"reasoningContent": {"signature": signature}}]
        case {"reasoningContent": {"redactedContent": data}}:
            return None, [{"reasoningContent": {"redactedContent": data}}]
        case {"citationsContent": {"content": [{"text": text}], "citations": citations}}:
            first, *rest = [{"text": part} for part in cut(text)]
            return None, [first, *({"citation": item} for item in citations), *rest]
        case {"toolUse": {"input": given, **use}}:
            return {"toolUse": use}, [
                {"toolUse": {"input": part}} for part in cut(json.dumps(given, separators=(",", ":")))
            ]
        case {"toolResult": {"content": [{"text": text}], **result}}:
            return {"toolResult": result}, [{"toolResult": [{"text": part}]} for part in cut(text)]
        case {"image": {"format": form, "source": source}}:
            return {"image": {"format": form}}, [{"image": {"source": source}}]
        case _:
            raise AssertionError(block)


def whole(data: dict[str, Any]) -> Any:
    fields = completion_fields(data, "m")
    assert fields is not None
    return ChatCompletion.from_dict(fields)


def streamed(data: dict[str, Any]) -> dict[str, Any]:
    """What a stream's deltas add up to, as far as one reads them with the rules of OpenAI's shape."""
    parser = ConverseParser("m")
    chunks = [chunk for event in events_of(data) if (chunk := parser.read(event)) is not None]
    last = list(parser.end())
    assert parser.finished
    message: dict[str, Any] = {"content": "", "reasoning_content": "", "tool_calls": []}
    finish: dict[str, Any] = {}
    for chunk in chunks:
        for choice in chunk.choices:
            delta = choice.delta
            message["content"] += delta.content or ""
            message["reasoning_content"] += delta.reasoning_content or ""
            for call in delta.tool_calls or ():
                calls = message["tool_calls"]
                if call.index == len(calls):
                    calls.append({"id": call.id, "name": call.function.name, "arguments": ""})
                calls[call.index or 0]["arguments"] += call.function.arguments
            for key, item in delta.model_extra.items():
                message[key] = [*message.get(key, []), *item]
            if choice.finish_reason:
                finish = {"finish_reason": choice.finish_reason, **choice.model_extra}
    return {"message": message, **finish, "last": last[0]}


THINKING = {"reasoningContent": {"reasoningText": {"text": "hm hm", "signature": "SIG"}}}
REDACTED = {"reasoningContent": {"redactedContent": "eHl6"}}
CALL = {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"a": 1}}}
SERVER_CALL = {"toolUse": {"toolUseId": "s1", "name": "nova_grounding", "input": {"q": 1}, "type": "server_tool_use"}}
RESULT = {"toolResult": {"toolUseId": "s1", "content": [{"text": "found"}], "status": "success", "type": "x"}}
WEB = {"title": "T", "location": {"web": {"url": "https://a.example", "domain": "a.example"}}}
CITED = {"citationsContent": {"content": [{"text": "cited."}], "citations": [WEB]}}
IMAGE = {"image": {"format": "png", "source": {"bytes": "AAAA"}}}
TEXT = {"text": "Hello there"}

ANSWERS = {
    "text": ([TEXT], "end_turn"),
    "nothing": ([], "end_turn"),
    "calls": ([TEXT, CALL, {"toolUse": {**CALL["toolUse"], "toolUseId": "t2", "input": {}}}], "tool_use"),
    "reasoning": ([THINKING, REDACTED, TEXT, CALL], "tool_use"),
    "reasoning between calls": ([THINKING, CALL, THINKING, CALL], "tool_use"),
    "what the server ran": ([SERVER_CALL, RESULT, TEXT], "end_turn"),
    "citations": ([{"text": "Intro. "}, CITED, {"text": " End."}], "end_turn"),
    "a picture": ([TEXT, IMAGE], "end_turn"),
    "an answer by the schema's tool": ([{"toolUse": {**CALL["toolUse"], "name": SCHEMA_TOOL}}], "tool_use"),
}


@pytest.mark.parametrize("name", list(ANSWERS))
def test_a_stream_brings_what_a_whole_answer_holds(name: str) -> None:
    blocks, stop = ANSWERS[name]
    data = answer(*blocks, stop=stop, serviceTier={"type": "flex"}, trace={"guardrail": {"actionReason": "r"}})
    plain, stream = whole(data), streamed(data)
    message, got = plain.choices[0].message, stream["message"]
    assert got.pop("content") == (message.content or "")
    assert got.pop("reasoning_content") == (message.reasoning_content or "")
    calls = [{"id": call.id, **call.function.model_dump()} for call in message.tool_calls or ()]
    assert [{**call, "arguments": json.loads(call["arguments"])} for call in got.pop("tool_calls")] == [
        {**call, "arguments": json.loads(call["arguments"])} for call in calls
    ]
    assert got == message.model_extra
    assert stream["finish_reason"] == plain.choices[0].finish_reason
    assert stream["native_finish_reason"] == plain.choices[0].native_finish_reason
    assert stream["last"].usage == plain.usage
    assert stream["last"].model_extra == plain.model_extra
    assert plain.service_tier == "flex"


def test_the_text_with_citations_is_part_of_the_answer() -> None:
    plain = whole(answer({"text": "Intro. "}, CITED, {"text": " End."}))
    assert plain.text == "Intro. cited. End."
    message = plain.choices[0].message
    assert message.annotations == [{"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "T"}}]
    assert message.citations == [WEB]


def test_a_tool_that_the_server_ran_is_no_call() -> None:
    choice = whole(answer(SERVER_CALL, RESULT, {"text": "done"})).choices[0]
    assert choice.message.tool_calls is None
    assert choice.finish_reason == "stop"
    assert choice.message.content_blocks[0] == SERVER_CALL


def test_an_answer_by_the_schema_s_tool_is_text_and_what_was_said_before_it_is_kept() -> None:
    tool = {"toolUse": {"toolUseId": "t", "name": SCHEMA_TOOL, "input": {"a": 1}}}
    choice = whole(answer({"text": "Sure:"}, tool, stop="tool_use")).choices[0]
    assert (choice.message.content, choice.finish_reason) == ('{"a":1}', "stop")
    assert choice.message.tool_calls is None
    assert choice.message.content_blocks[0] == {"text": "Sure:"}


@pytest.mark.parametrize(
    ("word", "finish"), [(word, finish) for word, finish in STOP_REASONS.items() if finish != "malformed"]
)
def test_every_stop_reason_is_mapped_and_kept(word: str, finish: str) -> None:
    blocks = [CALL] if finish == "tool_calls" else [TEXT]
    for got in (whole(answer(*blocks, stop=word)).choices[0].model_dump(), streamed(answer(*blocks, stop=word))):
        assert (got["finish_reason"], got["native_finish_reason"]) == (finish, word)


@pytest.mark.parametrize("word", ["malformed_model_output", "malformed_tool_use"])
def test_a_model_that_failed_gave_no_answer(word: str) -> None:
    with pytest.raises(MalformedError, match=word):
        whole(answer(TEXT, stop=word))
    with pytest.raises(MalformedError, match=word):
        streamed(answer(TEXT, stop=word))


@pytest.mark.parametrize("blocks", [[], [{"text": ""}]])
def test_an_unknown_stop_reason_is_no_clean_stop_of_an_empty_answer(blocks: Any) -> None:
    assert whole(answer(TEXT, stop="tired")).choices[0].native_finish_reason == "tired"
    for read in (whole, streamed):
        with pytest.raises(MalformedError, match="tired"):
            read(answer(*blocks, stop="tired"))


def test_blocks_and_events_that_nobody_knows_are_kept() -> None:
    novel = {"hologram": {"format": "h"}}
    message = whole(answer(TEXT, novel)).choices[0].message
    assert message.content == "Hello there"
    assert message.content_blocks == [TEXT, novel]
    events = Events("m")
    events({"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"hologram": {"format": "h"}}}})
    assert events({"somethingNew": {}})["choices"][0]["delta"] == {"unknown_events": [{"somethingNew": {}}]}
    delta = events({"messageStop": {"stopReason": "end_turn"}})["choices"][0]["delta"]
    assert delta["content_blocks"] == [{"hologram": [{"format": "h"}]}]


def test_usage_counts_the_cache_in_the_prompt() -> None:
    usage = {
        "inputTokens": 10, "outputTokens": 2, "totalTokens": 12, "cacheReadInputTokens": 100,
        "cacheWriteInputTokens": 50, "cacheDetails": [{"ttl": "1h", "inputTokens": 50}],
    }  # fmt: skip
    got = whole(answer(TEXT, usage=usage)).usage
    assert got is not None
    assert (got.prompt_tokens, got.completion_tokens, got.total_tokens) == (160, 2, 162)
    details = got.prompt_tokens_details
    assert details is not None
    assert (details.cached_tokens, details.cache_creation_tokens) == (100, 50)
    assert details.cache_creation_token_details == {"ephemeral_1h_input_tokens": 50}


def test_claude_s_thinking_is_counted_where_it_is_passed_on() -> None:
    fields = {"usage": {"output_tokens_details": {"thinking_tokens": 2}}}
    plain = whole(answer(TEXT, additionalModelResponseFields=fields))
    events = Events("m")
    events({"messageStop": {"stopReason": "end_turn", "additionalModelResponseFields": fields}})
    streamed_usage = events({"metadata": {"usage": USAGE}})["usage"]
    assert plain.usage is not None
    assert plain.usage.completion_tokens_details is not None
    assert plain.usage.completion_tokens_details.reasoning_tokens == 2
    assert streamed_usage["completion_tokens_details"] == {"reasoning_tokens": 2}
    assert plain.additional_model_response_fields == fields


def test_an_answer_without_a_message_is_none() -> None:
    assert completion_fields({"output": {}}, "m") is None
    assert completion_fields({}, "m") is None


def test_a_call_without_arguments_has_an_empty_object() -> None:
    data = answer({"toolUse": {"toolUseId": "t", "name": "f", "input": {}}}, stop="tool_use")
    events = [
        {"contentBlockStart": {"contentBlockIndex": 0, "start": {"toolUse": {"toolUseId": "t", "name": "f"}}}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "tool_use"}},
    ]
    parser = ConverseParser("m")
    chunks = [chunk for event in events if (chunk := parser.read(event)) is not None]
    arguments = [call.function.arguments for chunk in chunks for call in chunk.choices[0].delta.tool_calls or ()]
    assert "".join(arguments) == "{}"
    calls = whole(data).choices[0].message.tool_calls
    assert calls is not None
    assert calls[0].function.arguments == "{}"
