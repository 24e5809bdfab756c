"""What a fake project was told: traces and scores."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from genai_sdk.langfuse.api.records import StoredScore
from genai_sdk.langfuse.new_score import NewScore
from genai_sdk.langfuse.observation import Observation, fits
from genai_sdk.langfuse.trace import Trace
from genai_sdk.testing.journal import Watch


class TraceStore:
    """A project's traces, in the order of their first spans' arrival; safe to read from any thread.

    A span that comes twice counts once, as it came last. The waits block: from async code call them with
    `asyncio.to_thread`.

    Args:
        watch: What changes are told to.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._spans: dict[str, dict[str, Observation]] = {}

    def __len__(self) -> int:
        return len(self._spans)

    def __iter__(self) -> Iterator[Trace]:
        return iter(self.all)

    def __getitem__(self, which: int | str) -> Trace:
        """Return a trace by its place or its id."""
        with self._watch.changed:
            return _trace(self._spans[which if isinstance(which, str) else list(self._spans)[which]])

    @property
    def all(self) -> tuple[Trace, ...]:
        """The traces so far."""
        with self._watch.changed:
            return tuple(map(_trace, self._spans.values()))

    def observations(
        self,
        name: str | None = None,
        *,
        type: str | None = None,  # noqa: A002 - Langfuse's name
        attributes: Mapping[str, Any] | None = None,
    ) -> tuple[Observation, ...]:
        """Return the observations of every trace that have this name, type and these attributes, oldest first."""
        matches = [each for trace in self.all for each in trace.observations if fits(each, name, type, attributes)]
        return tuple(sorted(matches, key=lambda each: each.start))

    def add(self, spans: Iterable[Observation]) -> None:
        """Take spans in."""
        with self._watch.changed:
            for span in spans:
                self._spans.setdefault(span.trace_id, {})[span.id] = span
            self._watch.changed.notify_all()

    def delete(self, ids: Iterable[str]) -> int:
        """Delete traces; returns how many there were."""
        with self._watch.changed:
            return sum(self._spans.pop(each, None) is not None for each in set(ids))

    def clear(self) -> None:
        """Forget every trace."""
        with self._watch.changed:
            self._spans.clear()

    def wait_for(self, count: int = 1, timeout: float = 5.0) -> tuple[Trace, ...]:
        """Wait until there are `count` traces, and return them.

        Raises:
            TimeoutError: They did not come within `timeout` seconds.
        """
        self._watch.wait(lambda: len(self) >= count, timeout, lambda: f"{count} traces; there are {len(self)}")
        return self.all

    def wait_for_observations(self, count: int = 1, timeout: float = 5.0) -> tuple[Observation, ...]:
        """Wait until there are `count` observations in all, and return them.

        Raises:
            TimeoutError: They did not come within `timeout` seconds.
        """

        def there() -> int:
            return sum(map(len, self._spans.values()))

        self._watch.wait(lambda: there() >= count, timeout, lambda: f"{count} observations; there are {there()}")
        return self.observations()


class Score(msgspec.Struct, frozen=True):
    """A score as it came.

    Attributes:
        id: Its id.
        name: Its name.
        value: A number or a category.
        trace_id: The trace it judges, or None.
        observation_id: The observation it judges, or None.
        body: What was sent of it, by the API's names.
    """

    id: str
    name: str
    value: float | str
    trace_id: str | None
    observation_id: str | None
    body: Mapping[str, Any]


class ScoreStore:
    """A project's scores, in the order they came; safe to read from any thread.

    Args:
        watch: What changes are told to.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._scores: dict[str, StoredScore] = {}

    def __len__(self) -> int:
        return len(self._scores)

    def __iter__(self) -> Iterator[Score]:
        return iter(self.all)

    def __getitem__(self, place: int) -> Score:
        return self.all[place]

    @property
    def all(self) -> tuple[Score, ...]:
        """The scores so far."""
        return tuple(map(_score, self.stored))

    @property
    def stored(self) -> tuple[StoredScore, ...]:
        """The scores so far, as the API is given them."""
        with self._watch.changed:
            return tuple(self._scores.values())

    def put(self, new: NewScore) -> StoredScore:
        """Take a score in; one with the same id is replaced."""
        is_text, now = isinstance(new.value, str), datetime.now(UTC)
        kind = new.data_type or ("CATEGORICAL" if is_text else "BOOLEAN" if isinstance(new.value, bool) else "NUMERIC")
        with self._watch.changed:
            older = self._scores.get(new.id or "")
            score = StoredScore(
                id=new.id or str(uuid.uuid4()),
                name=new.name,
                data_type=kind,
                number=None if is_text else float(new.value),
                text=str(new.value) if is_text else None,
                trace_id=new.trace_id,
                observation_id=new.observation_id,
                session_id=new.session_id,
                environment=new.environment,
                comment=new.comment,
                metadata=new.metadata,
                created_at=now if older is None else older.created_at,
                updated_at=now,
            )
            self._scores[score.id] = score
            self._watch.changed.notify_all()
        return score

    def find(self, id: str) -> StoredScore | None:  # noqa: A002 - Langfuse's name
        """Return a score, or None."""
        with self._watch.changed:
            return self._scores.get(id)

    def delete(self, id: str) -> bool:  # noqa: A002 - Langfuse's name
        """Delete a score; returns whether there was one."""
        with self._watch.changed:
            return self._scores.pop(id, None) is not None

    def wait_for(self, count: int = 1, timeout: float = 5.0) -> tuple[Score, ...]:
        """Wait until there are `count` scores, and return them. Blocks.

        Raises:
            TimeoutError: They did not come within `timeout` seconds.
        """
        self._watch.wait(lambda: len(self) >= count, timeout, lambda: f"{count} scores; there are {len(self)}")
        return self.all


def _score(stored: StoredScore) -> Score:
    value: float | str | None = stored.text if stored.text is not None else stored.number
    assert value is not None
    body = {
        "id": stored.id,
        "name": stored.name,
        "value": value,
        "dataType": stored.data_type,
        "traceId": stored.trace_id,
        "observationId": stored.observation_id,
        "sessionId": stored.session_id,
        "environment": stored.environment,
        "comment": stored.comment,
        "metadata": stored.metadata,
    }
    return Score(
        id=stored.id,
        name=stored.name,
        value=value,
        trace_id=stored.trace_id,
        observation_id=stored.observation_id,
        body={name: part for name, part in body.items() if part is not None},
    )


def _trace(spans: Mapping[str, Observation]) -> Trace:
    ordered = tuple(sorted(spans.values(), key=lambda span: span.start))
    return Trace(ordered[0].trace_id, ordered)
