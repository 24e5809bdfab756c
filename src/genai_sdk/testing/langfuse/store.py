"""What a fake project keeps, as the API is given it: in memory, and looked for one by one."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from genai_sdk.langfuse.api.facts import facts_of
from genai_sdk.langfuse.api.place import Place
from genai_sdk.langfuse.api.queries import ObservationQuery, ScoreQuery, TraceQuery
from genai_sdk.langfuse.api.records import StoredConnection, StoredModel, StoredScore, StoredSession
from genai_sdk.langfuse.api.store import ListedTrace
from genai_sdk.langfuse.composition import Composed, resolve
from genai_sdk.langfuse.conventions import TRACE
from genai_sdk.langfuse.moments import to_micros
from genai_sdk.langfuse.new_connection import NewConnection, display_secret
from genai_sdk.langfuse.new_model import NewModel
from genai_sdk.langfuse.new_prompt import NewPrompt
from genai_sdk.langfuse.new_score import NewScore
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.prompt import PromptVersion
from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.values import below
from genai_sdk.langfuse.views import moment, tokens
from genai_sdk.testing.langfuse.prompts import PromptStore
from genai_sdk.testing.langfuse.traces import ScoreStore, TraceStore

if TYPE_CHECKING:
    from genai_sdk.connections import ConnectionRecord
    from genai_sdk.testing.langfuse.project import FakeProject

# ruff: noqa: A002 - an `id` is Langfuse's name

T = TypeVar("T")


class FakeStore:
    """A fake project's data behind the API.

    Args:
        project: The project.
    """

    def __init__(self, project: "FakeProject") -> None:
        self.connections = _Connections(project)
        self.prompts = _Prompts(project.prompts)
        self.traces = _Traces(project.traces, project.scores)
        self.observations = _Observations(project.traces)
        self.scores = _Scores(project.scores)
        self.sessions = _Sessions(project.traces)
        self.models = _Models()


class _Connections:
    def __init__(self, project: "FakeProject") -> None:
        self._project = project

    def page(self, limit: int, offset: int) -> tuple[list[StoredConnection], int]:
        newest_first = sorted(self._project.connections, key=lambda record: record.created_at, reverse=True)
        return _cut([self._stored(record) for record in newest_first], limit, offset)

    def put(self, new: NewConnection) -> tuple[StoredConnection, bool]:
        from genai_sdk.connections import ConnectionRecord  # what a fake without connections need not load

        now, store = datetime.now(UTC), self._project.connections
        older = next((record for record in store if record.name == new.provider), None)
        record = ConnectionRecord(
            name=new.provider,
            adapter=new.adapter,
            secret=new.secret_key,
            base_url=new.base_url or None,
            custom_models=tuple(new.custom_models or ()),
            with_default_models=new.with_default_models,
            extra_headers=new.extra_headers or None,
            config=new.config,
            created_at=now if older is None else older.created_at,
            updated_at=now,
        )
        store.put(record)
        return self._stored(record), older is None

    def delete(self, id: str) -> bool:
        for record in self._project.connections:
            if self._id(record.name) == id:
                self._project.connections.remove(record.name)
                return True
        return False

    def _stored(self, record: "ConnectionRecord") -> StoredConnection:
        return StoredConnection(
            id=self._id(record.name),
            name=record.name,
            adapter=record.adapter,
            display_secret=display_secret(record.adapter, record.secret or ""),
            base_url=record.base_url,
            custom_models=tuple(model for model in record.custom_models if model is not None),
            with_default_models=record.with_default_models,
            header_names=tuple(record.extra_headers) if isinstance(record.extra_headers, dict) else (),
            config=record.config if isinstance(record.config, dict) else None,
            created_at=record.created_at,
            updated_at=record.updated_at,
        )

    def _id(self, name: str) -> str:
        """Return a connection's id, which the fake's records do without: the same for the same name."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._project.id}/{name}"))


class _Prompts:
    def __init__(self, prompts: PromptStore) -> None:
        self._prompts = prompts
        self.find = prompts.find
        self.delete = prompts.delete

    def page(
        self,
        limit: int,
        offset: int,
        *,
        name: str | None = None,
        label: str | None = None,
        tag: str | None = None,
        version: int | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> tuple[list[list[PromptVersion]], int]:
        found = []
        for each in self._prompts if name is None else [name]:
            versions = [
                one
                for one in self._prompts.versions(each)
                if label in (None, *one.labels)
                and tag in (None, *one.tags)
                and version in (None, one.version)
                and _within(to_micros(one.updated_at), since, until)
            ]
            if versions:
                found.append(versions)
        return _cut(found, limit, offset)

    def create(self, new: NewPrompt) -> PromptVersion:
        return self._prompts.create(
            new.name,
            new.prompt,
            labels=new.labels,
            tags=new.tags,
            config=new.config,
            commit_message=new.commit_message,
        )

    def composed(
        self, name: str, *, label: str | None = None, version: int | None = None
    ) -> tuple[PromptVersion, Composed] | None:
        found = self._prompts.find(name, label=label, version=version)
        return None if found is None else (found, resolve(self._prompts.find, found))

    def label(self, name: str, version: int, labels: Sequence[str]) -> PromptVersion:
        return self._prompts.label(name, version, *labels)

    def ids(self, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        known = self._prompts.ids
        return {each: known[each] for each in wanted if each in known}


class _Traces:
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
        return _cut(rows, limit, offset)

    def daily(self, query: TraceQuery, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
        days: dict[str, list[Trace]] = {}
        for trace in self._chosen(query):
            days.setdefault(moment(_start(trace))[:10], []).append(trace)
        rows = [_day(day, traces) for day, traces in sorted(days.items(), reverse=True)]
        return _cut(rows, limit, offset)

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
            and _within(_start(trace), query.since, query.until)
        ]


class _Observations:
    def __init__(self, traces: TraceStore) -> None:
        self._traces = traces

    def find(self, id: str) -> Observation | None:
        return next((each for each in self._traces.observations() if each.id == id), None)

    def page(self, query: ObservationQuery, limit: int, offset: int) -> tuple[list[Observation], int]:
        return _cut([each for _, each in self._newest(query)], limit, offset)

    def after(self, query: ObservationQuery, limit: int, place: Place | None) -> tuple[list[Observation], Place | None]:
        return _follow(list(self._newest(query)), limit, place)

    def facts(self, query: ObservationQuery) -> Iterator[Mapping[str, Any]]:
        return (facts_of(each) for _, each in self._newest(query))

    def _newest(self, query: ObservationQuery) -> Iterator[tuple[Place, Observation]]:
        found = []
        for trace in self._traces:
            for each in trace.observations:
                if _is_asked_for(query, each, trace):
                    found.append((Place(each.start, int(each.id[-15:], 16)), each))
        return iter(sorted(found, key=lambda pair: (pair[0].moment, pair[0].key), reverse=True))


class _Scores:
    def __init__(self, scores: ScoreStore) -> None:
        self._scores = scores
        self.find = scores.find
        self.delete = scores.delete

    def put(self, scores: Iterable[NewScore]) -> list[str]:
        return [self._scores.put(new).id for new in list(scores)]

    def page(self, query: ScoreQuery, limit: int, offset: int) -> tuple[list[StoredScore], int]:
        return _cut([each for _, each in self._newest(query)], limit, offset)

    def after(self, query: ScoreQuery, limit: int, place: Place | None) -> tuple[list[StoredScore], Place | None]:
        return _follow(self._newest(query), limit, place)

    def of_traces(self, trace_ids: Sequence[str]) -> dict[str, list[StoredScore]]:
        return {id: [each for each in self._scores.stored if each.trace_id == id] for id in trace_ids}  # noqa: A001

    def _newest(self, query: ScoreQuery) -> list[tuple[Place, StoredScore]]:
        numbered = enumerate(self._scores.stored)
        found = [
            (Place(to_micros(each.created_at), number), each) for number, each in numbered if _is_sought(query, each)
        ]
        return sorted(found, key=lambda pair: (pair[0].moment, pair[0].key), reverse=True)


class _Sessions:
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
            if (not environments or each.environment in environments) and _within(each.created_at, since, until)
        ]
        return _cut(sorted(chosen, key=lambda each: each.created_at, reverse=True), limit, offset)

    def find(self, id: str) -> StoredSession | None:
        return self._all().get(id)

    def _all(self) -> dict[str, StoredSession]:
        found: dict[str, StoredSession] = {}
        for trace in self._traces:
            if (name := trace.session_id) is not None and name not in found:
                arrived = min(to_micros(each.arrived) for each in trace.observations)
                found[name] = StoredSession(name, arrived, trace.environment)
        return found


class _Models:
    def __init__(self) -> None:
        self._models: dict[str, StoredModel] = {}
        self.find = self._models.get

    def page(self, limit: int, offset: int) -> tuple[list[StoredModel], int]:
        return _cut(sorted(self._models.values(), key=lambda each: each.name), limit, offset)

    def put(self, new: NewModel) -> StoredModel:
        model = StoredModel(
            id=str(uuid.uuid4()),
            name=new.model_name,
            match_pattern=new.match_pattern,
            unit=new.unit,
            input_price=new.input_price,
            output_price=new.output_price,
            total_price=new.total_price,
            start_date=new.start_date,
            tokenizer_id=new.tokenizer_id,
            tokenizer_config=new.tokenizer_config,
            created_at=datetime.now(UTC),
        )
        self._models[model.id] = model
        return model

    def delete(self, id: str) -> bool:
        return self._models.pop(id, None) is not None


def _cut(rows: list[T], limit: int, offset: int) -> tuple[list[T], int]:
    return rows[offset : offset + limit], len(rows)


def _follow(rows: list[tuple[Place, T]], limit: int, place: Place | None) -> tuple[list[T], Place | None]:
    """Return the rows that follow a place, the newest first, and the place they end at if more follow."""
    left = [(each, row) for each, row in rows if place is None or (each.moment, each.key) < (place.moment, place.key)]
    shown = left[:limit]
    return [row for _, row in shown], shown[-1][0] if shown and len(left) > limit else None


def _within(value: int, since: int | None, until: int | None) -> bool:
    return (since is None or value >= since) and (until is None or value < until)


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
        and _within(each.start, query.since, query.until)
    )


def _is_sought(query: ScoreQuery, each: StoredScore) -> bool:
    pairs: tuple[tuple[Sequence[Any], Any], ...] = (
        (query.ids, each.id),
        (query.names, each.name),
        (query.data_types, each.data_type),
        (query.numbers, each.number),
        (query.texts, each.text),
        (query.trace_ids, each.trace_id),
        (query.observation_ids, each.observation_id),
        (query.session_ids, each.session_id),
        (query.environments, each.environment),
    )
    return (
        all(not wanted or known in wanted for wanted, known in pairs)
        and (query.least is None or (each.number is not None and each.number >= query.least))
        and (query.most is None or (each.number is not None and each.number <= query.most))
        and _within(to_micros(each.created_at), query.since, query.until)
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
