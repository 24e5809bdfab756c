"""Streams cut into events: server-sent events, and AWS's binary event stream. Pure."""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Protocol

import msgspec

LONGEST_EVENT = 8 * 1024 * 1024
"""Bytes; a stream with a longer event is malformed."""

_PRELUDE = struct.Struct(">III")
_STRING = 7

_json = msgspec.json.Decoder().decode


class BrokenFramingError(Exception):
    """The bytes are not what the framing says."""


class Framing(Protocol):
    """Cuts bytes into events, each decoded JSON."""

    done: bool
    """Whether the stream has said that it is over."""

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take bytes in and yield the events that are whole; raises `BrokenFramingError`."""
        ...

    def end(self) -> Iterator[Any]:
        """Yield what is left to be read once the bytes have ended."""
        ...


class ServerSentEvents:
    """https://html.spec.whatwg.org/multipage/server-sent-events.html.

    Only the data counts: every vendor repeats an event's name in it.
    """

    def __init__(self) -> None:
        self.done = False
        self._rest: list[bytes] = []  # the pieces of a line that is not whole yet
        self._data: list[bytes] = []
        self._size = 0
        self._begun = False
        self._after_cr = False

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take bytes in and yield the events that are whole."""
        if self._begun and data[-2:] == b"\n\n" and not (self._rest or self._data or self._after_cr or b"\r" in data):
            for event in data[:-2].split(b"\n\n"):
                if event[:5] != b"data:" or b"\n" in event:
                    yield from self._read(event + b"\n\n")
                elif (decoded := self._decoded(event[5:])) is not None:
                    yield decoded
        else:
            yield from self._read(data)

    def _read(self, data: bytes) -> Iterator[Any]:
        """Do what `feed` does, for bytes that may begin and end anywhere."""
        for line in self._lines(data):
            if line[:5] == b"data:":
                self._data.append(line[5:])
            elif self._data and not line.strip():
                event = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
                self._data.clear()
                self._size = 0
                if (decoded := self._decoded(event)) is not None:
                    yield decoded
        if self._size > LONGEST_EVENT:
            raise BrokenFramingError(f"an event of more than {LONGEST_EVENT} bytes")

    def end(self) -> Iterator[Any]:
        """Yield the last event if all that it lacks is the empty line behind it."""
        line = b"".join(self._rest)
        event = b"\n".join([*self._data, line[5:]] if line[:5] == b"data:" else self._data)
        with suppress(BrokenFramingError):
            if (decoded := self._decoded(event)) is not None:
                yield decoded

    def _lines(self, data: bytes) -> list[bytes]:
        if b"\r" in data or self._after_cr:
            data = self._with_newlines(data)
        self._size += len(data)
        if b"\n" not in data:
            self._rest.append(data)
            return []
        if self._rest:
            data = b"".join([*self._rest, data])
            self._rest.clear()
        lines = data.split(b"\n")
        if rest := lines.pop():
            self._rest.append(rest)
        if not self._begun:
            self._begun = True
            lines[0] = lines[0].removeprefix(b"\xef\xbb\xbf")
        self._size = len(rest) + sum(map(len, self._data))
        return lines

    def _with_newlines(self, data: bytes) -> bytes:
        """Return data with every end of a line as LF, also of a CRLF that two reads cut apart."""
        rest = data.removeprefix(b"\n") if self._after_cr else data
        self._after_cr = data.endswith(b"\r")
        return rest.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _decoded(self, event: bytes) -> Any:
        """Return an event's JSON; None if it is the end mark or nothing."""
        try:
            return _json(event)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
        event = event.strip()
        if event == b"[DONE]":  # OpenAI's end mark
            self.done = True
        if not event or self.done:
            return None
        raise BrokenFramingError("an event that is not JSON")


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

    def end(self) -> Iterator[Any]:
        """Yield nothing: an event that is not whole is none."""
        return iter(())


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
        return _json(event)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BrokenFramingError("an event that is not JSON") from None


FRAMINGS: Mapping[str, Callable[[], Framing]] = {
    "text/event-stream": ServerSentEvents,
    "application/vnd.amazon.eventstream": EventStream,
}
"""The framings by their media types."""
