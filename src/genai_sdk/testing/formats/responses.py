"""OpenAI's responses, spoken by openai and azure (platform.openai.com/docs/api-reference/responses-streaming)."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from genai_sdk.testing.answer import Answer, Frame, dump, json_answer, sse, sse_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError, last_of, text_of
from genai_sdk.testing.formats.chat import forced_of, schema_of, tools_of
from genai_sdk.testing.formats.codec import CREATED, Codec, Words
from genai_sdk.testing.turn import ToolUse, Turn, words

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


def read(request: Request, matched: re.Match[str]) -> Call:
    """Read a request for a response."""
    body = request.json()
    if not isinstance(body, dict):
        raise WrongRequestError("We could not parse the JSON body of your request.")
    input_items = body.get("input")
    if not input_items:
        raise WrongRequestError("Missing required parameter: 'input'.")
    items: Sequence[Any] = [{"role": "user", "content": input_items}] if isinstance(input_items, str) else input_items
    tools = tools_of([tool for tool in body.get("tools") or () if tool.get("type") == "function"])
    return Call(
        model=str(body.get("model") or ""),
        body=body,
        stream=bool(body.get("stream")),
        texts=[body.get("instructions") or "", *(text_of(item) or str(item.get("output") or "") for item in items)],
        last=last_of(items),
        tools=tools,
        forced=forced_of(body.get("tool_choice"), tools),
        schema=schema_of((body.get("text") or {}).get("format")),
    )


def write(call: Call, turn: Turn) -> Answer:
    """Write a response."""
    return sse_answer(list(_frames(call, turn))) if call.stream else json_answer(_response(call, turn, _items(turn)))


def _response(call: Call, turn: Turn, output: Sequence[Any], status: str | None = None) -> dict[str, Any]:
    reason = _INCOMPLETE.get(turn.finish)
    ended = status is None
    tokens = turn.tokens
    usage = {
        "input_tokens": tokens.prompt,
        "input_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": tokens.cache_write},
        "output_tokens": tokens.completion,
        "output_tokens_details": {"reasoning_tokens": tokens.reasoning},
        "total_tokens": tokens.prompt + tokens.completion,
    }
    return {
        "id": f"resp_{turn.id}",
        "object": "response",
        "created_at": CREATED,
        "status": status or ("incomplete" if reason else "completed"),
        "error": None,
        "incomplete_details": {"reason": reason} if reason and ended else None,
        "instructions": call.body.get("instructions"),
        "metadata": call.body.get("metadata") or {},
        "model": call.model,
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": call.body.get("previous_response_id"),
        "reasoning": {"effort": None, "summary": None},
        "store": call.body.get("store", True),
        "temperature": call.body.get("temperature", 1.0),
        "text": call.body.get("text") or {"format": {"type": "text"}},
        "tool_choice": call.body.get("tool_choice") or "auto",
        "tools": call.body.get("tools") or [],
        "top_p": call.body.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": usage if ended else None,
        "user": None,
    }


def _items(turn: Turn) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    if turn.reasoning is not None:
        items.append(_reasoning(turn, [{"type": "summary_text", "text": turn.reasoning}]))
    if turn.pieces or turn.refusal is not None or not turn.tools:
        items.append(_message(turn, [_part(turn)], "incomplete" if turn.finish in _INCOMPLETE else "completed"))
    return [*items, *(_function_call(tool, dump(tool.arguments).decode(), "completed") for tool in turn.tools)]


def _reasoning(turn: Turn, summary: Sequence[Any]) -> dict[str, Any]:
    return {"id": f"rs_{turn.id}", "type": "reasoning", "summary": summary}


def _message(turn: Turn, content: Sequence[Any], status: str) -> dict[str, Any]:
    return {"id": f"msg_{turn.id}", "type": "message", "status": status, "role": "assistant", "content": content}


def _part(turn: Turn, *, empty: bool = False) -> dict[str, Any]:
    if turn.refusal is not None:
        return {"type": "refusal", "refusal": "" if empty else turn.refusal}
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": "" if empty else turn.text}


def _function_call(tool: ToolUse, arguments: str, status: str) -> dict[str, Any]:
    return {
        "id": f"fc_{tool.id}",
        "type": "function_call",
        "status": status,
        "arguments": arguments,
        "call_id": tool.id,
        "name": tool.name,
    }


Event = tuple[str, Mapping[str, Any], bool]
"""An event: its type, its fields, and whether it carries content."""


def _frames(call: Call, turn: Turn) -> Iterator[Frame]:
    numbers = itertools.count()
    opened = _response(call, turn, [], "in_progress")
    last = "response.incomplete" if turn.finish in _INCOMPLETE else "response.completed"
    events: list[Event] = [("response.created", {"response": opened}, False)]
    events.append(("response.in_progress", {"response": opened}, False))
    for index, item in enumerate(_items(turn)):
        events += _item_events(turn, index, item)
    events.append((last, {"response": _response(call, turn, _items(turn))}, False))
    for kind, fields, content in events:
        data = {"type": kind, "sequence_number": next(numbers), **fields}
        yield sse(data, event=kind, content=content, end=kind == last)


def _item_events(turn: Turn, index: int, item: Mapping[str, Any]) -> Iterator[Event]:
    place = {"item_id": item["id"], "output_index": index}
    match item["type"]:
        case "reasoning":
            empty, inner = _reasoning(turn, []), _reasoning_events(turn, place)
        case "function_call":
            empty, inner = {**item, "arguments": "", "status": "in_progress"}, _argument_events(item, place)
        case _:
            empty, inner = _message(turn, [], "in_progress"), _message_events(turn, {**place, "content_index": 0})
    yield "response.output_item.added", {"output_index": index, "item": empty}, item["type"] == "function_call"
    yield from inner
    yield "response.output_item.done", {"output_index": index, "item": item}, False


def _message_events(turn: Turn, place: Mapping[str, Any]) -> Iterator[Event]:
    yield "response.content_part.added", {**place, "part": _part(turn, empty=True)}, False
    if turn.refusal is not None:
        for piece in words(turn.refusal):
            yield "response.refusal.delta", {**place, "delta": piece}, True
        yield "response.refusal.done", {**place, "refusal": turn.refusal}, False
    else:
        for piece in turn.pieces:
            yield "response.output_text.delta", {**place, "delta": piece, "logprobs": []}, True
        yield "response.output_text.done", {**place, "text": turn.text, "logprobs": []}, False
    yield "response.content_part.done", {**place, "part": _part(turn)}, False


def _reasoning_events(turn: Turn, place: Mapping[str, Any]) -> Iterator[Event]:
    place, whole = {**place, "summary_index": 0}, turn.reasoning or ""
    yield "response.reasoning_summary_part.added", {**place, "part": {"type": "summary_text", "text": ""}}, False
    for piece in words(whole):
        yield "response.reasoning_summary_text.delta", {**place, "delta": piece}, True
    yield "response.reasoning_summary_text.done", {**place, "text": whole}, False
    yield "response.reasoning_summary_part.done", {**place, "part": {"type": "summary_text", "text": whole}}, False


def _argument_events(item: Mapping[str, Any], place: Mapping[str, Any]) -> Iterator[Event]:
    arguments = item["arguments"]
    half = len(arguments) // 2
    for piece in (arguments[:half], arguments[half:]):
        yield "response.function_call_arguments.delta", {**place, "delta": piece}, True
    yield "response.function_call_arguments.done", {**place, "name": item["name"], "arguments": arguments}, False


def error(words: Words) -> Frame:
    """Write an error in the middle of a stream."""
    fields = {"code": words.code or words.kind, "message": words.message, "param": words.param}
    return sse({"type": "error", "sequence_number": 0, **fields}, event="error")


RESPONSES = Codec(read, write, error)
