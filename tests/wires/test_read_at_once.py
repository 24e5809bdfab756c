"""Answers and events that are read at once come to what they come to when they are read as any other."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Usage
from genai_sdk.wires.framing import ServerSentEvents
from genai_sdk.wires.openai.answers import completion_of
from genai_sdk.wires.openai.stream import OpenAIStream
from genai_sdk.wires.openai.text_answer import read_text_answer
from genai_sdk.wires.openai.text_event import TextEvent, decode_text

_ODD = st.sampled_from([None, "", "x", 0, 1, 1.0, True, [], {}, [{}], {"content": "y"}, "stop", "<think>"])


def _object(needed: dict[str, st.SearchStrategy[Any]], **usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw an object of needed and usual fields; one in six has an odd value in one, or a field more."""
    whole = st.fixed_dictionaries(needed, optional=usual)
    names = st.sampled_from([*needed, *usual, "error", "text", "reasoning", "tool_calls", "x_groq"])
    is_odd = st.sampled_from([False] * 5 + [True])
    return st.builds(lambda made, odd, name, item: {**made, name: item} if odd else made, whole, is_odd, names, _ODD)


_DELTAS = _object(
    {"content": st.sampled_from(["x", " word", "\u00e9", "\n\n", "", "<think>", "</think>", "a\u2028b"])},
    role=st.just("assistant"),
    refusal=st.none(),
)
_CHOICES = _object(
    {"index": st.integers(0, 1), "delta": _DELTAS},
    logprobs=st.none(),
    finish_reason=st.sampled_from([None, None, None, None, "stop"]),
    content_filter_results=st.just({"hate": {"filtered": False}}),
)
_EVENTS = _object(
    {"choices": st.one_of(st.tuples(_CHOICES), st.lists(_CHOICES, min_size=1, max_size=2))},
    id=st.just("chatcmpl-1"),
    object=st.just("chat.completion.chunk"),
    created=st.just(1_700_000_000),
    model=st.just("m"),
    system_fingerprint=st.sampled_from([None, "fp"]),
    service_tier=st.sampled_from([None, "default"]),
    obfuscation=st.just("Ab3"),
    usage=st.sampled_from(
        [None, None, {"prompt_tokens": 1, "completion_tokens": 2}, {"prompt_tokens": 1, "unheard_tokens": 2}]
    ),
)


def _read(events: Sequence[Any], framing: ServerSentEvents) -> tuple[str, str, Usage | None, list[Any]]:
    """Return the chunks, without the ids that are drawn for calls that came without one, the error, the usage of a
    stream that is cut there, and the words that no row names."""
    words: list[Any] = []
    parser = OpenAIStream(lambda kind, word: words.append((kind, word)))
    chunks, failed = list[ChatCompletionChunk](), ""
    try:
        for event in events:
            for decoded in framing.feed(b"data: " + msgspec.json.encode(event) + b"\n\n"):
                if (chunk := parser.read(decoded)) is not None:
                    chunks.append(chunk)
    except Exception as error:
        failed = type(error).__name__
    usage = parser.usage
    chunks += parser.end()
    said = msgspec.json.encode([chunk.model_dump() for chunk in chunks], order="sorted").decode()
    return re.sub("call_[0-9a-f]{32}", "call_", said), failed, usage, sorted(words)


@given(st.lists(_EVENTS, max_size=8))
def test_an_event_of_text_is_the_chunk_that_it_is_when_it_is_read_as_a_dict(events: list[Any]) -> None:
    assert _read(events, ServerSentEvents(decode_text)) == _read(events, ServerSentEvents())


def test_the_events_that_servers_send_most_are_of_text() -> None:
    openai = (
        b'{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","service_tier":"default",'
        b'"system_fingerprint":"fp","choices":[{"index":0,"delta":{"content":"hi"},"logprobs":null,'
        b'"finish_reason":null}],"usage":null,"obfuscation":"a1"}'
    )
    azure = (
        b'{"choices":[{"content_filter_results":{"hate":{"filtered":false}},"delta":{"content":"hi"},'
        b'"finish_reason":null,"index":0,"logprobs":null}],"created":1,"id":"c","model":"m",'
        b'"object":"chat.completion.chunk","system_fingerprint":"fp"}'
    )
    vllm = (
        b'{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,'
        b'"delta":{"content":"hi","reasoning_content":null},"logprobs":null,"finish_reason":null}]}'
    )
    for data in (openai, azure, vllm):
        event = decode_text(data)
        assert event.fields() == msgspec.json.decode(data)
        assert event.chunk().choices[0].delta.content == "hi"


def test_an_object_of_other_fields_or_values_is_no_event_of_text() -> None:
    ordinary = {"choices": [{"index": 0, "delta": {"content": "hi"}}]}
    others: list[Any] = [
        {**ordinary, "error": {"message": "no"}},
        {**ordinary, "usage": {"prompt_tokens": 1}},
        {"choices": [{"index": 0, "delta": {"content": "hi"}, "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "delta": {"content": "hi", "tool_calls": [{}]}}]},
        {"choices": [{"index": 0, "delta": {"content": ""}}]},
        {"choices": [{"delta": {"content": "hi"}}]},
        {"choices": []},
        [],
        "[DONE]",
    ]
    for other in others:
        try:
            event: TextEvent | None = decode_text(msgspec.json.encode(other))
        except msgspec.ValidationError:
            event = None
        assert event is None, other


_COUNTS = st.integers(0, 9)
_USAGE = _object(
    {"prompt_tokens": _COUNTS, "completion_tokens": _COUNTS, "total_tokens": _COUNTS},
    prompt_tokens_details=_object({}, cached_tokens=_COUNTS, audio_tokens=_COUNTS, cache_write_tokens=_COUNTS),
    completion_tokens_details=_object({}, reasoning_tokens=_COUNTS, image_tokens=_COUNTS),
)
_MESSAGES = _object(
    {"content": st.sampled_from(["x", "The sky.", "a <b>", "", " <think>a</think>b"])},
    role=st.sampled_from(["assistant", "assistant", None]),
    refusal=st.none(),
    annotations=st.just([]),
    tool_calls=st.sampled_from([None, []]),
)
_WHOLE_CHOICES = _object(
    {"message": _MESSAGES, "finish_reason": st.sampled_from(["stop", "stop", "length", "content_filter"])},
    index=st.integers(0, 1),
    logprobs=st.none(),
    content_filter_results=st.sampled_from([{}, {"hate": {"filtered": False}, "jailbreak": None}]),
)
_ANSWERS = _object(
    {"choices": st.one_of(st.tuples(_WHOLE_CHOICES), st.lists(_WHOLE_CHOICES, min_size=1, max_size=2))},
    id=st.just("chatcmpl-1"),
    object=st.just("chat.completion"),
    created=st.just(1_700_000_000),
    model=st.just("m"),
    usage=st.one_of(_USAGE, st.none()),
    system_fingerprint=st.sampled_from([None, "fp", ""]),
    service_tier=st.sampled_from([None, "default"]),
    prompt_filter_results=st.sampled_from([[], [{"prompt_index": 0, "content_filter_results": {}}]]),
)


@given(_ANSWERS)
def test_an_answer_of_text_is_the_value_that_it_is_when_it_is_read_as_a_dict(answer: Any) -> None:
    body = msgspec.json.encode(answer)
    at_once = read_text_answer(body)
    if at_once is not None:
        words: list[Any] = []
        assert at_once == completion_of(msgspec.json.decode(body), lambda kind, word: words.append((kind, word)))
        assert not words


def test_the_answers_that_servers_send_most_are_of_text() -> None:
    openai = b"""{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-6-luna","choices":[{"index":0,
        "message":{"role":"assistant","content":"Hi.","refusal":null,"annotations":[]},"logprobs":null,
        "finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8,
        "prompt_tokens_details":{"cached_tokens":2,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":4,
        "audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default",
        "system_fingerprint":"fp"}"""
    vllm = b"""{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{
        "role":"assistant","reasoning_content":null,"content":"Hi.","tool_calls":[]},"logprobs":null,
        "finish_reason":"length"}],"usage":{"prompt_tokens":3,"total_tokens":8,"completion_tokens":5}}"""
    for body in (openai, vllm):
        answer = read_text_answer(body)
        assert isinstance(answer, ChatCompletion)
        assert (answer.text, answer.usage and answer.usage.total_tokens) == ("Hi.", 8)
        assert answer == completion_of(msgspec.json.decode(body))
