"""What the server says: whole answers as bytes, made once. The wire is OpenAI's, Langfuse's and the broker's."""

import base64
import json
import struct
from collections.abc import Mapping
from typing import Any

MODEL = "gpt-4o-mini"
KEY = "sk-bench"
PUBLIC_KEY, SECRET_KEY = "pk-lf-bench", "sk-lf-bench"
BURST, PACED = 200, 60
"""Chunks of content in a stream that comes at once, and in one that comes piece by piece."""
GAP = 0.01
"""Seconds from one chunk of a paced stream to the next, however late the one before was."""
TEXTS, DIMENSIONS = 256, 256
TEXT = "The quick brown fox jumps over the lazy dog, and the slow red hen looks on."
_USAGE = {"prompt_tokens": 12, "completion_tokens": 18, "total_tokens": 30}
_HEAD = {"id": "chatcmpl-bench", "created": 1_760_000_000, "model": "gpt-4o-mini-2024-07-18"}
_DATE = "2026-01-01T00:00:00Z"


def answer(body: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """Return a whole HTTP answer around a body."""
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nx-request-id: req-bench\r\n\r\n"
    )
    return head.encode() + body


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def chat() -> bytes:
    """Return a chat completion."""
    message = {"role": "assistant", "content": TEXT, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return answer(_json({**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE}))


def events(chunks: int) -> list[bytes]:
    """Return the events of a stream: role, `chunks` words, finish reason, usage, the end."""

    def event(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        chunk = {**_HEAD, "object": "chat.completion.chunk", "choices": [choice], "usage": None}
        return b"data: " + _json(chunk) + b"\n\n"

    words = [event({"content": f" word{number}"}) for number in range(chunks)]
    usage = {**_HEAD, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE}
    return [
        event({"role": "assistant", "content": ""}),
        *words,
        event({}, "stop"),
        b"data: " + _json(usage) + b"\n\n",
        b"data: [DONE]\n\n",
    ]


STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: req-bench\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
STREAM_END = b"0\r\n\r\n"


def piece(data: bytes) -> bytes:
    """Return bytes as a chunk of HTTP's chunked framing."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def burst() -> bytes:
    """Return a whole stream, in pieces of a few kilobytes as a busy server writes them."""
    all_events = events(BURST)
    pieces = [piece(b"".join(all_events[start : start + 16])) for start in range(0, len(all_events), 16)]
    return STREAM_HEAD + b"".join(pieces) + STREAM_END


def embeddings(*, as_base64: bool) -> bytes:
    """Return the vectors of `TEXTS` texts, as numbers or as base64, whichever the client asks for."""
    vector = [((number * 37) % 1000 - 500) / 7919 for number in range(DIMENSIONS)]
    packed = base64.b64encode(struct.pack(f"<{DIMENSIONS}f", *vector)).decode()
    row = packed if as_base64 else [round(item, 8) for item in vector]
    data = [{"object": "embedding", "index": index, "embedding": row} for index in range(TEXTS)]
    usage = {"prompt_tokens": 2_048, "total_tokens": 2_048}
    return answer(_json({"object": "list", "model": "text-embedding-3-small", "data": data, "usage": usage}))


def connections(base_url: str, count: int) -> bytes:
    """Return a broker's answer with `count` connections; the last one serves what the benchmark asks for."""
    rows = [
        _connection(f"other-{number}", base_url, f"model-{number}", "other-embeddings") for number in range(1, count)
    ]
    rows.append(_connection("bench", base_url, MODEL, "text-embedding-3-small"))
    project = {"id": "bench", "name": "bench"}
    return answer(_json({"version": 1, "project": project, "connections": rows}))


def _connection(name: str, base_url: str, *models: str) -> dict[str, Any]:
    return {
        "name": name,
        "adapter": "openai",
        "secret": KEY,
        "base_url": base_url,
        "custom_models": list(models),
        "with_default_models": False,
        "extra_headers": None,
        "config": None,
        "created_at": _DATE,
        "updated_at": _DATE,
        "error": None,
    }


def counts(counted: Mapping[str, int]) -> bytes:
    """Return what the server has counted."""
    return answer(_json(counted))


PROJECTS = answer(_json({"data": [{"id": "bench", "name": "bench"}]}))
ACCEPTED = answer(b"{}")
NOTHING = b""
"""What a Langfuse says that takes connections and never answers."""
MULTI_STATUS = answer(_json({"successes": [], "errors": []}), "207 Multi-Status")
UNKNOWN = answer(b'{"error":{"message":"the benchmark has no such path"}}', "404 Not Found")
