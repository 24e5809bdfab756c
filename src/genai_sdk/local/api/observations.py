"""Observations across traces: one, by pages, and by cursors."""

from genai_sdk.langfuse.field_groups import observation_fields
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.refusal import RefusalError, invalid
from genai_sdk.langfuse.views import observation
from genai_sdk.local.api.asked import MOST, Asked, Said
from genai_sdk.local.api.cursor import read_cursor, write_cursor
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.store.observations import ObservationQuery

_TRUTHS = {"true": True, "false": False}


def get(context: Context, asked: Asked) -> Said:
    """Show an observation."""
    found = context.store.observations.find(asked.path["id"])
    if found is None:
        raise RefusalError(404, "Observation not found within authorized project")
    return Said(_shown(context, [found])[0])


def page(context: Context, asked: Asked) -> Said:
    """List observations, the newest first, by pages."""
    asked.lacks("filter")
    page = asked.page()
    rows, total = context.store.observations.page(_query(asked), page.limit, page.offset)
    return Said(page.of(_shown(context, rows), total))


def after(context: Context, asked: Asked) -> Said:
    """List observations, the newest first, by cursors; `fields` says which groups of fields to show."""
    asked.lacks("filter")
    if asked.text("parseIoAsJson") == "true":
        raise invalid("parseIoAsJson", "parseIoAsJson=true is no longer supported: input and output are texts")
    limit = asked.number("limit", most=MOST) or 50
    is_root = asked.text("isRootObservation")
    if is_root is not None and is_root not in _TRUTHS:
        raise invalid("isRootObservation", 'Invalid option: expected one of "true"|"false"')
    query = _query(asked, session_id=asked.text("sessionId"), is_root=_TRUTHS.get(is_root or ""))
    rows, place = context.store.observations.after(query, limit, read_cursor(asked.text("cursor")))
    groups, ids, project_id = asked.separated("fields"), _prompt_ids(context, rows), context.credentials.project_id
    shown = [observation_fields(project_id, each, groups, ids, is_root=each.parent_id is None) for each in rows]
    return Said({"data": shown, "meta": {} if place is None else {"cursor": write_cursor(place)}})


def _prompt_ids(context: Context, rows: list[Observation]) -> dict[tuple[str, int], str]:
    return context.store.prompts.ids([each.prompt for each in rows if each.prompt is not None])


def _shown(context: Context, rows: list[Observation]) -> list[dict[str, object]]:
    prompts = _prompt_ids(context, rows)
    return [observation(context.credentials.project_id, each, prompts) for each in rows]


def _query(asked: Asked, *, session_id: str | None = None, is_root: bool | None = None) -> ObservationQuery:
    return ObservationQuery(
        name=asked.text("name"),
        type=(asked.text("type") or "").upper() or None,
        level=(asked.text("level") or "").upper() or None,
        user_id=asked.text("userId"),
        version=asked.text("version"),
        trace_id=asked.text("traceId"),
        session_id=session_id,
        is_root=is_root,
        parent_id=asked.text("parentObservationId"),
        environments=asked.texts("environment"),
        since=asked.nanos("fromStartTime"),
        until=asked.nanos("toStartTime"),
    )
