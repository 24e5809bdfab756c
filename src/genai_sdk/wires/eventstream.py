"""AWS's binary event stream: lengths, headers, payload and their checksums. Pure.

https://smithy.io/2.0/aws/amazon-eventstream.html
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from genai_sdk.wires.framing import BrokenFramingError, Framing

LONGEST_EVENT = 16 * 1024 * 1024 + 16 * 1024
"""Bytes; botocore 1.44.8 takes no more either (`_MAX_PAYLOAD_LENGTH` and the headers): a longer one is malformed."""

_PRELUDE = struct.Struct(">III")
_NUMBER = struct.Struct(">I")
# How long the value of a header is, by its type; None: two bytes say it.
_LENGTHS: dict[int, int | None] = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 6: None, 7: None, 8: 8, 9: 16}
_STRING = 7
_REMEMBERED = 64

_json = msgspec.json.Decoder().decode
_crc = zlib.crc32


class EventStream:
    """Cuts bytes into events.

    An event is yielded as `{its type: its payload}`, and an exception as other vendors put theirs:
    `{"error": {"type": …, "message": …}}`.

    Attributes:
        done: Always False: nothing in the framing says that a stream is over.
    """

    def __init__(self) -> None:
        self.done = False
        self._rest = b""
        self._headers: dict[bytes, str] = {}  # the types of events by the bytes of their headers

    def feed(self, data: bytes) -> Iterator[Any]:
        """Take bytes in and yield the events that are whole.

        Raises:
            BrokenFramingError: A checksum is wrong, a length is impossible, or a payload is no JSON.
        """
        if self._rest:
            data = self._rest + data
        at, size = 0, len(data)
        view = memoryview(data)
        known = self._headers
        try:
            while size - at >= 12:
                total, length, checksum = _PRELUDE.unpack_from(data, at)
                end, body = at + total, at + 12 + length
                # The last checksum is over the first one too, so that one counts only where the event is not whole.
                if end > size or body + 4 > end or total > LONGEST_EVENT:
                    _check_prelude(view[at : at + 8], total, length, checksum)
                    break
                if _crc(view[at : end - 4]) != _NUMBER.unpack_from(data, end - 4)[0]:
                    raise BrokenFramingError("an event with a wrong checksum")
                kind = known.get(data[at + 12 : body])
                payload = view[body : end - 4]
                at = end
                if kind is not None:  # an event like one before
                    yield {kind: _decode(payload)}
                else:
                    yield self._first_of_its_kind(data[body - length : body], payload)
        finally:
            self._rest = data[at:]

    def end(self) -> Iterator[Any]:
        """Yield nothing: an event that is not whole is none."""
        return iter(())

    def _first_of_its_kind(self, packed: bytes, payload: memoryview) -> Any:
        headers = _parse_headers(packed)
        kind = headers.get(":message-type", "event")
        if kind == "event":
            name = headers.get(":event-type", "")
            if payload and len(self._headers) < _REMEMBERED:  # a stream has a handful of different ones
                self._headers[packed] = name
            return {name: _decode(payload) if payload else {}}
        if kind == "error":
            return {"error": {"type": headers.get(":error-code", ""), "message": headers.get(":error-message", "")}}
        data = _decode(payload) if payload else {}
        fields = data if isinstance(data, dict) else {}
        return {
            "error": {**fields, "type": headers.get(":exception-type", kind), "message": fields.get("message") or ""}
        }


def _check_prelude(prelude: memoryview, total: int, length: int, checksum: int) -> None:
    """See that lengths may be believed, before anything is waited for."""
    if _crc(prelude) != checksum:
        raise BrokenFramingError("an event whose lengths have a wrong checksum")
    if not 16 + length <= total <= LONGEST_EVENT:
        raise BrokenFramingError("an event of an impossible length")


def _parse_headers(data: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    at = 0
    try:
        while at < len(data):
            name_end = at + 1 + data[at]
            name, kind = data[at + 1 : name_end].decode(), data[name_end]
            at = name_end + 1
            length = _LENGTHS[kind]
            if length is None:
                length = int.from_bytes(data[at : at + 2], "big")
                at += 2
            if at + length > len(data):
                raise IndexError
            if kind == _STRING:  # every header that says something is one
                headers[name] = data[at : at + length].decode()
            at += length
    except (IndexError, KeyError, UnicodeDecodeError):
        raise BrokenFramingError("a broken event header") from None
    return headers


def _decode(payload: memoryview) -> Any:
    try:
        return _json(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BrokenFramingError("an event that is not JSON") from None


AWS_FRAMINGS: Mapping[str, Callable[[], Framing]] = MappingProxyType(
    {"application/vnd.amazon.eventstream": EventStream}
)
"""The framing by its media type."""
