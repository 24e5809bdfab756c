"""Scores as the third version of the API lists them: by cursors, with the value in one field.

https://github.com/langfuse/langfuse/blob/v4.16.0/web/src/pages/api/public/v3/scores/index.ts
"""

import math
from collections.abc import Mapping
from typing import Any

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.cursor import read_cursor, write_cursor
from genai_sdk.langfuse.api.queries import ScoreQuery
from genai_sdk.langfuse.api.records import StoredScore
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.errors import ApiError, invalid
from genai_sdk.langfuse.views import iso

_TYPES = ("NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT", "CORRECTION")
_SOURCES = ("API", "ANNOTATION", "EVAL")
_FIELDS = ("core", "details", "subject", "annotation")
_KNOWN = {
    *("limit", "cursor", "fields", "id", "name", "source", "dataType", "environment", "value", "valueMin", "valueMax"),
    *("traceId", "sessionId", "observationId", "fromTimestamp", "toTimestamp"),
}
_TRUTHS = {"true": 1.0, "false": 0.0}


def after(context: Context, request: ApiRequest) -> ApiResponse:
    """List scores, the newest first."""
    request.lacks("configId", "queueId", "authorUserId", "experimentId", "userId", "traceTags")
    if unknown := sorted(name for name in request.query.keys() - _KNOWN if request.text(name) is not None):
        raise ApiError(400, f"Unrecognized parameters: {', '.join(unknown)}; there are {', '.join(sorted(_KNOWN))}")
    fields = _among(request, "fields", _FIELDS)
    sources = _among(request, "source", _SOURCES, upper=True)
    limit = request.number("limit", most=100) or 50
    query, place = _query(request), read_cursor(request.text("cursor"))
    # Whatever is here came over the API.
    rows, following = context.store.scores.after(query, limit, place) if not sources or "API" in sources else ([], None)
    meta: dict[str, object] = {"limit": limit}
    if following is not None:
        meta["cursor"] = write_cursor(following)
    return ApiResponse({"data": [_show(context, row, fields) for row in rows], "meta": meta})


def _query(request: ApiRequest) -> ScoreQuery:
    trace_ids, session_ids = request.separated("traceId"), request.separated("sessionId")
    observation_ids = request.separated("observationId")
    if trace_ids and session_ids:
        raise invalid("traceId", "At most one of traceId, sessionId, experimentId may be specified")
    if observation_ids and not trace_ids:
        raise invalid("observationId", "observationId filter requires traceId")
    types = _among(request, "dataType", _TYPES, upper=True)
    least, most = _number(request, "valueMin"), _number(request, "valueMax")
    if (least is not None or most is not None) and types != ["NUMERIC"]:
        raise invalid("valueMin", "valueMin and valueMax require dataType=NUMERIC as a single value")
    return ScoreQuery(
        ids=request.separated("id"),
        names=request.separated("name"),
        data_types=types,
        **_values(request.separated("value"), types),
        least=least,
        most=most,
        trace_ids=trace_ids,
        observation_ids=observation_ids,
        session_ids=session_ids,
        environments=request.separated("environment"),
        since=request.micros("fromTimestamp"),
        until=request.micros("toTimestamp"),
    )


def _values(texts: list[str], types: list[str]) -> dict[str, Any]:
    """Return which values are sought, as the arguments of a query."""
    if not texts:
        return {}
    match types:
        case ["CATEGORICAL"]:
            return {"texts": texts}
        case ["BOOLEAN"]:
            if not all(each in _TRUTHS for each in texts):
                raise invalid("value", 'value filter with dataType=BOOLEAN requires "true" or "false"')
            return {"numbers": [_TRUTHS[each] for each in texts]}
        case ["NUMERIC"]:
            return {"numbers": [_finite("value", each) for each in texts]}
        case _:
            raise invalid("value", "value filter requires a single dataType from: NUMERIC, BOOLEAN, CATEGORICAL")


def _among(request: ApiRequest, name: str, known: tuple[str, ...], *, upper: bool = False) -> list[str]:
    values = [each.upper() if upper else each for each in request.separated(name)]
    for each in values:
        if each not in known:
            raise invalid(name, f"Invalid {name} value: {each!r}. Allowed: {', '.join(known)}")
    return values


def _number(request: ApiRequest, name: str) -> float | None:
    text = request.text(name)
    return None if text is None else _finite(name, text)


def _finite(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise invalid(name, "Invalid input: expected a finite number")
    return number


def _show(context: Context, stored: StoredScore, fields: list[str]) -> dict[str, Any]:
    value: object = stored.text if stored.text is not None else stored.number
    shown: dict[str, Any] = {
        "id": stored.id,
        "projectId": context.project.id,
        "name": stored.name,
        "dataType": stored.data_type,
        "source": "API",
        "value": bool(value) if stored.data_type == "BOOLEAN" else value,
        "timestamp": iso(stored.created_at),
        "environment": stored.environment,
        "createdAt": iso(stored.created_at),
        "updatedAt": iso(stored.updated_at),
    }
    if "details" in fields:
        metadata = stored.metadata if isinstance(stored.metadata, Mapping) else {}
        shown.update({"comment": stored.comment, "configId": None, "metadata": metadata})
    if "annotation" in fields:
        shown.update({"authorUserId": None, "queueId": None})
    if "subject" in fields and (subject := _subject(stored)) is not None:
        shown["subject"] = subject
    return shown


def _subject(stored: StoredScore) -> dict[str, str] | None:
    if stored.observation_id is not None:
        owner = {} if stored.trace_id is None else {"traceId": stored.trace_id}
        return {"kind": "observation", "id": stored.observation_id, **owner}
    if stored.trace_id is not None:
        return {"kind": "trace", "id": stored.trace_id}
    return None if stored.session_id is None else {"kind": "session", "id": stored.session_id}
