"""Responses of every kind, and the streams that say the same."""

import json
from collections.abc import Iterator
from typing import Any

from tests.wires.anthropic.cases import Cut, halves

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.assembly import Assembly
from genai_sdk.wires.framing import ServerSentEvents
from genai_sdk.wires.openai import WIRE
from genai_sdk.wires.openai.responses.codec import ResponsesCodec
from genai_sdk.wires.wire import Endpoint

Item = dict[str, Any]
MODEL = "gpt-6.1-sol"


def codec(model: str = MODEL) -> ResponsesCodec:
    """Return the codec at OpenAI itself."""
    root = "https://api.openai.com/v1"
    return ResponsesCodec(Endpoint(adapter="openai", model=model, root=root, use_responses_api=True))


def response(*output: Item, status: str = "completed", **more: Any) -> Item:
    """Return a response."""
    usage = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 2,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 12,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": status,
        "model": MODEL,
        "output": list(output),
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
        "usage": usage,
        "service_tier": "default",
        **more,
    }


def message(*parts: Item, **more: Any) -> Item:
    """Return a message of the assistant's."""
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": list(parts),
        **more,
    }


def text(said: str, *annotations: Item, **more: Any) -> Item:
    """Return a part of text."""
    return {"type": "output_text", "text": said, "annotations": list(annotations), **more}


def thought(said: str = "hm", ident: str = "rs_1", encrypted: str = "gAAA") -> Item:
    """Return reasoning."""
    summary = [{"type": "summary_text", "text": said}] if said else []
    return {"id": ident, "type": "reasoning", "summary": summary, "encrypted_content": encrypted}


def call(name: str = "weather", ident: str = "call_1", arguments: str = '{"city":"Seoul"}', **more: Any) -> Item:
    """Return a call of a function."""
    return {
        "id": f"fc_{ident}",
        "type": "function_call",
        "status": "completed",
        "call_id": ident,
        "name": name,
        "arguments": arguments,
        **more,
    }


CUSTOM = {"id": "ctc_1", "type": "custom_tool_call", "call_id": "call_9", "name": "sql", "input": "select 1"}
CITED = {"type": "url_citation", "start_index": 0, "end_index": 4, "title": "t", "url": "https://a.example/"}
SEARCH = {
    "id": "ws_1", "type": "web_search_call", "status": "completed", "action": {"type": "search", "query": "q"},
}  # fmt: skip
PROBABLE = {"token": "four", "bytes": [1], "logprob": -0.5, "top_logprobs": []}

NATIVE: list[Item] = [
    {"id": "fs_1", "type": "file_search_call", "queries": ["q"], "status": "completed", "results": None},
    SEARCH,
    {
        "id": "cu_1",
        "type": "computer_call",
        "call_id": "c",
        "pending_safety_checks": [],
        "status": "completed",
        "action": {"type": "screenshot"},
    },
    {
        "id": "cuo_1",
        "type": "computer_call_output",
        "call_id": "c",
        "status": "completed",
        "output": {"type": "computer_screenshot", "image_url": "data:image/png;base64,AA=="},
    },
    {"id": "fco_1", "type": "function_call_output", "call_id": "c", "output": "1", "status": "completed"},
    {"id": "cto_1", "type": "custom_tool_call_output", "call_id": "c", "output": "1"},
    {"id": "pg_1", "type": "program", "call_id": "c", "code": "1", "fingerprint": "f"},
    {"id": "po_1", "type": "program_output", "call_id": "c", "result": "1", "status": "completed"},
    {
        "id": "ts_1",
        "type": "tool_search_call",
        "arguments": {"q": 1},
        "call_id": None,
        "execution": "server",
        "status": "completed",
    },
    {
        "id": "tso_1",
        "type": "tool_search_output",
        "call_id": None,
        "execution": "server",
        "status": "completed",
        "tools": [],
    },
    {"id": "at_1", "type": "additional_tools", "role": "developer", "tools": []},
    {"id": "cmp_1", "type": "compaction", "encrypted_content": "gBBB"},
    {
        "id": "ig_1",
        "type": "image_generation_call",
        "status": "completed",
        "result": "iVBORw0K",
        "output_format": "webp",
    },
    {
        "id": "ci_1",
        "type": "code_interpreter_call",
        "status": "completed",
        "code": "1+1",
        "container_id": "cn",
        "outputs": [{"type": "logs", "logs": "2"}],
    },
    {
        "id": "ls_1",
        "type": "local_shell_call",
        "call_id": "c",
        "status": "completed",
        "action": {"type": "exec", "command": ["ls"], "env": {}},
    },
    {"id": "lso_1", "type": "local_shell_call_output", "output": "{}", "status": "completed"},
    {
        "id": "sh_1",
        "type": "shell_call",
        "call_id": "c",
        "status": "completed",
        "environment": None,
        "action": {"commands": ["ls"], "timeout_ms": None, "max_output_length": None},
    },
    {
        "id": "sho_1",
        "type": "shell_call_output",
        "call_id": "c",
        "status": "completed",
        "max_output_length": None,
        "output": [{"stdout": "a", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}],
    },
    {
        "id": "ap_1",
        "type": "apply_patch_call",
        "call_id": "c",
        "status": "completed",
        "operation": {"type": "delete_file", "path": "x"},
    },
    {"id": "apo_1", "type": "apply_patch_call_output", "call_id": "c", "status": "failed", "output": "no x"},
    {
        "id": "mc_1",
        "type": "mcp_call",
        "arguments": "{}",
        "name": "f",
        "server_label": "s",
        "output": "1",
        "error": None,
    },
    {"id": "ml_1", "type": "mcp_list_tools", "server_label": "s", "tools": [{"name": "f", "input_schema": {}}]},
    {"id": "mr_1", "type": "mcp_approval_request", "arguments": "{}", "name": "f", "server_label": "s"},
    {"id": "mp_1", "type": "mcp_approval_response", "approval_request_id": "mr_1", "approve": True},
]
"""One item of every kind that is neither a message nor reasoning nor a call for the client."""

RESPONSES: dict[str, Item] = {
    "a text": response(message(text("four"))),
    "reasoning and a text": response(thought(), message(text("four"))),
    "reasoning alone": response(thought("")),
    "two summaries": response(
        {**thought(), "summary": [{"type": "summary_text", "text": part} for part in ("one", "two")]},
        message(text("four")),
    ),
    "an open model's reasoning": response(
        {"id": "rs_1", "type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "hm"}]},
        message(text("four")),
    ),
    "reasoning and calls": response(thought(), call(), call(ident="call_2", arguments="{}")),
    "reasoning between calls": response(thought(), call(), thought("so", "rs_2"), call(ident="call_2")),
    "a custom tool's call": response(CUSTOM),
    "a call in a namespace": response(call(namespace="ns", caller={"type": "direct"})),
    "a refusal": response(message({"type": "refusal", "refusal": "I will not"})),
    "a commentary and a text": response(message(text("first "), phase="commentary"), message(text("then"), id="msg_2")),
    "a search and what it says": response(SEARCH, message(text("Intro. "), text("four", CITED))),
    "log probabilities": response(message(text("four", logprobs=[PROBABLE]))),
    "an unknown item": response({"id": "x_1", "type": "hologram", "data": 1}),
    "nothing more to say": response(message(text(""))),
    "cut by its bound": response(
        message(text("fo")), status="incomplete", incomplete_details={"reason": "max_output_tokens"}
    ),
    "cut by a filter": response(
        message(text("fo")), status="incomplete", incomplete_details={"reason": "content_filter"}
    ),
    "cut before a word": response(status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
    "facts of its own": response(message(text("four")), moderation={"input": {"type": "error"}}, hologram=1),
    **{item["type"]: response(item) for item in NATIVE},
}


def events_of(whole: Item, leave: str = "nothing", cut: Cut = halves) -> Iterator[Item]:
    """Yield the events of a response.

    Args:
        whole: The response.
        leave: What the server leaves out: "deltas", "items" (all but the response at the end), or the "output" of it.
        cut: What cuts texts into pieces.
    """
    opened = {**whole, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    yield {"type": "response.created", "response": opened}
    yield {"type": "response.in_progress", "response": opened}
    if leave != "items":
        for index, item in enumerate(whole["output"]):
            yield from _item_events(index, item, leave, cut)
    ended = "response.completed" if whole["status"] == "completed" else "response.incomplete"
    yield {"type": ended, "response": {**whole, "output": []} if leave == "output" else whole}


def _item_events(index: int, item: Item, leave: str, cut: Cut) -> Iterator[Item]:
    place = {"output_index": index, "item_id": item["id"]}
    opened = {**item, "arguments": "", "input": "", "content": [], "summary": []}
    yield {"type": "response.output_item.added", "output_index": index, "item": {n: opened[n] for n in item}}
    for event in _inner(item, cut):
        if leave != "deltas" or not event["type"].endswith(".delta"):
            yield {**event, **place}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _inner(item: Item, cut: Cut) -> Iterator[Item]:
    match item["type"]:
        case "message":
            for index, part in enumerate(item["content"]):
                empty = {**part, **{name: "" for name in ("text", "refusal") if name in part}}
                yield {"type": "response.content_part.added", "content_index": index, "part": empty}
                for event in _part(part, cut):
                    yield {**event, "content_index": index}
        case "reasoning":
            for index, part in enumerate(item["summary"]):
                for event in _pieces("reasoning_summary_text", part["text"], cut):
                    yield {**event, "summary_index": index}
            for index, part in enumerate(item.get("content") or ()):
                for event in _pieces("reasoning_text", part["text"], cut):
                    yield {**event, "content_index": index}
        case "function_call":
            yield from _pieces("function_call_arguments", item["arguments"], cut, "arguments")
        case "custom_tool_call":
            yield from _pieces("custom_tool_call_input", item["input"], cut, "input")


def _part(part: Item, cut: Cut) -> Iterator[Item]:
    if part["type"] == "refusal":
        yield from _pieces("refusal", part["refusal"], cut, "refusal")
        return
    pieces = list(_pieces("output_text", part["text"], cut))
    pieces[0]["logprobs"] = part.get("logprobs", [])
    yield from pieces
    for index, note in enumerate(part["annotations"]):
        yield {"type": "response.output_text.annotation.added", "annotation": note, "annotation_index": index}


def _pieces(source: str, whole: str, cut: Cut, name: str = "text") -> Iterator[Item]:
    for piece in cut(whole):
        yield {"type": f"response.{source}.delta", "delta": piece}
    yield {"type": f"response.{source}.done", name: whole}


def sse(events: Iterator[Item] | list[Item]) -> bytes:
    """Return events as they come over the wire."""
    numbered = ({**event, "sequence_number": number} for number, event in enumerate(events))
    return b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in numbered)


def read_whole(whole: Item) -> ChatCompletion:
    """Return what a whole response is read as."""
    value = codec().decode(json.loads(json.dumps(whole)), {})
    assert value is not None
    return value


def read_stream(data: bytes) -> ChatCompletion:
    """Return what a stream is put together to."""
    framing, parser, assembly = ServerSentEvents(), codec().parser(), Assembly()
    for event in framing.feed(data):
        assert WIRE.error_of(event) is None
        if (chunk := parser.read(event)) is not None:
            assembly.add(chunk)
    assert parser.finished
    assert parser.done
    for chunk in parser.end():
        assembly.add(chunk)
    return assembly.completion()
