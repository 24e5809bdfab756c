"""From a response to an answer in chat's shape: all that was said becomes one message. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from genai_sdk.wires.openai.responses.usage import usage_of

Item = Mapping[str, Any]

# Fields of a response that say what was asked, or are here under another name.
_ASKED = frozenset(
    (
        *("background", "completed_at", "conversation", "created_at", "error", "frequency_penalty", "id"),
        *("incomplete_details", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model", "object"),
        *("output", "output_text", "parallel_tool_calls", "presence_penalty", "previous_response_id", "prompt"),
        *("prompt_cache_key", "prompt_cache_retention", "reasoning", "safety_identifier", "status", "store"),
        *("temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "usage", "user"),
    )
)


def answer_of(response: Item, model: str) -> dict[str, Any]:
    """Return a response in chat's shape, without a choice if nothing was said.

    Args:
        response: The response.
        model: The model asked, for a response that names none.
    """
    output: Sequence[Item] = response.get("output") or ()
    cut = cut_of(response)
    message = message_of(output)
    calls = message.get("tool_calls")
    usage = response.get("usage")
    finish = cut or ("tool_calls" if calls else "stop")
    return {
        "id": response.get("id"),
        "created": response.get("created_at"),
        "model": response.get("model") or model,
        "choices": [{"message": message, "finish_reason": finish}] if cut or _says(message) else [],
        "usage": usage_of(usage) if usage else {},
        **{name: item for name, item in response.items() if name not in _ASKED},
    }


def message_of(output: Sequence[Item]) -> dict[str, Any]:
    """Return the message that the items of an output make."""
    parts = [part for item in output if item.get("type") == "message" for part in item.get("content") or ()]
    calls = [call_of(item) for item in output if is_call(item)]
    thoughts = reasoning_of(output)
    summaries = (part.get("text") for thought in thoughts for part in thought["summary"])
    refusals = [part["refusal"] for part in parts if part.get("type") == "refusal"]
    return {
        "role": "assistant",
        "content": "".join(part.get("text") or "" for part in parts) if parts else None,
        "refusal": "".join(refusals) or None,
        "reasoning_content": " ".join(text for text in summaries if text) or None,
        "tool_calls": calls or None,
        "annotations": list(_annotations(parts)) or None,
        "reasoning_items": thoughts or None,
    }


def cut_of(response: Item) -> str | None:
    """Return the finish reason of a response that is not complete; None if it is."""
    reason = (response.get("incomplete_details") or {}).get("reason")
    if response.get("status") != "incomplete" and not reason:
        return None
    return "content_filter" if reason == "content_filter" else "length"


def is_call(item: Item) -> bool:
    """Whether an item of an output calls a tool."""
    return item.get("type") in ("function_call", "custom_tool_call")


def call_of(item: Item) -> dict[str, Any]:
    """Return a call of a tool; a custom tool's input stands as its arguments."""
    said = item.get("input") if item.get("type") == "custom_tool_call" else item.get("arguments")
    function = {"name": item.get("name") or "", "arguments": said or ""}
    return {"id": item.get("call_id") or item.get("id") or "", "type": "function", "function": function}


def reasoning_of(output: Sequence[Item]) -> list[dict[str, Any]]:
    """Return the reasoning among an output's items, in the form in which a message takes it back."""
    return [
        {
            "id": item.get("id"),
            "type": "reasoning",
            "encrypted_content": item.get("encrypted_content"),
            "summary": [
                {"type": part.get("type", "summary_text"), "text": part.get("text", "")}
                for part in item.get("summary") or ()
            ],
        }
        for item in output
        if item.get("type") == "reasoning"
    ]


def _annotations(parts: Sequence[Item]) -> Iterator[dict[str, Any]]:
    """Yield the annotations of texts, their places counted in the one text that they become."""
    before = 0
    for part in parts:
        for note in part.get("annotations") or ():
            yield {
                name: item + before if name in ("start_index", "end_index") and isinstance(item, int) else item
                for name, item in note.items()
            }
        before += len(part.get("text") or "")


def _says(message: Item) -> bool:
    return message["content"] is not None or bool(message["tool_calls"])
