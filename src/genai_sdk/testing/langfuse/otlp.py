"""OTLP trace exports, JSON or protobuf, taken apart into spans."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from genai_sdk.testing.call import Request
from genai_sdk.testing.langfuse.observations import Observation, Scope
from genai_sdk.testing.langfuse.protobuf import read_export
from genai_sdk.testing.langfuse.refusal import RefusalError

_GZIP = 31  # zlib's window bits for gzip


def read_spans(request: Request) -> list[Observation]:
    """Return the spans of an export request, in order.

    Raises:
        RefusalError: Langfuse would refuse it for its form.
    """
    body = _body(request)
    kind = request.headers.get("content-type", "").lower()
    version = request.headers.get("x-langfuse-ingestion-version", "4")
    if not version.isdecimal() or int(version) > 4:
        raise RefusalError(400, f'Unsupported x-langfuse-ingestion-version: "{version}". Maximum supported: "4".')
    for name, media, read in (
        ("JSON", "application/json", _read_json),
        ("Protobuf", "application/x-protobuf", read_export),
    ):
        if media in kind:
            try:
                return list(_spans(read(body)))
            except (AttributeError, IndexError, KeyError, TypeError, ValueError):
                raise RefusalError(400, f"Failed to parse OTel {name} Trace") from None
    raise RefusalError(400, "Invalid content type")


def _body(request: Request) -> bytes:
    if "gzip" not in request.headers.get("content-encoding", ""):
        return request.body
    try:
        return zlib.decompress(request.body, _GZIP)
    except zlib.error:
        raise RefusalError(400, "Failed to decompress request body") from None


def _read_json(body: bytes) -> Mapping[str, Any]:
    # Langfuse's JSON.parse takes neither NaN nor Infinity, which Python writes unless it is told not to.
    export: Mapping[str, Any] = json.loads(body, parse_constant=_refuse)
    return export


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _spans(export: Mapping[str, Any]) -> Iterator[Observation]:
    arrived = datetime.now(UTC)
    for group in export.get("resourceSpans") or ():
        resource = _attributes(group.get("resource", {}).get("attributes"))
        for part in group.get("scopeSpans") or ():
            told = part.get("scope", {})
            scope = Scope(told.get("name", ""), told.get("version", ""), _attributes(told.get("attributes")))
            for span in part.get("spans") or ():
                status = span.get("status", {})
                yield Observation(
                    trace_id=span["traceId"].lower(),
                    id=span["spanId"].lower(),
                    parent_id=(span.get("parentSpanId") or "").lower() or None,
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
