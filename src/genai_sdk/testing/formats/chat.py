"""OpenAI's chat completions, spoken by openai and azure.

`reasoning_content` is no field of OpenAI's own; DeepSeek, vLLM and others send reasoning in it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing.answer import Answer, Frame, dump, json_answer, sse, sse_answer
from genai_sdk.testing.call import Call, Request, Tool, WrongRequestError, last_of, text_of
from genai_sdk.testing.formats.codec import CREATED, Codec, Words
from genai_sdk.testing.turn import Tokens, ToolUse, Turn, words


def read(request: Request, matched: re.Match[str]) -> Call:
    """Read a chat completion request; a deployment in the path is the model."""
    body = request.json()
    if not isinstance(body, dict):
        raise WrongRequestError("We could not parse the JSON body of your request.")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise WrongRequestError("Missing required parameter: 'messages'.")
    tools = tools_of(body.get("tools") or ())
    return Call(
        model=unquote(matched.groupdict().get("model") or "") or str(body.get("model") or ""),
        body=body,
        stream=bool(body.get("stream")),
        texts=[text_of(message) for message in messages],
        last=last_of(messages),
        tools=tools,
        forced=forced_of(body.get("tool_choice"), tools),
        schema=schema_of(body.get("response_format")),
        count=int(body.get("n") or 1),
    )


def tools_of(tools: Sequence[Mapping[str, Any]]) -> list[Tool]:
    """Read tools, as functions within (chat completions) or by themselves (responses)."""
    functions = [tool.get("function", tool) for tool in tools]
    return [Tool(str(item.get("name", "")), item.get("parameters") or {}) for item in functions]


def forced_of(choice: Any, tools: Sequence[Tool]) -> str | None:
    """Return the tool that a tool choice forces, or None."""
    if isinstance(choice, dict):
        return str(choice.get("function", choice).get("name", ""))
    return tools[0].name if choice == "required" and tools else None


def schema_of(response_format: Any) -> Mapping[str, Any] | None:
    """Return the schema of a response format, an empty one for any JSON object, or None for text."""
    match response_format:
        case {"type": "json_schema", "json_schema": {"schema": schema}} | {"type": "json_schema", "schema": schema}:
            return dict(schema)
        case {"type": "json_object"}:
            return {}
        case _:
            return None


def usage(tokens: Tokens) -> dict[str, Any]:
    """Return usage in OpenAI's shape."""
    return {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "prompt_tokens_details": {"cached_tokens": tokens.cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": tokens.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def write(call: Call, turn: Turn) -> Answer:
    """Write a chat completion."""
    if call.stream:
        return sse_answer(list(_frames(call, turn)))
    message: dict[str, Any] = {"role": "assistant", "content": turn.text or None, "refusal": turn.refusal}
    if not (turn.tools or turn.refusal):
        message["content"] = turn.text
    if turn.reasoning is not None:
        message["reasoning_content"] = turn.reasoning
    if turn.tools:
        message["tool_calls"] = [_tool_call(tool) for tool in turn.tools]
    choices = [
        {"index": index, "message": message, "logprobs": None, "finish_reason": turn.finish}
        for index in range(call.count)
    ]
    return json_answer({**_frame_head(call, turn, "chat.completion"), "choices": choices, "usage": usage(turn.tokens)})


def _frame_head(call: Call, turn: Turn, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{turn.id}",
        "object": kind,
        "created": CREATED,
        "model": call.model,
        "system_fingerprint": "fp_fake",
    }


def _tool_call(tool: ToolUse) -> dict[str, Any]:
    return {
        "id": tool.id,
        "type": "function",
        "function": {"name": tool.name, "arguments": dump(tool.arguments).decode()},
    }


def _frames(call: Call, turn: Turn) -> Iterator[Frame]:
    options = call.body.get("stream_options") or {}
    with_usage = bool(options.get("include_usage"))
    head = {**_frame_head(call, turn, "chat.completion.chunk"), **({"usage": None} if with_usage else {})}

    def chunk(index: int, delta: Mapping[str, Any], finish: str | None = None, *, content: bool = False) -> Frame:
        choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
        return sse({**head, "choices": [choice]}, content=content, end=finish is not None)

    for index in range(call.count):
        yield chunk(index, {"role": "assistant", "content": "", "refusal": None})
    for index in range(call.count):
        yield from (chunk(index, delta, content=True) for delta in _deltas(turn))
    for index in range(call.count):
        yield chunk(index, {}, turn.finish)
    if with_usage:
        yield sse({**head, "choices": [], "usage": usage(turn.tokens)}, end=True)
    yield sse("[DONE]", end=True)


def _deltas(turn: Turn) -> Iterator[dict[str, Any]]:
    yield from ({"reasoning_content": piece} for piece in words(turn.reasoning or ""))
    yield from ({"content": piece} for piece in turn.pieces)
    yield from ({"refusal": piece} for piece in words(turn.refusal or ""))
    for index, tool in enumerate(turn.tools):
        whole = _tool_call(tool)
        arguments = whole["function"]["arguments"]
        half = len(arguments) // 2
        opened = {**whole, "function": {"name": tool.name, "arguments": ""}}
        yield {"tool_calls": [{"index": index, **opened}]}
        for piece in (arguments[:half], arguments[half:]):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def error_body(words: Words) -> dict[str, Any]:
    """Return an error as OpenAI puts it."""
    return {"error": {"message": words.message, "type": words.kind, "param": words.param, "code": words.code}}


def error(words: Words) -> Frame:
    """Write an error in the middle of a stream."""
    return sse(error_body(words))


CHAT = Codec(read, write, error)
