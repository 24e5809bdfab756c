"""What the API needs of whoever keeps a project's data: a part for each kind of thing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.langfuse.api.dataset_store import Datasets
from genai_sdk.langfuse.api.queries import ObservationQuery, ScoreQuery, TraceQuery
from genai_sdk.langfuse.api.records import StoredConnection, StoredModel, StoredScore, StoredSession
from genai_sdk.langfuse.composition import Composed
from genai_sdk.langfuse.new_connection import NewConnection
from genai_sdk.langfuse.new_model import NewModel
from genai_sdk.langfuse.new_prompt import NewPrompt
from genai_sdk.langfuse.new_score import NewScore
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.prompt import PromptVersion
from genai_sdk.langfuse.trace import Trace

# ruff: noqa: A002 - an `id` is Langfuse's name


class ListedTrace(msgspec.Struct, frozen=True, kw_only=True):
    """A trace as Langfuse's list shows it: with contents, and without any observation but its root.

    Attributes:
        id: 32 hexadecimal digits.
        name: Its name.
        start: When its first observation began, in nanoseconds since 1970.
        seconds: From the first start to the last end.
        environment: Where it comes from.
        user_id: The user.
        session_id: The session.
        release: The release.
        version: The version.
        is_public: Whether anybody may see it.
        tags: Its tags, sorted.
        cost: US dollars, None where unknown.
        arrived: When its first observation came, in microseconds since 1970.
        updated: When its last one came.
        root: Its root.
        input: What went in.
        output: What came out.
        metadata: What it says of itself, beside what its root says.
        observation_ids: The ids of all its observations, in the order they began.
    """

    id: str
    name: str
    start: int
    seconds: float
    environment: str
    user_id: str | None
    session_id: str | None
    release: str | None
    version: str | None
    is_public: bool
    tags: list[str]
    cost: float | None
    arrived: int
    updated: int
    root: Observation
    input: Any
    output: Any
    metadata: Mapping[str, Any]
    observation_ids: list[str]


class Connections(Protocol):
    """LLM connections."""

    def page(self, limit: int, offset: int) -> tuple[list[StoredConnection], int]:
        """Return some connections, the newest first, and how many there are."""
        ...

    def put(self, new: NewConnection) -> tuple[StoredConnection, bool]:
        """Register a connection, or write the one of its name anew; also returns whether it is new."""
        ...

    def delete(self, id: str) -> bool:
        """Delete a connection; returns whether there was one."""
        ...


class Prompts(Protocol):
    """Prompts and their versions."""

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
        """Return the versions that fit of some prompts, and how many prompts have any."""
        ...

    def create(self, new: NewPrompt) -> PromptVersion:
        """Write the next version of a prompt."""
        ...

    def find(self, name: str, *, label: str | None = None, version: int | None = None) -> PromptVersion | None:
        """Return a version by its number or by a label, or None."""
        ...

    def composed(
        self, name: str, *, label: str | None = None, version: int | None = None
    ) -> tuple[PromptVersion, Composed] | None:
        """Return a version with its references replaced, or None."""
        ...

    def label(self, name: str, version: int, labels: Sequence[str]) -> PromptVersion:
        """Give a version further labels, which other versions lose."""
        ...

    def delete(self, name: str, *, label: str | None = None, version: int | None = None) -> int:
        """Delete versions; returns how many there were."""
        ...

    def ids(self, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Return the ids of versions, by name and number."""
        ...


class Traces(Protocol):
    """Traces, taken in as spans."""

    def add(self, spans: Iterable[Observation]) -> None:
        """Take spans in: all of them, or none."""
        ...

    def page(self, query: TraceQuery, limit: int, offset: int) -> tuple[list[ListedTrace], int]:
        """Return some traces, the newest first unless asked otherwise, and how many there are."""
        ...

    def find(self, id: str) -> Trace | None:
        """Return a trace with all that belongs to it, or None."""
        ...

    def delete(self, ids: Sequence[str]) -> int:
        """Delete traces with all that belongs to them; returns how many there were."""
        ...

    def daily(self, query: TraceQuery, limit: int, offset: int) -> tuple[list[dict[str, Any]], int]:
        """Return the sums of some days (UTC), the newest first, and how many days have traces."""
        ...


class Observations(Protocol):
    """Observations across traces."""

    def find(self, id: str) -> Observation | None:
        """Return an observation, or None."""
        ...

    def page(self, query: ObservationQuery, limit: int, offset: int) -> tuple[list[Observation], int]:
        """Return some observations, the newest first, and how many there are."""
        ...

    def after(
        self, query: ObservationQuery, limit: int, place: Cursor | None
    ) -> tuple[list[Observation], Cursor | None]:
        """Return the observations that follow a place, the newest first, and the place they end at if more follow."""
        ...

    def facts(self, query: ObservationQuery) -> Iterable[Mapping[str, Any]]:
        """Return what can be summed up of observations; the names are those of `metrics_query.OBSERVATIONS`."""
        ...


class Scores(Protocol):
    """Scores."""

    def put(self, scores: Iterable[NewScore]) -> list[str]:
        """Write scores, all or none; one with an id that is there replaces it. Returns their ids."""
        ...

    def find(self, id: str) -> StoredScore | None:
        """Return a score, or None."""
        ...

    def page(self, query: ScoreQuery, limit: int, offset: int) -> tuple[list[StoredScore], int]:
        """Return some scores, the newest first, and how many there are."""
        ...

    def after(self, query: ScoreQuery, limit: int, place: Cursor | None) -> tuple[list[StoredScore], Cursor | None]:
        """Return the scores that follow a place, the newest first, and the place they end at if more follow."""
        ...

    def of_traces(self, trace_ids: Sequence[str]) -> dict[str, list[StoredScore]]:
        """Return the scores of some traces, oldest first, by the trace's id."""
        ...

    def delete(self, id: str) -> bool:
        """Delete a score; returns whether there was one."""
        ...


class Sessions(Protocol):
    """Sessions: traces that belong together."""

    def page(
        self,
        limit: int,
        offset: int,
        *,
        environments: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
    ) -> tuple[list[StoredSession], int]:
        """Return some sessions, the newest first, and how many there are; times are in microseconds since 1970."""
        ...

    def find(self, id: str) -> StoredSession | None:
        """Return a session, or None."""
        ...


class Models(Protocol):
    """Models of the project's own, with prices."""

    def page(self, limit: int, offset: int) -> tuple[list[StoredModel], int]:
        """Return some models by name, and how many there are."""
        ...

    def put(self, new: NewModel) -> StoredModel:
        """Write a model."""
        ...

    def find(self, id: str) -> StoredModel | None:
        """Return a model, or None."""
        ...

    def delete(self, id: str) -> bool:
        """Delete a model; returns whether there was one."""
        ...


class Store(Protocol):
    """All that a project keeps."""

    @property
    def connections(self) -> Connections:
        """LLM connections."""
        ...

    @property
    def prompts(self) -> Prompts:
        """Prompts."""
        ...

    @property
    def traces(self) -> Traces:
        """Traces."""
        ...

    @property
    def observations(self) -> Observations:
        """Observations."""
        ...

    @property
    def scores(self) -> Scores:
        """Scores."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Sessions."""
        ...

    @property
    def models(self) -> Models:
        """Models."""
        ...

    @property
    def datasets(self) -> Datasets:
        """Datasets."""
        ...
