"""Scores: written one by one, several at once or in a batch of events, read and deleted."""

from typing import Any

import msgspec

from genai_sdk.langfuse.bodies import convert, read_body
from genai_sdk.langfuse.new_score import read_score
from genai_sdk.langfuse.refusal import RefusalError
from genai_sdk.langfuse.views import iso
from genai_sdk.local.api.asked import Asked, Said
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.store.scores import ScoreQuery, StoredScore


class _Event(msgspec.Struct):
    id: str
    type: str
    body: Any


class _Batch(msgspec.Struct):
    batch: list[Any]


def create(context: Context, asked: Asked) -> Said:
    """Write a score; several, as the official SDK 5.x sends them, are written together."""
    body = read_body(asked.body, object)
    if isinstance(body, list):
        context.store.scores.put([read_score(each) for each in body])
        return Said({"message": "Accepted"}, 202)
    (id,) = context.store.scores.put([read_score(body)])  # noqa: A001 - Langfuse's name
    return Said({"id": id})


def take_events(context: Context, asked: Asked) -> Said:
    """Write the scores of a batch of events, which is how the official SDK 4.x sends them."""
    done: dict[str, list[dict[str, Any]]] = {"successes": [], "errors": []}
    for given in read_body(asked.body, _Batch).batch:
        id = given.get("id") if isinstance(given, dict) else None  # noqa: A001 - Langfuse's name
        try:
            event = convert(given, _Event)
            if event.type != "score-create":
                raise RefusalError(400, f"The local platform takes no {event.type!r} here: send traces as OTLP")
            context.store.scores.put([read_score(event.body)])
            done["successes"].append({"id": id, "status": 201})
        except RefusalError as error:
            done["errors"].append({"id": id, "status": error.status, "message": error.message, "error": error.error})
    return Said(done, 207)


def get(context: Context, asked: Asked) -> Said:
    """Show a score."""
    found = context.store.scores.find(asked.path["id"])
    if found is None:
        raise RefusalError(404, "Score not found")
    return Said(show_score(found))


def page(context: Context, asked: Asked) -> Said:
    """List scores, the newest first."""
    asked.lacks("filter", "value", "operator", "userId", "traceTags", "configId", "queueId", "datasetRunId", "source")
    page = asked.page()
    query = ScoreQuery(
        ids=asked.separated("scoreIds"),
        names=asked.texts("name"),
        data_types=asked.texts("dataType"),
        trace_ids=asked.texts("traceId"),
        observation_ids=asked.separated("observationId"),
        session_ids=asked.texts("sessionId"),
        environments=asked.texts("environment"),
        since=asked.micros("fromTimestamp"),
        until=asked.micros("toTimestamp"),
    )
    rows, total = context.store.scores.page(query, page.limit, page.offset)
    return Said(page.of([show_score(row) for row in rows], total))


def delete(context: Context, asked: Asked) -> Said:
    """Delete a score; one that is not there, as Langfuse does, without a word."""
    context.store.scores.delete(asked.path["id"])
    return Said({"message": "Score deleted successfully"}, 202)


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
