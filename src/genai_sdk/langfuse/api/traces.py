"""Traces: taken in as OTLP, listed, read and deleted."""

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.queries import TraceQuery
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.api.scores import show_score
from genai_sdk.langfuse.api.store import ListedTrace
from genai_sdk.langfuse.bodies import read_body
from genai_sdk.langfuse.errors import ApiError, invalid
from genai_sdk.langfuse.otlp import read_spans
from genai_sdk.langfuse.timestamps import from_micros
from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.views import iso, moment, trace_row, trace_whole

# What a row holds in the place of fields that were not request for.
# https://github.com/langfuse/langfuse/blob/v4.16.0/web/src/pages/api/public/traces/[traceId].ts
_LEFT_OUT: Mapping[str, Mapping[str, Any]] = {
    "io": {"input": None, "output": None, "metadata": {}},
    "scores": {"scores": []},
    "observations": {"observations": []},
    "metrics": {"totalCost": -1, "latency": -1},
}


class _TraceIds(msgspec.Struct, rename="camel"):
    trace_ids: list[str]


def take(context: Context, request: ApiRequest) -> ApiResponse:
    """Take spans in, all of them or none."""
    spans = read_spans(request.headers, request.body)
    if not spans:
        return ApiResponse({})
    context.store.traces.add(spans)
    job = {"id": str(uuid.uuid4()), "name": "otel-ingestion-job"}
    return ApiResponse({"name": "otel-ingestion-job", "data": job})


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List traces, the newest first."""
    request.lacks("filter")
    page = request.page()
    rows, total = context.store.traces.page(read_query(request), page.limit, page.offset)
    return ApiResponse(page.of([_chosen(request, row) for row in show_rows(context, rows)], total))


def get(context: Context, request: ApiRequest) -> ApiResponse:
    """Show a trace with its observations and scores."""
    trace = context.store.traces.find(request.path["id"])
    if trace is None:
        raise ApiError(404, f"Trace {request.path['id']} not found within authorized project")
    scores = [show_score(each) for each in context.store.scores.of_traces([trace.id])[trace.id]]
    linked = [each.prompt for each in trace.observations if each.prompt is not None]
    whole = trace_whole(context.project.id, trace, scores, context.store.prompts.ids(linked))
    return ApiResponse(_chosen(request, whole))


def delete(context: Context, request: ApiRequest) -> ApiResponse:
    """Delete a trace with all that belongs to it; one that is not there, as Langfuse does, without a word."""
    context.store.traces.delete([request.path["id"]])
    return ApiResponse({"message": "Trace deleted successfully"})


def delete_several(context: Context, request: ApiRequest) -> ApiResponse:
    """Delete traces with all that belongs to them."""
    ids = read_body(request.body, _TraceIds).trace_ids
    if not 1 <= len(ids) <= 1_000:
        raise invalid("traceIds", "Expected 1 to 1000 trace ids")
    context.store.traces.delete(ids)
    return ApiResponse({"message": "Traces deleted successfully"})


def read_query(request: ApiRequest) -> TraceQuery:
    """Read which traces are request for."""
    column, _, direction = (request.text("orderBy") or "timestamp.desc").partition(".")
    if column != "timestamp" or direction.lower() not in {"asc", "desc", ""}:
        raise invalid("orderBy", "This server orders by timestamp.asc or timestamp.desc")
    return TraceQuery(
        name=request.text("name"),
        user_id=request.text("userId"),
        session_id=request.text("sessionId"),
        release=request.text("release"),
        version=request.text("version"),
        tags=request.texts("tags"),
        environments=request.texts("environment"),
        since=request.nanos("fromTimestamp"),
        until=request.nanos("toTimestamp"),
        oldest_first=direction.lower() == "asc",
    )


def show_rows(context: Context, traces: list[ListedTrace]) -> list[dict[str, object]]:
    """Show traces as rows of a list."""
    scores = context.store.scores.of_traces([trace.id for trace in traces])
    return [_row(context, trace, [score.id for score in scores[trace.id]]) for trace in traces]


def _row(context: Context, trace: ListedTrace, scores: list[str]) -> dict[str, object]:
    """Show a trace as it would be if its root were all of it, with what the store summed up of the others."""
    alone = trace_row(context.project.id, Trace(trace.id, (trace.root,)), scores)
    return {
        **alone,
        "name": trace.name,
        "timestamp": moment(trace.start),
        "environment": trace.environment,
        "tags": trace.tags,
        "release": trace.release,
        "version": trace.version,
        "userId": trace.user_id,
        "sessionId": trace.session_id,
        "public": trace.is_public,
        "input": trace.input,
        "output": trace.output,
        "metadata": {**alone["metadata"], **trace.metadata},
        "observations": trace.observation_ids,
        "totalCost": trace.cost or 0,
        "latency": round(trace.seconds, 3),
        "createdAt": iso(from_micros(trace.arrived)),
        "updatedAt": iso(from_micros(trace.updated)),
    }


def _chosen(request: ApiRequest, row: dict[str, object]) -> dict[str, object]:
    """Leave out of a trace what was not request for; what Langfuse does not know counts for nothing."""
    wanted = [each for each in request.separated("fields") if each == "core" or each in _LEFT_OUT]
    for name, instead in _LEFT_OUT.items():
        if wanted and name not in wanted:
            row = {**row, **instead}
    return row
