"""The dashboard: what calls came to in a period, and the same as a table for spreadsheets."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from genai_sdk.local.store.trace_usage import TraceBy
from genai_sdk.local.store.usage import By, UsageTotals
from genai_sdk.local.ui import chart
from genai_sdk.local.ui.axis import compact, even_top
from genai_sdk.local.ui.figures import SERIES, Figures, Key, TimeStep, gather, gather_by_trace
from genai_sdk.local.ui.filters import UNKNOWN, count, dollars, duration, iso, percent
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.pages import start
from genai_sdk.local.ui.pages.traces.listing import choices_of, has_traces
from genai_sdk.local.ui.ranges import Period, period_of
from genai_sdk.local.ui.spreadsheet import sheet
from genai_sdk.local.ui.trace_filter import TraceFilter, read_filter, traces_link

PARTS: tuple[By, ...] = ("model", "connection", "version")
"""What calls are told apart by on this page."""

TRACE_PARTS: tuple[TraceBy, ...] = ("user", "session")
"""What their traces are told apart by, where that is asked for: it takes a look at every call."""

_RANGES = ("1h", "24h", "7d", "30d")
_EVERY = {"calls": "all"}
_ROWS = 20
_EXPORTED = 1_000  # of what calls are told apart by


class Card(msgspec.Struct, frozen=True):
    """A figure: its name, what it came to, more about it, its change (a share) and the traces behind it."""

    name: str
    value: str
    detail: str
    change: float | None
    link: str


class Picture(msgspec.Struct, frozen=True):
    """A chart: its name, what its columns or lines are, how values and marks are written, and what finds its traces."""

    name: str
    legend: Sequence[tuple[str, str]]
    top: float
    written: Callable[[float | None], str]
    marked: Callable[[float | None], str]
    values: Sequence[Sequence[float | None]]
    parameters: Mapping[str, str]
    columns: chart.Stack | None = None
    lines: Sequence[chart.ChartLine] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be drawn."""
        return not any(value for row in self.values for value in row)

    @property
    def marks(self) -> list[str]:
        """What stands at its axis, from the top down."""
        return [self.marked(mark) for mark in (self.top, self.top / 2, 0)]


def show(page: Page) -> Response:
    """Show the dashboard, or on an empty platform how to begin."""
    if not has_traces(page.store):
        return start.show(page)
    chosen, by, figures = _figures_of(page)
    extra = [(name, text) for name, text in chosen.values if name == "environment"]
    return page.render(
        "dashboard.html",
        chosen=chosen,
        by=by,
        ranges=_RANGES,
        parts=(*PARTS, *TRACE_PARTS),
        figures=figures,
        cards=cards_of(page, figures, extra),
        pictures=pictures_of(page, figures, by),
        tables=[(part, rows[:_ROWS], _left(figures, part)) for part, rows in figures.parts.items()],
        name_of=lambda key: name_of(page, key),
        link=lambda *filters, **more: link_of(figures.period, extra, *filters, **more),
        key_query=key_query,
        address=lambda **more: _address(by, extra, more),
        nanos_of=lambda seconds: None if seconds is None else seconds * 1e9,
        steps_at={step.start: number for number, step in enumerate(figures.steps)},
        environments=choices_of(page.store)["environment"],
        export=TraceFilter(chosen.values, chosen.range).link("/dashboard.csv", by=by),
    )


def _left(figures: Figures, part: By | TraceBy) -> int:
    """Return how many rows of a table are not shown."""
    return max(0, len(figures.parts[part]) - _ROWS) + (figures.left if part in TRACE_PARTS else 0)


def export(page: Page) -> Response:
    """Return the same as a table: a row for each step and each of what calls are told apart by."""
    _, by, figures = _figures_of(page, most=_EXPORTED, unanswered=True)
    named = ("prompt", "version") if by == "version" else (by,)
    head = [
        *("start", "end", *named, "calls", "errors", "input_tokens", "output_tokens", "total_tokens", "cost_usd"),
        *("latency_p50_s", "latency_p95_s", "first_token_p50_s", "first_token_p95_s"),
    ]
    rows = [
        _row(step, ("(other)",) * len(named) if key is None else key, usage)
        for step in figures.steps
        for key, usage in zip(figures.series, step.series, strict=True)
        if usage.calls
    ]
    name = f"usage-{iso(figures.period.since)}-{iso(figures.period.until)}.csv".replace(":", "")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(sheet(head, rows), 200, headers, "text/csv; charset=utf-8")


def cards_of(page: Page, figures: Figures, extra: Sequence[tuple[str, str]]) -> list[Card]:
    """Return the figures of the whole period."""
    now, before, t = figures.total, figures.before, page.words
    all_of_it, failed = (link_of(figures.period, extra, calls=which) for which in ("all", "failed"))
    sides = t("dashboard.in_out", read=compact(now.input_tokens), written=compact(now.output_tokens))
    priced = t("dashboard.priced", count=count(now.priced), calls=count(now.calls))
    return [
        Card("calls", count(now.calls), "", _change(now.calls, before.calls), all_of_it),
        Card("errors", percent(now.error_rate), count(now.errors), _change(now.error_rate, before.error_rate), failed),
        Card("tokens", compact(now.total_tokens), sides, _change(now.total_tokens, before.total_tokens), all_of_it),
        Card(
            "cost",
            dollars(now.known_cost),
            priced if now.priced < now.calls else "",
            _change(now.known_cost, before.known_cost),
            all_of_it,
        ),
        *(
            Card(
                name,
                _seconds(of(now, 0.5)),
                "" if of(now, 0.95) is None else f"p95 {_seconds(of(now, 0.95))}",
                _change(of(now, 0.5), of(before, 0.5)),
                link_of(figures.period, extra, sort=name),
            )
            for name, of in (("latency", UsageTotals.latency), ("first_token", UsageTotals.first_token))
        ),
    ]


def pictures_of(page: Page, figures: Figures, by: By | TraceBy) -> list[Picture]:
    """Return the charts of the period."""
    t, steps = page.words, figures.steps
    legend = [(f"s{number}", name_of(page, key)) for number, key in enumerate(figures.series)]
    pictures = []
    for name, field in (("calls", "calls"), ("cost", "cost"), ("tokens", "total_tokens")):
        written, marked = (dollars, _money) if name == "cost" else (compact, compact)
        rows = [[float(getattr(usage, field)) for usage in step.series] for step in steps]
        made = chart.stack(rows, whole=name != "cost")
        amounts = [[_amount(usage, field) for usage in step.series] for step in steps]
        pictures.append(Picture(name, legend, made.top, written, marked, amounts, _EVERY, columns=made))
    rows = [[float(step.total.errors)] for step in steps]
    made = chart.stack(rows, whole=True)
    bad = [("bad", t("dashboard.errors"))]
    pictures.append(Picture("errors", bad, made.top, compact, compact, rows, {"calls": "failed"}, columns=made))
    for name, of in (("latency", UsageTotals.latency), ("first_token", UsageTotals.first_token)):
        values = [[of(step.total, share) for share in (0.5, 0.95)] for step in steps]
        top = even_top(max((value for row in values for value in row if value is not None), default=0))
        lines = [chart.line([row[number] for row in values], top) for number in range(2)]
        pictures.append(
            Picture(name, [("s0", "p50"), ("s2", "p95")], top, _seconds, _seconds, values, {"sort": name}, lines=lines)
        )
    return pictures


def _amount(usage: UsageTotals, field: str) -> float | None:
    """Return an amount as the table has it: a cost that nobody knows is none of 0."""
    return usage.known_cost if field == "cost" and usage.calls else float(getattr(usage, field))


def name_of(page: Page, key: Key | None) -> str:
    """Return how what calls are told apart by is called."""
    if key is None:
        return page.words("dashboard.other")
    if not key[0]:
        return page.words("dashboard.none")
    return str(key[0]) if len(key) == 1 else f"{key[0]} v{key[1]}"


def key_query(by: By | TraceBy, key: Key | None) -> Mapping[str, str] | None:
    """Return the filter that finds the traces of a group, None if there is none."""
    if key is None or (by in TRACE_PARTS and not key[0]):
        return None
    if not key[0]:
        return {"without": "prompt" if by == "version" else by}
    return {"prompt": str(key[0]), "version": str(key[1])} if by == "version" else {by: str(key[0])}


def link_of(
    period: Period, extra: Sequence[tuple[str, str]], since: int | None = None, until: int | None = None, **more: Any
) -> str:
    """Return the address of the traces behind a figure.

    Args:
        period: When, if nothing else is said.
        extra: What is in force of the page's own filter.
        since: From when, in nanoseconds since 1970.
        until: To when.
        **more: Further parameters.
    """
    when = period.query if since is None or until is None else {"since": iso(since), "until": iso(until)}
    return traces_link({**dict(extra), **more, **when})


def _figures_of(
    page: Page, *, most: int = SERIES, unanswered: bool = False
) -> tuple[TraceFilter, By | TraceBy, Figures]:
    now = time.time_ns()
    chosen = read_filter(page.request.query_params.multi_items(), now)
    period = period_of(chosen.range, now)
    environments = [text for name, text in chosen.values if name == "environment"]
    wanted = page.query("by")
    if wanted in TRACE_PARTS:
        trace_by = TRACE_PARTS[TRACE_PARTS.index(wanted)]
        split = gather_by_trace(page.store, period, trace_by, PARTS, environments, most=most, rows=_ROWS)
        return chosen, trace_by, split
    by = PARTS[PARTS.index(wanted)] if wanted in PARTS else PARTS[0]
    return chosen, by, gather(page.store, period, by, PARTS, environments, most=most, unanswered=unanswered)


def _address(by: By | TraceBy, extra: Sequence[tuple[str, str]], more: Mapping[str, str]) -> str:
    return f"/?{urlencode([('by', by), *extra, *more.items()])}"


def _row(step: TimeStep, key: Key, usage: UsageTotals) -> list[object]:
    return [
        *(iso(step.start), iso(step.end), *key, usage.calls, usage.errors),
        *(usage.input_tokens, usage.output_tokens, usage.total_tokens),
        None if usage.known_cost is None else round(usage.known_cost, 10),
        *(_rounded(usage.latency(0.5)), _rounded(usage.latency(0.95))),
        *(_rounded(usage.first_token(0.5)), _rounded(usage.first_token(0.95))),
    ]


def _change(now: float | None, before: float | None) -> float | None:
    return None if not before or now is None else (now - before) / before


def _seconds(seconds: float | None) -> str:
    return "0" if seconds == 0 else duration(None if seconds is None else seconds * 1e9)


def _money(amount: float | None) -> str:
    return (
        UNKNOWN
        if amount is None
        else "0"
        if amount == 0
        else f"${amount:.2g}"
        if amount < 100
        else f"${compact(amount)}"
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)
