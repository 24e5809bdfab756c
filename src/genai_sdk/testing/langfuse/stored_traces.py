"""A fake project's traces, as the API is given them: looked for one by one, and summed up when they are asked for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from genai_sdk.langfuse.api.columns import columns_of
from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.langfuse.api.queries import ObservationQuery, TraceQuery
from genai_sdk.langfuse.api.records import StoredSession
from genai_sdk.langfuse.api.store import ListedTrace
from genai_sdk.langfuse.conventions import TRACE
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.timestamps import to_micros
from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.values import below
from genai_sdk.langfuse.views import moment, tokens
from genai_sdk.testing.langfuse.rows import cut, follow, within
from genai_sdk.testing.langfuse.traces import ScoreStore, TraceStore

# ruff: noqa: A002, D102 - an `id` is Langfuse's name; the API's `Store` says what each method is


class FakeTraces:
    """A fake project's traces behind the API."""

    def __init__(self, traces: TraceStore, scores: ScoreStore) -> None:
        self._traces = traces
        self._scores = scores
        self.add = traces.add

    def delete(self, ids: Sequence[str]) -> int:
        for score in self._scores.stored:
            if score.trace_id in ids:
                self._scores.delete(score.id)
        return self._traces.delete(ids)

    def find(self, id: str) -> Trace | None:
        return next((trace for trace in self._traces if trace.id == id), None)

    def page(self, query: TraceQuery, limit: int, offset: int) -> tuple[list[ListedTrace], int]:
        rows = [_listed(trace) for trace in self._chosen(query)]
        rows.sort(key=lambda row: row.start, reverse=not query.oldest_first)
        return cut(rows, limit, offset)

    def daily(self, query: TraceQuery, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
        days: dict[str, list[Trace]] = {}
        for trace in self._chosen(query):
            days.setdefault(moment(_start(trace))[:10], []).append(trace)
        rows = [_day(day, traces) for day, traces in sorted(days.items(), reverse=True)]
        return cut(rows, limit, offset)

    def _chosen(self, query: TraceQuery) -> list[Trace]:
        return [
            trace
            for trace in self._traces
            if all(
                wanted in (None, known)
                for wanted, known in (
                    (query.name, trace.name),
                    (query.user_id, trace.user_id),
                    (query.session_id, trace.session_id),
                    (query.release, trace.release),
                    (query.version, trace.version),
                )
            )
            and set(query.tags) <= set(trace.tags)
            and (not query.environments or trace.environment in query.environments)
            and within(_start(trace), query.since, query.until)
        ]


class FakeObservations:
    """A fake project's observations behind the API."""

    def __init__(self, traces: TraceStore) -> None:
        self._traces = traces

    def find(self, id: str) -> Observation | None:
        return next((each for each in self._traces.observations() if each.id == id), None)

    def page(self, query: ObservationQuery, limit: int, offset: int) -> tuple[list[Observation], int]:
        return cut([each for _, each in self._newest(query)], limit, offset)

    def after(
        self, query: ObservationQuery, limit: int, place: Cursor | None
    ) -> tuple[list[Observation], Cursor | None]:
        return follow(list(self._newest(query)), limit, place)

    def facts(self, query: ObservationQuery) -> Iterator[Mapping[str, Any]]:
        return (columns_of(each) for _, each in self._newest(query))

    def _newest(self, query: ObservationQuery) -> Iterator[tuple[Cursor, Observation]]:
        observations = []
        for trace in self._traces:
            for each in trace.observations:
                if _is_asked_for(query, each, trace):
                    observations.append((Cursor(each.start, int(each.id[-15:], 16)), each))
        return iter(sorted(observations, key=lambda pair: (pair[0].moment, pair[0].key), reverse=True))


class FakeSessions:
    """A fake project's sessions behind the API."""

    def __init__(self, traces: TraceStore) -> None:
        self._traces = traces

    def page(
        self,
        limit: int,
        offset: int,
        *,
        environments: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
    ) -> tuple[list[StoredSession], int]:
        chosen = [
            each
            for each in self._all().values()
            if (not environments or each.environment in environments) and within(each.created_at, since, until)
        ]
        return cut(sorted(chosen, key=lambda each: each.created_at, reverse=True), limit, offset)

    def find(self, id: str) -> StoredSession | None:
        return self._all().get(id)

    def _all(self) -> dict[str, StoredSession]:
        sessions: dict[str, StoredSession] = {}
        for trace in self._traces:
            if (name := trace.session_id) is not None and name not in sessions:
                arrived = min(to_micros(each.arrived) for each in trace.observations)
                sessions[name] = StoredSession(name, arrived, trace.environment)
        return sessions


def _start(trace: Trace) -> int:
    return min(each.start for each in trace.observations)


def _is_asked_for(query: ObservationQuery, each: Observation, trace: Trace) -> bool:
    pairs: tuple[tuple[Any, Callable[[], Any]], ...] = (
        (query.trace_id, lambda: each.trace_id),
        (query.name, lambda: each.name),
        (query.type, lambda: each.type),
        (query.level, lambda: each.level),
        (query.user_id, lambda: each.user_id),
        (query.version, lambda: each.version),
        (query.parent_id, lambda: each.parent_id),
        (query.session_id, lambda: trace.session_id),
        (query.is_root, lambda: each.parent_id is None),
    )
    return (
        all(wanted is None or wanted == known() for wanted, known in pairs)
        and (not query.environments or each.environment in query.environments)
        and within(each.start, query.since, query.until)
    )


def _listed(trace: Trace) -> ListedTrace:
    spans = [below(each.attributes, TRACE + "metadata") for each in trace.observations]
    return ListedTrace(
        id=trace.id,
        name=trace.name,
        start=_start(trace),
        seconds=trace.seconds,
        environment=trace.environment,
        user_id=trace.user_id,
        session_id=trace.session_id,
        release=trace.release,
        version=trace.version,
        is_public=trace.is_public,
        tags=trace.tags,
        cost=trace.cost,
        arrived=min(to_micros(each.arrived) for each in trace.observations),
        updated=max(to_micros(each.arrived) for each in trace.observations),
        root=trace.root,
        input=trace.input,
        output=trace.output,
        metadata={key: part for span in reversed(spans) for key, part in span.items()},
        observation_ids=[each.id for each in trace.observations],
    )


def _day(day: str, traces: Sequence[Trace]) -> dict[str, Any]:
    observations = [each for trace in traces for each in trace.observations]
    models: dict[str, list[Observation]] = {}
    for each in observations:
        if each.model is not None:
            models.setdefault(each.model, []).append(each)
    return {
        "day": day,
        "traces": len(traces),
        "observations": len(observations),
        "cost": sum(trace.cost for trace in traces),
        "models": sorted((_model(name, rows) for name, rows in models.items()), key=lambda row: -row["cost"]),
    }


def _model(name: str, observations: Sequence[Observation]) -> dict[str, Any]:
    counted = [tokens(each.usage) for each in observations]
    return {
        "model": name,
        "traces": len({each.trace_id for each in observations}),
        "observations": len(observations),
        "input": sum(each["input"] for each in counted),
        "output": sum(each["output"] for each in counted),
        "tokens": sum(each["total"] for each in counted),
        "cost": sum(each.cost.get("total", sum(each.cost.values())) for each in observations),
    }
