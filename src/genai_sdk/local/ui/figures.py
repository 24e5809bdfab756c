"""The figures of a period: in all, by step, and by what calls differ in."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from genai_sdk.local.store import Store, histogram
from genai_sdk.local.store.span_rows import CallRow
from genai_sdk.local.store.trace_usage import TraceBy, TraceUsageQuery
from genai_sdk.local.store.usage import By, UsageQuery, UsageTotals
from genai_sdk.local.ui.ranges import HOUR, SECOND, Period

SERIES = 5
"""How many series a chart tells apart."""

MOST_CALLS = 20_000
"""How many calls are looked at one by one where steps are shorter than an hour."""

Key = tuple[str | int, ...]


class TimeStep(msgspec.Struct, frozen=True):
    """A step of the period: when it begins and ends, what it came to, and what each series did."""

    start: int
    end: int
    total: UsageTotals
    series: tuple[UsageTotals, ...]


class Figures(msgspec.Struct, frozen=True):
    """What calls came to.

    Attributes:
        period: When; in longer steps than asked for where there were too many calls for short ones.
        total: In all.
        before: In the period before.
        series: What the series stand for; None for all the others.
        steps: Step by step.
        parts: By what calls differ in, those with the most calls first.
        coarse: Whether steps are longer than was asked for.
        left: How many users or sessions have calls beside those in `parts`.
    """

    period: Period
    total: UsageTotals
    before: UsageTotals
    series: tuple[Key | None, ...]
    steps: tuple[TimeStep, ...]
    parts: Mapping[By | TraceBy, Sequence[UsageTotals]]
    coarse: bool = False
    left: int = 0


def gather(
    store: Store,
    period: Period,
    by: By,
    parts: Sequence[By],
    environments: Sequence[str] = (),
    *,
    most: int = SERIES,
    unanswered: bool = False,
) -> Figures:
    """Return the figures of a period.

    Args:
        store: What the platform keeps.
        period: When.
        by: What the series differ in.
        parts: What else calls are told apart by.
        environments: From which environments; empty for all.
        most: How many series are told apart; the others share one.
        unanswered: Whether what every call failed for, such as a misspelt model, may be a series of its own; else that
            shares the one of the others, unless nothing answered at all.
    """
    if period.step < HOUR:
        calls = store.span_rows.calls(period.since, period.until, MOST_CALLS, environments=environments)
        before = store.span_rows.calls(period.before.since, period.since, MOST_CALLS, environments=environments)
        if calls is not None and before is not None:
            counted = [(call, usage_of(call)) for call in calls]
            rows: dict[By | TraceBy, Sequence[UsageTotals]] = {
                each: grouped((key_of(call, each), usage) for call, usage in counted) for each in parts
            }
            points = (_at(period, call.start, key_of(call, by), usage) for call, usage in counted)
            return _put_together(period, by, rows, _sum(map(usage_of, before)), points, most, unanswered=unanswered)
        rough = gather(store, period.coarser(HOUR), by, parts, environments, most=most, unanswered=unanswered)
        return msgspec.structs.replace(rough, coarse=True)

    def query(within: Period) -> UsageQuery:
        return UsageQuery(since=within.since, until=within.until, environments=environments)

    sums: dict[By | TraceBy, Sequence[UsageTotals]] = {each: store.usage.summary(query(period), each) for each in parts}
    points = (
        _at(period, point.start, point.usage.by, point.usage)
        for point in store.usage.series(query(period), period.step, by)
    )
    return _put_together(
        period, by, sums, _sum(store.usage.summary(query(period.before))), points, most, unanswered=unanswered
    )


def gather_by_trace(
    store: Store,
    period: Period,
    by: TraceBy,
    parts: Sequence[By],
    environments: Sequence[str] = (),
    *,
    most: int = SERIES,
    rows: int = SERIES,
) -> Figures:
    """Return the figures of a period with series that differ in what belongs to traces.

    Args:
        store: What the platform keeps.
        period: When.
        by: What the series differ in.
        parts: What else calls are told apart by.
        environments: From which environments; empty for all.
        most: How many series are told apart; the others share one.
        rows: How many users or sessions `parts` lists, at least.
    """
    figures = gather(store, period, parts[0], parts, environments)
    within = figures.period
    query = TraceUsageQuery(since=within.since, until=within.until, by=by, environments=environments)
    usages, count = store.trace_usage.summary(query, max(most + 1, rows))
    keys: list[Key] = [usage.by for usage in usages]
    series: tuple[Key | None, ...] = tuple(keys) if count <= most + 1 else (*keys[:most], None)
    sums = {step.start: tuple(UsageTotals() for _ in series) for step in figures.steps}
    for point in store.trace_usage.series(query, within.step, [str(key[0]) for key in series if key]):
        key = point.usage.by or None
        if point.start in sums and key in series:  # a call that came between two reads is left for the next look
            add(sums[point.start][series.index(key)], point.usage)
    return msgspec.structs.replace(
        figures,
        series=series,
        steps=tuple(msgspec.structs.replace(step, series=sums[step.start]) for step in figures.steps),
        parts={by: usages, **figures.parts},
        left=count - len(usages),
    )


def usage_of(call: CallRow) -> UsageTotals:
    """Return what a single call came to."""
    first = call.first_token
    return UsageTotals(
        calls=1,
        errors=int(call.level == "ERROR"),
        priced=int(call.cost is not None),
        input_tokens=call.input_tokens or 0,
        output_tokens=call.output_tokens or 0,
        total_tokens=call.total_tokens or 0,
        cost=call.cost or 0.0,
        latencies=histogram.one((call.end - call.start) / 1e9),
        first_tokens=histogram.EMPTY if first is None else histogram.one(first / 1e9),
    )


def key_of(call: CallRow, by: By) -> Key:
    """Return what a call is told apart by, as the store's sums do."""
    if by == "version":
        return call.prompt_name or "", call.prompt_version or 0
    return (getattr(call, "prompt_name" if by == "prompt" else by) or "",)


def grouped(pairs: Iterable[tuple[Key, UsageTotals]]) -> list[UsageTotals]:
    """Add up what has the same key, those with the most calls first."""
    groups: dict[Key, UsageTotals] = {}
    for key, usage in pairs:
        if (sums := groups.get(key)) is None:
            sums = groups[key] = UsageTotals(by=key)
        add(sums, usage)
    return sorted(groups.values(), key=lambda usage: (-usage.calls, usage.by))


def add(to: UsageTotals, more: UsageTotals) -> None:
    """Add what some calls came to, to what others did."""
    to.calls += more.calls  # field by field: a busy hour has thousands of calls
    to.errors += more.errors
    to.priced += more.priced
    to.input_tokens += more.input_tokens
    to.output_tokens += more.output_tokens
    to.total_tokens += more.total_tokens
    to.cost += more.cost
    to.latencies += more.latencies
    to.first_tokens += more.first_tokens


def _at(period: Period, moment: int, key: Key, usage: UsageTotals) -> tuple[int, Key, UsageTotals]:
    return (moment - period.since) // (period.step * SECOND), key, usage


def _sum(usages: Iterable[UsageTotals]) -> UsageTotals:
    total = UsageTotals()
    for usage in usages:
        add(total, usage)
    return total


def _series(wanted: Sequence[Key], keys: Sequence[Key], most: int) -> tuple[Key | None, ...]:
    """Return what is told apart: the first ones that are wanted, and None for the others if there are any."""
    chosen = wanted or keys
    if len(chosen) == len(keys) <= most + 1:
        return tuple(chosen)
    return (*chosen[:most], None)


def _put_together(
    period: Period,
    by: By,
    parts: Mapping[By | TraceBy, Sequence[UsageTotals]],
    before: UsageTotals,
    points: Iterable[tuple[int, Key, UsageTotals]],
    most: int,
    *,
    unanswered: bool,
) -> Figures:
    keys = [usage.by for usage in parts[by]]
    series = _series([usage.by for usage in parts[by] if unanswered or usage.calls > usage.errors], keys, most)
    numbers = {key: series.index(key) if key in series else len(series) - 1 for key in keys}
    steps = [
        TimeStep(start, start + period.step * SECOND, UsageTotals(), tuple(UsageTotals() for _ in series))
        for start in period.starts
    ]
    for at, key, usage in points:
        if 0 <= at < len(steps) and key in numbers:  # a call that came between two reads is left for the next look
            add(steps[at].total, usage)
            add(steps[at].series[numbers[key]], usage)
    return Figures(period, _sum(parts[by]), before, series, tuple(steps), parts)
