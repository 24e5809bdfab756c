"""Streams cut into events: server-sent events, and AWS's binary event stream. No I/O."""

import struct
import zlib
from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

LONGEST_EVENT = 8 * 1024 * 1024
"""Bytes; a stream with a longer event is malformed."""

_PRELUDE = struct.Struct(">III")
_STRING = 7


class BrokenFramingError(Exception):
    """The bytes are not what the framing says."""


class Framing(Protocol):
    """Cuts bytes into events, each decoded JSON."""

    done: bool
    """Whether the stream has said that it is over."""

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take bytes in and yield the events that are whole; raises `BrokenFramingError`."""
        ...


class ServerSentEvents:
    """https://html.spec.whatwg.org/multipage/server-sent-events.html.

    Only the data counts: every vendor repeats an event's name in it.
    """

    def __init__(self) -> None:
        self.done = False
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take bytes in and yield the events that are whole."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            if line.startswith(b"data:"):
                self._data.append(line[5:].strip())
            elif self._data and not line.strip():
                event, self._data = b"\n".join(self._data), []
                if event == b"[DONE]":  # OpenAI's end mark
                    self.done = True
                elif event:
                    yield _decode(event)
        if len(self._rest) + sum(map(len, self._data)) > LONGEST_EVENT:
            raise BrokenFramingError(f"an event of more than {LONGEST_EVENT} bytes")


class EventStream:
    """https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html: lengths, headers, payload, sums.

    An exception is yielded as `{"error": {"type": …, "message": …}}`, as other vendors put theirs.
    """

    def __init__(self) -> None:
        self.done = False
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take bytes in and yield the events that are whole."""
        self._rest += data
        while len(self._rest) >= _PRELUDE.size:
            total, length, checksum = _PRELUDE.unpack_from(self._rest)
            if zlib.crc32(self._rest[:8]) != checksum or not 16 + length <= total <= LONGEST_EVENT:
                raise BrokenFramingError("a broken event stream")
            if len(self._rest) < total:
                return
            frame, self._rest = self._rest[:total], self._rest[total:]
            if zlib.crc32(frame[:-4]) != int.from_bytes(frame[-4:], "big"):
                raise BrokenFramingError("an event with a wrong checksum")
            yield _event(_headers(frame[12 : 12 + length]), frame[12 + length : -4])


def _event(headers: dict[str, str], payload: bytes) -> Any:
    if headers.get(":message-type", "event") == "event":
        return _decode(payload) if payload else {}
    if ":error-code" in headers:
        return {"error": {"type": headers[":error-code"], "message": headers.get(":error-message", "")}}
    told = _decode(payload) if payload else {}
    message = told.get("message", "") if isinstance(told, dict) else ""
    return {"error": {"type": headers.get(":exception-type", "exception"), "message": message}}


def _headers(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        while data:
            name, kind, data = data[1 : 1 + data[0]].decode(), data[1 + data[0]], data[2 + data[0] :]
            if kind != _STRING:  # Bedrock sends no others
                raise BrokenFramingError(f"an event header of type {kind}")
            length = int.from_bytes(data[:2], "big")
            found[name], data = data[2 : 2 + length].decode(), data[2 + length :]
    except (IndexError, UnicodeDecodeError):
        raise BrokenFramingError("a broken event header") from None
    return found


def _decode(event: bytes) -> Any:
    try:
        return msgspec.json.decode(event)
    except (msgspec.DecodeError, RecursionError):
        raise BrokenFramingError("an event that is not JSON") from None


FRAMINGS: dict[str, type[ServerSentEvents] | type[EventStream]] = {
    "text/event-stream": ServerSentEvents,
    "application/vnd.amazon.eventstream": EventStream,
}
"""The framings by their media types."""
