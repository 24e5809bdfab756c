"""A streamed answer put together again holds what a whole one does."""

from typing import Any

from genai_sdk.types import ChatCompletionChunk
from genai_sdk.wires.assembly import Assembly


def assembled(*chunks: dict[str, Any]) -> Any:
    assembly = Assembly()
    for chunk in chunks:
        assembly.add(ChatCompletionChunk.from_dict({"id": "c", "model": "m", **chunk}))
    return assembly.completion()


def choice(delta: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, **more}]}


def test_what_openai_s_shape_does_not_know_is_kept_and_lists_go_on() -> None:
    answer = assembled(
        choice({"content": "a", "thinking_blocks": [{"type": "thinking", "thinking": "x"}]}, logprobs={"content": [1]}),
        choice(
            {"content": "b", "thinking_blocks": [{"type": "redacted_thinking", "data": "y"}]}, logprobs={"content": [2]}
        ),
        {**choice({}, finish_reason="stop", native_finish_reason="end_turn"), "system_fingerprint": "fp"},
        {"choices": [], "usage": {"total_tokens": 3}, "metrics": {"latencyMs": 5}, "service_tier": "flex"},
    )
    message = answer.choices[0].message
    assert message.content == "ab"
    assert [block["type"] for block in message.thinking_blocks] == ["thinking", "redacted_thinking"]
    assert answer.choices[0].native_finish_reason == "end_turn"
    assert answer.choices[0].logprobs == {"content": [1, 2]}
    assert answer.model_extra == {"system_fingerprint": "fp", "metrics": {"latencyMs": 5}, "service_tier": "flex"}


def test_what_belongs_to_a_call_stays_with_it() -> None:
    call = {"index": 0, "id": "t", "function": {"name": "f", "arguments": "{"}, "extra_content": {"google": {"s": "x"}}}
    more = {"index": 0, "function": {"arguments": "}"}}
    made = assembled(choice({"tool_calls": [call]}), choice({"tool_calls": [more]}, finish_reason="tool_calls"))
    (only,) = made.choices[0].message.tool_calls
    assert (only.function.arguments, only.extra_content) == ("{}", {"google": {"s": "x"}})
    assert assembled(choice({"content": "a"}, finish_reason="stop")).choices[0].message.model_extra == {}
