"""One call under way, as the trace sees it."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from genai_sdk.errors import GenAIError, ProviderError
from genai_sdk.tracing.capture import Content, capture
from genai_sdk.tracing.exporter import Exporter
from genai_sdk.tracing.ids import Ids
from genai_sdk.tracing.record import AttemptRecord, Generation, Level, Observation
from genai_sdk.tracing.verdict import verdict
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

    def answered(self, response: Response, cost: Mapping[str, float] | None = None) -> None:
        """End the call with its answer, which carries its `genai`.

        Args:
            response: The answer.
            cost: US dollars by kind, such as `{"input": …, "output": …, "total": …}`; left out, the total of `genai`.
        """

    def failed(self, error: BaseException, partial: ChatCompletion | None = None) -> None:
        """End the call with its error, which it gives its ids; `partial` is what a stream had brought before."""

    def stopped(self, how: str, partial: ChatCompletion) -> None:
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
    """

    exporter: Exporter
    ids: Ids
    now: Callable[[], float]
    url: Callable[[str], str | None]
    capture_content: bool

    def keep(self, content: object) -> Content | None:
        """Capture an input or output, if they are recorded."""
        return capture(content) if self.capture_content and content is not None else None

    def verdict(self, error: BaseException) -> tuple[Level, str | None]:
        """Return the level and the status message of what ended with `error`."""
        return verdict(error, capture_content=self.capture_content)


class RecordedCall(CallTrace):
    """A call that is recorded when it ends.

    Args:
        recorder: What it is recorded with.
        draft: What is known of it at its beginning.
        generation: What is known of it as a call of a model.
        began: When it began, in seconds of the tracer's clock; the draft says it in wall time.
        encoded: The input as JSON, if the draft has it word for word.
    """

    def __init__(
        self,
        recorder: Recorder,
        draft: Observation,
        generation: Generation,
        began: float,
        encoded: bytes | None = None,
    ) -> None:
        self.trace_id = draft.trace_id
        self.encoded = encoded
        self._recorder = recorder
        self._draft = draft
        self._generation = generation
        self._began = began
        self._epoch = recorder.exporter.epoch
        self._attempts: list[AttemptRecord] = []
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

    def answered(self, response: Response, cost: Mapping[str, float] | None = None) -> None:
        """End the call with its answer."""
        self._end(response, cost=cost)

    def failed(self, error: BaseException, partial: ChatCompletion | None = None) -> None:
        """End the call with its error, and tell the error where it is recorded."""
        if isinstance(error, GenAIError):
            error.trace_id, error.trace_url = self.trace_id, self.trace_url
        level, message = self._recorder.verdict(error)
        self._end(partial, level, message, error=error)

    def stopped(self, how: str, partial: ChatCompletion) -> None:
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
        cost: Mapping[str, float] | None = None,
        error: BaseException | None = None,
    ) -> None:
        if self._over or self._epoch != self._recorder.exporter.epoch:
            return  # said already, or begun by the process that this one was forked from
        self._over = True
        self._recorder.exporter.unwatch(self)
        asked = self._generation.model
        self._recorder.exporter.put(
            msgspec.structs.replace(
                self._draft,
                ended=self._wall(self._recorder.now()),
                output=self._recorder.keep(_output(response)),
                facts={**self._draft.facts, **_facts(response, error), "requested_model": asked},
                level=level,
                message=message,
                generation=self._finished(response, cost, getattr(error, "model", None) or asked),
            )
        )

    def _finished(self, response: Response | None, cost: Mapping[str, float] | None, model: str) -> Generation:
        """Return the generation with all that is known at its end; `model` counts where no answer says better."""
        info = None if response is None else response.genai
        first = None if info is None else info.first_content
        if cost is None and info is not None and info.cost is not None:
            cost = {"total": info.cost}
        return msgspec.structs.replace(
            self._generation,
            model=(info and info.model) or model,
            usage=None if response is None else response.usage,
            cost=cost,
            first_content=None if first is None else self._wall(self._began + first),
            attempts=tuple(self._attempts),
        )

    def _wall(self, clock: float) -> int:
        return self._draft.started + int((clock - self._began) * 1e9)


def _output(response: Response | None) -> Any:
    """Return what is recorded of an answer: messages, and of vectors only how many and how long they are."""
    if response is None:
        return None
    if isinstance(response, EmbeddingResponse):
        vectors = [item.embedding for item in response.data]
        lengths = {len(vector) for vector in vectors if isinstance(vector, tuple)}
        return {"embeddings": len(vectors), **({"dimensions": lengths.pop()} if len(lengths) == 1 else {})}
    if not isinstance(response, ChatCompletion):
        return None
    messages = [choice.message for choice in response.choices]
    return messages[0] if len(messages) == 1 else messages or None


def _facts(response: Response | None, error: BaseException | None) -> dict[str, str]:
    """Return who served the call or failed it last, and how it ended."""
    source = response.genai if response is not None and response.genai is not None else error
    facts = {name: getattr(source, name, None) for name in ("connection", "provider", "request_id")}
    if isinstance(response, ChatCompletion) and response.choices:
        facts["finish_reason"] = response.choices[0].finish_reason
    if isinstance(error, ProviderError) and error.status_code is not None:
        facts["status_code"] = str(error.status_code)
    return {name: str(item) for name, item in facts.items() if item}
