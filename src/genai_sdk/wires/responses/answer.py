"""From an answer of chat to a response. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from genai_sdk.types import ChatCompletion, Message, ToolCall, Usage
from genai_sdk.types.native_usage import NativeUsage
from genai_sdk.types.responses import Item, ResponsesResponse
from genai_sdk.wires.seal import seal, sealed_fields

_ENDS = {"length": ("incomplete", "max_output_tokens"), "content_filter": ("incomplete", "content_filter")}
_REPEATED: Mapping[str, Any] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "parallel_tool_calls": True,
    "reasoning": None,
    "safety_identifier": None,
    "temperature": None,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": None,
    "top_p": None,
    "truncation": "disabled",
    "user": None,
}
"""What a response repeats of its request, and what it says where that was not given."""

# What stands in items of its own, or in none: everything else of a message is sealed.
_ELSEWHERE = frozenset({"annotations", "images", "audio"})


def head_of(ident: str, created: int, model: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a response says before it has any item.

    Args:
        ident: The vendor's id of the answer.
        created: When it was made, in seconds since 1970.
        model: The model that answered.
        options: The parameters of the call, which a response repeats.
    """
    repeated = {name: item if options.get(name) is None else options[name] for name, item in _REPEATED.items()}
    return {
        "id": f"resp_{ident}",
        "object": "response",
        "created_at": created,
        "status": "in_progress",
        "error": None,
        "incomplete_details": None,
        "metadata": {},
        "model": model,
        "output": [],
        "previous_response_id": None,
        "store": False,
        "usage": None,
        **repeated,
    }


def ending_of(finish: str | None) -> dict[str, Any]:
    """Return how a response ended."""
    status, reason = _ENDS.get(finish or "", ("completed", None))
    return {"status": status, "incomplete_details": {"reason": reason} if reason else None}


def response_of(completion: ChatCompletion, ident: str, options: Mapping[str, Any]) -> ResponsesResponse | None:
    """Return an answer of chat as a response; None if there is no answer.

    Args:
        completion: The answer.
        ident: What its items and itself are called by.
        options: The parameters of the call.
    """
    if not completion.choices:
        return None
    choice = completion.choices[0]
    logprobs = (choice.model_extra.get("logprobs") or {}).get("content") or []
    ending = ending_of(choice.finish_reason)
    output = list(items_of(choice.message, ident, ending["status"], logprobs))
    head = head_of(ident, completion.created, completion.model, options)
    tier = completion.model_extra.get("service_tier")
    made = {**head, **ending, "output": output, "usage": usage_of(completion.usage)}
    return ResponsesResponse.from_dict({**made, "service_tier": tier} if tier else made)


def items_of(message: Message, ident: str, status: str, logprobs: list[Any]) -> Iterator[Item]:
    """Yield the items of a message: reasoning, then what was said, then the calls."""
    if (thought := reasoning_of(message, ident)) is not None:
        yield thought
    content = [*parts_of(message, logprobs)]
    images = message.model_extra.get("images") or ()
    if content or not (message.tool_calls or images):
        yield message_item(f"msg_{ident}", content or [text_part("")], status)
    for number, image in enumerate(images):
        url = str((image.get("image_url") or {}).get("url") or "")
        if url.startswith("data:"):
            result = url.partition(",")[2]
            yield {"type": "image_generation_call", "id": f"ig_{ident}_{number}", "status": status, "result": result}
    for number, call in enumerate(message.tool_calls or ()):
        yield call_item(call, f"fc_{ident}_{number}", status)


def reasoning_of(message: Message, ident: str) -> Item | None:
    """Return the item of a message's reasoning, with whatever the vendor wants back sealed in it; None without any."""
    sealed = sealed_fields(message, _ELSEWHERE)
    if not message.reasoning_content and not sealed:
        return None
    item: Item = {"id": f"rs_{ident}", "type": "reasoning", "summary": [], "status": "completed"}
    if message.reasoning_content:
        item["summary"] = [{"type": "summary_text", "text": message.reasoning_content}]
    return {**item, "encrypted_content": seal(sealed) if sealed else None}


def parts_of(message: Message, logprobs: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts of what a message says."""
    if message.content:
        notes = [note_of(note) for note in message.model_extra.get("annotations") or ()]
        yield {**text_part(message.content), "annotations": notes, "logprobs": logprobs}
    if message.refusal:
        yield {"type": "refusal", "refusal": message.refusal}


def text_part(text: str) -> dict[str, Any]:
    """Return a part of text."""
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def note_of(note: Mapping[str, Any]) -> dict[str, Any]:
    """Return an annotation as it lies flat here; a page without a place in the text is noted at its beginning."""
    inner = note.get(str(note.get("type")))
    if not isinstance(inner, Mapping):
        return dict(note)
    return {"type": note["type"], "start_index": 0, "end_index": 0, "title": "", **inner}


def message_item(ident: str, content: list[dict[str, Any]], status: str) -> Item:
    """Return the item of what was said."""
    return {"id": ident, "type": "message", "role": "assistant", "status": status, "content": content}


def call_item(call: ToolCall, ident: str, status: str) -> Item:
    """Return the item of a call."""
    facts = {"id": ident, "call_id": call.id or "", "status": status}
    if call.type == "custom":
        custom = call.model_extra.get("custom") or {}
        name, text = custom.get("name") or call.function.name, custom.get("input") or call.function.arguments
        return {**facts, "type": "custom_tool_call", "name": name, "input": text}
    return {**facts, "type": "function_call", "name": call.function.name, "arguments": call.function.arguments or "{}"}


def usage_of(usage: Usage | None) -> NativeUsage | None:
    """Return tokens in the words of a response."""
    if usage is None:
        return None
    read, made = usage.prompt_tokens_details, usage.completion_tokens_details
    native: dict[str, Any] = {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {
            "cached_tokens": 0 if read is None else read.cached_tokens,
            "cache_write_tokens": 0 if read is None else read.cache_creation_tokens,
        },
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0 if made is None else made.reasoning_tokens},
        "total_tokens": usage.total_tokens,
    }
    return NativeUsage(**{name: getattr(usage, name) for name in usage.__struct_fields__}, native=native)
