"""One call under way, as the trace sees it."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from genai_sdk.errors import GenAIError, ProviderError
from genai_sdk.tracing.capture import Content, capture
from genai_sdk.tracing.cost import cost_of, of_refused
from genai_sdk.tracing.exporter import Exporter
from genai_sdk.tracing.ids import Ids
from genai_sdk.tracing.record import AttemptRecord, ErrorFacts, Generation, Level, ModelRequest, ObservationRecord
from genai_sdk.tracing.status import status_of
from genai_sdk.types import Attempt, ChatCompletion, EmbeddingResponse, Response


class CallTrace:
    """A call that is not recorded: tracing is off, or the trace is not in the sample.

    Whoever makes a call tells it what happens, and then in one word how it ended; later words are ignored.

    Attributes:
        trace_id: The id of the call's trace, or None.
        encoded: The input as JSON, where recording it has made that anyway and it is worth using again.
    """

    trace_id: str | None = None
    encoded: bytes | None = None

    @property
    def trace_url(self) -> str | None:
        """Where Langfuse shows the trace; None as long as the project is not known."""
        return None

    def attempt(self, row: Attempt, began: float, ended: float) -> None:
        """Take note of an attempt that is over; times in seconds of the tracer's clock."""

    def warmed(self, seconds: float) -> None:
        """Take note of how long the call waited for a driver to be loaded, which is no part of its latency."""

    def answered(self, response: Response) -> None:
        """End the call with its answer, which carries its `genai`."""

    def failed(self, error: BaseException, partial: Response | None = None) -> None:
        """End the call with its error, which it gives its ids; `partial` is what a stream had brought before."""

    def stopped(self, how: str, partial: Response) -> None:
        """End a stream that its reader gave up (`how`: "closed" or "dropped"), with what it had brought."""

    def watch(self, end: Callable[[], None]) -> None:
        """Have `end` called should the process end before the call: a stream's own method that says `stopped`."""


class Recorder(msgspec.Struct, frozen=True):
    """What all calls and blocks of a tracer are recorded with.

    Attributes:
        exporter: Takes the records.
        ids: Draws their ids.
        now: The clock, in seconds.
        url: Returns where Langfuse shows a trace, once the project is known.
        capture_content: Whether inputs and outputs are recorded, and what providers say of them.
        infer_cost: Whether Langfuse guesses costs that are not known here.
        wall: The time, in nanoseconds since 1970.
    """

    exporter: Exporter
    ids: Ids
    now: Callable[[], float]
    url: Callable[[str], str | None]
    capture_content: bool
    infer_cost: bool = False
    wall: Callable[[], int] = time.time_ns

    def keep(self, content: object) -> Content | None:
        """Capture an input or output, if they are recorded."""
        return capture(content) if self.capture_content and content is not None else None

    def status_of(self, error: BaseException) -> tuple[Level, str | None]:
        """Return the level and the status message of what ended with `error`."""
        return status_of(error, capture_content=self.capture_content)


class RecordedCall(CallTrace):
    """A call that is recorded when it ends.

    Args:
        recorder: What it is recorded with.
        draft: What is known of it at its beginning.
        request: What is asked of a model.
        began: When it began, in seconds of the tracer's clock; the draft says it in wall time.
        encoded: The input as JSON, if the draft has it word for word.
    """

    def __init__(
        self,
        recorder: Recorder,
        draft: ObservationRecord,
        request: ModelRequest,
        began: float,
        encoded: bytes | None = None,
    ) -> None:
        self.trace_id = draft.trace_id
        self.encoded = encoded
        self._recorder = recorder
        self._draft = draft
        self._request = request
        self._began = began
        self._epoch = recorder.exporter.epoch
        self._attempts: list[AttemptRecord] = []
        self._warmup, self._late = 0.0, 0.0
        self._over = False

    @property
    def trace_url(self) -> str | None:
        """Where Langfuse shows the trace; None as long as the project is not known."""
        return self._recorder.url(self._draft.trace_id)

    def attempt(self, row: Attempt, began: float, ended: float) -> None:
        """Take note of an attempt that is over; times in seconds of the tracer's clock."""
        if row.detail and not self._recorder.capture_content:
            row = msgspec.structs.replace(row, detail="")
        self._attempts.append(AttemptRecord(row, self._wall(began), self._wall(ended)))

    def warmed(self, seconds: float) -> None:
        """Take note of a wait for a driver; before the first attempt, the call begins after it."""
        self._warmup += seconds
        if not self._attempts:
            self._late += seconds

    def answered(self, response: Response) -> None:
        """End the call with its answer."""
        self._end(response)

    def failed(self, error: BaseException, partial: Response | None = None) -> None:
        """End the call with its error, and tell the error where it is recorded."""
        if isinstance(error, GenAIError):
            error.trace_id, error.trace_url = self.trace_id, self.trace_url
        level, message = self._recorder.status_of(error)
        self._end(partial, level, message, error=error)

    def stopped(self, how: str, partial: Response) -> None:
        """End a stream that its reader gave up, with what it had brought."""
        self._end(partial, "DEFAULT", f"the stream was {how} by its reader before its end")

    def watch(self, end: Callable[[], None]) -> None:
        """Have `end` called should the process end before the call."""
        self._recorder.exporter.watch(self, end)

    def _end(
        self,
        response: Response | None,
        level: Level = "DEFAULT",
        message: str | None = None,
        *,
        error: BaseException | None = None,
    ) -> None:
        if self._over or self._epoch != self._recorder.exporter.epoch:
            return  # said already, or begun by the process that this one was forked from
        self._over = True
        started = self._draft.started
        self._recorder.exporter.put(
            msgspec.structs.replace(
                self._draft,
                started=started + int(self._late * 1e9) if self._late else started,
                ended=self._wall(self._recorder.now()),
                output=self._recorder.keep(_output(response)),
                level=level,
                message=message,
                generation=self._finished(response, error),
            )
        )
        self._recorder.exporter.unwatch(self)  # not before: the end of the process waits for what is watched

    def _finished(self, response: Response | None, error: BaseException | None) -> Generation:
        """Return the generation with all that is known at its end."""
        info = usage = None
        if response is not None:
            info, usage = response.genai, response.usage
        costs = None if info is None else info.costs
        cost = cost_of(costs, usage, self._attempts, error, infer=self._recorder.infer_cost)
        if usage is None and error is not None:
            usage = of_refused(self._attempts)
        first = None if info is None else info.first_content
        model = (info and info.model) or getattr(error, "model", None)
        if not model and self._attempts:
            model = self._attempts[-1].row.model
        return Generation(
            request=self._request,
            model=model or None,
            response_model="" if response is None else response.model,
            usage=usage,
            cost=cost,
            first_content=None if first is None else self._wall(self._began + self._warmup + first),
            attempts=tuple(self._attempts),
            info=info,
            error=None if error is None else _facts(error),
            finish_reason=_finish_reason(response),
            warmup=self._warmup,
        )

    def _wall(self, clock: float) -> int:
        return self._draft.started + int((clock - self._began) * 1e9)


def _output(response: Response | None) -> Any:
    """Return what is recorded of an answer: messages or items, and of vectors only how many and how long they are."""
    if response is None:
        return None
    if isinstance(response, EmbeddingResponse):
        vectors = [item.embedding for item in response.data]
        lengths = {len(vector) for vector in vectors if isinstance(vector, tuple)}
        return {"embeddings": len(vectors), **({"dimensions": lengths.pop()} if len(lengths) == 1 else {})}
    if not isinstance(response, ChatCompletion):
        recorded = getattr(response, "recorded", None)
        return None if recorded is None else recorded()
    messages = [choice.message for choice in response.choices]
    return messages[0] if len(messages) == 1 else messages or None


def _finish_reason(response: Response | None) -> str | None:
    if isinstance(response, ChatCompletion):
        return response.choices[0].finish_reason if response.choices else None
    return getattr(response, "stop_reason", None) or getattr(response, "status", None)


def _facts(error: BaseException) -> ErrorFacts | None:
    if not isinstance(error, ProviderError):
        return None
    return ErrorFacts(error.connection, error.provider, error.request_id, error.status_code)
