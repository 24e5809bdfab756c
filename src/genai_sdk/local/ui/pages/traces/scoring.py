"""A trace judged on its page, and the judgement taken back."""

import math
from hashlib import sha256

from starlette.responses import Response

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_score import NewScore
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.pages.traces.showing import OWN_SCORES, show_trace

_LONGEST = {"name": 100, "value": 500, "comment": 2_000}


def score(page: Page) -> Response:
    """Keep a score of a trace, or of the observation that is shown; a second one of the same name replaces it."""
    id = page.path["id"]  # noqa: A001 - Langfuse's name
    row = page.store.traces.row(id)
    if row is None:
        raise ApiError(404, page.words("traces.no_such", id=id[:100]))
    typed = {name: page.field(name).strip() for name in (*_LONGEST, "of")}
    shown = page.field("observation")
    if shown and page.store.span_rows.find(id, shown) is None:
        raise ApiError(404, page.words("traces.no_such_observation", id=shown[:100]))
    if not typed["name"] or not typed["value"]:
        return show_trace(page, observation=shown, score={**typed, "fault": page.words("traces.score_missing")})
    for name, longest in _LONGEST.items():
        if len(typed[name]) > longest:
            fault = page.words("traces.score_long", field=page.words(f"traces.{_WORDS[name]}"), count=longest)
            return show_trace(page, observation=shown, score={**typed, "fault": fault})
    judged = shown if page.field("of") == "observation" else None
    page.store.scores.put(
        [
            NewScore(
                name=typed["name"],
                value=value_of(typed["value"]),
                id=_id(id, judged, typed["name"]),
                trace_id=id,
                observation_id=judged or None,
                comment=typed["comment"] or None,
                environment=row.environment,
            )
        ]
    )
    return _back(page, id, shown, "scored")


def take_back(page: Page) -> Response:
    """Delete a score that was given on this page."""
    id = page.path["id"]  # noqa: A001 - Langfuse's name
    stored = page.store.scores.find(page.field("score"))
    if stored is None or stored.trace_id != id or not stored.id.startswith(OWN_SCORES):
        raise ApiError(404, page.words("traces.no_such_score"))
    page.store.scores.delete(stored.id)
    return _back(page, id, page.field("observation"), "score_deleted")


def value_of(text: str) -> float | bool | str:
    """Return what was typed: a number, `true` or `false`, else a category."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


_WORDS = {"name": "key", "value": "value", "comment": "comment"}


def _id(trace: str, observation: str | None, name: str) -> str:
    return OWN_SCORES + sha256("\n".join((trace, observation or "", name)).encode()).hexdigest()[:32]


def _back(page: Page, trace: str, observation: str, said: str) -> Response:
    query = {"observation": observation} if observation else {}
    return page.go(f"/traces/{trace}", **query, said=said)
