"""A stream of OpenAI's wire put together again is what the whole answer would have been, whatever the server does."""

import json
from typing import Any

import pytest

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.assembly import Assembly
from genai_sdk.wires.framing import ServerSentEvents
from genai_sdk.wires.json_text import read_json
from genai_sdk.wires.openai.answers import completion_of
from genai_sdk.wires.openai.embeddings import EmbeddingCodec
from genai_sdk.wires.openai.messages import MessageRules
from genai_sdk.wires.openai.stream import OpenAIStream
from genai_sdk.wires.wire import Endpoint, FailedAnswerError


def delta(finish: Any = None, /, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def streamed(*events: dict[str, Any]) -> ChatCompletion:
    parser, assembly = OpenAIStream(), Assembly()
    for event in events:
        if (chunk := parser.read(json.loads(json.dumps(event)))) is not None:
            assembly.add(chunk)
    for chunk in parser.end():
        assembly.add(chunk)
    return assembly.completion()


def whole(finish: str = "stop", **message: Any) -> ChatCompletion:
    answer = completion_of({"choices": [{"index": 0, "message": message, "finish_reason": finish}]})
    assert answer is not None
    return answer


def pieces(text: str, size: int) -> list[dict[str, Any]]:
    return [delta(content=text[at : at + size]) for at in range(0, len(text), size)]


TAGGED = [
    "<think>hm</think>yes", "<think>\n\n</think>\n\nyes", "\n <thinking>a<b</thinking> yes", "[THINK]hm[/THINK]yes",
    "◁think▷hm◁/think▷yes", "<seed:think>hm</seed:think>yes", "<think>never closed", "<thin air",
     "a <think> b </think>",
    "<b>bold</b>", "<think>a</thi</think>b", "<", "  yes", "<think></think>yes",
]  # fmt: skip


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize("text", TAGGED)
def test_thinking_between_tags_streams_as_it_comes_whole(text: str, size: int) -> None:
    first = streamed(*pieces(text, size), delta("stop")).choices[0].message
    second = whole(content=text).choices[0].message
    assert (first.content, first.reasoning_content or "") == (second.content, second.reasoning_content or "")


def call(index: Any = 0, ident: Any = None, name: Any = None, arguments: Any = "", **more: Any) -> dict[str, Any]:
    function = {key: item for key, item in (("name", name), ("arguments", arguments)) if item is not None}
    made = {"index": index, "id": ident, "type": "function", "function": function, **more}
    return {key: item for key, item in made.items() if item is not None}


TOOLS: dict[str, tuple[list[dict[str, Any]], list[tuple[Any, ...]]]] = {
    "arguments as an object": ([call(0, "x", "f", {"a": 1})], [("x", "f", '{"a":1}')]),
    "all with the number 0": ([call(0, "a", "f", '{"c":1}'), call(0, "b", "f", '{"c":2}')],
                              [("a", "f", '{"c":1}'), ("b", "f", '{"c":2}')]),
    "all 0, other names, pieces": ([call(0, "a", "f", '{"c"'), call(0, None, None, ":1}"), call(0, "b", "g", "{}")],
                                   [("a", "f", '{"c":1}'), ("b", "g", "{}")]),
    "no number": ([call(None, "a", "f", '{"c":1}'), call(None, "b", "f", '{"c":1}')],
                  [("a", "f", '{"c":1}'), ("b", "f", '{"c":1}')]),
    "no number, pieces": ([call(None, "a", "f", '{"c"'), call(None, None, None, ":1}")], [("a", "f", '{"c":1}')]),
    "id and name with each piece": ([call(0, "a", "f", "{"), call(0, "a", "f", '"c":1'), call(0, "a", "f", "}")],
                                    [("a", "f", '{"c":1}')]),
    "another id with each piece": ([call(0, "a", "f", '{"c"'), call(0, "b", None, ":1"), call(0, "c", None, "}")],
                                   [("a", "f", '{"c":1}')]),
    "another id and the name with each piece": ([call(0, "a", "f", '{"c"'), call(0, "b", "f", ":1}")],
                                                [("a", "f", '{"c":1}')]),
    "the whole call once more": ([call(0, "a", "f", '{"c"'), call(0, None, None, ":1}"), call(0, "a", "f", '{"c":1}')],
                                 [("a", "f", '{"c":1}')]),
    "arguments at the end only": ([call(0, "a", "f", None), call(0, None, None, '{"c":1}')], [("a", "f", '{"c":1}')]),
    "a number as text": ([call("0", "a", "f", "{}"), call("1", "b", "g", "{}")], [("a", "f", "{}"), ("b", "g", "{}")]),
    "numbers from 1": ([call(1, "a", "f", "{}"), call(2, "b", "g", "{}")], [("a", "f", "{}"), ("b", "g", "{}")]),
    "name beside the call": ([{"index": 0, "id": "a", "name": "f", "arguments": {"c": 1}}], [("a", "f", '{"c":1}')]),
    "no arguments": ([call(0, "a", "f", None)], [("a", "f", "{}")]),
    "an id as a number": ([call(0, 7, "f", "{}")], [("7", "f", "{}")]),
}  # fmt: skip


@pytest.mark.parametrize("name", list(TOOLS))
def test_fragments_of_calls_find_their_call(name: str) -> None:
    fragments, expected = TOOLS[name]
    answer = streamed(*[delta(tool_calls=[one]) for one in fragments], delta("stop"))
    calls = answer.choices[0].message.tool_calls or ()
    assert [(one.id, one.function.name, one.function.arguments) for one in calls] == expected
    assert answer.choices[0].finish_reason == "tool_calls"


def test_id_and_name_are_said_once_and_a_call_without_an_id_gets_one() -> None:
    parser = OpenAIStream()
    read = [parser.read(delta(tool_calls=[call(0, "a", "f", part)])) for part in ("{", "}")]
    shown = [one.choices[0].delta.tool_calls[0] for one in read if one is not None and one.choices[0].delta.tool_calls]
    assert [(one.id, one.function.name, one.function.arguments) for one in shown] == [("a", "f", "{"), (None, "", "}")]
    calls = streamed(delta(tool_calls=[call(0, None, "f", "{}")]), delta("stop")).choices[0].message.tool_calls
    assert calls
    assert calls[0].id


def test_calls_that_the_server_ran_are_no_calls_for_the_client() -> None:
    ran = {"index": 0, "id": "w", "type": "web_search", "web_search": {"outputs": [1]}}
    for answer in (
        whole(content="x", tool_calls=[ran]),
        streamed(delta(content="x", tool_calls=[ran]), delta("tool_calls")),
    ):
        choice = answer.choices[0]
        assert (choice.finish_reason, choice.message.tool_calls) == ("stop", None)
        assert choice.message.server_tool_calls == [ran]
    own = {"index": 0, "id": "b", "type": "builtin_function", "function": {"name": "$web_search", "arguments": "{}"}}
    assert whole(tool_calls=[own]).choices[0].finish_reason == "tool_calls"  # Moonshot's is the client's to send back


KEPT: list[dict[str, Any]] = [
    {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "yes"}]},
    {"content": "yes", "reasoning": "hm"},
    {"content": "yes", "reasoning": [{"type": "text", "text": "hm"}]},
    {"content": "yes", "reasoning_content": [{"text": "hm"}]},
    {"content": "yes", "reasoning_content": {"text": "hm"}},
    {"content": "yes", "thinking": "hm"},
    {"content": "yes", "reasoning_details": [{"type": "reasoning.text", "text": "hm", "index": 0, "signature": "S"}]},
    {"content": [{"type": "text", "text": "yes"}, {"type": "image_url", "image_url": {"url": "u"}}], "reasoning": "hm"},
    {"content": [{"type": "text", "text": "yes"}, {"type": "reference", "reference_ids": [1]}], "reasoning": "hm"},
    {"content": "yes", "reasoning": "hm", "images": [{"type": "image_url", "image_url": {"url": "u"}}]},
    {"content": "yes", "reasoning": "hm", "audio": {"id": "a", "data": "AAAA", "transcript": "t"}},
    {"content": "yes", "reasoning": "hm", "annotations": [{"type": "url_citation", "url_citation": {"url": "u"}}]},
    {"content": "yes", "reasoning": "hm", "citations": ["u"], "executed_tools": [{"type": "search"}]},
]  # fmt: skip


@pytest.mark.parametrize("message", KEPT, ids=[str(row)[:60] for row in KEPT])
def test_what_a_whole_answer_keeps_a_stream_keeps(message: dict[str, Any]) -> None:
    first = streamed(delta(role="assistant", **message), delta("stop")).choices[0].message
    second = whole(role="assistant", **message).choices[0].message
    assert first.model_dump() == second.model_dump()
    assert (second.content, second.reasoning_content) == ("yes", "hm")


def test_reasoning_details_in_pieces_become_whole() -> None:
    def detail(text: str, **more: Any) -> dict[str, Any]:
        return {"reasoning_details": [{"type": "reasoning.text", "index": 0, "text": text, **more}]}

    answer = streamed(
        delta(**detail("a")),
        delta(**detail("a")),
        delta(**detail("b", signature="S")),
        delta(content="x"),
        delta("stop"),
    )
    assert answer.choices[0].message.reasoning_details == [
        {"type": "reasoning.text", "index": 0, "text": "aab", "signature": "S"}
    ]
    assert answer.choices[0].message.reasoning_content == "aab"


def test_citations_that_come_again_with_each_chunk_are_there_once() -> None:
    events = [{**delta(content=text), "citations": urls} for text, urls in (("a", ["u"]), ("b", ["u", "v"]))]
    assert streamed(*events, delta("stop")).citations == ["u", "v"]


@pytest.mark.parametrize(
    "last",
    [
        {"choices": [{"index": 0, "message": {"role": "assistant", "content": "all of it"}, "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "delta": {}, "message": {"content": "all of it"}, "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "delta": None, "text": "all of it", "finish_reason": "stop"}]},
        {"choices": [{"index": 0, "delta": "all of it", "finish_reason": "stop"}]},
        {"choices": {"0": {"index": "0", "delta": {"content": "all of it"}, "finish_reason": "stop"}}},
    ],
)
def test_text_that_comes_only_at_the_end_is_there_once(last: dict[str, Any]) -> None:
    assert streamed(delta(role="assistant", content=""), last).text == "all of it"
    if "message" in str(last):
        assert streamed(delta(content="all"), delta(content=" of it"), last).text == "all of it"


USAGE = {"prompt_tokens": 19, "completion_tokens": 13, "total_tokens": 32}
END = {"index": 0, "delta": {}, "finish_reason": "stop"}


@pytest.mark.parametrize(
    ("event", "total"),
    [
        ({"choices": [{**END, "usage": USAGE}]}, 32),
        ({"choices": [END], "x_groq": {"id": "r", "usage": USAGE}}, 32),
        ({"choices": [END], "usage": USAGE}, 32),
        ({"choices": [END], "usage": {"prompt_tokens": "19", "completion_tokens": 13.0}}, 32),
        ({"choices": [END], "usage": {"input_tokens": 19, "output_tokens": 13}}, 32),
        ({"choices": [END], "usage": {"prompt_tokens": "many", "completion_tokens": 13, "total_tokens": 13}}, 13),
        ({"choices": [END], "usage": "n/a"}, None),
        ({"choices": [END], "usage": [1]}, None),
        ({"choices": [END], "usage": {"prompt_tokens_details": "none", **USAGE}}, 32),
    ],
)
def test_usage_is_found_wherever_it_is_and_left_out_where_it_is_none(event: dict[str, Any], total: int | None) -> None:
    answer = streamed(delta(content="hi"), event)
    assert answer.text == "hi"
    assert (answer.usage.total_tokens if answer.usage else None) == total


@pytest.mark.parametrize(
    ("usage", "cached", "written"),
    [
        ({"prompt_tokens_details": {"cached_tokens": 3, "cache_write_tokens": 4}}, 3, 4),  # OpenAI, from GPT-5.6 on
        ({"prompt_cache_hit_tokens": 3}, 3, 0),  # DeepSeek
        ({"cached_tokens": 3}, 3, 0),  # Moonshot
        ({"cache_read_input_tokens": 3, "cache_creation_input_tokens": 4}, 3, 4),  # Claude behind a gateway
    ],
)
def test_tokens_of_a_cache_are_counted_by_whatever_name(usage: dict[str, Any], cached: int, written: int) -> None:
    answer = completion_of({"choices": [{"message": {"content": "x"}}], "usage": {**USAGE, **usage}})
    assert answer is not None
    assert answer.usage is not None
    details = answer.usage.prompt_tokens_details
    assert details is not None
    assert (details.cached_tokens, details.cache_creation_tokens) == (cached, written)


def sse(*events: bytes) -> list[Any]:
    framing = ServerSentEvents()
    read = [event for data in events for event in framing.feed(b"data: " + data + b"\n\n")]
    return [event["t"] for event in read]


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((rb'{"t":"hi \ud83d"}', rb'{"t":"\ude00!"}'), "hi \U0001f600!"),
        ((rb'{"t":"\ud83d\ude00"}',), "\U0001f600"),
        ((rb'{"t":"\ud83d"}', b'{"t":""}', rb'{"t":"\ude00"}'), "\U0001f600"),
        ((rb'{"t":"\ud83d"}', b'{"t":"x"}'), "\ufffdx"),
        ((rb'{"t":"\ude00"}', b'{"t":"x"}'), "\ufffdx"),
        ((b'{"t":"hi \xf0\x9f"}', b'{"t":"\x98\x80!"}'), "hi \U0001f600!"),
        ((b'{"t":"\xed\x95"}', b'{"t":"\x9c"}', b'{"t":"!"}'), "한!"),
    ],
)
def test_halves_of_a_character_are_put_together(parts: tuple[bytes, ...], text: str) -> None:
    assert "".join(sse(*parts)) == text


def test_json_of_a_whole_answer_may_have_halves_and_numbers_that_are_none() -> None:
    assert read_json(rb'{"a":"\ud83d\ude00 \ud83d","b":NaN,"c":-Infinity}') == {
        "a": "\U0001f600 ",
        "b": None,
        "c": None,
    }
    with pytest.raises(ValueError, match=r".+"):
        read_json(b"nonsense")


@pytest.mark.parametrize("mark", [b"[DONE]", b'"[DONE]"', b"[done]", b" [DONE] "])
def test_the_end_mark_is_known_in_whatever_form(mark: bytes) -> None:
    framing = ServerSentEvents()
    assert list(framing.feed(b'data: {"t":1}\n\ndata:' + mark + b"\n\n")) == [{"t": 1}]
    assert framing.done


def embeddings(*rows: Any) -> list[Any]:
    codec = EmbeddingCodec(Endpoint(adapter="openai", model="m", root="r"))
    answer = codec.decode({"data": list(rows)}, {})
    assert answer is not None
    return [row.embedding for row in answer.data]


def test_vectors_come_back_in_the_order_of_the_inputs() -> None:
    def row(index: Any, vector: Any) -> dict[str, Any]:
        return {"index": index, "embedding": vector}

    assert embeddings(row(2, [2.0]), row(0, [0.0]), row(1, [1.0])) == [(0.0,), (1.0,), (2.0,)]
    assert embeddings(row(1, "AQ=="), row(0, "AA==")) == ["AA==", "AQ=="]
    assert embeddings(row(0, [0.0]), row(0, [1.0])) == [(0.0,), (1.0,)]
    assert embeddings({"embedding": [0.0]}, [1.0]) == [(0.0,), (1.0,)]
    assert embeddings(row(0, [[0.5, 0.5]])) == [(0.5, 0.5)]
    with pytest.raises(FailedAnswerError) as caught:
        embeddings(row(0, [[0.0], [1.0]]))
    assert "per token" in caught.value.error.text


HISTORY = {
    "role": "assistant", "content": "x", "reasoning_content": "r", "thinking_blocks": [{}], "content_blocks": [{}],
    "provider_specific_fields": {}, "annotations": [], "citations": [], "images": [], "reasoning_details": [{}],
    "tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"},
     "extra_content": {"s": 1}}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("base_url", "model", "kept"),
    [
        (None, "gpt-4o", set()),
        ("https://api.groq.com/openai/v1", "llama", set()),
        ("https://api.mistral.ai/v1", "mistral-large", set()),
        ("https://api.deepseek.com", "deepseek-chat", {"reasoning_content", "reasoning_details"}),
        ("https://proxy.example/v1", "claude-opus-4-5",
         {"reasoning_content", "reasoning_details", "thinking_blocks", "content_blocks", "provider_specific_fields"}),
    ],
)  # fmt: skip
def test_history_of_another_vendor_goes_out_without_what_would_be_refused(
    base_url: str | None, model: str, kept: set[str]
) -> None:
    rules = MessageRules("openai", base_url, model, has_developers=False)
    (sent,) = rules.mended([HISTORY])
    assert set(sent) == {"role", "content", "tool_calls"} | kept
    assert ("extra_content" in sent["tool_calls"][0]) == bool(
        kept
    )  # Gemini's signature, which its own server wants back
    thinking = {"role": "assistant", "content": [{"type": "thinking", "thinking": "t"}, {"type": "text", "text": "x"}]}
    (sent,) = rules.mended([thinking])
    assert ("thinking" in str(sent)) == (base_url is not None)


def test_a_token_without_alternatives_has_an_empty_list_of_them_whole_and_streamed() -> None:
    logprobs = {"content": [{"token": "w", "logprob": -0.5, "bytes": None, "top_logprobs": []}], "refusal": None}
    choice = {"index": 0, "finish_reason": "stop", "logprobs": logprobs}
    answer = completion_of({"choices": [{**choice, "message": {"content": "w"}}]})
    assert answer is not None
    stream = streamed({"choices": [{**choice, "delta": {"content": "w"}}]})
    for made in (answer, stream):
        (token,) = made.choices[0]["logprobs"]["content"]
        assert token["top_logprobs"] == []
    silent = completion_of({"choices": [{**choice, "logprobs": None, "message": {"content": "w"}}]})
    assert silent is not None
    assert "logprobs" not in silent.choices[0]
