"""Observations across traces: one, by pages, and by cursors."""

import base64
import binascii

import msgspec

from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.refusal import RefusalError
from genai_sdk.langfuse.views import observation, observation_row
from genai_sdk.local.api.asked import MOST, Asked, Said
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.store.observations import ObservationQuery, Place

_read_place = msgspec.json.Decoder(Place).decode


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
    """List observations, the newest first, by cursors."""
    asked.lacks("filter")
    limit = asked.number("limit", most=MOST) or 50
    rows, place = context.store.observations.after(_query(asked), limit, _place(asked.text("cursor")))
    meta = {} if place is None else {"cursor": base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()}
    project_id = context.credentials.project_id
    shown = [observation_row(project_id, each, is_root=each.parent_id is None) for each in rows]
    return Said({"data": shown, "meta": meta})


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    try:
        return _read_place(base64.urlsafe_b64decode(cursor))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise RefusalError(400, "Invalid cursor format") from None


def _shown(context: Context, rows: list[Observation]) -> list[dict[str, object]]:
    prompts = context.store.prompts.ids([each.prompt for each in rows if each.prompt is not None])
    return [observation(context.credentials.project_id, each, prompts) for each in rows]


def _query(asked: Asked) -> ObservationQuery:
    return ObservationQuery(
        name=asked.text("name"),
        type=(asked.text("type") or "").upper() or None,
        level=(asked.text("level") or "").upper() or None,
        user_id=asked.text("userId"),
        version=asked.text("version"),
        trace_id=asked.text("traceId"),
        parent_id=asked.text("parentObservationId"),
        environments=asked.texts("environment"),
        since=asked.nanos("fromStartTime"),
        until=asked.nanos("toStartTime"),
    )
