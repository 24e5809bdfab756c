"""Scores: written one by one, several at once or in a batch of events, read and deleted."""

from typing import Any

import msgspec

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.queries import ScoreQuery
from genai_sdk.langfuse.api.records import StoredScore
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.bodies import convert, read_body
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_score import read_score
from genai_sdk.langfuse.views import iso


class _Event(msgspec.Struct):
    id: str
    type: str
    body: Any


class _Batch(msgspec.Struct):
    batch: list[Any]


def create(context: Context, request: ApiRequest) -> ApiResponse:
    """Write a score; several, as the official SDK 5.x sends them, are written together."""
    body = read_body(request.body, object)
    if isinstance(body, list):
        context.store.scores.put([read_score(each) for each in body])
        return ApiResponse({"message": "Accepted"}, 202)
    (id,) = context.store.scores.put([read_score(body)])  # noqa: A001 - Langfuse's name
    return ApiResponse({"id": id})


def take_events(context: Context, request: ApiRequest) -> ApiResponse:
    """Write the scores of a batch of events, which is how the official SDK 4.x sends them."""
    done: dict[str, list[dict[str, Any]]] = {"successes": [], "errors": []}
    for raw_event in read_body(request.body, _Batch).batch:
        id = raw_event.get("id") if isinstance(raw_event, dict) else None  # noqa: A001 - Langfuse's name
        try:
            event = convert(raw_event, _Event)
            if event.type != "score-create":
                raise ApiError(400, f"This server takes no {event.type!r} here: send traces as OTLP")
            context.store.scores.put([read_score(event.body)])
            done["successes"].append({"id": id, "status": 201})
        except ApiError as error:
            done["errors"].append({"id": id, "status": error.status, **error.body()})
    return ApiResponse(done, 207)


def get(context: Context, request: ApiRequest) -> ApiResponse:
    """Show a score."""
    score = context.store.scores.find(request.path["id"])
    if score is None:
        raise ApiError(404, "Score not found")
    return ApiResponse(show_score(score))


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List scores, the newest first."""
    request.lacks("filter", "value", "operator", "userId", "traceTags", "configId", "queueId", "datasetRunId", "source")
    page = request.page()
    query = ScoreQuery(
        ids=request.separated("scoreIds"),
        names=request.texts("name"),
        data_types=request.texts("dataType"),
        trace_ids=request.texts("traceId"),
        observation_ids=request.separated("observationId"),
        session_ids=request.texts("sessionId"),
        environments=request.texts("environment"),
        since=request.micros("fromTimestamp"),
        until=request.micros("toTimestamp"),
    )
    rows, total = context.store.scores.page(query, page.limit, page.offset)
    return ApiResponse(page.of([show_score(row) for row in rows], total))


def delete(context: Context, request: ApiRequest) -> ApiResponse:
    """Delete a score; one that is not there, as Langfuse does, without a word."""
    context.store.scores.delete(request.path["id"])
    return ApiResponse({"message": "Score deleted successfully"}, 202)


def show_score(stored: StoredScore) -> dict[str, Any]:
    """Show a score."""
    is_text = stored.data_type in {"CATEGORICAL", "TEXT"}
    facts = {
        "id": stored.id,
        "name": stored.name,
        "dataType": stored.data_type,
        "source": "API",
        "value": stored.number if stored.number is not None else 0,
        "traceId": stored.trace_id,
        "observationId": stored.observation_id,
        "sessionId": stored.session_id,
        "environment": stored.environment,
        "comment": stored.comment,
        "metadata": stored.metadata or {},
        "timestamp": iso(stored.created_at),
        "createdAt": iso(stored.created_at),
        "updatedAt": iso(stored.updated_at),
        "authorUserId": None,
        "configId": None,
        "queueId": None,
        "datasetRunId": None,
    }
    if is_text:
        return {**facts, "stringValue": stored.text}
    if stored.data_type == "BOOLEAN":
        return {**facts, "stringValue": "True" if stored.number else "False"}
    return facts
