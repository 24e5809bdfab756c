"""The list of traces."""

import time
from collections.abc import Mapping

from starlette.responses import Response

from genai_sdk.local.store import Store
from genai_sdk.local.store.trace_query import LOOKED_AT, READ_THROUGH, TraceQuery
from genai_sdk.local.store.trace_row import TraceRow
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.ranges import QUICK
from genai_sdk.local.ui.trace_filter import STATUSES, TraceFilter, read_filter, read_place, write_place

_PAGE = 50
_CHOICES = 100  # more than that nobody chooses from


def listing(page: Page) -> Response:
    """List the traces that were asked for, the newest first."""
    chosen = filter_of(page)
    before, after = read_place(page.asked("before")), read_place(page.asked("after"))
    newer: str | None = None
    older: str | None
    if after is not None:
        rows, more = page.store.traces.after(chosen.query(oldest_first=True), _PAGE, after)
        if more is None:  # the newest ones: they are the first page, which is kept up to date
            return page.go(chosen.link())
        rows, older = rows[::-1], write_place(rows[0].place)
        newer = write_place(rows[0].place)
    else:
        rows, next_place = page.store.traces.after(chosen.query(), _PAGE, before)
        older = None if next_place is None else write_place(next_place)
        if before is not None:
            newer = write_place(rows[0].place if rows else before)
    return page.render(
        "traces/list.html",
        chosen=chosen,
        rows=rows,
        older=older,
        newer=newer,
        live=before is None and not chosen.value("deep"),  # which reads too much to be done again and again
        nothing_at_all=not rows and not has_traces(page.store),
        choices=choices_of(page.store),
        statuses=STATUSES,
        ranges=list(QUICK),
        looked_at=READ_THROUGH if chosen.value("deep") else LOOKED_AT,
    )


def newest(page: Page) -> Response:
    """Show no more than the rows of the first page, for a page that is open."""
    rows, _ = page.store.traces.after(filter_of(page).query(), _PAGE, None)
    return page.render("traces/rows.html", rows=rows)


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
