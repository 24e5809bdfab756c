"""The list of traces."""

import time
from collections.abc import Mapping

from starlette.responses import Response

from genai_sdk.local.store import Store
from genai_sdk.local.store.call_query import SORTED
from genai_sdk.local.store.trace_query import LOOKED_AT, READ_THROUGH, TraceQuery
from genai_sdk.local.store.trace_row import TraceRow
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.ranges import QUICK
from genai_sdk.local.ui.trace_filter import (
    CALLS,
    SORTS,
    STATUSES,
    TraceFilter,
    read_filter,
    read_short_cursor,
    write_short_cursor,
)

_PAGE = 50
_BESIDE = ("status", "name", "user", "session", "release", "tag")  # what is not asked of calls
_CHOICES = 100  # more than that nobody chooses from


def listing(page: Page) -> Response:
    """List the traces that were asked for, the newest first."""
    chosen = filter_of(page)
    sort = chosen.value("sort")
    before, after = read_short_cursor(page.query("before")), read_short_cursor(page.query("after"))
    trace_page = page.store.traces.listed(chosen.query(oldest_first=after is not None), _PAGE, after or before)
    rows, places = trace_page.rows, [write_short_cursor(place) for place in trace_page.places]
    newer: str | None = None
    older: str | None
    if after is not None:
        if not trace_page.more:  # the first ones: theirs is the page that is kept up to date
            return page.go(chosen.link())
        rows, places = rows[::-1], places[::-1]
        older, newer = places[-1], places[0]
    else:
        older = places[-1] if trace_page.more else None
        if before is not None:
            newer = places[0] if places else write_short_cursor(before)
    return page.render(
        "traces/list.html",
        chosen=chosen,
        rows=rows,
        previews=page.store.traces.previews(rows),
        older=older,
        newer=newer,
        live=before is None and not chosen.value("deep") and not sort,  # which read too much to be done again and again
        sort=sort,
        took={row.id: place.moment for row, place in zip(trace_page.rows, trace_page.places, strict=True)}
        if sort
        else {},
        nothing_at_all=not rows and not has_traces(page.store),
        choices=choices_of(page.store),
        statuses=STATUSES,
        kinds_of_calls=CALLS,
        sorts=list(SORTS),
        ranges=list(QUICK),
        looked_at=_looked_at(chosen),
        sorted_at_most=SORTED,
    )


def _looked_at(chosen: TraceFilter) -> int | None:
    """Return among how many traces is sought what no index finds; None if nothing of that kind is asked for."""
    beside = chosen.is_of_calls and any(chosen.value(name) for name in _BESIDE)
    return READ_THROUGH if chosen.value("deep") else LOOKED_AT if chosen.value("q") or beside else None


def newest(page: Page) -> Response:
    """Show no more than the rows of the first page, for a page that is open."""
    rows, _ = page.store.traces.after(filter_of(page).query(), _PAGE, None)
    return page.render("traces/rows.html", rows=rows, previews=page.store.traces.previews(rows), took={})


def filter_of(page: Page) -> TraceFilter:
    """Read which traces are asked for."""
    return read_filter(page.request.query_params.multi_items(), time.time_ns())


def has_traces(store: Store) -> bool:
    """Whether there is any trace."""
    rows: list[TraceRow]
    rows, _ = store.traces.after(TraceQuery(), 1, None)
    return bool(rows)


def choices_of(store: Store) -> Mapping[str, list[str]]:
    """Return what the fields of the filter may be set to, as far as it is known."""
    named = {"model": "model", "connection": "connection", "environment": "environment", "prompt": "prompt"}
    return {field: [str(key[0]) for key in store.usage.known(by)][:_CHOICES] for field, by in named.items()}  # type: ignore[arg-type]
