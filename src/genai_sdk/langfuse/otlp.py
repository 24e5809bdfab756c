"""OTLP trace exports, JSON or protobuf, taken apart into spans."""

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from genai_sdk.langfuse.observation import Observation, Scope
from genai_sdk.langfuse.protobuf import read_export
from genai_sdk.langfuse.refusal import RefusalError

LARGEST = 64 * 1024 * 1024
"""The most bytes that an export may unpack to."""

_GZIP = 31  # zlib's window bits for gzip
_TRACE_ID = re.compile(r"[0-9a-fA-F]{32}")
_SPAN_ID = re.compile(r"[0-9a-fA-F]{16}")
_BROKEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a message of another form raises."""


def read_spans(headers: Mapping[str, str], body: bytes, *, arrived: datetime | None = None) -> list[Observation]:
    """Return the spans of an export request, in order.

    Args:
        headers: The request's headers, names in lower case.
        body: Its body as it came, packed or not.
        arrived: When it came; left out, now.

    Raises:
        RefusalError: Langfuse would refuse it for its form.
    """
    plain = _unpacked(headers.get("content-encoding", ""), body)
    kind = headers.get("content-type", "").lower()
    version = headers.get("x-langfuse-ingestion-version", "4")
    if not version.isdecimal() or int(version) > 4:
        raise RefusalError(400, f'Unsupported x-langfuse-ingestion-version: "{version}". Maximum supported: "4".')
    for name, media, read in (
        ("JSON", "application/json", _read_json),
        ("Protobuf", "application/x-protobuf", read_export),
    ):
        if media in kind:
            try:
                return list(_spans(read(plain), arrived or datetime.now(UTC)))
            except _BROKEN:
                raise RefusalError(400, f"Failed to parse OTel {name} Trace") from None
    raise RefusalError(400, "Invalid content type")


def _unpacked(encoding: str, body: bytes) -> bytes:
    if "gzip" not in encoding:
        return body
    reader = zlib.decompressobj(_GZIP)
    try:
        plain = reader.decompress(body, LARGEST)
    except zlib.error:
        raise RefusalError(400, "Failed to decompress request body") from None
    if reader.unconsumed_tail:
        raise RefusalError(413, f"Request body unpacks to more than {LARGEST} bytes")
    if not reader.eof:
        raise RefusalError(400, "Failed to decompress request body")
    return plain


def _read_json(body: bytes) -> Mapping[str, Any]:
    # Langfuse's JSON.parse takes neither NaN nor Infinity, which Python writes unless it is told not to.
    export: Mapping[str, Any] = json.loads(body, parse_constant=_refuse)
    return export


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _spans(export: Mapping[str, Any], arrived: datetime) -> Iterator[Observation]:
    for group in export.get("resourceSpans") or ():
        resource = _attributes(group.get("resource", {}).get("attributes"))
        for part in group.get("scopeSpans") or ():
            told = part.get("scope", {})
            scope = Scope(told.get("name", ""), told.get("version", ""), _attributes(told.get("attributes")))
            for span in part.get("spans") or ():
                status = span.get("status", {})
                yield Observation(
                    trace_id=_id(_TRACE_ID, span["traceId"]),
                    id=_id(_SPAN_ID, span["spanId"]),
                    parent_id=_id(_SPAN_ID, span["parentSpanId"]) if span.get("parentSpanId") else None,
                    name=span.get("name", ""),
                    start=int(span.get("startTimeUnixNano", 0)),
                    end=int(span.get("endTimeUnixNano", 0)),
                    attributes=_attributes(span.get("attributes")),
                    failed=status.get("code") in (2, "STATUS_CODE_ERROR"),
                    said=status.get("message") or None,
                    scope=scope,
                    resource=resource,
                    arrived=arrived,
                )


def _id(form: re.Pattern[str], given: str) -> str:
    if not form.fullmatch(given):
        raise ValueError("an id of another form")
    return given.lower()


def _attributes(pairs: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    return {pair["key"]: _plain(pair.get("value", {})) for pair in pairs or ()}


def _plain(value: Mapping[str, Any]) -> Any:
    """Read an AnyValue: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding."""
    for kind, content in value.items():
        match kind:
            case "intValue":
                return int(content)
            case "arrayValue":
                return [_plain(item) for item in content.get("values", ())]
            case "kvlistValue":
                return _attributes(content.get("values"))
            case _:
                return content
    return None
