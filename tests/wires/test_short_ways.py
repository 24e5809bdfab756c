"""What is ordinary takes a short way on each wire; whatever is odd about it, it leads where the long way leads."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from itertools import combinations, product
from typing import Any

import msgspec
import pytest

from genai_sdk.types import Usage
from genai_sdk.wires.anthropic import answer as anthropic
from genai_sdk.wires.anthropic.events import Events as MessageEvents
from genai_sdk.wires.anthropic.events import MessageParser
from genai_sdk.wires.anthropic.wire import WIRE as ANTHROPIC
from genai_sdk.wires.chunks import ChatParser
from genai_sdk.wires.converse import answer as converse
from genai_sdk.wires.converse.events import ConverseParser
from genai_sdk.wires.converse.events import Events as ConverseEvents
from genai_sdk.wires.converse.wire import WIRE as CONVERSE
from genai_sdk.wires.gemini import answer as gemini
from genai_sdk.wires.gemini.events import Events as GeminiEvents
from genai_sdk.wires.gemini.events import GeminiParser
from genai_sdk.wires.gemini.wire import WIRE as GEMINI
from genai_sdk.wires.openai.responses.events import Events as ResponsesEvents
from genai_sdk.wires.openai.responses.events import ResponsesParser
from genai_sdk.wires.operation import CHAT, ChatRequest
from genai_sdk.wires.talk import plain_talk
from genai_sdk.wires.wire import Endpoint, MalformedError, UnencodableError, Wire

REFUSED = (MalformedError, UnencodableError, ValueError, TypeError, KeyError, AttributeError)

WIRES = [
    pytest.param(ANTHROPIC, "anthropic", "claude-sonnet-4-5-20250929", id="anthropic"),
    pytest.param(ANTHROPIC, "anthropic", "claude-opus-5-5", id="anthropic, newest"),
    pytest.param(GEMINI, "google-ai-studio", "gemini-2.5-flash", id="gemini"),
    pytest.param(CONVERSE, "bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0", id="converse"),
    pytest.param(CONVERSE, "bedrock", "amazon.titan-text-express-v1", id="converse, without a system prompt"),
]


class Same(dict[str, Any]):
    """A message that says the same, and that no short way takes."""


class Text(str):
    """A text of another class, as prompts are."""

    __slots__ = ()


MESSAGES: list[dict[str, Any]] = [
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": "two\nlines "},
    {"role": "system", "content": "Be brief"},
    {"role": "developer", "content": "Be brief"},
    {"role": "user", "content": " "},
    {"role": "assistant", "content": ""},
    {"role": "assistant", "content": None},
    {"role": "user", "content": Text("Hello")},
    {"role": "user", "content": "Hello", "cache_control": {"type": "ephemeral"}},
    {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
]
OPTIONS: list[dict[str, Any]] = [
    {},
    {"temperature": 1.0, "max_tokens": 20},
    {"stop": "END", "max_completion_tokens": 9},
]


def conversations() -> Iterator[list[dict[str, Any]]]:
    for length in range(1, 4):
        yield from map(list, product(MESSAGES, repeat=length))


def sent(wire: Wire, adapter: str, model: str, messages: list[Any], options: dict[str, Any]) -> Any:
    """Return the body of a call, or why there is none."""
    codec = wire.codec(CHAT, Endpoint(adapter=adapter, model=model, root="https://vendor.test", region="us-east-1"))
    assert codec is not None
    try:
        body = codec.encode(ChatRequest(messages, options), stream=False).body
    except REFUSED as error:
        return type(error)
    return msgspec.json.decode(b"".join(body) if isinstance(body, tuple) else body)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize(("wire", "adapter", "model"), WIRES)
def test_a_conversation_is_sent_alike_whichever_way_it_is_read(
    wire: Wire, adapter: str, model: str, options: dict[str, Any]
) -> None:
    for messages in conversations():
        told = [Same(message) for message in messages]
        assert sent(wire, adapter, model, messages, options) == sent(wire, adapter, model, told, options), messages


def test_the_short_way_takes_texts_that_alternate_and_nothing_else() -> None:
    taken = []
    for messages in conversations():
        turns = messages[1:] if messages[0]["role"] == "system" else messages
        plain = all(type(one["content"]) is str and one["content"].strip() and len(one) == 2 for one in messages)
        alternate = [one["role"] for one in turns] == ["user", "assistant", "user"][: len(turns)]
        assert (plain_talk(messages) is not None) == (plain and alternate and len(turns) % 2 == 1), messages
        taken += [messages] if plain_talk(messages) is not None else []
    assert len(taken) == 3  # a question, one with the system's words, and one that was answered before


Change = Callable[[dict[str, Any]], None]


def put(*path: Any) -> Change:
    """Return what puts a value, the last of the path, into an answer."""

    def change(data: Any) -> None:
        for step in path[:-2]:
            data = data[step]
        data[path[-2]] = deepcopy(path[-1])

    return change


def drop(*path: Any) -> Change:
    def change(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        del data[path[-1]]

    return change


def odd(usual: dict[str, Any], changes: Iterable[Change]) -> Iterator[dict[str, Any]]:
    """Yield an answer as it is, with each change, and with each two that go together."""
    changes = list(changes)
    for chosen in [(), *combinations(changes, 1), *combinations(changes, 2)]:
        data = deepcopy(usual)
        try:
            for change in chosen:
                change(data)
        except (KeyError, TypeError, IndexError):
            continue  # the first has taken away what the second changes
        yield data


def outcome(read: Callable[..., Any], data: Any, *more: Any) -> tuple[Any, list[Any]]:
    """Return what is read from an answer, or why there is nothing, and the words that no row names."""
    words: list[Any] = []
    try:
        return read(deepcopy(data), *more, notice=lambda kind, word: words.append((kind, word))), words
    except REFUSED as error:
        return type(error), words


MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude",
    "content": [{"type": "text", "text": "Hello"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 12,
        "output_tokens": 7,
        "cache_read_input_tokens": 0,
        "cache_creation_input_tokens": None,
    },
}
MESSAGE_CHANGES = [
    put("id", None),
    put("model", ""),
    put("content", []),
    put("content", None),
    put("content", [{"type": "tool_use", "id": "1", "name": "look", "input": {}}]),
    put("content", [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": "Hello"}]),
    put("content", 0, "text", ""),
    put("content", 0, "text", 7),
    put("content", 0, "citations", None),
    put("content", 0, "citations", [{"url": "https://a.test"}]),
    put("content", 0, "unheard", "of"),
    put("stop_reason", "max_tokens"),
    put("stop_reason", "unheard_of"),
    drop("stop_reason"),
    put("stop_sequence", "END"),
    put("stop_details", {"type": "refusal"}),
    put("container", {"id": "c"}),
    put("unheard", "of"),
    put("unheard", {}),
    drop("usage"),
    put("usage", None),
    put("usage", "input_tokens", 12.0),
    put("usage", "output_tokens", "7"),
    drop("usage", "input_tokens"),
    put("usage", "cache_read_input_tokens", 5),
    put("usage", "cache_creation_input_tokens", 5),
    put("usage", "service_tier", "standard"),
    put("usage", "output_tokens_details", {"thinking_tokens": 3}),
    put("usage", "unheard_tokens", 3),
]


def test_a_message_is_read_alike_whichever_way() -> None:
    for data in odd(MESSAGE, MESSAGE_CHANGES):
        assert outcome(anthropic.completion_of, data, "asked") == outcome(anthropic.read_message, data, "asked"), data


GENERATED: dict[str, Any] = {
    "candidates": [{"content": {"parts": [{"text": "Hello"}], "role": "model"}, "finishReason": "STOP", "index": 0}],
    "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 7, "totalTokenCount": 19},
    "modelVersion": "gemini",
    "responseId": "r1",
}
GENERATED_CHANGES = [
    put("candidates", []),
    put("candidates", [*GENERATED["candidates"], {**GENERATED["candidates"][0], "index": 1}]),
    put("candidates", 0, "index", 1),
    drop("candidates", 0, "index"),
    drop("candidates", 0, "content"),
    put("candidates", 0, "content", "parts", []),
    put("candidates", 0, "content", "parts", [{"text": "Hello"}, {"text": " you"}]),
    put("candidates", 0, "content", "parts", [{"functionCall": {"name": "look", "args": {}, "id": "1"}}]),
    put("candidates", 0, "content", "parts", 0, "text", ""),
    put("candidates", 0, "content", "parts", 0, "text", 7),
    put("candidates", 0, "content", "parts", 0, "thought", True),
    put("candidates", 0, "content", "parts", 0, "thoughtSignature", "s"),
    put("candidates", 0, "finishReason", "MAX_TOKENS"),
    put("candidates", 0, "finishReason", "UNHEARD_OF"),
    drop("candidates", 0, "finishReason"),
    put("candidates", 0, "citationMetadata", {"citations": [{"uri": "https://a.test", "endIndex": 3}]}),
    put("candidates", 0, "avgLogprobs", -0.5),
    put("createTime", "2026-11-28T10:00:00Z"),
    put("unheard", {"of": 1}),
    put("responseId", None),
    drop("responseId"),
    put("modelVersion", ""),
    drop("usageMetadata"),
    put("usageMetadata", "promptTokenCount", 12.0),
    put("usageMetadata", "candidatesTokenCount", None),
    put("usageMetadata", "totalTokenCount", 0),
    put("usageMetadata", "thoughtsTokenCount", 3),
    put("usageMetadata", "trafficType", "ON_DEMAND"),
    put("usageMetadata", "trafficType", "ON_DEMAND_FLEX"),
    put("usageMetadata", "unheardTokenCount", 3),
]


def test_generated_content_is_read_alike_whichever_way() -> None:
    for data, tier in product(odd(GENERATED, GENERATED_CHANGES), [None, "flex"]):
        short = outcome(gemini.completion_of, data, "asked", tier)
        assert short == outcome(gemini.read_candidates, data, "asked", tier), data


ANSWER: dict[str, Any] = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hello"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 12, "outputTokens": 7, "totalTokens": 19},
    "metrics": {"latencyMs": 1},
}
ANSWER_CHANGES = [
    drop("output"),
    put("output", "message", "content", []),
    put("output", "message", "content", 0, "text", ""),
    put("output", "message", "content", 0, "text", 7),
    put("output", "message", "content", 0, "unheard", {}),
    put("output", "message", "content", [{"toolUse": {"toolUseId": "1", "name": "look", "input": {}}}]),
    put("output", "message", "content", [{"text": "Hello"}, {"text": " you"}]),
    put("stopReason", "max_tokens"),
    put("stopReason", "unheard_of"),
    drop("stopReason"),
    drop("metrics"),
    put("metrics", {}),
    put("trace", {"guardrail": {}}),
    put("serviceTier", {"type": "flex"}),
    put("performanceConfig", {"latency": "optimized"}),
    put("unheard", "of"),
    drop("usage"),
    put("usage", "inputTokens", 12.0),
    put("usage", "outputTokens", None),
    drop("usage", "outputTokens"),
    put("usage", "totalTokens", 40),
    put("usage", "cacheReadInputTokens", 5),
    put("usage", "cacheWriteInputTokens", 5),
    put("usage", "unheardTokens", 3),
    put("additionalModelResponseFields", {"usage": {"output_tokens_details": {"thinking_tokens": 3}}}),
]


def test_an_answer_of_converse_is_read_alike_whichever_way() -> None:
    for data in odd(ANSWER, ANSWER_CHANGES):
        short = outcome(converse.completion_of, data, "asked", "id-1")
        assert short == outcome(converse.read_output, data, "asked", "id-1"), data


Make = Callable[[Any], ChatParser]
"""Makes a parser that tells of words to what it is given."""


def chunks(make: Make, events: Iterable[Any]) -> tuple[list[Any], Any, list[Any]]:
    """Return what a parser makes of events or where it stops, the usage before the end, and words that no row names."""
    words: list[Any] = []
    parser = make(lambda kind, word: words.append((kind, word)))
    made: list[Any] = []
    try:
        for event in events:
            made.append(parser.read(deepcopy(event)))
    except REFUSED as error:
        return [*made, type(error)], parser.usage, words
    usage = parser.usage
    return [*made, parser.finished, parser.done, *parser.end()], usage, words


def check_alike(short: Make, long: Make, events: Iterable[Any]) -> None:
    assert chunks(short, events) == chunks(long, events), events


def test_a_streamed_message_is_read_alike_whichever_way() -> None:
    kinds: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**MESSAGE, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "unheard_of"}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 7, "unheard": 1}},
        {"type": "message_stop"},
    ]
    for events in product(kinds, repeat=4):
        check_alike(
            lambda notice: MessageParser(MessageEvents("asked", notice)),
            lambda notice: ChatParser(MessageEvents("asked", notice)),
            events,
        )


def test_streamed_content_is_read_alike_whichever_way() -> None:
    text = {**GENERATED, "candidates": [{"content": {"parts": [{"text": "Hello"}]}, "index": 0}]}
    changes = [change for change in GENERATED_CHANGES if change is not GENERATED_CHANGES[12]]
    kinds = [text, GENERATED, *list(odd(text, changes))[1 : len(changes)]]
    for events in (*product(kinds, repeat=2), *product([text], kinds, [text], [GENERATED])):
        check_alike(
            lambda notice: GeminiParser("asked", notice),
            lambda notice: ChatParser(GeminiEvents("asked", notice)),
            events,
        )


def test_a_stream_of_converse_is_read_alike_whichever_way() -> None:
    kinds: list[dict[str, Any]] = [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"delta": {"text": "Hello"}, "contentBlockIndex": 0}},
        {"contentBlockDelta": {"delta": {"text": ""}, "contentBlockIndex": 0}},
        {"contentBlockDelta": {"delta": {"text": "you"}, "contentBlockIndex": 1}},
        {"contentBlockDelta": {"delta": {"citation": {"title": "a"}}, "contentBlockIndex": 0}},
        {"contentBlockDelta": {"delta": {"unheard": {"of": 1}}, "contentBlockIndex": 0}},
        {"contentBlockDelta": {"delta": {"reasoningContent": {"text": "hm"}}, "contentBlockIndex": 0}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3, "unheardTokens": 4}}},
    ]
    for events in product(kinds, repeat=4):
        check_alike(
            lambda notice: ConverseParser("asked", notice),
            lambda notice: ChatParser(ConverseEvents("asked", notice)),
            events,
        )


def test_a_streamed_response_is_read_alike_whichever_way() -> None:
    head = {"id": "resp_1", "created_at": 1_700_000_000.0, "model": "m", "service_tier": "default"}
    usage = {"input_tokens": 12, "output_tokens": 7, "total_tokens": 19, "unheard": 1}
    said = {"type": "message", "content": [{"type": "output_text", "text": "Hello you", "logprobs": []}]}
    delta = {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "Hello"}
    kinds: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**head, "status": "in_progress"}},
        delta,
        {**delta, "delta": ""},
        {**delta, "delta": None},
        {name: item for name, item in delta.items() if name != "delta"},
        {**delta, "logprobs": [{"token": "Hello", "logprob": -0.5}]},
        {"type": "response.output_text.done", "output_index": 0, "content_index": 0, "text": "Hello you"},
        {"type": "response.unheard.of"},
        {"type": "response.completed", "response": {**head, "status": "completed", "output": [said], "usage": usage}},
    ]
    for events in product(kinds, repeat=4):
        check_alike(
            lambda notice: ResponsesParser("asked", notice),
            lambda notice: ChatParser(ResponsesEvents("asked", notice)),
            events,
        )


@pytest.mark.parametrize(("written", "read"), [(7, 7), (7.0, 7), ("7", 7), ("7.0", 7), (True, 1), (None, 0)])
def test_tokens_are_whole_numbers_however_they_are_written(written: Any, read: int) -> None:
    usage = Usage.from_dict({"prompt_tokens": written, "more": written})
    assert (usage.prompt_tokens, type(usage.prompt_tokens)) == (read, int)
    assert usage.model_extra == {"more": written}
