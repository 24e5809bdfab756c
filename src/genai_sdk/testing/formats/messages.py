"""Anthropic's messages, spoken by anthropic, google-vertex-ai (rawPredict) and bedrock (invoke).

Events: docs.anthropic.com/en/docs/build-with-claude/streaming
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import msgspec

from genai_sdk.testing.answer import Answer, Frame, dump, json_answer, sse, sse_answer
from genai_sdk.testing.call import Call, Request, Tool, WrongRequestError, last_of, text_of
from genai_sdk.testing.formats.codec import Codec, Words
from genai_sdk.testing.turn import Tokens, Turn, words

STOP_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""docs.anthropic.com/en/api/errors; any other 4xx is an invalid request, any other 5xx an `api_error`."""


def error_type(status: int) -> str:
    """Return the type of error that stands for an HTTP status."""
    return ERROR_TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")


def read(request: Request, matched: re.Match[str]) -> Call:
    """Read a request for a message; a model in the path comes before one in the body."""
    body = request.json()
    if not isinstance(body, dict):
        raise WrongRequestError("The request body is not valid JSON.")
    model = unquote(matched.groupdict().get("model") or "") or str(body.get("model") or "")
    for field in ("max_tokens", "messages"):
        if not body.get(field):
            raise WrongRequestError(f"{field}: Field required")
    tools = [Tool(str(tool.get("name", "")), tool.get("input_schema") or {}) for tool in body.get("tools") or ()]
    return Call(
        model=model,
        body=body,
        stream=bool(body.get("stream")),
        texts=[text_of(body.get("system")), *map(text_of, body["messages"])],
        last=last_of(body["messages"]),
        tools=tools,
        forced=_forced(body.get("tool_choice") or {}, tools),
        schema=_schema(body),
    )


def _forced(choice: Mapping[str, Any], tools: Sequence[Tool]) -> str | None:
    if choice.get("type") == "tool":
        return str(choice.get("name"))
    return tools[0].name if choice.get("type") == "any" and tools else None


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    wanted = (body.get("output_config") or {}).get("format") or body.get("output_format") or {}
    return wanted.get("schema") if wanted.get("type") == "json_schema" else None


def write(call: Call, turn: Turn) -> Answer:
    """Write a message."""
    if call.stream:
        return sse_answer([sse(event, event=event["type"], content=c, end=e) for event, c, e in events(call, turn)])
    return json_answer(message(call, turn))


def message(call: Call, turn: Turn) -> dict[str, Any]:
    """Return a whole message."""
    reason = "refusal" if turn.refusal is not None else STOP_REASONS[turn.finish]
    usage = {**_usage(turn.tokens), "output_tokens": turn.tokens.completion}
    return {**_opened(call, turn), "content": _blocks(turn), "stop_reason": reason, "usage": usage}


def _opened(call: Call, turn: Turn) -> dict[str, Any]:
    return {
        "id": f"msg_{turn.id}",
        "type": "message",
        "role": "assistant",
        "model": call.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**_usage(turn.tokens), "output_tokens": 1},
    }


def _usage(tokens: Tokens) -> dict[str, Any]:
    return {
        "input_tokens": tokens.prompt - tokens.cached - tokens.cache_write,
        "cache_creation_input_tokens": tokens.cache_write,
        "cache_read_input_tokens": tokens.cached,
        "cache_creation": {"ephemeral_5m_input_tokens": tokens.cache_write, "ephemeral_1h_input_tokens": 0},
        "service_tier": "standard",
    }


def _blocks(turn: Turn) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if turn.reasoning is not None:
        blocks.append({"type": "thinking", "thinking": turn.reasoning, "signature": f"sig_{turn.id}"})
    text = turn.text or turn.refusal or ""
    if text or not turn.tools:
        blocks.append({"type": "text", "text": text})
    tools = ({"type": "tool_use", "id": f"toolu_{t.id}", "name": t.name, "input": t.arguments} for t in turn.tools)
    return [*blocks, *tools]


Event = tuple[dict[str, Any], bool, bool]
"""An event, whether it carries content, and whether it is of the end."""


def events(call: Call, turn: Turn) -> Iterator[Event]:
    """Yield the events of a streamed message."""
    yield {"type": "message_start", "message": _opened(call, turn)}, False, False
    for index, block in enumerate(_blocks(turn)):
        is_tool = block["type"] == "tool_use"
        yield {"type": "content_block_start", "index": index, "content_block": _empty(block)}, is_tool, False
        if index == 0:
            yield {"type": "ping"}, False, False
        for delta in _deltas(turn, block):
            content = delta["type"] != "signature_delta"
            yield {"type": "content_block_delta", "index": index, "delta": delta}, content, False
        yield {"type": "content_block_stop", "index": index}, False, False
    reason = "refusal" if turn.refusal is not None else STOP_REASONS[turn.finish]
    usage = {**_usage(turn.tokens), "output_tokens": turn.tokens.completion}
    delta = {"stop_reason": reason, "stop_sequence": None}
    yield {"type": "message_delta", "delta": delta, "usage": usage}, False, True
    yield {"type": "message_stop"}, False, True


def _empty(block: Mapping[str, Any]) -> dict[str, Any]:
    empty = {"thinking": "", "signature": "", "text": "", "input": {}}
    return {key: empty.get(key, value) for key, value in block.items()}


def _deltas(turn: Turn, block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    match block["type"]:
        case "thinking":
            yield from ({"type": "thinking_delta", "thinking": piece} for piece in words(block["thinking"]))
            yield {"type": "signature_delta", "signature": block["signature"]}
        case "text":
            pieces = turn.pieces if turn.text else words(block["text"])
            yield from ({"type": "text_delta", "text": piece} for piece in pieces)
        case _:
            whole = dump(block["input"]).decode()
            half = len(whole) // 2
            yield from ({"type": "input_json_delta", "partial_json": part} for part in (whole[:half], whole[half:]))


def error_body(status: int, text: str) -> dict[str, Any]:
    """Return an error as Anthropic puts it."""
    return {"type": "error", "error": {"type": error_type(status), "message": text}}


def error(words: Words) -> Frame:
    """Write an error in the middle of a stream."""
    return sse(error_body(words.status, words.message), event="error")


MESSAGES = Codec(read, write, error)


def versioned(codec: Codec) -> Codec:
    """Return `codec` for a host that wants `anthropic_version` in the body."""

    def read(request: Request, matched: re.Match[str]) -> Call:
        call = codec.read(request, matched)
        if not call.body.get("anthropic_version"):
            raise WrongRequestError("anthropic_version: Field required")
        return call

    return msgspec.structs.replace(codec, read=read)


def streamed(codec: Codec) -> Codec:
    """Return `codec` for a path that always streams."""

    def read(request: Request, matched: re.Match[str]) -> Call:
        return msgspec.structs.replace(codec.read(request, matched), stream=True)

    return msgspec.structs.replace(codec, read=read)
