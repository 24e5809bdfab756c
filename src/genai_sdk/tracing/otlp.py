"""Records as OTLP JSON, with the attributes that Langfuse reads. Pure.

https://langfuse.com/integrations/native/opentelemetry#property-mapping and
https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding (ids in hex, times and integers as text).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from genai_sdk.sentence import Sentence, to_data
from genai_sdk.tracing.attempts import attempt_input, attempt_output, children, ledger, level_of, message_of
from genai_sdk.tracing.capture import encode
from genai_sdk.tracing.content import Redactor, dump
from genai_sdk.tracing.contracts import Breach
from genai_sdk.tracing.cost import explain
from genai_sdk.tracing.media import Field, MediaTarget
from genai_sdk.tracing.record import AttemptRecord, Generation, ObservationRecord, ScoreRecord
from genai_sdk.tracing.semconv import genai_attributes
from genai_sdk.tracing.usage import cost_details, usage_details
from genai_sdk.version import __version__

Attributes = dict[str, str | int | Sequence[str]]

SCOPE = "genai-sdk"
_CLIENT, _INTERNAL = 3, 1  # kinds of span
_UNSET, _OK, _ERROR = 0, 1, 2  # codes of a span's status
_OBSERVATION = "langfuse.observation."


def spans_of(record: ObservationRecord, redactor: Redactor, breaches: Sequence[Breach] = ()) -> bytes:
    """Return the JSON of an observation's span, and of those of its attempts that are observations, with commas.

    Args:
        record: The observation.
        redactor: What content passes on its way out.
        breaches: How it broke the contract of its prompt's version.
    """
    shared = _shared(record, redactor)
    spans = [_span(record, shared, redactor, breaches)]
    if record.generation is not None:
        for number, attempt in enumerate(children(record.generation.attempts), 1):
            spans.append(_attempt(record, number, attempt, shared, redactor))
    return b",".join([dump(span) for span in spans])


def envelope(spans: Iterable[bytes]) -> bytes:
    """Return the JSON of a whole export request."""
    return _HEAD + b",".join(spans) + b"]}]}]}"


def score_body(score: ScoreRecord, redactor: Redactor) -> bytes:
    """Return the JSON of a score: https://api.reference.langfuse.com (POST /api/public/scores)."""
    kind = "CATEGORICAL" if isinstance(score.value, str) else "BOOLEAN" if isinstance(score.value, bool) else "NUMERIC"
    body = {
        "id": score.id,
        "traceId": score.trace_id,
        "observationId": score.observation_id,
        "name": score.name,
        "value": int(score.value) if isinstance(score.value, bool) else score.value,
        "dataType": kind,
        "comment": None if score.comment is None else redactor.message(score.comment),
        "environment": score.environment,
    }
    return dump({key: item for key, item in body.items() if item is not None})


def _shared(record: ObservationRecord, redactor: Redactor) -> Attributes:
    shared = record.shared
    pairs = {
        "langfuse.trace.name": shared.trace_name,
        "user.id": shared.user_id,
        "session.id": shared.session_id,
        "langfuse.trace.tags": shared.tags,
        "langfuse.environment": shared.environment,
        "langfuse.release": shared.release,
    }
    attributes: Attributes = {key: item for key, item in pairs.items() if item}
    attributes.update(shared.attributes)
    for key, text in redactor.fields(shared.metadata).items():
        attributes[f"langfuse.trace.metadata.{key}"] = text
    return attributes


def _span(
    record: ObservationRecord, shared: Attributes, redactor: Redactor, breaches: Sequence[Breach]
) -> dict[str, Any]:
    attributes: Attributes = {**shared, _OBSERVATION + "type": record.kind}
    message = None if record.message is None else redactor.message(record.message)
    generation, facts = record.generation, record.facts
    if record.input is not None:
        attributes[_OBSERVATION + "input"] = redactor.text(record.input, _place(record, "input"))
    if record.output is not None:
        attributes[_OBSERVATION + "output"] = redactor.text(record.output, _place(record, "output"))
    elif generation is not None and message is not None:
        # A generation without an output is shown as one that answered `null`.
        attributes[_OBSERVATION + "output"] = "\n\n".join(filter(None, [message, explain(generation)]))
    if generation is not None:
        attributes |= _generation(generation, redactor)
        facts = {**facts, **_facts(generation)}
    if breaches:
        facts = {**facts, "contract": "; ".join(breach.text for breach in breaches)}
    if isinstance(record.message, Sentence):
        facts = {**facts, **_wording(record.message, redactor)}
    attributes |= _metadata(facts)
    for key, text in redactor.fields(record.metadata).items():
        attributes[f"{_OBSERVATION}metadata.{key}"] = text
    _judge(attributes, record.level, message)
    return {
        "traceId": record.trace_id,
        "spanId": record.id,
        **({"parentSpanId": record.parent_id} if record.parent_id else {}),
        "name": record.name,
        "kind": _INTERNAL if record.generation is None else _CLIENT,
        "startTimeUnixNano": str(record.started),
        "endTimeUnixNano": str(record.ended),
        **_status(_ERROR if record.level == "ERROR" else _UNSET, message),
        "attributes": _listed(attributes),
    }


def _generation(generation: Generation, redactor: Redactor) -> Attributes:
    usage, first = usage_details(generation.usage), generation.first_content
    parameters, prompt = generation.request.parameters, generation.request.prompt
    attributes: Attributes = {}
    if generation.model is not None:
        attributes[_OBSERVATION + "model.name"] = generation.model
    if parameters is not None:
        attributes[_OBSERVATION + "model.parameters"] = redactor.text(parameters)
    if usage is not None:
        attributes[_OBSERVATION + "usage_details"] = encode(usage).decode()
    if generation.cost.details is not None:
        attributes[_OBSERVATION + "cost_details"] = encode(cost_details(generation.cost.details)).decode()
    if first is not None:
        # A time in JSON's quotes: that is how Langfuse's own SDK sends it, and every server reads it.
        attributes[_OBSERVATION + "completion_start_time"] = f'"{_iso(first)}"'
    if prompt is not None:
        attributes[_OBSERVATION + "prompt.name"] = prompt.name
        attributes[_OBSERVATION + "prompt.version"] = prompt.version
    return {**attributes, **genai_attributes(generation)}


def _facts(generation: Generation) -> dict[str, Any]:
    """Return what a call is found by: who served it or failed it last, how it ended, and every attempt."""
    source, error = generation.info or generation.error, generation.error
    last = generation.attempts[-1].row if generation.attempts else None
    requested_model = generation.request.model
    facts = {
        "connection": (source and source.connection) or (last and last.connection),
        "provider": source and source.provider,
        "attempts": len(generation.attempts),
        "finish_reason": generation.finish_reason,
        "status_code": error and error.status_code,
        "request_id": source and source.request_id,
        "requested_model": requested_model if requested_model != generation.model else None,
        "cost": generation.cost.note,
        "price_source": generation.info and generation.info.price_source,
        "experiment": generation.request.prompt and generation.request.prompt.experiment,
        "warmup": round(generation.warmup, 3) or None,
        "ledger": ledger(generation.attempts) or None,
    }
    return {name: item for name, item in facts.items() if item not in (None, "")}


def _wording(raised: Sentence, redactor: Redactor) -> dict[str, Any]:
    """Return what an error says as data, for those who count by its key or say it in another language."""
    said = raised.changed(redactor.message).fields
    data = to_data(said["what"]) or {}
    return {"error": said["error"], **{f"error_{name}": item for name, item in data.items()}}


def _metadata(facts: Mapping[str, Any]) -> Attributes:
    """Return facts as one attribute, which Langfuse spreads: a name for each would double what a call sends."""
    return {_OBSERVATION + "metadata": dump(facts).decode()} if facts else {}


def _attempt(
    record: ObservationRecord, number: int, attempt: AttemptRecord, shared: Attributes, redactor: Redactor
) -> dict[str, Any]:
    row = attempt.row
    level, text = level_of(row), message_of(row)
    message = None if text is None else redactor.message(text)
    facts = {
        "connection": row.connection,
        "model": row.model,
        "group": row.group,
        "status": row.status,
        "reason": row.reason,
        "hedged": "true" if row.hedged else "",
        "waited": f"{row.waited:.3f}" if row.waited else "",
    }
    attributes: Attributes = {
        **shared,
        _OBSERVATION + "type": "span",
        _OBSERVATION + "input": dump(attempt_input(record, row)).decode(),
        _OBSERVATION + "output": redactor.text(dump(attempt_output(row))),
        **_metadata({name: item for name, item in facts.items() if item not in (None, "")}),
    }
    _judge(attributes, level, message)
    code = _OK if level == "DEFAULT" else _ERROR if level == "ERROR" else _UNSET
    return {
        "traceId": record.trace_id,
        "spanId": f"{(int(record.id, 16) + number) % 2**64:016x}",
        "parentSpanId": record.id,
        "name": f"attempt {number} {row.connection}",
        "kind": _CLIENT,
        "startTimeUnixNano": str(attempt.started),
        "endTimeUnixNano": str(attempt.ended),
        **_status(code, message),
        "attributes": _listed(attributes),
    }


def _judge(attributes: Attributes, level: str, message: str | None) -> None:
    if level != "DEFAULT":
        attributes[_OBSERVATION + "level"] = level
    if message is not None:
        attributes[_OBSERVATION + "status_message"] = message


def _status(code: int, message: str | None) -> dict[str, Any]:
    """Return a span's status; OTLP leaves out the one that says nothing."""
    if code == _UNSET:
        return {}
    return {"status": {"code": code} if message is None or code != _ERROR else {"code": code, "message": message}}


def _place(record: ObservationRecord, field: Field) -> MediaTarget:
    return MediaTarget(record.trace_id, record.id, field)


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
    # A resource says nothing that the scope does not, and Langfuse shows it in the metadata of every observation.
    b'{"resourceSpans":[{"resource":{"attributes":[]},"scopeSpans":[{"scope":'
    + encode({"name": SCOPE, "version": __version__})
    + b',"spans":['
)
