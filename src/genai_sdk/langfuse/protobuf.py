"""OTLP's protobuf trace exports as the JSON they stand for, with a reader of the few messages in them.

The official Langfuse SDK sends them; reading them takes less than depending on a protobuf library would.
https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Raw = int | bytes
Reader = Callable[[Raw], Any]
Fields = Mapping[int, tuple[str, Reader, bool]]
"""Of each field number: its name in JSON, how to read it, and whether it repeats."""


def read_export(data: bytes) -> dict[str, Any]:
    """Read an ExportTraceServiceRequest.

    Raises:
        ValueError: It is none.
        IndexError: It ends too soon.
    """
    return _read(data, _EXPORT)


def _read(data: bytes, fields: Fields) -> dict[str, Any]:
    message: dict[str, Any] = {}
    for number, raw in _wire(data):
        if number not in fields:
            continue
        name, read, repeats = fields[number]
        if repeats:
            message.setdefault(name, []).append(read(raw))
        else:
            message[name] = read(raw)
    return message


def _wire(data: bytes) -> Iterator[tuple[int, Raw]]:
    """Yield field numbers and raw values: https://protobuf.dev/programming-guides/encoding/."""
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        kind = tag & 7
        if kind == 0:
            number, place = _varint(data, place)
            yield tag >> 3, number
            continue
        if kind == 2:
            size, place = _varint(data, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if place + size > len(data):
            raise ValueError("the message ends too soon")
        yield tag >> 3, data[place : place + size]
        place += size


def _varint(data: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[place]
        number |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return number, place


def _bytes(raw: Raw) -> bytes:
    if isinstance(raw, int):
        raise ValueError("a number where there should be bytes")
    return raw


def _message(fields: Callable[[], Fields]) -> Reader:
    return lambda raw: _read(_bytes(raw), fields())


def _text(raw: Raw) -> str:
    return _bytes(raw).decode()


def _hex(raw: Raw) -> str:
    return _bytes(raw).hex()


def _signed(raw: Raw) -> str:
    if not isinstance(raw, int):
        raise ValueError("bytes where there should be a number")
    return str(raw - 2**64 if raw >= 2**63 else raw)


def _fixed(raw: Raw) -> str:
    return str(int.from_bytes(_bytes(raw), "little"))


def _double(raw: Raw) -> float:
    number: float = struct.unpack("<d", _bytes(raw))[0]
    return number


_KEY_VALUE: Fields = {1: ("key", _text, False), 2: ("value", _message(lambda: _ANY_VALUE), False)}
_ANY_VALUE: Fields = {
    1: ("stringValue", _text, False),
    2: ("boolValue", bool, False),
    3: ("intValue", _signed, False),
    4: ("doubleValue", _double, False),
    5: ("arrayValue", _message(lambda: {1: ("values", _message(lambda: _ANY_VALUE), True)}), False),
    6: ("kvlistValue", _message(lambda: {1: ("values", _message(lambda: _KEY_VALUE), True)}), False),
    7: ("bytesValue", _hex, False),
}
_ATTRIBUTES = _message(lambda: _KEY_VALUE)
_SPAN: Fields = {
    1: ("traceId", _hex, False),
    2: ("spanId", _hex, False),
    4: ("parentSpanId", _hex, False),
    5: ("name", _text, False),
    7: ("startTimeUnixNano", _fixed, False),
    8: ("endTimeUnixNano", _fixed, False),
    9: ("attributes", _ATTRIBUTES, True),
    15: ("status", _message(lambda: {2: ("message", _text, False), 3: ("code", int, False)}), False),
}
_SCOPE: Fields = {1: ("name", _text, False), 2: ("version", _text, False), 3: ("attributes", _ATTRIBUTES, True)}
_SCOPE_SPANS: Fields = {1: ("scope", _message(lambda: _SCOPE), False), 2: ("spans", _message(lambda: _SPAN), True)}
_RESOURCE_SPANS: Fields = {
    1: ("resource", _message(lambda: {1: ("attributes", _ATTRIBUTES, True)}), False),
    2: ("scopeSpans", _message(lambda: _SCOPE_SPANS), True),
}
_EXPORT: Fields = {1: ("resourceSpans", _message(lambda: _RESOURCE_SPANS), True)}
