"""Each read that a page or an SDK makes, with what it is asked on a store of any size."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from benchmarks.platform.filling import BEGIN, DAYS, END, NANOS
from benchmarks.platform.served import Served
from genai_sdk.local.store import Store
from genai_sdk.local.store.call_query import CallQuery
from genai_sdk.local.store.observations import ObservationQuery
from genai_sdk.local.store.place import Place
from genai_sdk.local.store.traces import TraceQuery, TraceRow
from genai_sdk.local.store.usage import UsageQuery

Read = Callable[[], object]

_SINCE, _UNTIL = (int(moment.timestamp()) * NANOS for moment in (BEGIN, END))
_ALL = UsageQuery(since=_SINCE, until=_UNTIL)
_WEEK = {"since": _UNTIL - 7 * 86_400 * NANOS, "until": _UNTIL}
_LISTS: Mapping[str, TraceQuery] = {
    "newest": TraceQuery(),
    "by name": TraceQuery(name="summary"),
    "by user": TraceQuery(user_id="user-3"),
    "by tag": TraceQuery(tags=["beta"]),
    "by environment": TraceQuery(environments=["staging"]),
    "by model": TraceQuery(model="gpt-4o"),
    "by connection": TraceQuery(connection="azure_krc"),
    "by prompt version": TraceQuery(prompt="reply", prompt_version=3),
    "that failed": TraceQuery(status="failed"),
    "of the last week": TraceQuery(**_WEEK),  # type: ignore[arg-type]
    "by name, user and tag": TraceQuery(name="summary", user_id="user-3", tags=["web"]),
    "with calls of the last week": TraceQuery(calls=CallQuery(**_WEEK)),  # type: ignore[arg-type]
    "with failed calls": TraceQuery(calls=CallQuery(failed=True)),
    "with failed calls of a model": TraceQuery(calls=CallQuery(failed=True, model="gpt-4o")),
    "with calls of a prompt version": TraceQuery(calls=CallQuery(prompt="reply", prompt_version=3)),
    "with calls without a prompt": TraceQuery(calls=CallQuery(prompt="", prompt_version=0)),
    "by their slowest call": TraceQuery(calls=CallQuery(slowest="latency")),
    "by their slowest call of a model and a week": TraceQuery(
        calls=CallQuery(slowest="first_token", model="gpt-4o", **_WEEK)  # type: ignore[arg-type]
    ),
    "with a text in a name that is everywhere": TraceQuery(text="assist"),
    "with a text in a name that is nowhere": TraceQuery(text="nowhere"),
    "with content that is nowhere": TraceQuery(content="nowhere"),
}


def of_pages(store: Store) -> Iterator[tuple[str, Read]]:
    """Yield what the web page reads, by name."""
    traces, usage = store.traces, store.usage
    for name, query in _LISTS.items():
        yield f"traces {name}, 50 rows", lambda query=query: traces.after(query, 50, None)  # type: ignore[misc]
    deep = _place(store, 0.9)
    yield "traces newest, 50 rows after 90 of 100", lambda: traces.after(TraceQuery(), 50, deep)
    for name in ("newest", "by name", "by tag", "that failed"):
        yield f"count of traces {name}", lambda name=name: traces.count(_LISTS[name])  # type: ignore[misc]
    yield f"dashboard: sums of {DAYS} days", lambda: usage.summary(_ALL)
    for by in ("model", "connection", "version"):
        yield f"dashboard: sums of {DAYS} days by {by}", lambda by=by: usage.summary(_ALL, by)  # type: ignore[misc]
    one = UsageQuery(since=_SINCE, until=_UNTIL, model="gpt-4o")
    yield f"dashboard: sums of {DAYS} days by version, of one model", lambda: usage.summary(one, "version")
    yield f"dashboard: {DAYS} days by the day and model", lambda: usage.series(_ALL, 86_400, "model")
    week = UsageQuery(**_WEEK)
    yield "dashboard: 7 days by the hour and model", lambda: usage.series(week, 3_600, "model")
    yield (
        "one prompt version: calls, cost, latency",
        lambda: usage.summary(UsageQuery(since=_SINCE, until=_UNTIL, prompt="reply", prompt_version=3)),
    )
    everything = ObservationQuery(type="GENERATION")
    yield "generations newest, 50", lambda: store.observations.after(everything, 50, None)


def of_api(store: Store, platform: Served) -> Iterator[tuple[str, Read]]:
    """Yield what the SDKs of Langfuse read over HTTP, by name."""

    def get(path: str, **query: object) -> Read:
        whole = f"/api/public/{path}?{urlencode(query)}"
        return lambda: platform.get(whole)

    middle = _row(store, 0.5)
    in_session = next(row for row in store.traces.after(TraceQuery(), 1_000, None)[0] if row.session_id)
    pages = store.traces.count(TraceQuery()) // 50
    observations = store.observations.page(ObservationQuery(), 1, 0)[1]
    yield "GET traces", get("traces", limit=50)
    yield "GET traces, last page", get("traces", limit=50, page=pages)
    yield "GET traces, by user and name", get("traces", limit=50, userId="user-3", name="summary")
    yield "GET traces, by tag", get("traces", limit=50, tags="beta")
    yield "GET a trace", get(f"traces/{middle.id}")
    yield "GET a session", get(f"sessions/{in_session.session_id}")
    yield "GET sessions", get("sessions", limit=50)
    yield "GET observations, last page", get("observations", limit=50, page=observations // 50)
    yield "GET v2/observations", get("v2/observations", limit=50)
    cursor = _cursor(platform, store)
    yield "GET v2/observations, cursor after 90 of 100", get("v2/observations", limit=50, cursor=cursor)
    yield "GET metrics/daily, 1 day", get("metrics/daily", limit=1)
    yield "GET metrics/daily, 50 days", get("metrics/daily", limit=50)


def _place(store: Store, share: float) -> Place:
    row = _row(store, share)
    return Place(row.start, row.key)


def _row(store: Store, share: float) -> TraceRow:
    until = int(_UNTIL - (_UNTIL - _SINCE) * share)
    return store.traces.after(TraceQuery(until=until), 1, None)[0][0]


def _cursor(platform: Served, store: Store) -> str:
    row = _row(store, 0.9)
    seconds = row.start // NANOS
    moment = datetime.fromtimestamp(seconds + 1, UTC).isoformat()
    found = platform.get(f"/api/public/v2/observations?{urlencode({'limit': 1, 'toStartTime': moment})}")
    return str(found["meta"]["cursor"])
