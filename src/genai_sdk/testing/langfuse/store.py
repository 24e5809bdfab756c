"""What a fake project keeps, as the API is given it: in memory, and looked for one by one."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.langfuse.api.queries import ScoreQuery
from genai_sdk.langfuse.api.records import StoredConnection, StoredModel, StoredScore
from genai_sdk.langfuse.composition import Composed, resolve
from genai_sdk.langfuse.new_connection import NewConnection, display_secret
from genai_sdk.langfuse.new_model import NewModel
from genai_sdk.langfuse.new_prompt import NewPrompt
from genai_sdk.langfuse.new_score import NewScore
from genai_sdk.langfuse.prompt import PromptVersion
from genai_sdk.langfuse.timestamps import to_micros
from genai_sdk.testing.langfuse.connections import ConnectionStore
from genai_sdk.testing.langfuse.datasets import FakeDatasets
from genai_sdk.testing.langfuse.prompts import PromptStore
from genai_sdk.testing.langfuse.rows import cut, follow, within
from genai_sdk.testing.langfuse.stored_traces import FakeObservations, FakeSessions, FakeTraces
from genai_sdk.testing.langfuse.traces import ScoreStore, TraceStore

if TYPE_CHECKING:
    from genai_sdk.connections import ConnectionRecord

# ruff: noqa: A002 - an `id` is Langfuse's name


class FakeStore:
    """A fake project's data behind the API.

    Args:
        project_id: The project.
        connections: Its connections.
        prompts: Its prompts.
        traces: Its traces.
        scores: Its scores.
    """

    def __init__(
        self,
        project_id: str,
        connections: ConnectionStore,
        prompts: PromptStore,
        traces: TraceStore,
        scores: ScoreStore,
    ) -> None:
        self.connections = _Connections(project_id, connections)
        self.prompts = _Prompts(prompts)
        self.traces = FakeTraces(traces, scores)
        self.observations = FakeObservations(traces)
        self.scores = _Scores(scores)
        self.sessions = FakeSessions(traces)
        self.models = _Models()
        self.datasets = FakeDatasets()


class _Connections:
    def __init__(self, project_id: str, connections: ConnectionStore) -> None:
        self._project_id = project_id
        self._connections = connections

    def page(self, limit: int, offset: int) -> tuple[list[StoredConnection], int]:
        newest_first = sorted(self._connections, key=lambda record: record.created_at, reverse=True)
        return cut([self._stored(record) for record in newest_first], limit, offset)

    def put(self, new: NewConnection) -> tuple[StoredConnection, bool]:
        from genai_sdk.connections import ConnectionRecord  # what a fake without connections need not load

        now, store = datetime.now(UTC), self._connections
        older = next((record for record in store if record.name == new.provider), None)
        record = ConnectionRecord(
            name=new.provider,
            adapter=new.adapter,
            secret=new.secret_key,
            base_url=new.base_url or None,
            custom_models=tuple(new.custom_models or ()),
            with_default_models=new.with_default_models,
            extra_headers=new.extra_headers,
            config=new.config,
            created_at=now if older is None else older.created_at,
            updated_at=now,
        )
        store.put(record)
        return self._stored(record), older is None

    def delete(self, id: str) -> bool:
        for record in self._connections:
            if self._id(record.name) == id:
                self._connections.remove(record.name)
                return True
        return False

    def _stored(self, record: "ConnectionRecord") -> StoredConnection:
        return StoredConnection(
            id=self._id(record.name),
            name=record.name,
            adapter=record.adapter,
            display_secret=display_secret(record.adapter, record.secret.reveal() if record.secret is not None else ""),
            base_url=record.base_url,
            custom_models=tuple(model for model in record.custom_models if model is not None),
            with_default_models=record.with_default_models,
            header_names=tuple(record.headers) if isinstance(record.headers, dict) else (),
            config=record.config if isinstance(record.config, dict) else None,
            created_at=record.created_at,
            updated_at=record.updated_at,
        )

    def _id(self, name: str) -> str:
        """Return a connection's id, which the fake's records do without: the same for the same name."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self._project_id}/{name}"))


class _Prompts:
    def __init__(self, prompts: PromptStore) -> None:
        self._prompts = prompts
        self.find = prompts.find

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
        prompts = []
        for each in self._prompts if name is None else [name]:
            versions = [
                one
                for one in self._prompts.versions(each)
                if label in (None, *one.labels)
                and tag in (None, *one.tags)
                and version in (None, one.version)
                and within(to_micros(one.updated_at), since, until)
            ]
            if versions:
                prompts.append(versions)
        return cut(prompts, limit, offset)

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
        prompt = self._prompts.find(name, label=label, version=version)
        return None if prompt is None else (prompt, resolve(self._prompts.find, prompt))

    def delete(self, name: str, *, label: str | None = None, version: int | None = None) -> int:
        doomed = {
            each.version
            for each in self._prompts.versions(name)
            if version in (None, each.version) and (label is None or label in each.labels)
        }

        def left(wanted: str, *, label: str | None = None, version: int | None = None) -> PromptVersion | None:
            prompt = self._prompts.find(wanted, label=label, version=version)
            return None if prompt is not None and prompt.name == name and prompt.version in doomed else prompt

        for other in self._prompts:
            for each in self._prompts.versions(other) if other != name else ():
                resolve(left, each)  # which refuses, where one that stays refers to one that goes
        return self._prompts.delete(name, label=label, version=version)

    def label(self, name: str, version: int, labels: Sequence[str]) -> PromptVersion:
        return self._prompts.label(name, version, *labels)

    def ids(self, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        known = self._prompts.ids
        return {each: known[each] for each in wanted if each in known}


class _Scores:
    def __init__(self, scores: ScoreStore) -> None:
        self._scores = scores
        self.find = scores.find
        self.delete = scores.delete

    def put(self, scores: Iterable[NewScore]) -> list[str]:
        return [self._scores.put(new).id for new in list(scores)]

    def page(self, query: ScoreQuery, limit: int, offset: int) -> tuple[list[StoredScore], int]:
        return cut([each for _, each in self._newest(query)], limit, offset)

    def after(self, query: ScoreQuery, limit: int, place: Cursor | None) -> tuple[list[StoredScore], Cursor | None]:
        return follow(self._newest(query), limit, place)

    def of_traces(self, trace_ids: Sequence[str]) -> dict[str, list[StoredScore]]:
        return {id: [each for each in self._scores.stored if each.trace_id == id] for id in trace_ids}  # noqa: A001

    def _newest(self, query: ScoreQuery) -> list[tuple[Cursor, StoredScore]]:
        numbered = enumerate(self._scores.stored)
        scores = [
            (Cursor(to_micros(each.created_at), number), each) for number, each in numbered if _is_sought(query, each)
        ]
        return sorted(scores, key=lambda pair: (pair[0].moment, pair[0].key), reverse=True)


class _Models:
    def __init__(self) -> None:
        self._models: dict[str, StoredModel] = {}

    def find(self, id: str) -> StoredModel | None:
        return self._models.get(id)

    def page(self, limit: int, offset: int) -> tuple[list[StoredModel], int]:
        return cut(sorted(self._models.values(), key=lambda each: each.name), limit, offset)

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
        and within(to_micros(each.created_at), query.since, query.until)
    )
