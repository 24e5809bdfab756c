"""What the vendors' SDKs and our wires are both given: recorded and scripted answers, and answers made up."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
from tests.vendors.generated import MAKERS, Draw, Fields
from tests.wires.anthropic import cases as anthropic
from tests.wires.converse import test_answer as converse
from tests.wires.gemini.test_answer import COUNTED, GROUNDING, NATIVE, answer
from tests.wires.responses import cases as responses

from genai_sdk.testing import eventstream

JSON, SSE, AWS = "application/json", "text/event-stream", "application/vnd.amazon.eventstream"
MADE_UP = 20
"""So many answers are made up for every wire."""


class Exchange(msgspec.Struct, frozen=True):
    """An answer.

    Attributes:
        wire: The wire's name, a key of `generated.MAKERS`.
        name: What is in it.
        how: "whole", "streamed", or "cut": a stream whose end is missing.
        body: Its bytes.
    """

    wire: str
    name: str
    how: str
    body: bytes

    @property
    def media(self) -> str:
        """The media type."""
        return JSON if self.how == "whole" else AWS if self.wire == "converse" else SSE

    def __str__(self) -> str:
        return f"{self.wire}-{self.name}-{self.how}"


GOOGLE: dict[str, Fields] = {
    **{name: answer(*parts) for name, parts in NATIVE.items()},
    "text": answer({"text": "an"}, {"text": "swer"}),
    "thoughts": answer({"text": "hm", "thought": True}, {"text": "yes"}),
    "a call without arguments": answer({"functionCall": {"id": "c", "name": "now"}}),
    "calls at once": answer(*({"functionCall": {"name": "f", "args": {"a": [n, {"b": None}]}}} for n in range(3))),
    "a picture": answer({"inlineData": {"mimeType": "image/png", "data": "aGk="}}),
    "a sound": answer({"inlineData": {"mimeType": "audio/wav", "data": "aGk="}}),
    "grounding": answer({"text": "가나다"}, groundingMetadata=GROUNDING),
    "citations": answer({"text": "x"}, citationMetadata={"citations": [{"startIndex": 0, "endIndex": 1, "uri": "u"}]}),
    "ratings": answer({"text": "x"}, safetyRatings=[{"category": "HARM_CATEGORY_HARASSMENT", "probability": "LOW"}]),
    "URLs": answer({"text": "x"}, urlContextMetadata={"urlMetadata": [{"retrievedUrl": "u"}]}),
    "tokens": answer({"text": "x"}, counts=COUNTED),
    "log probabilities": answer(
        {"text": "x"}, avgLogprobs=-0.5, logprobsResult={"chosenCandidates": [{"token": "x", "logProbability": -0.5}]}
    ),
    "continuation": answer(
        {"text": "x"}, finish="MAX_TOKENS", continuationToken="dG9r", finishMessage="long", tokenCount=3
    ),
    "a filter": answer(finish="MODEL_ARMOR"),
    "a stage": {**answer({"text": "x"}), "modelStatus": {"modelStage": "LEGACY", "message": "soon gone"}},
    "feedback": {
        **answer({"text": "x"}),
        "promptFeedback": {"safetyRatings": [{"category": "HARM_CATEGORY_JAILBREAK"}]},
    },
}  # fmt: skip
"""Generated content, by what is in it."""

BEDROCK_EXTRAS: Fields = {
    "usage": {
        "inputTokens": 11, "outputTokens": 2013, "totalTokens": 2024, "cacheReadInputTokens": 3014,
        "cacheWriteInputTokens": 4015, "cacheDetails": [{"ttl": "1h", "inputTokens": 4015}],
    },
    "metrics": {"latencyMs": 5016},
    "serviceTier": {"type": "priority"},
    "performanceConfig": {"latency": "optimized"},
    "trace": {"guardrail": {"actionReason": "because"}, "promptRouter": {"invokedModelId": "arn:x"}},
}  # fmt: skip


def exchanges() -> Iterator[Exchange]:
    """Yield all of them."""
    for name, whole in anthropic.MESSAGES.items():
        yield from _both("anthropic", name, whole, list(anthropic.events_of(whole)))
    for name, whole in responses.RESPONSES.items():
        yield from _both("responses", name, whole, list(responses.events_of(whole)))
    for name, whole in GOOGLE.items():
        yield from _both("gemini", name, whole, [whole])
    for name, (blocks, stop) in converse.ANSWERS.items():
        whole = converse.answer(*blocks, stop=stop, **BEDROCK_EXTRAS)
        yield from _both("converse", name, whole, list(converse.events_of(whole)))
    for wire, make in MAKERS.items():
        for number in range(MADE_UP):
            draw = Draw(wire, number)
            whole, events = make(draw)
            name = f"made up {number}"
            yield from _both(wire, name, whole, events)
            yield Exchange(wire, name, "cut", stream(wire, events[: draw.some(1, len(events) - 1)], ended=False))


def _both(wire: str, name: str, whole: Fields, events: list[Fields]) -> Iterator[Exchange]:
    yield Exchange(wire, name, "whole", json.dumps(whole).encode())
    yield Exchange(wire, name, "streamed", stream(wire, events))


def stream(wire: str, events: list[Fields], *, ended: bool = True) -> bytes:
    """Return events as the bytes of a stream.

    Args:
        wire: The wire.
        events: The events.
        ended: Whether the mark of the end is there, where a wire has one.
    """
    match wire:
        case "anthropic":
            return anthropic.sse(events)
        case "responses":
            return responses.sse(events)
        case "converse":
            return b"".join(
                eventstream.event(kind, json.dumps(data).encode()) for event in events for kind, data in event.items()
            )
        case _:
            end = b"data: [DONE]\n\n" if wire == "chat" and ended else b""
            return b"".join(b"data: " + _line(event) + b"\n\n" for event in events) + end


def _line(event: Any) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()
