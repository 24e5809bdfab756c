"""Each read that a browser or an SDK makes, with what it is asked on a store of any size."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from benchmarks.platform.filling import BEGIN, DAYS, END, LARGE, LARGE_SPANS, NANOS, PROMPTS, RARE
from benchmarks.platform.served import Served

Query = Mapping[str, object]

_PROMPT = PROMPTS[0]
_LISTS: Mapping[str, Query] = {
    "newest": {},
    "by name": {"name": "summary"},
    "by user": {"user": "user-3"},
    "by tag": {"tag": "beta"},
    "by environment": {"environment": "staging"},
    "by model": {"model": "gpt-4o"},
    "by connection": {"connection": "azure_krc"},
    "by prompt version": {"prompt": _PROMPT, "version": 3},
    "that failed": {"status": "failed"},
    "that recovered": {"status": "recovered"},
    "by release": {"release": "2026.7"},
    "by a release that is nowhere": {"release": "nowhere"},
    "of a week": {"since": END - timedelta(days=37), "until": END - timedelta(days=30)},
    "by name, user and tag": {"name": "summary", "user": "user-3", "tag": "web"},
    "by a common name and a rare environment": {"name": "checkout-assistant", "environment": RARE},
    "by a common model and a rare environment": {"model": "gpt-4o", "environment": RARE},
    "by a common name and model, failed": {"name": "checkout-assistant", "model": "gpt-4o", "status": "failed"},
    "with failed calls": {"calls": "failed"},
    "with failed calls of a model": {"calls": "failed", "model": "gpt-4o"},
    "with calls of a prompt version": {"calls": "all", "prompt": _PROMPT, "version": 3},
    "with calls without a prompt": {"calls": "all", "without": "prompt"},
    "by their slowest call": {"sort": "latency"},
    "by their slowest call of a model": {"sort": "first_token", "model": "gpt-4o"},
    "with a text in many names": {"q": "assist"},
    "with a text in no name": {"q": "nowhere"},
    "with content that is nowhere": {"q": "nowhere", "deep": 1},
}


def of_pages(platform: Served) -> Iterator[tuple[str, str]]:
    """Yield every page that a browser reads: what it is called, and its address."""
    yield from _dashboards()
    for name, query in _LISTS.items():
        yield f"traces {name}", _path("/traces", **query)
    middle, deep = _moment(0.5), _moment(0.9)
    yield "traces from 90 of 100 on", _path("/traces", before=f"{deep}.0")
    yield "traces by model from 90 of 100 on", _path("/traces", model="gpt-4o", before=f"{deep}.0")
    yield "traces back from 90 of 100", _path("/traces", after=f"{deep}.0")
    yield "traces newest, as an open page asks again", "/traces/newest"
    small = _trace(platform, middle)
    yield "a trace", f"/traces/{small}"
    yield "a trace, whether it changed", f"/traces/{small}/state"
    yield f"a trace of {LARGE_SPANS:,} observations", f"/traces/{LARGE}"
    yield "the same, as many lines as there may be", _path(f"/traces/{LARGE}", spans="more")
    yield "the same, as JSON, uncut", _path(f"/traces/{LARGE}", **{"as": "json", "all": 1})
    yield "prompts", "/prompts"
    yield "prompts of a folder", _path("/prompts", folder="team-3")
    yield "prompts, searched", _path("/prompts", q="task")
    yield "a prompt, with what used it", _path("/prompts/show", name=_PROMPT)
    yield "two versions of a prompt", _path("/prompts/compare", name=_PROMPT)
    yield "a prompt's next version", _path("/prompts/write", name=_PROMPT)
    yield "connections", "/connections"
    yield "a connection's form", _path("/connections/edit", name="azure_krc")
    yield "playground", "/playground"
    yield "playground with a prompt", _path("/playground", prompt=_PROMPT)


def _dashboards() -> Iterator[tuple[str, str]]:
    quiet = END - timedelta(days=20)
    for name, begin, end, by in (
        ("a quiet hour by model", quiet - timedelta(hours=1), quiet, "model"),
        ("a busy hour by model", END - timedelta(hours=1), END, "model"),
        ("a day by model", quiet - timedelta(days=1), quiet, "model"),
        ("a day by prompt version", quiet - timedelta(days=1), quiet, "version"),
        ("7 days by connection", quiet - timedelta(days=7), quiet, "connection"),
        ("30 days by model", quiet - timedelta(days=30), quiet, "model"),
        ("30 days by prompt version", quiet - timedelta(days=30), quiet, "version"),
        (f"{DAYS} days by model", BEGIN, END, "model"),
        (f"{DAYS} days by prompt version", BEGIN, END, "version"),
    ):
        yield f"dashboard: {name}", _path("/", since=begin, until=end, by=by)
    month: Query = {"since": quiet - timedelta(days=30), "until": quiet}
    yield "dashboard: 30 days of an environment", _path("/", **month, by="model", environment="staging")
    yield "export: a day by model", _path("/dashboard.csv", since=quiet - timedelta(days=1), until=quiet, by="model")
    yield "export: 30 days by prompt version", _path("/dashboard.csv", **month, by="version")


def of_api(platform: Served) -> Iterator[tuple[str, str]]:
    """Yield what the SDKs of Langfuse read: what it is called, and its address."""

    def path(name: str, /, **query: object) -> str:
        return _path(f"/api/public/{name}", **query)

    traces, observations = (_total(platform, name) for name in ("traces", "observations"))
    session = platform.get(path("sessions", limit=1))["data"][0]["id"]
    cursor = platform.get(path("v2/observations", limit=1, toStartTime=_iso(_moment(0.9))))["meta"]["cursor"]
    yield "GET traces", path("traces", limit=50)
    yield "GET traces, last page", path("traces", limit=50, page=traces // 50)
    yield "GET traces, by user and name", path("traces", limit=50, userId="user-3", name="summary")
    yield "GET traces, by tag", path("traces", limit=50, tags="beta")
    yield "GET a trace", path(f"traces/{_trace(platform, _moment(0.5))}")
    yield "GET a session", path(f"sessions/{session}")
    yield "GET sessions", path("sessions", limit=50)
    yield "GET observations, last page", path("observations", limit=50, page=observations // 50)
    yield "GET v2/observations", path("v2/observations", limit=50)
    yield "GET v2/observations, cursor after 90 of 100", path("v2/observations", limit=50, cursor=cursor)
    yield "GET metrics/daily, 1 day", path("metrics/daily", limit=1)
    yield "GET metrics/daily, 50 days", path("metrics/daily", limit=50)
    yield "GET metrics/daily, 50 days, by name", path("metrics/daily", limit=50, traceName="summary")


def _total(platform: Served, name: str) -> int:
    return int(platform.get(f"/api/public/{name}?limit=1")["meta"]["totalItems"])


def _trace(platform: Served, until: int) -> str:
    """Return the id of the last trace before a moment."""
    found = platform.get(_path("/api/public/traces", limit=1, toTimestamp=_iso(until)))
    return str(found["data"][0]["id"])


def _moment(share: float) -> int:
    """Return the moment, in nanoseconds since 1970, that a share of the days lies after."""
    return int((END - (END - BEGIN) * share).timestamp()) * NANOS


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment // NANOS, UTC).isoformat()


def _path(path: str, /, **query: object) -> str:
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in query.items()}
    return f"{path}?{urlencode(said)}" if said else path
