"""Observations across traces: one, by pages, and by cursors."""

from collections.abc import Sequence
from typing import Any

import msgspec

from genai_sdk.langfuse.api.columns import columns_of
from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.cursor import Cursor, read_cursor, write_cursor
from genai_sdk.langfuse.api.filters import Filter, passes, read_filters
from genai_sdk.langfuse.api.queries import ObservationQuery
from genai_sdk.langfuse.api.request import MOST, ApiRequest, ApiResponse
from genai_sdk.langfuse.errors import ApiError, invalid
from genai_sdk.langfuse.field_groups import observation_fields
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.views import observation

_TRUTHS = {"true": True, "false": False}
_READ_THROUGH = 5_000
"""How many observations one request reads for conditions that no index answers."""
_SOUGHT = {
    "name": "name",
    "type": "type",
    "level": "level",
    "userId": "user_id",
    "version": "version",
    "traceId": "trace_id",
}
"""Columns that a store looks for by itself."""


def get(context: Context, request: ApiRequest) -> ApiResponse:
    """Show an observation."""
    observation = context.store.observations.find(request.path["id"])
    if observation is None:
        raise ApiError(404, "Observation not found within authorized project")
    return ApiResponse(_shown(context, [observation])[0])


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List observations, the newest first, by pages."""
    request.lacks("filter")
    page = request.page()
    rows, total = context.store.observations.page(_query(request), page.limit, page.offset)
    return ApiResponse(page.of(_shown(context, rows), total))


def after(context: Context, request: ApiRequest) -> ApiResponse:
    """List observations, the newest first, by cursors; `fields` says which groups of fields to show."""
    if request.text("parseIoAsJson") == "true":
        raise invalid("parseIoAsJson", "parseIoAsJson=true is no longer supported: input and output are texts")
    limit = request.number("limit", most=MOST, least=0)
    is_root = request.text("isRootObservation")
    if is_root is not None and is_root not in _TRUTHS:
        raise invalid("isRootObservation", 'Invalid option: expected one of "true"|"false"')
    query = _query(request, session_id=request.text("sessionId"), is_root=_TRUTHS.get(is_root or ""))
    filters = read_filters(request.text("filter") or [])
    place = read_cursor(request.text("cursor"))
    rows, place = _passing(context, query, filters, 50 if limit is None else limit, place)
    groups, ids, project_id = request.separated("fields"), _prompt_ids(context, rows), context.project.id
    shown = [observation_fields(project_id, each, groups, ids, is_root=each.parent_id is None) for each in rows]
    return ApiResponse({"data": shown, "meta": {} if place is None else {"cursor": write_cursor(place)}})


def _passing(
    context: Context, query: ObservationQuery, filters: Sequence[Filter], limit: int, place: Cursor | None
) -> tuple[list[Observation], Cursor | None]:
    """Return the observations that follow a place and meet the conditions, and the place that they end at.

    What the store cannot look for by itself is read through, a bounded piece of it in one request: a page may be short,
    and its cursor goes on.
    """
    query, left = narrow(query, filters)
    if limit == 0:
        return [], None
    if not left:
        return context.store.observations.after(query, limit, place)
    matches: list[Observation] = []
    for _ in range(_READ_THROUGH // limit + 1):
        rows, place = context.store.observations.after(query, limit - len(matches), place)
        for row in rows:
            facts = columns_of(row)
            # The list's latencies are in seconds, the sums' in milliseconds.
            facts |= {name: facts[name] and facts[name] / 1e3 for name in ("latency", "timeToFirstToken")}
            if all(passes(each, facts) for each in left):
                matches.append(row)
        if place is None or len(matches) == limit:
            break
    return matches, place


def narrow(query: ObservationQuery, filters: Sequence[Filter]) -> tuple[ObservationQuery, list[Filter]]:
    """Return a query with those conditions that a store looks for by itself, and the other conditions."""
    changes: dict[str, Any] = {}
    left = []
    for each in filters:
        name = _SOUGHT.get(each.column)
        if name is not None and each.kind == "string" and each.operator == "=" and getattr(query, name) is None:
            if changes.setdefault(name, each.value) != each.value:
                left.append(each)
        else:
            left.append(each)
    return msgspec.structs.replace(query, **changes), left


def _prompt_ids(context: Context, rows: list[Observation]) -> dict[tuple[str, int], str]:
    return context.store.prompts.ids([each.prompt for each in rows if each.prompt is not None])


def _shown(context: Context, rows: list[Observation]) -> list[dict[str, object]]:
    prompts = _prompt_ids(context, rows)
    return [observation(context.project.id, each, prompts) for each in rows]


def _query(request: ApiRequest, *, session_id: str | None = None, is_root: bool | None = None) -> ObservationQuery:
    return ObservationQuery(
        name=request.text("name"),
        type=(request.text("type") or "").upper() or None,
        level=(request.text("level") or "").upper() or None,
        user_id=request.text("userId"),
        version=request.text("version"),
        trace_id=request.text("traceId"),
        session_id=session_id,
        is_root=is_root,
        parent_id=request.text("parentObservationId"),
        environments=request.texts("environment"),
        since=request.nanos("fromStartTime"),
        until=request.nanos("toStartTime"),
    )
