"""What Langfuse recorded, read from a server of any age: its observations where it lists them, else its traces.

A bare 4.16 (mode `events_only`) answers `v2/observations` and refuses the older endpoints; a 3.x has only those. A 4.x
that still writes as a 3.x did has both and keeps nothing behind the new one. So the new endpoint is asked first, the
old one where it is missing or empty, and what answered is remembered.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from genai_sdk.cli.remote import Remote
from genai_sdk.errors import ConfigurationError
from genai_sdk.langfuse.title import title_of
from genai_sdk.langfuse.tree import ObservationRow
from genai_sdk.sentence import Sentence

_OBSERVATIONS = "/api/public/v2/observations"
_TRACES = "/api/public/traces"
_OF_TRACE = "core,basic,time,model,usage,prompt,metrics,trace_context,metadata"
_OF_LIST = "core,basic,time,model,usage,metrics,trace_context,metadata"
_PAGE = 1_000  # the most that one page of observations holds; one of traces holds 100
_OLD_PAGE = 100
_MOST = 20_000
"""How many observations of a trace are read."""


class TraceSelection(msgspec.Struct, frozen=True, kw_only=True):
    """Which traces; what is None counts for nothing.

    Attributes:
        name: Of this name.
        user: Of this user.
        session: Of this session.
        environment: From this environment.
        level: Whose root is of this level: DEBUG, DEFAULT, WARNING or ERROR.
        since: Begun at this moment or later, in ISO 8601.
    """

    name: str | None = None
    user: str | None = None
    session: str | None = None
    environment: str | None = None
    level: str | None = None
    since: str | None = None


class TraceSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A trace as a line of a list.

    Attributes:
        id: 32 hexadecimal digits.
        name: What it is called, by default what its root is.
        start: When it began, in ISO 8601.
        seconds: How long it took, None where the server does not say.
        model: The model of its root, or None.
        usage: Tokens of its root, by kind.
        cost: US dollars, None where unknown.
        user: The user.
        session: The session.
        environment: Where it comes from.
        level: How its root went, None where the server does not say.
        message: What was said of the level.
    """

    id: str
    name: str
    start: str
    seconds: float | None = None
    model: str | None = None
    usage: dict[str, int] = {}
    cost: float | None = None
    user: str | None = None
    session: str | None = None
    environment: str | None = None
    level: str | None = None
    message: str | None = None


class RecordedTrace(msgspec.Struct, frozen=True, kw_only=True):
    """A trace with its observations, as far as they are drawn.

    Attributes:
        name: What it is called, by default what its root is.
        seconds: From the first start to the last end.
        cost: US dollars, as far as they are known; None where none is.
        user: The user.
        session: The session.
        tags: Its tags.
        observations: In the order they began.
    """

    name: str
    seconds: float
    cost: float | None
    user: str | None
    session: str | None
    tags: list[str]
    observations: list[ObservationRow]


class TraceReader:
    """Reads traces; finds out once what the server answers.

    Args:
        remote: Where it is asked.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._is_old: bool | None = None

    def trace(self, trace_id: str) -> RecordedTrace:
        """Return a trace.

        Raises:
            ConfigurationError: There is none.
        """
        if not self._is_old:
            rows = list(self._observations({"traceId": trace_id, "fields": _OF_TRACE}, _MOST))
            if rows:
                self._is_old = False
                return _of_observations(rows)
        row = self._remote.find(f"{_TRACES}/{quote(trace_id, safe='')}")
        if row is None:
            raise ConfigurationError(
                Sentence.of(
                    "traces.none",
                    "Langfuse at {url} has no trace {trace_id!r} in this project",
                    url=self._remote.url,
                    trace_id=trace_id,
                )
            )
        self._is_old = True
        return _of_trace(row)

    def rows(self, trace_id: str) -> list[dict[str, Any]]:
        """Return a trace's observations with what went in and came out, in the order they began.

        Raises:
            ConfigurationError: There is no such trace.
        """
        rows = list(self._observations({"traceId": trace_id, "fields": f"{_OF_TRACE},io"}, _MOST))
        if not rows:
            row = self._remote.find(f"{_TRACES}/{quote(trace_id, safe='')}")
            if row is None:
                raise ConfigurationError(
                    Sentence.of(
                        "traces.none",
                        "Langfuse at {url} has no trace {trace_id!r} in this project",
                        url=self._remote.url,
                        trace_id=trace_id,
                    )
                )
            rows = row["observations"]
        return sorted(rows, key=lambda each: str(each["startTime"]))

    def traces(self, wanted: TraceSelection, limit: int) -> list[TraceSummary]:
        """Return traces, the newest first.

        Raises:
            ConfigurationError: The server is too old to be asked for a level.
        """
        if not self._is_old:
            query = {
                "isRootObservation": "true",
                "fields": _OF_LIST,
                "name": wanted.name,
                "userId": wanted.user,
                "sessionId": wanted.session,
                "environment": wanted.environment,
                "level": wanted.level,
                "fromStartTime": wanted.since,
            }
            rows = [_listed(each) for each in self._observations(query, limit)]
            if rows:
                self._is_old = False
            if rows or self._is_old is False:
                return rows
        return self._old_traces(wanted, limit)

    def _old_traces(self, wanted: TraceSelection, limit: int) -> list[TraceSummary]:
        query = {
            "name": wanted.name,
            "userId": wanted.user,
            "sessionId": wanted.session,
            "environment": wanted.environment,
            "fromTimestamp": wanted.since,
            "fields": "core,metrics",
        }
        rows: list[TraceSummary] = []
        for page in range(1, -(-limit // _OLD_PAGE) + 1):
            parameters = {**query, "page": page, "limit": min(limit, _OLD_PAGE)}
            answer = self._remote.find(f"{_TRACES}?{_encoded(parameters)}")
            if answer is None:  # neither the new endpoint had any nor is there an old one
                return []
            rows += [_old_listed(each) for each in answer["data"]]
            if page >= answer["meta"]["totalPages"]:
                break
        if rows and wanted.level is not None:
            raise ConfigurationError(
                Sentence.of(
                    "traces.no_levels",
                    "Langfuse at {url} lists traces and not yet observations, and traces have no level: "
                    "leave --level out",
                    url=self._remote.url,
                )
            )
        self._is_old = True if rows else self._is_old
        return rows[:limit]

    def _observations(self, query: Mapping[str, Any], most: int) -> Iterator[dict[str, Any]]:
        """Yield observations, the newest first, page by page; none where the server does not list them."""
        cursor: str | None = None
        while most > 0:
            parameters = {**query, "limit": min(most, _PAGE), "cursor": cursor}
            answer = self._remote.find(f"{_OBSERVATIONS}?{_encoded(parameters)}")
            if answer is None:
                self._is_old = True
                return
            yield from answer["data"][:most]
            most -= len(answer["data"])
            cursor = answer["meta"].get("cursor")
            if cursor is None:
                return


def _encoded(query: Mapping[str, Any]) -> str:
    return urlencode({name: value for name, value in query.items() if value is not None})


def _of_observations(rows: list[dict[str, Any]]) -> RecordedTrace:
    rows.sort(key=lambda each: str(each["startTime"]))
    ids = {each["id"] for each in rows}
    root = next((each for each in rows if each["parentObservationId"] not in ids), rows[0])
    return RecordedTrace(
        name=root.get("traceName") or root["name"] or "",
        seconds=_seconds_of(rows),
        cost=_known(sum(each["totalCost"] or 0 for each in rows), rows),
        user=_first(rows, "userId"),
        session=_first(rows, "sessionId"),
        tags=sorted({tag for each in rows for tag in each.get("tags") or ()}),
        observations=[_row(each) for each in rows],
    )


def _of_trace(trace: Mapping[str, Any]) -> RecordedTrace:
    rows = sorted(trace["observations"], key=lambda each: str(each["startTime"]))
    return RecordedTrace(
        name=trace["name"] or "",
        seconds=trace["latency"] or 0.0,
        cost=_known(trace["totalCost"] or 0, rows),
        user=trace["userId"],
        session=trace["sessionId"],
        tags=trace["tags"],
        observations=[_row(each) for each in rows],
    )


def _row(each: Mapping[str, Any]) -> ObservationRow:
    metadata = each["metadata"] if isinstance(each["metadata"], dict) else {}
    return ObservationRow(
        id=each["id"],
        parent_id=each["parentObservationId"],
        type=each["type"],
        title=title_of(each["name"] or "", metadata),
        seconds=each["latency"] or 0.0,
        model=each["model"] or None,
        usage=each["usageDetails"] or {},
        cost=each["costDetails"] or {},
        is_unpriced=_is_unpriced(each),
        prompt=(each["promptName"], each["promptVersion"]) if each["promptName"] else None,
        level=each["level"],
        status_message=each["statusMessage"] or None,
    )


def _listed(each: Mapping[str, Any]) -> TraceSummary:
    return TraceSummary(
        id=each["traceId"],
        name=each.get("traceName") or each["name"] or "",
        start=each["startTime"],
        seconds=each["latency"],
        model=each["model"] or None,
        usage=each["usageDetails"] or {},
        cost=each["totalCost"] if each["costDetails"] and not _is_unpriced(each) else None,
        user=each["userId"] or None,
        session=each["sessionId"] or None,
        environment=each["environment"] or None,
        level=each["level"],
        message=each["statusMessage"] or None,
    )


def _old_listed(each: Mapping[str, Any]) -> TraceSummary:
    return TraceSummary(
        id=each["id"],
        name=each["name"] or "",
        start=each["timestamp"],
        seconds=each.get("latency"),
        cost=each.get("totalCost") or None,  # an old server's 0 may be a cost that nobody knows
        user=each["userId"],
        session=each["sessionId"],
        environment=each.get("environment"),
    )


def _known(total: float, rows: Iterable[Mapping[str, Any]]) -> float | None:
    """Return a sum of costs; None where it is 0 only because those that would count are not known."""
    priced = [not _is_unpriced(each) for each in rows if each["costDetails"]]
    return total if total or (priced and all(priced)) else None


def _is_unpriced(each: Mapping[str, Any]) -> bool:
    """Whether a cost of 0 stands for one that nobody knows."""
    metadata = each.get("metadata")
    return isinstance(metadata, dict) and metadata.get("cost") == "unknown"


def _first(rows: list[dict[str, Any]], name: str) -> str | None:
    return next((each[name] for each in rows if each[name]), None)


def _seconds_of(rows: list[dict[str, Any]]) -> float:
    from datetime import datetime

    starts = [datetime.fromisoformat(each["startTime"]) for each in rows]
    ends = [datetime.fromisoformat(each["endTime"]) for each in rows if each["endTime"]]
    return (max(ends, default=max(starts)) - min(starts)).total_seconds()
