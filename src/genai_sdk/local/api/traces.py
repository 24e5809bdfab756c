"""Traces: taken in as OTLP, listed, read and deleted."""

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.langfuse.bodies import read_body
from genai_sdk.langfuse.otlp import read_spans
from genai_sdk.langfuse.refusal import RefusalError, invalid
from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.views import iso, moment, trace_row, trace_whole
from genai_sdk.local.api.asked import Asked, Said
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.api.scores import show_score
from genai_sdk.local.store.moments import from_micros
from genai_sdk.local.store.traces import ListedTrace, TraceQuery

# What a row holds in the place of fields that were not asked for.
# https://github.com/langfuse/langfuse/blob/v4.16.0/web/src/pages/api/public/traces/[traceId].ts
_LEFT_OUT: Mapping[str, Mapping[str, Any]] = {
    "io": {"input": None, "output": None, "metadata": {}},
    "scores": {"scores": []},
    "observations": {"observations": []},
    "metrics": {"totalCost": -1, "latency": -1},
}


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
    rows, total = context.store.traces.page(read_query(asked), page.limit, page.offset)
    return Said(page.of([_chosen(asked, row) for row in show_rows(context, rows)], total))


def get(context: Context, asked: Asked) -> Said:
    """Show a trace with its observations and scores."""
    trace = context.store.traces.find(asked.path["id"])
    if trace is None:
        raise RefusalError(404, f"Trace {asked.path['id']} not found within authorized project")
    scores = [show_score(each) for each in context.store.scores.of_traces([trace.id])[trace.id]]
    linked = [each.prompt for each in trace.observations if each.prompt is not None]
    whole = trace_whole(context.credentials.project_id, trace, scores, context.store.prompts.ids(linked))
    return Said(_chosen(asked, whole))


def delete(context: Context, asked: Asked) -> Said:
    """Delete a trace with all that belongs to it; one that is not there, as Langfuse does, without a word."""
    context.store.traces.delete([asked.path["id"]])
    return Said({"message": "Trace deleted successfully"})


def delete_several(context: Context, asked: Asked) -> Said:
    """Delete traces with all that belongs to them."""
    ids = read_body(asked.body, _TraceIds).trace_ids
    if not 1 <= len(ids) <= 1_000:
        raise invalid("traceIds", "Expected 1 to 1000 trace ids")
    context.store.traces.delete(ids)
    return Said({"message": "Traces deleted successfully"})


def read_query(asked: Asked) -> TraceQuery:
    """Read which traces are asked for."""
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


def show_rows(context: Context, traces: list[ListedTrace]) -> list[dict[str, object]]:
    """Show traces as rows of a list."""
    scores = context.store.scores.of_traces([trace.row.id for trace in traces])
    return [_row(context, trace, [score.id for score in scores[trace.row.id]]) for trace in traces]


def _row(context: Context, trace: ListedTrace, scores: list[str]) -> dict[str, object]:
    """Show a trace as it would be if its root were all of it, with what the store summed up of the others."""
    known = trace.row
    alone = trace_row(context.credentials.project_id, Trace(known.id, (trace.root,)), scores)
    return {
        **alone,
        "name": known.name,
        "timestamp": moment(known.start),
        "environment": known.environment,
        "tags": known.tags,
        "release": known.release,
        "version": known.version,
        "userId": known.user_id,
        "sessionId": known.session_id,
        "public": known.is_public,
        "input": trace.input,
        "output": trace.output,
        "metadata": {**alone["metadata"], **trace.metadata},
        "observations": trace.observation_ids,
        "totalCost": known.cost or 0,
        "latency": round(known.seconds, 3),
        "createdAt": iso(from_micros(known.arrived)),
        "updatedAt": iso(from_micros(known.updated)),
    }


def _chosen(asked: Asked, row: dict[str, object]) -> dict[str, object]:
    """Leave out of a trace what was not asked for; what Langfuse does not know counts for nothing."""
    wanted = [each for each in asked.separated("fields") if each == "core" or each in _LEFT_OUT]
    for name, instead in _LEFT_OUT.items():
        if wanted and name not in wanted:
            row = {**row, **instead}
    return row
