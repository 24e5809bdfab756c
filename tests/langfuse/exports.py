"""Exports of spans, in both encodings of OTLP, written by hand so that they may be wrong in every way."""

import base64
import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.otlp import read_spans
from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.views import trace_whole

JSON = {"content-type": "application/json"}
PROTOBUF = {"content-type": "application/x-protobuf"}


def pairs(attributes: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value(told)} for key, told in attributes.items()]


def value(told: Any) -> dict[str, Any]:
    """Return an AnyValue; `bytes` are their own kind."""
    match told:
        case None:
            return {}
        case bool():
            return {"boolValue": told}
        case int():
            return {"intValue": str(told)}
        case float():
            return {"doubleValue": told}
        case str():
            return {"stringValue": told}
        case bytes():
            return {"bytesValue": base64.b64encode(told).decode()}
        case list():
            return {"arrayValue": {"values": [value(part) for part in told]}}
        case _:
            return {"kvlistValue": {"values": pairs(told)}}


def span(number: int = 1, parent: int | None = None, **fields: Any) -> dict[str, Any]:
    """Return a span of one second with this id; `attributes` and those of `events` may be plain."""
    if isinstance(fields.get("attributes"), dict):
        fields["attributes"] = pairs(fields["attributes"])
    return {
        "traceId": f"{1:032x}",
        "spanId": f"{number:016x}",
        **({} if parent is None else {"parentSpanId": f"{parent:016x}"}),
        "name": f"span {number}",
        "startTimeUnixNano": str(number * 10**9),
        "endTimeUnixNano": str((number + 1) * 10**9),
        **fields,
    }


def event(name: str, **attributes: Any) -> dict[str, Any]:
    return {"name": name, "timeUnixNano": "1000000001", "attributes": pairs(attributes)}


def export(*spans: Any, scope: str = "shop", resource: Mapping[str, Any] | None = None) -> dict[str, Any]:
    part = {"scope": {"name": scope}, "spans": list(spans)}
    return {"resourceSpans": [{"resource": {"attributes": pairs(resource or {})}, "scopeSpans": [part]}]}


def read(body: Any) -> list[Observation]:
    """Read an export, given as JSON or as what JSON is made of."""
    return read_spans(JSON, body if isinstance(body, bytes) else json.dumps(body).encode())


def observe(
    attributes: Mapping[str, Any] | None = None,
    events: Sequence[dict[str, Any]] = (),
    scope: str = "shop",
    resource: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Observation:
    """Return the observation that a span with these attributes becomes."""
    told = span(attributes=dict(attributes or {}), events=list(events), **fields)
    (seen,) = read(export(told, scope=scope, resource=resource))
    return seen


def show(spans: Sequence[Observation]) -> list[dict[str, Any]]:
    """Return what Langfuse's API shows of the traces of these spans, after a way through JSON that takes no NaN."""
    ids = dict.fromkeys(each.trace_id for each in spans)
    traces = [Trace(one, tuple(each for each in spans if each.trace_id == one)) for one in ids]
    shown = [trace_whole("proj-test", trace, [], {}) for trace in traces]
    assert all(str(trace) for trace in traces)
    through: list[dict[str, Any]] = json.loads(json.dumps(shown, allow_nan=False, ensure_ascii=False).encode())
    return through


def varint(number: int) -> bytes:
    number %= 2**64
    parts = bytearray()
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def field(number: int, content: bytes | str) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def fixed(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 1) + content


def counted(number: int, count: int) -> bytes:
    return varint(number << 3) + varint(count)


def protobuf(told: Mapping[str, Any]) -> bytes:
    """Encode an export as protobuf."""
    return b"".join(
        field(
            1,
            field(1, _pairs(1, group["resource"]["attributes"]))
            + b"".join(
                field(
                    2, field(1, field(1, part["scope"]["name"])) + b"".join(field(2, _span(s)) for s in part["spans"])
                )
                for part in group["scopeSpans"]
            ),
        )
        for group in told["resourceSpans"]
    )


def _span(told: Mapping[str, Any]) -> bytes:
    parent, status = told.get("parentSpanId"), told.get("status", {})
    return (
        field(1, bytes.fromhex(told["traceId"]))
        + field(2, bytes.fromhex(told["spanId"]))
        + (b"" if parent is None else field(4, bytes.fromhex(parent)))
        + field(5, told["name"])
        + counted(6, told.get("kind", 0))
        + fixed(7, int(told["startTimeUnixNano"]).to_bytes(8, "little"))
        + fixed(8, int(told["endTimeUnixNano"]).to_bytes(8, "little"))
        + _pairs(9, told.get("attributes", ()))
        + b"".join(
            field(
                11,
                fixed(1, int(each["timeUnixNano"]).to_bytes(8, "little"))
                + field(2, each["name"])
                + _pairs(3, each["attributes"]),
            )
            for each in told.get("events", ())
        )
        + field(15, field(2, status.get("message", "")) + counted(3, status.get("code", 0)))
    )


def _pairs(number: int, told: Sequence[Mapping[str, Any]]) -> bytes:
    return b"".join(field(number, field(1, each["key"]) + field(2, encode_value(each["value"]))) for each in told)


def encode_value(told: Mapping[str, Any]) -> bytes:
    """Encode an AnyValue as protobuf."""
    for kind, content in told.items():
        match kind:
            case "stringValue":
                return field(1, content)
            case "boolValue":
                return counted(2, content)
            case "intValue":
                return counted(3, int(content))
            case "doubleValue":
                return fixed(4, struct.pack("<d", content))
            case "arrayValue":
                return field(5, b"".join(field(1, encode_value(each)) for each in content["values"]))
            case "kvlistValue":
                return field(6, _pairs(1, content["values"]))
            case "bytesValue":
                return field(7, base64.b64decode(content))
    return b""
