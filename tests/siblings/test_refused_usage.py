"""Tokens that a provider reports of an answer that cannot be used: they are paid for, so they are priced and recorded."""

from typing import Any

import pytest
from tests.siblings.world import (
    MODELS,
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
    streamed,
)

from genai_sdk.errors import ProviderError

PRICES = {"messages": (3, 15), "gemini": (0.3, 2.5), "converse": (3, 15)}
GOOGLE = {"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 120}
AWS = {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120}
CLAUDE = {"input_tokens": 100, "output_tokens": 20}
OPENAI = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
BEGUN = {"type": "message_start", "message": message(stop=None, usage=CLAUDE)}
CASES: list[tuple[str, str, bytes, bool]] = [
    ("an empty message", "messages", http(message(stop="mulled_over", usage=CLAUDE)), False),
    ("a message whose stream is empty", "messages", events(*streamed(stop="mulled_over", **CLAUDE), done=False), True),
    ("a message whose end counts no input", "messages", events(BEGUN, {"type": "message_delta", "delta": {"stop_reason": "mulled_over"}, "usage": {"output_tokens": 20}}, done=False), True),
    ("a message cut before its content", "messages", events(BEGUN, done=False), True),
    ("a message that fails before its content", "messages", events(BEGUN, {"type": "error", "error": {"type": "overloaded_error", "message": "x"}}, done=False), True),
    ("a candidate that failed", "gemini", http(google(finish="MALFORMED_FUNCTION_CALL", usageMetadata=GOOGLE)), False),
    ("a candidate that failed in a stream", "gemini", events(google(finish="MALFORMED_FUNCTION_CALL", usageMetadata=GOOGLE), done=False), True),
    ("an empty candidate in a stream", "gemini", events(google({"text": ""}, finish=None), google(finish="MULLED_OVER", usageMetadata=GOOGLE), done=False), True),
    ("no candidate", "gemini", http({"usageMetadata": GOOGLE, "modelVersion": "g"}), False),
    ("a blocked prompt", "gemini", http({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": GOOGLE}), False),
    ("a stream of Google's cut before its content", "gemini", events(google({"text": ""}, finish=None, usageMetadata=GOOGLE), done=False), True),
    ("a malformed use of a tool", "converse", http(converse(stop="malformed_tool_use", usage=AWS)), False),
    ("a stream of Bedrock's without its end", "converse", aws_events(("messageStart", {"role": "assistant"}), ("metadata", {"usage": AWS})), True),
]  # fmt: skip
UNPRICED: list[tuple[str, str, bytes, bool]] = [
    ("an empty answer", "chat", http(chat("", "mulled_over", usage=OPENAI)), False),
    ("an answer that failed", "chat", http(chat("", "error", usage=OPENAI)), False),
    ("no choices", "chat", http(chat(choices=[], usage=OPENAI)), False),
    ("an empty answer in a stream", "chat", events(chunk({"role": "assistant"}), chunk({}, "mulled_over", usage=OPENAI)), True),
    ("an empty answer in a stream of Groq's", "chat", events(chunk({"role": "assistant"}), chunk({}, "mulled_over", x_groq={"usage": OPENAI})), True),
    ("a stream with usage and no content", "chat", events(chunk({"role": "assistant"}), {"choices": [], "usage": OPENAI}), True),
    ("a failed response", "responses", http(response(status="failed", error={"code": "server_error", "message": "x"}, usage=CLAUDE)), False),
    ("a failed response in a stream", "responses", events({"type": "response.failed", "response": response(status="failed", error={"code": "server_error", "message": "x"}, usage=CLAUDE)}, done=False), True),
]  # fmt: skip


def fail(face: Face, wire: str, plays: bytes, *, stream: bool) -> tuple[ProviderError, Any]:
    """Return the error of a call, and its observation in Langfuse."""
    world = face.world
    world.langfuse.traces.clear()
    with pytest.raises(ProviderError) as caught:
        face.ask(wire, plays, stream=stream)
    assert world.client.flush(timeout=5)
    return caught.value, world.langfuse.traces.wait_for(1)[0].root


@pytest.mark.parametrize(("says", "wire", "plays", "stream"), CASES, ids=[case[0] for case in CASES])
def test_the_usage_of_a_refused_answer_is_priced(face: Face, says: str, wire: str, plays: bytes, stream: bool) -> None:
    error, root = fail(face, wire, plays, stream=stream)
    assert (error.usage.prompt_tokens, error.usage.completion_tokens) == (100, 20), says
    given, made = PRICES[wire]
    dollars = (100 * given + 20 * made) / 1e6
    row = error.attempts[0]
    assert row.usage == error.usage
    assert row.costs is not None
    assert row.costs["total"] == pytest.approx(dollars)
    assert root.cost["total"] == pytest.approx(dollars)
    assert (root.usage["input"], root.usage["output"]) == (100, 20)
    assert root.metadata.get("cost") is None
    assert "120 tokens $" in root.metadata["ledger"]


@pytest.mark.parametrize(("says", "wire", "plays", "stream"), UNPRICED, ids=[case[0] for case in UNPRICED])
def test_without_a_price_the_tokens_are_recorded_and_the_cost_is_unknown(
    face: Face, says: str, wire: str, plays: bytes, stream: bool
) -> None:
    error, root = fail(face, wire, plays, stream=stream)
    assert error.usage.total_tokens == 120, says
    assert error.attempts[0].costs is None
    assert root.metadata["cost"] == "unknown"
    assert (root.usage["input"], root.usage["output"]) == (100, 20)


def test_a_stream_without_one_event_may_have_cost_something(face: Face) -> None:
    error, root = fail(face, "chat", events(done=False), stream=True)
    assert (error.reason, error.usage) == ("empty stream", None)
    assert root.metadata["cost"] == "unknown"


def test_all_refused_answers_of_a_call_are_summed(world: World) -> None:
    client = world.make_client(router_args={"num_retries": 1, "retry_after": 0, "disable_cooldowns": True})
    world.langfuse.traces.clear()
    world.host.plays = http(message(stop="mulled_over", usage=CLAUDE))
    with pytest.raises(ProviderError) as caught:
        client.completion(f"messages/{MODELS['messages']}", [{"role": "user", "content": "Hello!"}])
    client.close()
    root = world.langfuse.traces.wait_for(1)[0].root
    assert len(caught.value.attempts) == 2
    assert root.cost["total"] == pytest.approx(2 * (100 * 3 + 20 * 15) / 1e6)
    assert root.usage["input"] == 200
