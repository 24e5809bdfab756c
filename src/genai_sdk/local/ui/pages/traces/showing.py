"""A trace: its facts, its tree on the axis of time, and one of its observations."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.responses import JSONResponse, Response

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.views import first_token
from genai_sdk.local.store.trace_row import TraceRow
from genai_sdk.local.ui.contents import TEXT, cut, show
from genai_sdk.local.ui.filters import pretty
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.replay import is_playable
from genai_sdk.local.ui.timeline import arrange, axis_of
from genai_sdk.sentence import Sentence, from_data
from genai_sdk.tracing.otlp import SCOPE

SHOWN = 500
"""How many observations the tree shows at first."""

MOST = 2_000
"""How many it shows at the most."""

OWN_SCORES = "page-"
"""What the ids of scores begin with that were given on this page: only these can be taken back here."""

_ID = re.compile(r"[0-9a-f]{32}")
_SCORES = 100


class UsageLine(msgspec.Struct, frozen=True):
    """A kind of tokens: how many, and what they cost; None where unknown."""

    kind: str
    tokens: int | None
    cost: float | None


def of_project(page: Page) -> Response:
    """Send on whoever opens the address that responses give; other projects are not here."""
    if page.path["project"] != page.context.credentials.project_id:
        raise ApiError(404, page.words("traces.foreign", project=page.path["project"]))
    query = page.request.url.query
    return page.go(f"/traces/{page.path['id']}" + (f"?{query}" if query else ""))


def show_trace(page: Page, *, observation: str = "", score: Mapping[str, str] | None = None) -> Response:
    """Show a trace, and of its observations the one that was chosen, else its root.

    Args:
        page: The request.
        observation: The one to show, where the address does not say.
        score: A score that was typed and cannot be kept, with its `fault`.
    """
    id = page.path["id"]  # noqa: A001 - Langfuse's name
    row = page.store.traces.row(id)
    if row is None:
        if not _ID.fullmatch(id):
            raise ApiError(404, page.words("traces.no_such", id=id[:100]))
        return page.render("traces/absent.html", 404, id=id)
    most = MOST if page.query("spans") == "more" else SHOWN
    spans = page.store.span_rows.of_trace(id, most)
    wanted = page.query("observation") or observation or None
    chosen = page.store.span_rows.find(id, wanted)
    if chosen is None:
        raise ApiError(404, page.words("traces.no_such_observation", id=(wanted or "")[:100]))
    whole, as_json = page.query("all") == "1", page.query("as") == "json"
    scores = page.store.scores.of_traces([id])[id]
    return page.render(
        "traces/show.html",
        400 if score else 200,
        trace=row,
        lines=arrange(spans, row.start, row.end),
        marks=axis_of(row.end - row.start),
        more_spans=most < MOST and row.observations > most,
        chosen=chosen,
        first=first_token(chosen),
        sides=[(name, show(value, as_json=as_json, whole=whole)) for name, value in _sides(page, id, chosen)],
        as_json=as_json,
        usage=usage_lines(chosen.usage, {} if chosen.is_unpriced else chosen.cost),
        metadata=cut(pretty(chosen.metadata), None if whole else TEXT) if chosen.metadata else None,
        exceptions=[_exception(each.attributes, whole=whole) for each in chosen.events if each.name == "exception"],
        status_message=cut(page.words.translate(_status_message(chosen)), None if whole else TEXT),
        playable=is_playable(chosen),
        score=score or dict.fromkeys(("name", "value", "comment", "of", "fault"), ""),
        own_scores=OWN_SCORES,
        scores=scores[:_SCORES],
        scores_left=max(0, len(scores) - _SCORES),
        link=lambda **more: _link(page, row, chosen, more),
        version=_version(row),
    )


def state(page: Page) -> Response:
    """Tell a page that is open whether there is more than it shows."""
    row = page.store.traces.row(page.path["id"])
    return JSONResponse({"version": None if row is None else _version(row)})


def usage_lines(usage: Mapping[str, int], cost: Mapping[str, float]) -> list[UsageLine]:
    """Put tokens and their cost side by side, the totals last."""
    kinds = [kind for kind in dict.fromkeys([*usage, *cost]) if kind != "total"]
    lines = [UsageLine(kind, usage.get(kind), cost.get(kind)) for kind in kinds]
    if not usage and not cost:
        return []
    total = usage.get("total", sum(usage.values())) if usage else None
    return [*lines, UsageLine("total", total, cost.get("total", sum(cost.values())) if cost else None)]


def _status_message(chosen: Observation) -> str:
    """Return what was said of an observation's level, as a sentence where the metadata has its key and fields."""
    said, told = chosen.status_message or "", chosen.metadata
    kind = told.get("error")
    if not isinstance(kind, str) or chosen.scope.name != SCOPE:
        return said
    data = {"key": told.get("error_key"), "fields": told.get("error_fields")}
    return Sentence(said, "trace.raised", {"error": kind, "what": from_data(said.removeprefix(f"{kind}: "), data)})


def _sides(page: Page, id: str, chosen: Observation) -> list[tuple[str, Any]]:  # noqa: A002 - Langfuse's name
    """Return what went in and what came out; with the root, also what is told of the whole trace, where it differs."""
    sides: list[tuple[str, Any]] = [("input", chosen.input), ("output", chosen.output)]
    trace = page.store.traces.contents(id)
    if trace is None or trace.root.id != chosen.id:
        return sides
    if trace.input != chosen.input:
        sides.insert(0, ("trace_input", trace.input))
    return sides if trace.output == chosen.output else [*sides, ("trace_output", trace.output)]


def _version(row: TraceRow) -> str:
    return f"{row.updated}.{row.observations}"


def _link(page: Page, row: TraceRow, chosen: Observation, more: Mapping[str, str | None]) -> str:
    kept = {name: page.query(name) for name in ("observation", "as", "all", "spans")}
    if "observation" in more and more["observation"] != chosen.id:
        kept["all"] = None  # another one is cut again
    query = {name: text for name, text in {**kept, **more}.items() if text}
    return f"/traces/{row.id}" + (f"?{urlencode(query)}" if query else "")


def _exception(attributes: Mapping[str, object], *, whole: bool) -> tuple[str, str, int]:
    kind, message = (str(attributes.get(f"exception.{name}") or "") for name in ("type", "message"))
    text, rest = cut(str(attributes.get("exception.stacktrace") or ""), None if whole else TEXT)
    return ": ".join(part for part in (kind, message[:TEXT]) if part), text, rest
