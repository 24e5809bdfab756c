"""Records as OTLP JSON, with the attributes that Langfuse reads. Pure.

https://langfuse.com/integrations/native/opentelemetry#property-mapping and
https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding (ids in hex, times and integers as text).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from genai_sdk.tracing.capture import encode
from genai_sdk.tracing.content import Outlet, dump
from genai_sdk.tracing.record import AttemptRecord, Generation, Observation, Score
from genai_sdk.tracing.usage import usage_details
from genai_sdk.types import CANCELLED
from genai_sdk.version import __version__

Attributes = dict[str, str | int | Sequence[str]]

SCOPE = "genai-sdk"
_CLIENT, _INTERNAL = 3, 1  # kinds of span
_UNSET, _OK, _ERROR = 0, 1, 2  # codes of a span's status
_OBSERVATION = "langfuse.observation."
_RESOURCE: Attributes = {
    "telemetry.sdk.language": "python",
    "telemetry.sdk.name": SCOPE,
    "telemetry.sdk.version": __version__,
}


def spans_of(record: Observation, outlet: Outlet) -> bytes:
    """Return the JSON of an observation's span and its attempts', separated by commas."""
    shared = _shared(record, outlet)
    spans = [_span(record, shared, outlet)]
    if record.generation is not None:
        for number, attempt in enumerate(record.generation.attempts, 1):
            spans.append(_attempt(record, number, attempt, shared, outlet))
    return b",".join([dump(span) for span in spans])


def envelope(spans: Iterable[bytes]) -> bytes:
    """Return the JSON of a whole export request."""
    return _HEAD + b",".join(spans) + b"]}]}]}"


def score_body(score: Score, outlet: Outlet) -> bytes:
    """Return the JSON of a score: https://api.reference.langfuse.com (POST /api/public/scores)."""
    kind = "CATEGORICAL" if isinstance(score.value, str) else "BOOLEAN" if isinstance(score.value, bool) else "NUMERIC"
    body = {
        "id": score.id,
        "traceId": score.trace_id,
        "observationId": score.observation_id,
        "name": score.name,
        "value": int(score.value) if isinstance(score.value, bool) else score.value,
        "dataType": kind,
        "comment": None if score.comment is None else outlet.message(score.comment),
        "environment": score.environment,
    }
    return dump({key: item for key, item in body.items() if item is not None})


def _shared(record: Observation, outlet: Outlet) -> Attributes:
    shared = record.shared
    name = shared.trace_name or (record.name if record.parent_id is None else None)
    pairs = {
        "langfuse.trace.name": name,
        "user.id": shared.user_id,
        "session.id": shared.session_id,
        "langfuse.trace.tags": shared.tags,
        "langfuse.environment": shared.environment,
        "langfuse.release": shared.release,
    }
    attributes: Attributes = {key: item for key, item in pairs.items() if item}
    for key, text in outlet.fields(shared.metadata).items():
        attributes[f"langfuse.trace.metadata.{key}"] = text
    return attributes


def _span(record: Observation, shared: Attributes, outlet: Outlet) -> dict[str, Any]:
    attributes: Attributes = {**shared, _OBSERVATION + "type": record.kind}
    if record.input is not None:
        attributes[_OBSERVATION + "input"] = outlet.text(record.input)
    if record.output is not None:
        attributes[_OBSERVATION + "output"] = outlet.text(record.output)
    if record.generation is not None:
        attributes |= _generation(record.generation, outlet)
    for key, text in {**record.facts, **outlet.fields(record.metadata)}.items():
        attributes[f"{_OBSERVATION}metadata.{key}"] = text
    message = None if record.message is None else outlet.message(record.message)
    _judge(attributes, record.level, message)
    return {
        "traceId": record.trace_id,
        "spanId": record.id,
        **({"parentSpanId": record.parent_id} if record.parent_id else {}),
        "name": record.name,
        "kind": _INTERNAL if record.kind == "span" else _CLIENT,
        "startTimeUnixNano": str(record.started),
        "endTimeUnixNano": str(record.ended),
        "status": _status(_ERROR if record.level == "ERROR" else _UNSET, message),
        "attributes": _listed(attributes),
    }


def _generation(generation: Generation, outlet: Outlet) -> Attributes:
    usage, first = usage_details(generation.usage), generation.first_content
    attributes: Attributes = {_OBSERVATION + "model.name": generation.model}
    if generation.parameters is not None:
        attributes[_OBSERVATION + "model.parameters"] = outlet.text(generation.parameters)
    if usage is not None:
        attributes[_OBSERVATION + "usage_details"] = encode(usage).decode()
    if generation.cost:
        attributes[_OBSERVATION + "cost_details"] = encode(generation.cost).decode()
    if first is not None:
        # A time in JSON's quotes: that is how Langfuse's own SDK sends it, and every server reads it.
        attributes[_OBSERVATION + "completion_start_time"] = f'"{_iso(first)}"'
    if generation.prompt is not None:
        attributes[_OBSERVATION + "prompt.name"] = generation.prompt.name
        attributes[_OBSERVATION + "prompt.version"] = generation.prompt.version
    return attributes


def _attempt(
    record: Observation, number: int, attempt: AttemptRecord, shared: Attributes, outlet: Outlet
) -> dict[str, Any]:
    row = attempt.row
    served = row.reason == "ok"
    facts = {
        "connection": row.connection,
        "model": row.model,
        "group": row.group,
        "status": "" if row.status is None else str(row.status),
        "reason": row.reason,
        "waited": f"{row.waited:.3f}" if row.waited else "",
    }
    attributes: Attributes = {**shared, _OBSERVATION + "type": "span"}
    attributes |= {f"{_OBSERVATION}metadata.{key}": text for key, text in facts.items() if text}
    message = None
    if not served:
        line = row.reason if row.status is None else f"{row.status} {row.reason}"
        said = row.reason in row.detail or (row.status is not None and str(row.status) in row.detail)
        message = outlet.message(row.detail if said else f"{line}: {row.detail}" if row.detail else line)
    level = "DEFAULT" if served else "WARNING" if row.reason == CANCELLED else "ERROR"
    _judge(attributes, level, message)
    return {
        "traceId": record.trace_id,
        "spanId": f"{(int(record.id, 16) + number) % 2**64:016x}",
        "parentSpanId": record.id,
        "name": f"attempt {number} {row.connection}",
        "kind": _CLIENT,
        "startTimeUnixNano": str(attempt.started),
        "endTimeUnixNano": str(attempt.ended),
        "status": _status(_OK if served else _ERROR if level == "ERROR" else _UNSET, message),
        "attributes": _listed(attributes),
    }


def _judge(attributes: Attributes, level: str, message: str | None) -> None:
    if level != "DEFAULT":
        attributes[_OBSERVATION + "level"] = level
    if message is not None:
        attributes[_OBSERVATION + "status_message"] = message


def _status(code: int, message: str | None) -> dict[str, Any]:
    return {"code": code} if message is None or code != _ERROR else {"code": code, "message": message}


def _listed(attributes: Attributes) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(item)} for key, item in attributes.items()]


def _value(item: str | int | Sequence[str]) -> dict[str, Any]:
    if isinstance(item, str):
        return {"stringValue": item}
    if isinstance(item, int):
        return {"intValue": str(item)}
    return {"arrayValue": {"values": [{"stringValue": part} for part in item]}}


def _iso(nanoseconds: int) -> str:
    moment = datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


_HEAD = (
    b'{"resourceSpans":[{"resource":{"attributes":'
    + encode(_listed(_RESOURCE))
    + b'},"scopeSpans":[{"scope":'
    + encode({"name": SCOPE, "version": __version__})
    + b',"spans":['
)
