"""Messages as Anthropic's API gives them: whole, and as the events of a stream that say the same."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.anthropic.wire import WIRE, Messages
from genai_sdk.wires.assembly import Assembly
from genai_sdk.wires.framing import ServerSentEvents
from genai_sdk.wires.wire import Endpoint

MODEL = "claude-opus-5-5"
USAGE = {"input_tokens": 10, "output_tokens": 2}

Block = dict[str, Any]
Message = dict[str, Any]


def codec(model: str = MODEL, adapter: str = "anthropic") -> Messages:
    """Return the codec of a deployment."""
    endpoint = Endpoint(adapter=adapter, model=model, root="https://here", project="p", region="us-east5")
    return Messages(endpoint)


def message(
    *content: Block, stop: str | None = "end_turn", usage: dict[str, Any] | None = None, **more: Any
) -> Message:
    """Return a whole message."""
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "content": list(content),
        "stop_reason": stop, "stop_sequence": None, "usage": usage or USAGE, **more,
    }  # fmt: skip


def text(said: str, **more: Any) -> Block:
    """Return a text block."""
    return {"type": "text", "text": said, **more}


def thinking(said: str, signature: str = "SIG") -> Block:
    """Return a thinking block."""
    return {"type": "thinking", "thinking": said, "signature": signature}


def use(name: str, ident: str = "toolu_1", kind: str = "tool_use", given: Any = None, **more: Any) -> Block:
    """Return a use of a tool."""
    return {"type": kind, "id": ident, "name": name, "input": {} if given is None else given, **more}


def found(ident: str = "srvtoolu_1") -> Block:
    """Return the result of a search that the server ran."""
    page = {"type": "web_search_result", "title": "t", "url": "https://example.test", "encrypted_content": "E"}
    return {"type": "web_search_tool_result", "tool_use_id": ident, "content": [page]}


CITED = {
    "type": "web_search_result_location", "url": "https://example.test", "title": "t", "cited_text": "c",
    "encrypted_index": "I",
}  # fmt: skip
PAGE = {"type": "page_location", "cited_text": "c", "document_index": 0, "start_page_number": 1, "end_page_number": 2}

MESSAGES: dict[str, Message] = {
    "text": message(text("one two")),
    "text at a stop sequence": message(text("one"), stop="stop_sequence", stop_sequence="two"),
    "nothing": message(text("")),
    "no block": message(),
    "cut by the bound": message(text("one"), stop="max_tokens"),
    "cut by the window": message(text("half a sen"), stop="model_context_window_exceeded"),
    "a refusal": message(
        stop="refusal", stop_details={"type": "refusal", "category": "cyber", "explanation": "No."}
    ),
    "a call": message(use("weather", given={"city": "Seoul"}), stop="tool_use"),
    "a call without input": message(use("now"), stop="tool_use"),
    "two calls": message(
        text("see"), use("weather", "a", given={"city": "Seoul"}), use("weather", "b", given={"city": "Busan"}),
        stop="tool_use",
    ),
    "a call by code": message(
        use("now", caller={"type": "code_execution_20250825", "tool_id": "srvtoolu_9"}), stop="tool_use"
    ),
    "thinking": message(thinking("hm"), text("four")),
    "hidden thinking": message(thinking("", "SIG1"), {"type": "redacted_thinking", "data": "R"}, text("four")),
    "thinking before a call": message(thinking("hm"), use("now"), stop="tool_use"),
    "thinking between calls": message(
        thinking("a", "S1"), use("now", "a"), thinking("b", "S2"), use("now", "b"), stop="tool_use"
    ),
    "a search": message(use("web_search", "srvtoolu_1", "server_tool_use", {"query": "q"}), found(), text("done")),
    "a pause": message(use("web_search", "srvtoolu_1", "server_tool_use", {"query": "q"}), stop="pause_turn"),
    "citations": message(
        text("Intro. "), text("Cited.", citations=[CITED, PAGE]), text(" End.", citations=None)
    ),
    "a compaction": message({"type": "compaction", "content": "so far", "encrypted_content": "E"}, stop="compaction"),
    "an unknown block": message({"type": "hologram", "data": [1, {"a": None}]}, text("see")),
    "an unknown stop": message(text("one"), stop="tired"),
    "the tokens": message(
        text("four"),
        usage={
            "input_tokens": 10, "output_tokens": 7, "cache_read_input_tokens": 4, "cache_creation_input_tokens": 3,
            "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2},
            "output_tokens_details": {"thinking_tokens": 5}, "service_tier": "priority", "speed": "fast",
            "inference_geo": "us", "server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 1},
        },
    ),
    "tokens of a compaction": message(
        text("four"),
        usage={
            **USAGE,
            "iterations": [
                {"type": "message", "input_tokens": 10, "output_tokens": 2},
                {"type": "compaction", "input_tokens": 100, "output_tokens": 20, "cache_read_input_tokens": 5},
            ],
        },
    ),
    "a container": message(text("one"), container={"id": "c", "expires_at": "2026-01-01T00:00:00Z"}, new_field=[1]),
}  # fmt: skip
"""By what is in them."""


def halves(text: str) -> list[str]:
    """Cut a text in two."""
    return [text[: len(text) // 2], text[len(text) // 2 :]]


Cut = Callable[[str], list[str]]


def events_of(whole: Message, cut: Cut = halves) -> Iterator[dict[str, Any]]:
    """Yield the events of a stream that says what a whole message says, its texts cut into pieces."""
    late = ("stop_reason", "stop_sequence", "stop_details", "container")
    opened = {name: item for name, item in whole.items() if name not in late}
    usage = whole["usage"]
    yield {"type": "message_start", "message": {**opened, "content": [], "stop_reason": None,
           "usage": {**usage, "output_tokens": 1}}}  # fmt: skip
    for index, block in enumerate(whole["content"]):
        yield from _events_of_block(index, block, cut)
        if index == 0:
            yield {"type": "ping"}
    delta = {name: whole[name] for name in late if name in whole}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": usage["output_tokens"]}}
    yield {"type": "message_stop"}


def _events_of_block(index: int, block: Block, cut: Cut) -> Iterator[dict[str, Any]]:
    empty: dict[str, Any] = {"thinking": "", "signature": "", "text": "", "input": {}}
    if block["type"] == "compaction":
        empty |= {"content": None, "encrypted_content": None}
    begun = {name: empty.get(name, item) for name, item in block.items() if name != "citations"}
    yield {"type": "content_block_start", "index": index, "content_block": begun}
    for delta in _deltas(block, cut):
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _deltas(block: Block, cut: Cut) -> Iterator[dict[str, Any]]:
    match block["type"]:
        case "text":
            for citation in block.get("citations") or ():
                yield {"type": "citations_delta", "citation": citation}
            yield from ({"type": "text_delta", "text": piece} for piece in cut(block["text"]))
        case "thinking":
            yield {"type": "thinking_delta", "thinking": block["thinking"]}
            yield {"type": "signature_delta", "signature": block["signature"]}
        case "tool_use" | "server_tool_use" if block["input"]:
            given = json.dumps(block["input"], separators=(",", ":"))
            yield {"type": "input_json_delta", "partial_json": ""}
            yield from ({"type": "input_json_delta", "partial_json": part} for part in cut(given))
        case "compaction":
            yield {**block, "type": "compaction_delta"}
        case _:
            return


def sse(events: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> bytes:
    """Return events as bytes on the wire."""
    return b"".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events)


def read_whole(whole: Message) -> ChatCompletion:
    """Return what a whole message is read as."""
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
    for chunk in parser.end():
        assembly.add(chunk)
    return assembly.completion()
