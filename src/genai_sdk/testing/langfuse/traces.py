"""What a fake project was told: traces and scores."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

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
        found = [each for trace in self.all for each in trace.observations if fits(each, name, type, attributes)]
        return tuple(sorted(found, key=lambda each: each.start))

    def add(self, spans: Iterable[Observation]) -> None:
        """Take spans in."""
        with self._watch.changed:
            for span in spans:
                self._spans.setdefault(span.trace_id, {})[span.id] = span
            self._watch.changed.notify_all()

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
        body: Everything that was sent.
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
        self._scores: dict[str, Score] = {}

    def __len__(self) -> int:
        return len(self._scores)

    def __iter__(self) -> Iterator[Score]:
        return iter(self.all)

    def __getitem__(self, place: int) -> Score:
        return self.all[place]

    @property
    def all(self) -> tuple[Score, ...]:
        """The scores so far."""
        with self._watch.changed:
            return tuple(self._scores.values())

    def add(self, score: Score) -> None:
        """Take a score in; one with the same id is replaced."""
        with self._watch.changed:
            self._scores[score.id] = score
            self._watch.changed.notify_all()

    def wait_for(self, count: int = 1, timeout: float = 5.0) -> tuple[Score, ...]:
        """Wait until there are `count` scores, and return them. Blocks.

        Raises:
            TimeoutError: They did not come within `timeout` seconds.
        """
        self._watch.wait(lambda: len(self) >= count, timeout, lambda: f"{count} scores; there are {len(self)}")
        return self.all


def _trace(spans: Mapping[str, Observation]) -> Trace:
    ordered = tuple(sorted(spans.values(), key=lambda span: span.start))
    return Trace(ordered[0].trace_id, ordered)
