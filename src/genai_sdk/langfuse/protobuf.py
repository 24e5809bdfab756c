"""OTLP's protobuf trace exports, with a reader of the few messages in them.

The official Langfuse SDK sends them; reading them takes less than depending on a protobuf library would.
The wire: https://protobuf.dev/programming-guides/encoding/. The messages:
https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto

Every function reads a message that lies in `data` from `place` up to `end`, without copying it. Fields are known by
their tags, `number << 3 | wire type`: 0x0A, 0x12, 0x1A … are the fields 1, 2, 3 … where they hold bytes.
"""

import base64
import math
from collections.abc import Iterator
from datetime import datetime
from struct import Struct
from typing import Any

from genai_sdk.langfuse.observation import Event, InstrumentationScope, Observation
from genai_sdk.langfuse.span import Origin, moment_of
from genai_sdk.langfuse.values import DEEPEST

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_DOUBLE, _LONG = Struct("<d"), Struct("<Q")
_LONGEST_VARINT = 10
_TOO_FAR = "a field without a number, or one that ends behind its message"


def read_protobuf(data: bytes, arrived: datetime) -> Iterator[Observation]:
    """Yield the spans of an ExportTraceServiceRequest.

    Raises:
        ValueError: It is none.
        IndexError: It ends too soon.
    """
    for tag, place, end in _fields(data, 0, len(data)):
        if tag == 0x0A:
            yield from _resource_spans(data, place, end, arrived)


def _resource_spans(data: bytes, place: int, end: int, arrived: datetime) -> Iterator[Observation]:
    resource: dict[str, Any] = {}
    parts = []
    for tag, start, stop in _fields(data, place, end):
        if tag == 0x0A:
            for inner, first, last in _fields(data, start, stop):
                if inner == 0x0A:
                    _pair(data, first, last, resource, 0)
        elif tag == 0x12:
            parts.append((start, stop))
    for start, stop in parts:
        scope, spans = InstrumentationScope(), []
        for tag, first, last in _fields(data, start, stop):
            if tag == 0x0A:
                scope = _scope(data, first, last)
            elif tag == 0x12:
                spans.append((first, last))
        origin = Origin(resource, scope, arrived)
        for first, last in spans:
            yield _span(data, first, last, origin)


def _scope(data: bytes, place: int, end: int) -> InstrumentationScope:
    name = version = ""
    attributes: dict[str, Any] = {}
    for tag, start, stop in _fields(data, place, end):
        if tag == 0x0A:
            name = str(data[start:stop], "utf-8")
        elif tag == 0x12:
            version = str(data[start:stop], "utf-8")
        elif tag == 0x1A:
            _pair(data, start, stop, attributes, 0)
    return InstrumentationScope(name, version, attributes)


def _span(data: bytes, place: int, end: int, origin: Origin) -> Observation:
    fields: dict[str, Any] = {"trace_id": None, "span_id": None}
    attributes: dict[str, Any] = {}
    events: list[Event] = []
    for tag, start, stop in _fields(data, place, end):
        if tag == 0x4A:
            _pair(data, start, stop, attributes, 0)
        elif tag in _SPAN_IDS:
            fields[_SPAN_IDS[tag]] = data[start:stop].hex()
        elif tag in _SPAN_TIMES:
            fields[_SPAN_TIMES[tag]] = _LONG.unpack_from(data, start)[0]
        elif tag == 0x2A:
            fields["name"] = str(data[start:stop], "utf-8")
        elif tag == 0x30:
            fields["kind"] = start
        elif tag == 0x5A:
            events.append(_event(data, start, stop))
        elif tag == 0x7A:
            for inner, first, last in _fields(data, start, stop):
                if inner == 0x12:
                    fields["message"] = str(data[first:last], "utf-8")
                elif inner == 0x18:
                    fields["code"] = first
    return origin.span(**fields, attributes=attributes, events=events)


_SPAN_IDS = {0x0A: "trace_id", 0x12: "span_id", 0x22: "parent_id"}
_SPAN_TIMES = {0x39: "start", 0x41: "end"}


def _event(data: bytes, place: int, end: int) -> Event:
    name, when = "", None
    attributes: dict[str, Any] = {}
    for tag, start, stop in _fields(data, place, end):
        if tag == 0x09:
            when = moment_of(_LONG.unpack_from(data, start)[0])
        elif tag == 0x12:
            name = str(data[start:stop], "utf-8")
        elif tag == 0x1A:
            _pair(data, start, stop, attributes, 0)
    return Event(name, when, attributes)


def _pair(data: bytes, place: int, end: int, into: dict[str, Any], depth: int) -> None:
    """Read a KeyValue into the attributes that it is one of."""
    # Nearly every one is a short name and a text, in this order: most of the time of an export is spent here.
    if end - place > 1 and data[place] == 0x0A and data[place + 1] < 0x80:
        start = place + 2
        stop = start + data[place + 1]
        if stop + 3 < end and data[stop] == 0x12:
            size, begin = data[stop + 1], stop + 2
            if size > 0x7F:
                size, begin = _varint(data, stop + 1)
            if begin + size == end and data[begin] == 0x0A:
                length, text = data[begin + 1], begin + 2
                if length > 0x7F:
                    length, text = _varint(data, begin + 1)
                if text + length == end:
                    into[str(data[start:stop], "utf-8")] = str(data[text:end], "utf-8")
                    return
    key, value = "", None
    for tag, start, stop in _fields(data, place, end):
        if tag == 0x0A:
            key = str(data[start:stop], "utf-8")
        elif tag == 0x12:
            value = _value(data, start, stop, depth)
    into[key] = value


def _value(data: bytes, place: int, end: int, depth: int) -> Any:
    """Read an AnyValue; the last of its fields counts."""
    value: Any = None
    for tag, start, stop in _fields(data, place, end):
        if tag == 0x0A:
            value = str(data[start:stop], "utf-8")
        elif tag == 0x10:
            value = start != 0
        elif tag == 0x18:
            value = start - 2**64 if start >= 2**63 else start
        elif tag == 0x21:
            number: float = _DOUBLE.unpack_from(data, start)[0]
            value = number if math.isfinite(number) else _UNENDING[str(number)]
        elif tag == 0x3A:
            value = base64.b64encode(data[start:stop]).decode()
        elif tag in (0x2A, 0x32):
            if depth >= DEEPEST:
                raise ValueError(f"values nested deeper than {DEEPEST}")
            value = [] if tag == 0x2A else {}
            for inner, first, last in _fields(data, start, stop):
                if inner != 0x0A:
                    continue
                if tag == 0x2A:
                    value.append(_value(data, first, last, depth + 1))
                else:
                    _pair(data, first, last, value, depth + 1)
    return value


_UNENDING = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
"""How JSON has the numbers that it has not."""


def _fields(data: bytes, place: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield each field's tag, with where it starts and ends, or, of a varint, with its number twice."""
    while place < end:
        tag = data[place]
        place += 1
        if tag > 0x7F:
            tag, place = _varint(data, place - 1)
        kind = tag & 7
        if kind == _BYTES:
            size = data[place]
            place += 1
            if size > 0x7F:
                size, place = _varint(data, place - 1)
        elif kind == _VARINT:
            number, place = _varint(data, place)
            if tag < 8 or place > end:
                raise ValueError(_TOO_FAR)
            yield tag, number, number
            continue
        elif kind == _FIXED64:
            size = 8
        elif kind == _FIXED32:
            size = 4
        else:
            raise ValueError(f"wire type {kind}")
        stop = place + size
        if tag < 8 or stop > end:
            raise ValueError(_TOO_FAR)
        yield tag, place, stop
        place = stop


def _varint(data: bytes, place: int) -> tuple[int, int]:
    number = shift = 0
    for at in range(place, place + _LONGEST_VARINT):
        byte = data[at]
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & 0xFFFF_FFFF_FFFF_FFFF, at + 1
        shift += 7
    raise ValueError(f"a varint of more than {_LONGEST_VARINT} bytes")
