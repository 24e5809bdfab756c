"""What the server says as OpenAI and as Langfuse, and what both sides know; `benchmarks.wires` has the other wires."""

import base64
import json
import struct
from collections.abc import Mapping
from typing import Any

MODELS = {
    "openai": "gpt-4o-mini",
    "anthropic": "claude-sonnet-4-5-20250929",
    "gemini": "gemini-2.5-flash",
    "bedrock": "anthropic.claude-sonnet-4-5-20250929-v1:0",
}
"""What is asked for on each wire."""
MODEL = MODELS["openai"]
EMBEDDING_MODEL = "text-embedding-3-small"
KEY = "sk-bench"
AWS_KEY_ID, AWS_REGION = "AKIABENCH", "us-east-1"
PUBLIC_KEY, SECRET_KEY = "pk-lf-bench", "sk-lf-bench"
BURST, PACED = 200, 60
"""Chunks of content in a stream that comes at once, and in one that comes piece by piece."""
GAP = 0.01
"""Seconds from one chunk of a paced stream to the next, however late the one before was."""
TEXTS, DIMENSIONS = 256, 256
TEXT = "The quick brown fox jumps over the lazy dog, and the slow red hen looks on."
_USAGE = {"prompt_tokens": 12, "completion_tokens": 18, "total_tokens": 30}
_HEAD = {"id": "chatcmpl-bench", "created": 1_760_000_000, "model": "gpt-4o-mini-2024-07-18"}
DATE = "2026-01-01T00:00:00Z"


def answer(body: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    """Return a whole HTTP answer around a body."""
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nx-request-id: req-bench\r\n\r\n"
    )
    return head.encode() + body


def dump(value: Any) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def completion() -> dict[str, Any]:
    """Return a chat completion."""
    message = {"role": "assistant", "content": TEXT, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE}


def completion_events(chunks: int) -> list[bytes]:
    """Return the events of a stream: role, `chunks` words, finish reason, usage, the end."""

    def event(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        chunk = {**_HEAD, "object": "chat.completion.chunk", "choices": [choice], "usage": None}
        return b"data: " + dump(chunk) + b"\n\n"

    words = [event({"content": f" word{number}"}) for number in range(chunks)]
    usage = {**_HEAD, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE}
    return [
        event({"role": "assistant", "content": ""}),
        *words,
        event({}, "stop"),
        b"data: " + dump(usage) + b"\n\n",
        b"data: [DONE]\n\n",
    ]


STREAM_END = b"0\r\n\r\n"


def piece(data: bytes) -> bytes:
    """Return bytes as a chunk of HTTP's chunked framing."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def stream_head(media_type: str) -> bytes:
    """Return the head of a stream."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\nx-request-id: req-bench\r\n"
    return head.encode() + b"transfer-encoding: chunked\r\n\r\n"


def embeddings(*, as_base64: bool) -> bytes:
    """Return the vectors of `TEXTS` texts, as numbers or as base64, whichever the client asks for."""
    vector = [((number * 37) % 1000 - 500) / 7919 for number in range(DIMENSIONS)]
    packed = base64.b64encode(struct.pack(f"<{DIMENSIONS}f", *vector)).decode()
    row = packed if as_base64 else [round(item, 8) for item in vector]
    data = [{"object": "embedding", "index": index, "embedding": row} for index in range(TEXTS)]
    usage = {"prompt_tokens": 2_048, "total_tokens": 2_048}
    return answer(dump({"object": "list", "model": EMBEDDING_MODEL, "data": data, "usage": usage}))


def counts(counted: Mapping[str, int]) -> bytes:
    """Return what the server has counted."""
    return answer(dump(counted))


PROJECTS = answer(dump({"data": [{"id": "bench", "name": "bench"}]}))
ACCEPTED = answer(b"{}")
NOTHING = b""
"""What a Langfuse says that takes connections and never answers."""
MULTI_STATUS = answer(dump({"successes": [], "errors": []}), "207 Multi-Status")
UNKNOWN = answer(b'{"error":{"message":"the benchmark has no such path"}}', "404 Not Found")
