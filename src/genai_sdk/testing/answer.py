"""A response before it meets the network: status, headers, and a body in one piece or in frames."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


class Frame(msgspec.Struct, frozen=True):
    """One event of a stream.

    Attributes:
        data: Its bytes.
        content: Whether it carries content (steps count these).
        end: Whether it belongs to the stream's end: the finish reason, the usage, the end mark.
    """

    data: bytes
    content: bool = False
    end: bool = False


class Answer(msgspec.Struct, frozen=True):
    """A response.

    Attributes:
        status: The HTTP status.
        headers: Its headers, without those about length.
        body: The body; for a stream None.
        frames: The stream's frames.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | None = b""
    frames: Sequence[Frame] = ()

    def with_headers(self, headers: Mapping[str, str]) -> "Answer":
        """Return the answer with further headers."""
        return msgspec.structs.replace(self, headers={**self.headers, **headers})


def dump(data: Any) -> bytes:
    """Encode JSON as vendors do: compact, UTF-8."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def json_answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a JSON response."""
    return Answer(status, {"content-type": "application/json", **(headers or {})}, dump(data))


def sse_answer(frames: Sequence[Frame]) -> Answer:
    """Return a stream of server-sent events."""
    return Answer(200, {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}, None, frames)


def sse(
    data: Any, *, event: str | None = None, content: bool = False, end: bool = False, newline: bytes = b"\n"
) -> Frame:
    """Return one server-sent event of JSON (or, given a string, of text)."""
    name = b"event: " + event.encode() + newline if event else b""
    text = data.encode() if isinstance(data, str) else dump(data)
    return Frame(name + b"data: " + text + newline * 2, content, end)
