"""OTLP's JSON trace exports: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding.

Decoded straight into the few fields that are read; every other one is passed over. What is null is not told.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Union

import msgspec

from genai_sdk.langfuse.observation import Event, InstrumentationScope, Observation
from genai_sdk.langfuse.span import Origin, moment_of
from genai_sdk.langfuse.values import DEEPEST, loads

Scalar = Union[bool, int, float, str, None]  # noqa: UP007 - msgspec reads it
"""What may stand where one kind of a scalar should: exporters made by hand mix them up, and Langfuse takes that."""


class _Value(msgspec.Struct, rename="camel", gc=False):
    string_value: Scalar = None
    int_value: Scalar = None
    double_value: Scalar = None
    bool_value: Scalar = None
    array_value: "_Values | None" = None
    kvlist_value: "_Pairs | None" = None
    bytes_value: Scalar = None


class _Pair(msgspec.Struct, gc=False):
    key: str
    value: _Value | None = None


class _Values(msgspec.Struct, gc=False):
    values: list[_Value] | None = None


class _Pairs(msgspec.Struct, gc=False):
    values: list[_Pair] | None = None


class _Attributed(msgspec.Struct):
    attributes: list[_Pair] | None = None


class _Scope(msgspec.Struct):
    name: str | None = None
    version: str | None = None
    attributes: list[_Pair] | None = None


class _Event(msgspec.Struct, rename="camel"):
    name: str | None = None
    time_unix_nano: Scalar = None
    attributes: list[_Pair] | None = None


class _Status(msgspec.Struct):
    code: Scalar = None
    message: str | None = None


class _Span(msgspec.Struct, rename="camel"):
    trace_id: str
    span_id: str
    parent_span_id: str | None = None
    name: str | None = None
    kind: Scalar = None
    start_time_unix_nano: Scalar = None
    end_time_unix_nano: Scalar = None
    attributes: list[_Pair] | None = None
    events: list[_Event] | None = None
    status: _Status | None = None


class _ScopeSpans(msgspec.Struct):
    scope: _Scope | None = None
    spans: list[_Span] | None = None


class _ResourceSpans(msgspec.Struct, rename="camel"):
    resource: _Attributed | None = None
    scope_spans: list[_ScopeSpans] | None = None


class _Export(msgspec.Struct, rename="camel"):
    resource_spans: list[_ResourceSpans] | None = None


_EXPORT = msgspec.json.Decoder(_Export)
_NO_SCOPE, _NO_STATUS = _Scope(), _Status()


def read_json(body: bytes, arrived: datetime) -> Iterator[Observation]:
    """Yield the spans of an export.

    Raises:
        ValueError: It is none.
        RecursionError: It is nested deeper than Python can follow.
    """
    for group in loads(body, _EXPORT).resource_spans or ():
        resource = _attributes(group.resource.attributes if group.resource else None)
        for part in group.scope_spans or ():
            raw = part.scope or _NO_SCOPE
            scope = InstrumentationScope(raw.name or "", raw.version or "", _attributes(raw.attributes))
            origin = Origin(resource, scope, arrived)
            for span in part.spans or ():
                yield _span(origin, span)


def _span(origin: Origin, span: _Span) -> Observation:
    status = span.status or _NO_STATUS
    return origin.span(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=span.parent_span_id,
        name=span.name or "",
        kind=span.kind,
        start=span.start_time_unix_nano,
        end=span.end_time_unix_nano,
        attributes=_attributes(span.attributes),
        events=[
            Event(each.name or "", moment_of(each.time_unix_nano), _attributes(each.attributes))
            for each in span.events or ()
        ],
        code=status.code,
        message=status.message,
    )


def _attributes(pairs: Sequence[_Pair] | None, depth: int = 0) -> dict[str, Any]:
    if not pairs:
        return {}
    return {
        pair.key: text if (value := pair.value) and type(text := value.string_value) is str else _plain(value, depth)
        for pair in pairs
    }


def _plain(value: _Value | None, depth: int) -> Any:
    if value is None:
        return None
    if value.array_value is not None or value.kvlist_value is not None:
        if depth >= DEEPEST:
            raise ValueError(f"values nested deeper than {DEEPEST}")
        if value.array_value is not None:
            return [_plain(part, depth + 1) for part in value.array_value.values or ()]
        return _attributes(value.kvlist_value.values if value.kvlist_value else None, depth + 1)
    if value.int_value is not None:
        return _integer(value.int_value)
    if value.double_value is not None:
        return _double(value.double_value)
    return next((one for one in (value.string_value, value.bool_value, value.bytes_value) if one is not None), None)


def _integer(raw: Scalar) -> Any:
    """Read an integer, which may be text; what 64 bits cannot hold becomes the nearest float, as in JavaScript."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        return raw
    number = int(raw)
    return number if -(2**63) <= number < 2**63 else float(number)


def _double(raw: Scalar) -> Any:
    """Read a float, which may be text; NaN and the infinities stay text, as JSON has no such numbers."""
    if not isinstance(raw, str):
        return raw
    try:
        number = float(raw)
    except ValueError:
        return raw
    return number if math.isfinite(number) else raw
