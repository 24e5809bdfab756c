"""From an answer of chat to a message of Anthropic's. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from genai_sdk.types import ChatCompletion, Message, ToolCall, Usage
from genai_sdk.types.messages import Block, MessagesResponse
from genai_sdk.types.native_usage import NativeUsage
from genai_sdk.wires.seal import SEAL, seal, sealed_fields

_STOPS = {"length": "max_tokens", "tool_calls": "tool_use", "function_call": "tool_use", "content_filter": "refusal"}
_ELSEWHERE = frozenset({"annotations", "audio", "images"})


def stop_of(finish: str | None, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return why a message ended."""
    sequence = extra.get("stop_sequence")
    reason = "stop_sequence" if sequence and finish == "stop" else _STOPS.get(finish or "", "end_turn")
    return {"stop_reason": reason, "stop_sequence": sequence}


def message_of(completion: ChatCompletion, ident: str) -> MessagesResponse | None:
    """Return an answer of chat as a message; None if there is no answer."""
    if not completion.choices:
        return None
    choice = completion.choices[0]
    return MessagesResponse(
        id=f"msg_{ident}",
        model=completion.model,
        content=tuple(blocks_of(choice.message)),
        usage=usage_of(completion.usage),
        **stop_of(choice.finish_reason, choice.model_extra),
    )


def blocks_of(message: Message) -> Iterator[Block]:
    """Yield the blocks of a message: thinking, what was said, the calls."""
    if message.reasoning_content:
        yield {"type": "thinking", "thinking": message.reasoning_content, "signature": SEAL}
    yield from sealed_block(message)
    text = (message.content or "") + (message.refusal or "")
    if text or not message.tool_calls:
        block: Block = {"type": "text", "text": text}
        if citations := [*map(citation_of, message.model_extra.get("annotations") or ())]:
            block["citations"] = citations
        yield block
    for call in message.tool_calls or ():
        yield call_block(call)


def sealed_block(message: Message) -> Iterator[Block]:
    """Yield what the vendor wants back, as thinking that only this package can read; nothing for most messages."""
    if fields := sealed_fields(message, _ELSEWHERE):
        yield {"type": "redacted_thinking", "data": seal(fields)}


def citation_of(note: Mapping[str, Any]) -> dict[str, Any]:
    """Return a citation of a page."""
    page = note.get("url_citation") or note
    facts = {"url": page.get("url") or "", "title": page.get("title"), "cited_text": "", "encrypted_index": ""}
    return {"type": "web_search_result_location", **facts}


def call_block(call: ToolCall) -> Block:
    """Return a call as the use of a tool; arguments that are no JSON, as they are where the answer was cut, stay."""
    arguments: Any
    try:
        arguments = msgspec.json.decode(call.function.arguments or "{}")
    except msgspec.DecodeError:
        arguments = None
    if not isinstance(arguments, dict):
        arguments = {"arguments": call.function.arguments}
    return {"type": "tool_use", "id": call.id or "", "name": call.function.name, "input": arguments}


def usage_of(usage: Usage | None) -> NativeUsage | None:
    """Return tokens in Anthropic's words: what was read from and written to the cache is not among the input."""
    if usage is None:
        return None
    details, thought = usage.prompt_tokens_details, usage.completion_tokens_details
    cached = 0 if details is None else details.cached_tokens
    written = 0 if details is None else details.cache_creation_tokens
    native: dict[str, Any] = {
        "input_tokens": max(0, usage.prompt_tokens - cached - written),
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": cached,
        "output_tokens": usage.completion_tokens,
    }
    if thought is not None and thought.reasoning_tokens:
        native["output_tokens_details"] = {"thinking_tokens": thought.reasoning_tokens}
    return NativeUsage(**{name: getattr(usage, name) for name in usage.__struct_fields__}, native=native)
