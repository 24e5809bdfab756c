"""One call under way, as somebody beside its trace sees it: OpenTelemetry, or the client's own metrics."""

import os
import time
from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from genai_sdk.tracing.call import CallTrace
from genai_sdk.tracing.labels import Labels
from genai_sdk.tracing.record import AttemptRecord
from genai_sdk.types import Attempt, PromptLink, Response


class CallFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a call at its beginning.

    Attributes:
        operation: Our name of what is asked.
        model: The name asked for.
        input: The messages or texts.
        options: The parameters of the model.
        labels: What the user says of the call.
        prompt: The managed prompt it is made with.
        began: When it began, in seconds of the client's clock.
        streaming: Whether a stream is asked for.
    """

    operation: str
    model: str
    input: Any
    options: Any
    labels: Labels | None
    prompt: PromptLink | None
    began: float
    streaming: bool


class CallObserver(Protocol):
    """Who is told of every call."""

    def observe(self, inner: CallTrace, facts: CallFacts, /) -> CallTrace:
        """Return what is told of the call in the place of `inner`, which it tells too."""
        ...


class ObservedCall(CallTrace):
    """A call that is told to two: to its trace, and in the end to whoever observes it.

    Args:
        inner: The call as its trace sees it.
        now: The client's clock, in seconds.
        finish: Called once, with this, the answer (or what a stream brought), the error, when it was over in
            nanoseconds since 1970, and the seconds it took. It must not raise.
        began: When it began, in seconds of the clock.
        wall: The time, in nanoseconds since 1970.

    Attributes:
        attempts: Those that are over.
        started: When it began, in nanoseconds since 1970.
    """

    def __init__(
        self,
        inner: CallTrace,
        now: Callable[[], float],
        finish: Callable[[Any, Response | None, BaseException | None, int, float], None],
        began: float,
        wall: Callable[[], int] = time.time_ns,
    ) -> None:
        self.trace_id = inner.trace_id
        self.encoded = inner.encoded
        self.attempts: list[AttemptRecord] = []
        self.started = wall() - int((now() - began) * 1e9)
        self._inner = inner
        self._now = now
        self._finish = finish
        self._began = began
        self._process = os.getpid()
        self._over = False

    @property
    def trace_url(self) -> str | None:
        """Where Langfuse shows the trace; None as long as the project is not known."""
        return self._inner.trace_url

    def attempt(self, row: Attempt, began: float, ended: float) -> None:
        """Take note of an attempt that is over; times in seconds of the client's clock."""
        self._inner.attempt(row, began, ended)
        self.attempts.append(AttemptRecord(row, self._wall(began), self._wall(ended)))

    def warmed(self, seconds: float) -> None:
        """Hand on how long the call waited for a driver; here it is a part of the call."""
        self._inner.warmed(seconds)

    def answered(self, response: Response) -> None:
        """End the call with its answer."""
        self._inner.answered(response)
        self._end(response, None)

    def failed(self, error: BaseException, partial: Response | None = None) -> None:
        """End the call with its error."""
        self._inner.failed(error, partial)
        self._end(partial, error)

    def stopped(self, how: str, partial: Response) -> None:
        """End a stream that its reader gave up."""
        self._inner.stopped(how, partial)
        self._end(partial, None)

    def watch(self, end: Callable[[], None]) -> None:
        """Have `end` called should the process end before the call."""
        self._inner.watch(end)

    def _end(self, response: Response | None, error: BaseException | None) -> None:
        if self._over or self._process != os.getpid():
            return  # said already, or begun by the process that this one was forked from, which says it
        self._over = True
        now = self._now()
        self._finish(self, response, error, self._wall(now), now - self._began)

    def _wall(self, clock: float) -> int:
        return self.started + int((clock - self._began) * 1e9)
