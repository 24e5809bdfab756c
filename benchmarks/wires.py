"""What the server says on each wire: whole answers and streams as bytes, made once."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks import canned
from genai_sdk.testing.eventstream import event as binary_event

_USAGE = {"input_tokens": 12, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}


class Wire(NamedTuple):
    """A provider's side of a wire.

    Attributes:
        adapter: What Langfuse calls the connection's adapter.
        secret: The connection's secret.
        root: What its base URL ends with, behind the server's address and the speed.
        chat: What the path of a call has in it, and no other path.
        streams: What the path of a stream has in it; None where that is the path of a call, and the body tells.
        media_type: What a stream is.
        answer: Returns the body of a whole answer.
        events: Returns the events of a stream with so many chunks of content.
        config: The connection's config.
    """

    adapter: str
    secret: str
    root: str
    chat: bytes
    streams: bytes | None
    media_type: str
    answer: Callable[[], Any]
    events: Callable[[int], Sequence[bytes]]
    config: Mapping[str, Any] | None = None


def _words(chunks: int) -> list[str]:
    return [f" word{number}" for number in range(chunks)]


def _message(**more: Any) -> dict[str, Any]:
    head = {"id": "msg_bench", "type": "message", "role": "assistant", "model": canned.MODELS["anthropic"]}
    return {**head, "content": [], "stop_reason": None, "stop_sequence": None, **more}


def _messages_answer() -> Any:
    content = [{"type": "text", "text": canned.TEXT}]
    return _message(content=content, stop_reason="end_turn", usage={**_USAGE, "output_tokens": 18})


def _messages_events(chunks: int) -> list[bytes]:
    """https://docs.anthropic.com/en/docs/build-with-claude/streaming."""
    deltas = [{"type": "text_delta", "text": word} for word in _words(chunks)]
    said = [
        {"type": "message_start", "message": _message(usage={**_USAGE, "output_tokens": 1})},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {**_USAGE, "output_tokens": 18},
        },
        {"type": "message_stop"},
    ]
    return [f"event: {item['type']}\ndata: ".encode() + canned.dump(item) + b"\n\n" for item in said]


def _generated(text: str, finish: str | None = None) -> dict[str, Any]:
    """https://ai.google.dev/api/generate-content: the usage so far is in every chunk."""
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
    return {
        "candidates": [{**candidate, "finishReason": finish} if finish else candidate],
        "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 18, "totalTokenCount": 30},
        "modelVersion": canned.MODELS["gemini"],
        "responseId": "bench",
    }


def _generated_events(chunks: int) -> list[bytes]:
    *words, last = _words(chunks)
    said = [*map(_generated, words), _generated(last, "STOP")]
    return [b"data: " + canned.dump(item) + b"\r\n\r\n" for item in said]


def _converse_answer() -> Any:
    message = {"role": "assistant", "content": [{"text": canned.TEXT}]}
    return {"output": {"message": message}, "stopReason": "end_turn", **_converse_figures()}


def _converse_figures() -> dict[str, Any]:
    return {"usage": {"inputTokens": 12, "outputTokens": 18, "totalTokens": 30}, "metrics": {"latencyMs": 1}}


def _converse_events(chunks: int) -> list[bytes]:
    """https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html.

    Each event is padded, so that its length tells nothing of its text.
    """
    said: list[tuple[str, dict[str, Any]]] = [
        ("messageStart", {"role": "assistant"}),
        *(("contentBlockDelta", {"delta": {"text": word}, "contentBlockIndex": 0}) for word in _words(chunks)),
        ("contentBlockStop", {"contentBlockIndex": 0}),
        ("messageStop", {"stopReason": "end_turn"}),
        ("metadata", _converse_figures()),
    ]
    return [binary_event(kind, canned.dump({**data, "p": "abcdefghijklm"})) for kind, data in said]


_SSE = "text/event-stream"

WIRES: Mapping[str, Wire] = {
    "openai": Wire(
        "openai", canned.KEY, "/v1", b"/chat/completions", None, _SSE, canned.completion, canned.completion_events
    ),
    "anthropic": Wire("anthropic", canned.KEY, "", b"/v1/messages", None, _SSE, _messages_answer, _messages_events),
    "gemini": Wire(
        "google-ai-studio",
        canned.KEY,
        "/v1beta",
        b":generateContent",
        b":streamGenerateContent",
        _SSE,
        lambda: _generated(canned.TEXT, "STOP"),
        _generated_events,
    ),
    "bedrock": Wire(
        "bedrock",
        json.dumps({"accessKeyId": canned.AWS_KEY_ID, "secretAccessKey": canned.KEY}),
        "",
        b"/converse",
        b"/converse-stream",
        "application/vnd.amazon.eventstream",
        _converse_answer,
        _converse_events,
        {"region": canned.AWS_REGION},
    ),
}
"""The wires, by the name that cases and contenders have for them."""


class Stream(NamedTuple):
    """A stream ready to be sent: all of it, its head alone, and its chunks of HTTP one by one."""

    burst: bytes
    head: bytes
    pieces: Sequence[bytes]


def stream(wire: Wire) -> Stream:
    """Return a wire's stream; at once it comes in pieces of a few kilobytes, as a busy server writes them."""
    head = canned.stream_head(wire.media_type)
    events = wire.events(canned.BURST)
    pieces = [canned.piece(b"".join(events[start : start + 16])) for start in range(0, len(events), 16)]
    burst = head + b"".join(pieces) + canned.STREAM_END
    return Stream(burst, head, [canned.piece(event) for event in wire.events(canned.PACED)])


def connection(name: str, wire: Wire, base: str, *models: str) -> dict[str, Any]:
    """Return a connection of a broker's answer that leads to a wire behind an address."""
    return {
        "name": name,
        "adapter": wire.adapter,
        "secret": wire.secret,
        "base_url": base + wire.root,
        "custom_models": list(models),
        "with_default_models": False,
        "extra_headers": None,
        "config": wire.config,
        "created_at": canned.DATE,
        "updated_at": canned.DATE,
        "error": None,
    }


def connections(name: str, base: str, count: int) -> bytes:
    """Return a broker's answer with `count` connections; the last one serves what the benchmark asks for."""
    wire = WIRES[name]
    rows = [connection(f"other-{at}", wire, base, f"model-{at}", "other-embeddings") for at in range(1, count)]
    rows.append(connection("bench", wire, base, canned.MODELS[name], canned.EMBEDDING_MODEL))
    project = {"id": "bench", "name": "bench"}
    return canned.answer(canned.dump({"version": 1, "project": project, "connections": rows}))
