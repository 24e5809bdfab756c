"""Bedrock's Converse format (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html)."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing import eventstream
from genai_sdk.testing.answer import Answer, Frame, dump, json_answer
from genai_sdk.testing.call import Call, Request, Tool, WrongRequestError, last_of, text_of
from genai_sdk.testing.formats.codec import Codec, Words
from genai_sdk.testing.turn import Tokens, Turn, words

STOP_REASONS = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "content_filtered",
}


def read(request: Request, matched: re.Match[str]) -> Call:
    """Read a Converse request."""
    body = request.json()
    if not isinstance(body, dict) or not body.get("messages"):
        raise WrongRequestError("The messages field is required. Add a value to it and try again.")
    config = body.get("toolConfig") or {}
    specs = [tool["toolSpec"] for tool in config.get("tools") or () if "toolSpec" in tool]
    tools = [Tool(spec["name"], (spec.get("inputSchema") or {}).get("json") or {}) for spec in specs]
    return Call(
        model=unquote(matched["model"]),
        body=body,
        stream=matched["verb"] == "converse-stream",
        texts=[text_of(body.get("system")), *map(text_of, body["messages"])],
        last=last_of(body["messages"]),
        tools=tools,
        forced=_forced(config.get("toolChoice") or {}, tools),
        schema=_schema(body),
    )


def _forced(choice: Mapping[str, Any], tools: Sequence[Tool]) -> str | None:
    if "tool" in choice:
        return str(choice["tool"].get("name"))
    return tools[0].name if "any" in choice and tools else None


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    match body.get("outputConfig"):
        case {"textFormat": {"structure": {"jsonSchema": {"schema": str(schema)}}}}:
            return dict(json.loads(schema))
        case _:
            return None


def write(call: Call, turn: Turn) -> Answer:
    """Write a Converse answer, or its stream of binary events."""
    if call.stream:
        return stream_answer([event(*item) for item in _events(turn)])
    message = {"role": "assistant", "content": _blocks(turn)}
    return json_answer({"output": {"message": message}, "stopReason": _reason(turn), **_figures(turn.tokens)})


def stream_answer(frames: Sequence[Frame]) -> Answer:
    """Return a stream of binary events."""
    return Answer(200, {"content-type": "application/vnd.amazon.eventstream"}, None, frames)


def event(kind: str, data: Mapping[str, Any], content: bool = False, end: bool = False) -> Frame:
    """Return one binary event; `p` is the padding that Bedrock puts against guessing from lengths."""
    return Frame(eventstream.event(kind, dump({**data, "p": "abcdefgh"})), content, end)


def _reason(turn: Turn) -> str:
    return "content_filtered" if turn.refusal is not None else STOP_REASONS[turn.finish]


def _figures(tokens: Tokens) -> dict[str, Any]:
    usage = {
        "inputTokens": tokens.prompt - tokens.cached - tokens.cache_write,
        "outputTokens": tokens.completion,
        "totalTokens": tokens.prompt + tokens.completion,
        "cacheReadInputTokens": tokens.cached,
        "cacheWriteInputTokens": tokens.cache_write,
    }
    return {"usage": usage, "metrics": {"latencyMs": 1}}


def _blocks(turn: Turn) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if turn.reasoning is not None:
        text = {"text": turn.reasoning, "signature": f"sig_{turn.id}"}
        blocks.append({"reasoningContent": {"reasoningText": text}})
    reply_text = turn.text or turn.refusal or ""
    if reply_text or not turn.tools:
        blocks.append({"text": reply_text})
    uses = ({"toolUseId": f"tooluse_{tool.id}", "name": tool.name, "input": tool.arguments} for tool in turn.tools)
    return [*blocks, *({"toolUse": use} for use in uses)]


def _events(turn: Turn) -> Iterator[tuple[str, dict[str, Any], bool, bool]]:
    yield "messageStart", {"role": "assistant"}, False, False
    for index, block in enumerate(_blocks(turn)):
        place = {"contentBlockIndex": index}
        use = block.get("toolUse")
        if use is not None:  # only tools have a start
            start = {"toolUse": {"toolUseId": use["toolUseId"], "name": use["name"]}}
            yield "contentBlockStart", {"start": start, **place}, True, False
        for delta, content in _deltas(turn, block):
            yield "contentBlockDelta", {"delta": delta, **place}, content, False
        yield "contentBlockStop", place, False, False
    yield "messageStop", {"stopReason": _reason(turn)}, False, True
    yield "metadata", _figures(turn.tokens), False, True


def _deltas(turn: Turn, block: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    match block:
        case {"reasoningContent": {"reasoningText": text}}:
            yield from (({"reasoningContent": {"text": piece}}, True) for piece in words(text["text"]))
            yield {"reasoningContent": {"signature": text["signature"]}}, False
        case {"text": said}:
            pieces = turn.pieces if turn.text else words(said)
            yield from (({"text": piece}, True) for piece in pieces)
        case {"toolUse": use}:
            whole = dump(use["input"]).decode()
            half = len(whole) // 2
            yield from (({"toolUse": {"input": part}}, True) for part in (whole[:half], whole[half:]))
        case _:
            raise AssertionError(block)


def error(words: Words) -> Frame:
    """Write an exception in the middle of a stream; its name begins in lower case there."""
    name = words.code or "InternalServerException"
    return Frame(eventstream.exception(name[0].lower() + name[1:], dump({"message": words.message})))


CONVERSE = Codec(read, write, error)
