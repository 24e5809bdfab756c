"""One call under way, as OpenTelemetry sees it, around what Langfuse sees of it."""

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from genai_sdk.otel.conventions import Attribute
from genai_sdk.tracing import CallTrace
from genai_sdk.tracing.record import AttemptRecord
from genai_sdk.types import Attempt, Response

if TYPE_CHECKING:  # it makes these
    from genai_sdk.otel.instrumentation import Instrumentation


class ObservedCall(CallTrace):
    """A call that is told to two: to Langfuse's trace, and to the program's own OpenTelemetry.

    Args:
        inner: The call as Langfuse's trace sees it.
        instrumentation: What makes the span and counts.
        attributes: What is known of the call at its beginning.
        began: When it began, in seconds of the client's clock.

    Attributes:
        span: The span, begun; None where there are only metrics.
        tracer: What made it.
        attempts: Those that are over.
        started: When it began, in nanoseconds since 1970.
    """

    def __init__(
        self,
        inner: CallTrace,
        instrumentation: "Instrumentation",
        attributes: dict[str, Attribute],
        began: float,
    ) -> None:
        self.trace_id = inner.trace_id
        self.encoded = inner.encoded
        self.attributes = attributes
        self.span: Any = None
        self.tracer: Any = None
        self.attempts: list[AttemptRecord] = []
        self._inner = inner
        self._instrumentation = instrumentation
        self._began = began
        self.started = time.time_ns() - int((instrumentation.now() - began) * 1e9)
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
        """Hand on how long the call waited for a driver; its span covers that wait."""
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
        now = self._instrumentation.now()
        self._instrumentation.finish(self, response, error, self._wall(now), now - self._began)

    def _wall(self, clock: float) -> int:
        return self.started + int((clock - self._began) * 1e9)
