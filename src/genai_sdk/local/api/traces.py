"""Traces and sessions: taken in as OTLP, listed and read."""

import uuid

import msgspec

from genai_sdk.langfuse.bodies import read_body
from genai_sdk.langfuse.otlp import read_spans
from genai_sdk.langfuse.refusal import RefusalError, invalid
from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.views import iso, trace_row, trace_whole
from genai_sdk.local.api.asked import Asked, Said
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.api.scores import show_score
from genai_sdk.local.store.moments import from_micros
from genai_sdk.local.store.traces import StoredSession, TraceQuery


class _TraceIds(msgspec.Struct, rename="camel"):
    trace_ids: list[str]


def take(context: Context, asked: Asked) -> Said:
    """Take spans in, all of them or none."""
    spans = read_spans(asked.headers, asked.body)
    if not spans:
        return Said({})
    context.store.traces.add(spans)
    job = {"id": str(uuid.uuid4()), "name": "otel-ingestion-job"}
    return Said({"name": "otel-ingestion-job", "data": job})


def page(context: Context, asked: Asked) -> Said:
    """List traces, the newest first."""
    asked.lacks("filter")
    page = asked.page()
    rows, total = context.store.traces.page(_query(asked), page.limit, page.offset)
    return Said(page.of(_rows(context, rows), total))


def get(context: Context, asked: Asked) -> Said:
    """Show a trace with its observations and scores."""
    trace = context.store.traces.find(asked.path["id"])
    if trace is None:
        raise RefusalError(404, f"Trace {asked.path['id']} not found within authorized project")
    scores = [show_score(each) for each in context.store.scores.of_traces([trace.id])[trace.id]]
    linked = [each.prompt for each in trace.observations if each.prompt is not None]
    return Said(trace_whole(context.credentials.project_id, trace, scores, context.store.prompts.ids(linked)))


def delete(context: Context, asked: Asked) -> Said:
    """Delete a trace with all that belongs to it."""
    if not context.store.traces.delete([asked.path["id"]]):
        raise RefusalError(404, f"Trace {asked.path['id']} not found within authorized project")
    return Said({"message": "Trace deleted successfully"})


def delete_several(context: Context, asked: Asked) -> Said:
    """Delete traces with all that belongs to them."""
    ids = read_body(asked.body, _TraceIds).trace_ids
    if not 1 <= len(ids) <= 1_000:
        raise invalid("traceIds", "Expected 1 to 1000 trace ids")
    context.store.traces.delete(ids)
    return Said({"message": "Traces deleted successfully"})


def sessions(context: Context, asked: Asked) -> Said:
    """List sessions, the newest first."""
    page = asked.page()
    rows, total = context.store.traces.sessions(
        page.limit,
        page.offset,
        environments=asked.texts("environment"),
        since=asked.micros("fromTimestamp"),
        until=asked.micros("toTimestamp"),
    )
    return Said(page.of([_session(context, each) for each in rows], total))


def session(context: Context, asked: Asked) -> Said:
    """Show a session with its traces, the newest thousand of them."""
    found = context.store.traces.session(asked.path["id"])
    if found is None:
        raise RefusalError(404, "Session not found within authorized project")
    traces, _ = context.store.traces.page(TraceQuery(session_id=found.id), 1_000, 0)
    return Said({**_session(context, found), "traces": _rows(context, traces)})


def daily(context: Context, asked: Asked) -> Said:
    """Sum up days, the newest first."""
    page = asked.page()
    query = msgspec.structs.replace(_query(asked), name=asked.text("traceName"))
    days, total = context.store.traces.daily(query, page.limit, page.offset)
    rows = [
        {
            "date": day["day"],
            "countTraces": day["traces"],
            "countObservations": day["observations"],
            "totalCost": day["cost"],
            "usage": [
                {
                    "model": model["model"],
                    "inputUsage": int(model["input"]),
                    "outputUsage": int(model["output"]),
                    "totalUsage": int(model["tokens"]),
                    "countTraces": model["traces"],
                    "countObservations": model["observations"],
                    "totalCost": model["cost"],
                }
                for model in day["models"]
            ],
        }
        for day in days
    ]
    return Said(page.of(rows, total))


def _query(asked: Asked) -> TraceQuery:
    column, _, direction = (asked.text("orderBy") or "timestamp.desc").partition(".")
    if column != "timestamp" or direction.lower() not in {"asc", "desc", ""}:
        raise invalid("orderBy", "The local platform orders by timestamp.asc or timestamp.desc")
    return TraceQuery(
        name=asked.text("name"),
        user_id=asked.text("userId"),
        session_id=asked.text("sessionId"),
        release=asked.text("release"),
        version=asked.text("version"),
        tags=asked.texts("tags"),
        environments=asked.texts("environment"),
        since=asked.nanos("fromTimestamp"),
        until=asked.nanos("toTimestamp"),
        oldest_first=direction.lower() == "asc",
    )


def _rows(context: Context, traces: list[Trace]) -> list[dict[str, object]]:
    scores = context.store.scores.of_traces([trace.id for trace in traces])
    project_id = context.credentials.project_id
    return [trace_row(project_id, trace, [score.id for score in scores[trace.id]]) for trace in traces]


def _session(context: Context, found: StoredSession) -> dict[str, object]:
    return {
        "id": found.id,
        "createdAt": iso(from_micros(found.created_at)),
        "projectId": context.credentials.project_id,
        "environment": found.environment,
    }
