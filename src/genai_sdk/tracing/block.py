"""A block of code as a trace: `with client.trace("checkout") as trace:`, and every call in it belongs to it."""

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing.call import Recorder
from genai_sdk.tracing.capture import Content, capture
from genai_sdk.tracing.context import TraceContext
from genai_sdk.tracing.labels import Labels
from genai_sdk.tracing.otel import ActiveSpan
from genai_sdk.tracing.record import Kind, ObservationRecord, ScoreRecord

T = TypeVar("T")


class TraceBlock:
    """A block of code that is recorded as one trace, or inside another block as a part of its trace.

    Calls of the same client belong to it when they are made in it: by functions it calls, by tasks it starts, and in
    threads started through `run`.

    Args:
        recorder: What it is recorded with.
        current: The block that is nearest, in each context.
        find: Returns where a new observation belongs and the foreign span that is active, if any; None if nothing is
            recorded.
        name: Its name.
        labels: What is said of it.
        input: What goes in.
        kind: What Langfuse shows it as.
    """

    def __init__(
        self,
        recorder: Recorder,
        current: ContextVar[TraceContext | None],
        find: Callable[[], tuple[TraceContext, ActiveSpan | None] | None],
        name: str,
        labels: Labels | None,
        input: object = None,  # noqa: A002 - Langfuse's name
        kind: Kind = "span",
    ) -> None:
        self._kind: Kind = kind
        self._recorder = recorder
        self._current = current
        self._find = find
        self._name = name
        self._labels = labels or Labels()
        self._input = recorder.keep(input)
        self._output: Content | None = None
        self._metadata: list[Content] = [] if self._labels.metadata is None else [capture(self._labels.metadata)]
        self._outer: TraceContext | None = None
        self._inner: TraceContext | None = None
        self._token: Token[TraceContext | None] | None = None
        self._epoch, self._began, self._started = 0, 0.0, 0
        self._over = False

    @property
    def id(self) -> str | None:
        """The id of the trace, once the block has begun; None if it is not recorded."""
        return self._outer.trace_id if self._outer is not None and self._outer.sampled else None

    @property
    def url(self) -> str | None:
        """Where Langfuse shows the trace; None if it is not recorded, or the project is not known yet."""
        return None if self.id is None else self._recorder.url(self.id)

    def _repr_html_(self) -> str:
        """Show the block in a notebook: its name, which leads to the trace."""
        from genai_sdk.display import link  # only notebooks want it

        return link(self.url, self._name)

    def update(
        self,
        *,
        input: object = None,  # noqa: A002 - Langfuse's name
        output: object = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Say what went in and what came out; of metadata, each key is kept beside those there are."""
        self._input = self._recorder.keep(input) or self._input
        self._output = self._recorder.keep(output) or self._output
        if metadata is not None:
            self._metadata.append(capture(metadata))

    def score(self, name: str, value: float | bool | str, comment: str | None = None) -> None:
        """Judge the trace, or an inner block's part of it.

        Args:
            name: What is judged, such as `"helpful"`.
            value: A number, True or False, or the name of a category.
            comment: Why.

        Raises:
            InvalidRequestError: The name is empty, or the value is of another kind.
        """
        if not isinstance(name, str) or not name:
            raise InvalidRequestError(
                Sentence.of("score.name", 'a score needs a name such as "helpful", not {name}', name=repr(name))
            )
        if not isinstance(value, str | int | float) or (isinstance(value, float) and not math.isfinite(value)):
            raise InvalidRequestError(
                Sentence.of(
                    "score.value",
                    "a score's value is a number, True, False or a category's name, not {value}",
                    value=repr(value),
                )
            )
        if self._outer is None or self._inner is None or not self._outer.sampled:
            return
        self._recorder.exporter.put(
            ScoreRecord(
                id=self._recorder.ids.trace(),
                trace_id=self._outer.trace_id,
                observation_id=None if self._outer.parent_id is None else self._inner.parent_id,
                name=name,
                value=value,
                comment=comment,
                environment=self._outer.shared.environment,
            )
        )

    def run(self, function: Callable[..., T], /, *args: Any, **keywords: Any) -> T:
        """Call a function as if in this block, from whichever thread.

        Threads do not inherit the context they are started in (before Python 3.14, by default), so calls in them
        would be traces of their own: `Thread(target=trace.run, args=(work, item))`, or
        `pool.submit(trace.run, work, item)`. Tasks and `asyncio.to_thread` do inherit it.
        """
        with self.inside():
            return function(*args, **keywords)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Have what is done within `with` belong to this block, which goes on after it."""
        if self._inner is None:
            yield
            return
        token = self._current.set(self._inner)
        try:
            yield
        finally:
            self._current.reset(token)

    def begin(self) -> Self:
        """Begin, without what follows belonging to this block by itself; `inside` says what does."""
        if self._started:
            raise InvalidRequestError(
                Sentence.of("trace.once", "a trace block is entered once: call client.trace(…) for each")
            )
        self._began, self._started = self._recorder.now(), self._recorder.wall()
        context = self._find()
        if context is not None:
            outer, span = context
            beside = None if span is None else span.id
            shared = self._labels.on(outer.shared)
            if outer.parent_id is None:
                shared = msgspec.structs.replace(shared, trace_name=self._name, metadata=tuple(self._metadata))
            own = self._recorder.ids.observation()
            if self._labels.experiment is not None:
                shared = msgspec.structs.replace(shared, attributes=self._labels.experiment.of_all(own))
            self._outer = outer
            self._inner = TraceContext(outer.trace_id, own, shared, outer.sampled, beside)
            self._epoch = self._recorder.exporter.epoch
        return self

    def __enter__(self) -> Self:
        self.begin()
        if self._inner is not None:
            self._token = self._current.set(self._inner)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            # In another context than it began in, as a generator can be ended, there is nothing to reset.
            with contextlib.suppress(ValueError):
                self._current.reset(self._token)
        self.end(error)

    def end(self, error: BaseException | None = None) -> None:
        """Record the block, which is over; `error` is what ended it."""
        if self._outer is None or self._inner is None or self._over:
            return
        self._over = True
        if not self._outer.sampled or self._epoch != self._recorder.exporter.epoch:
            return  # not in the sample, or begun by the process that this one was forked from
        level, message = ("DEFAULT", None) if error is None else self._recorder.status_of(error)
        root = self._outer.parent_id is None
        metadata = tuple(self._metadata)
        shared = self._inner.shared if not root else msgspec.structs.replace(self._inner.shared, metadata=metadata)
        if self._labels.experiment is not None:
            attributes = (*shared.attributes, *self._labels.experiment.of_root())
            shared = msgspec.structs.replace(shared, attributes=attributes)
        self._recorder.exporter.put(
            ObservationRecord(
                trace_id=self._inner.trace_id,
                id=self._inner.parent_id or "",
                parent_id=self._outer.parent_id,
                kind=self._kind,
                name=self._name,
                started=self._started,
                ended=self._started + int((self._recorder.now() - self._began) * 1e9),
                shared=shared,
                input=self._input,
                output=self._output,
                metadata=() if root else metadata,
                facts=self._outer.facts,
                level=level,
                message=message,
            )
        )
