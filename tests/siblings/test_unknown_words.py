"""Words that no row names are kept as they come, are no clean end, and are counted by wire and word."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.siblings.world import (
    Face,
    World,
    aws_events,
    chat,
    chunk,
    converse,
    events,
    google,
    http,
    message,
    response,
    said,
    streamed,
    text,
)

from genai_sdk.drivers.unknown import MOST_WORDS, OTHERS, UnknownWords
from genai_sdk.errors import GenAIError

W = "mulled_over"
USAGE = {"input_tokens": 5, "output_tokens": 2, W: 1}
WIRES = {"chat": "openai", "responses": "openai", "messages": "anthropic", "gemini": "gemini", "converse": "converse"}
HI = [text(""), {"type": "text_delta", "text": "hi"}]

CASES: list[tuple[str, str, bytes, bool]] = [
    ("chat", "finish reason", http(chat("hi", W)), False),
    ("chat", "finish reason", http(chat("", W)), False),
    ("chat", "finish reason", events(chunk("hi"), chunk({}, W)), True),
    ("chat", "finish reason", events(chunk({}), chunk({}, W)), True),
    ("chat", "block", http(chat({"content": [{"type": "text", "text": "hi"}, {"type": W}]})), False),
    ("chat", "block", events(chunk({"content": [{"type": "text", "text": "hi"}, {"type": W}]}), chunk({}, "stop")), True),
    ("chat", "usage field", http(chat("hi", usage={"prompt_tokens": 5, "completion_tokens": 2, W: 1})), False),
    ("chat", "usage field", events(chunk("hi"), chunk({}, "stop", usage={"prompt_tokens": 5, W: 1})), True),
    ("chat", "error code", http({"error": {"message": "No.", "code": W}}, 400), False),
    ("chat", "error code", events({"error": {"message": "No.", "code": W}}), True),
    ("chat", "error code", http({"error": {"message": "No.", "code": W}}), False),
    ("responses", "finish reason", http(response(said("hi"), status="incomplete", incomplete_details={"reason": W})), False),
    ("responses", "finish reason", http(response(said("hi"), status=W)), False),
    ("responses", "block", http(response({"type": W}, said("hi"))), False),
    ("responses", "block", events({"type": "response.completed", "response": response({"type": W}, said("hi"))}, done=False), True),
    ("responses", "event", events({"type": W}, {"type": "response.completed", "response": response(said("hi"))}, done=False), True),
    ("responses", "usage field", http(response(said("hi"), usage=USAGE)), False),
    ("responses", "error code", http(response(status="failed", error={"code": W, "message": "No."})), False),
    ("messages", "finish reason", http(message(text("hi"), stop=W)), False),
    ("messages", "finish reason", events(*streamed(HI, stop=W), done=False), True),
    ("messages", "block", http(message({"type": W}, text("hi"))), False),
    ("messages", "block", events(*streamed([{"type": W}], HI), done=False), True),
    ("messages", "delta", events(*streamed([{"type": "text", "text": "hi"}, {"type": W}]), done=False), True),
    ("messages", "event", events({"type": W}, *streamed(HI), done=False), True),
    ("messages", "usage field", http(message(text("hi"), usage=USAGE)), False),
    ("messages", "usage field", events(*streamed(HI, **{W: 1}), done=False), True),
    ("messages", "error code", http({"type": "error", "error": {"type": W, "message": "No."}}, 400), False),
    ("messages", "error code", events({"type": "error", "error": {"type": W, "message": "No."}}, done=False), True),
    ("gemini", "finish reason", http(google({"text": "hi"}, finish=W)), False),
    ("gemini", "finish reason", events(google({"text": "hi"}, finish=W), done=False), True),
    ("gemini", "block", http(google({W: {}}, {"text": "hi"})), False),
    ("gemini", "block", events(google({W: {}}, {"text": "hi"}), done=False), True),
    ("gemini", "usage field", http(google({"text": "hi"}, usageMetadata={"promptTokenCount": 5, W: 1})), False),
    ("gemini", "usage field", events(google({"text": "hi"}, usageMetadata={"promptTokenCount": 5, W: 1}), done=False), True),
    ("gemini", "error code", http({"error": {"code": 400, "message": "No.", "status": W}}, 400), False),
    ("converse", "finish reason", http(converse({"text": "hi"}, stop=W)), False),
    ("converse", "block", http(converse({W: {}}, {"text": "hi"})), False),
    ("converse", "usage field", http(converse({"text": "hi"}, usage={"inputTokens": 5, "outputTokens": 2, W: 1})), False),
    ("converse", "error code", http({"__type": W, "message": "No."}, 400), False),
]  # fmt: skip


def converse_stream(*more: tuple[str, dict[str, Any]], stop: str = "end_turn") -> bytes:
    said_ = ("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "hi"}})
    return aws_events(("messageStart", {"role": "assistant"}), said_, *more, ("messageStop", {"stopReason": stop}))


CASES += [
    ("converse", "finish reason", converse_stream(stop=W), True),
    ("converse", "event", converse_stream((W, {"a": 1})), True),
    ("converse", "delta", converse_stream(("contentBlockDelta", {"contentBlockIndex": 1, "delta": {W: 1}})), True),
    ("converse", "usage field", converse_stream(("metadata", {"usage": {"inputTokens": 5, W: 1}})), True),
]


@pytest.mark.parametrize(("wire", "kind", "plays", "stream"), CASES)
def test_a_word_that_no_row_names_is_counted_by_wire_and_kind(
    face: Face, world: World, wire: str, kind: str, plays: bytes, stream: bool
) -> None:
    key = (WIRES[wire], kind, W)
    before = world.client.stats().unknown_words.get(key, 0)
    try:
        answer = face.ask(wire, plays, stream=stream)
    except GenAIError:
        pass
    else:
        assert W in repr(answer)
    assert world.client.stats().unknown_words[key] == before + 1


@pytest.mark.parametrize("word", [W, f"{W}_with_tools", f"{W}_token"])
@pytest.mark.parametrize(
    ("wire", "plays", "stream"),
    [
        ("chat", lambda word: http(chat("", word)), False),
        ("chat", lambda word: events(chunk({"role": "assistant"}), chunk({}, word)), True),
        ("messages", lambda word: http(message(stop=word)), False),
        ("messages", lambda word: events(*streamed(stop=word), done=False), True),
        ("gemini", lambda word: http(google(finish=word)), False),
        ("gemini", lambda word: events(google(finish=word), done=False), True),
        ("converse", lambda word: http(converse(stop=word)), False),
        ("converse", lambda word: aws_events(("messageStart", {"role": "assistant"}), ("messageStop", {"stopReason": word})), True),
    ],
)  # fmt: skip
def test_a_word_that_no_row_names_is_no_clean_end_of_an_empty_answer(
    face: Face, wire: str, plays: Callable[[str], bytes], stream: bool, word: str
) -> None:
    try:
        answer = face.ask(wire, plays(word), stream=stream)
    except GenAIError:
        return
    assert answer.choices[0].finish_reason == "length"


def test_what_every_row_names_is_not_counted(face: Face) -> None:
    client = face.world.make_client()
    face.ask("chat", http(chat("hi")), client=client)
    face.ask("chat", events(chunk("hi"), chunk({}, "stop")), stream=True, client=client)
    face.ask("messages", events(*streamed(HI), done=False), stream=True, client=client)
    face.ask("gemini", http(google({"text": "hi"})), client=client)
    face.ask("converse", converse_stream(("metadata", {"usage": {"inputTokens": 5}})), stream=True, client=client)
    assert client.stats().unknown_words == {}
    client.close()


def test_distinct_words_are_bounded_and_texts_are_not_kept() -> None:
    words = UnknownWords()
    notice = words.of("openai")
    for number in range(MOST_WORDS + 50):
        notice("block", f"word_{number}")
    notice("block", "a text that quotes sk-secret")
    notice("block", None)
    notice("block", "word_0")
    counts = words.counts()
    assert len(counts) == MOST_WORDS + 1
    assert counts["openai", "block", "word_0"] == 2
    assert counts["openai", "block", OTHERS] == 52
    assert not any("secret" in word for _, _, word in counts)
