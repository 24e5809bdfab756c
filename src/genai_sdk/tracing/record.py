"""What is recorded of a call, a block and a score: frozen values, made on the calling thread. Pure."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import msgspec

from genai_sdk.tracing.capture import Content, size_of
from genai_sdk.types import Attempt, CallInfo, PromptLink, Usage

Kind = Literal["generation", "embedding", "retriever", "guardrail", "span", "agent", "tool"]
Level = Literal["DEFAULT", "WARNING", "ERROR"]

_RECORD_BYTES = 1_500  # about what a record costs beside its content
_ATTEMPT_BYTES = 500


class TraceAttributes(msgspec.Struct, frozen=True, kw_only=True):
    """What every observation of a trace carries, since Langfuse reads it of each one by itself.

    Attributes:
        trace_name: The name of the trace; None to leave it to the root or to a foreign parent.
        user_id: Whom it is made for.
        session_id: Which conversation it belongs to.
        tags: Labels of the trace.
        metadata: Metadata of the trace; later fields count.
        environment: Langfuse's environment.
        release: The version of the user's application.
    """

    trace_name: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    tags: tuple[str, ...] = ()
    metadata: tuple[Content, ...] = ()
    environment: str | None = None
    release: str | None = None


class AttemptRecord(msgspec.Struct, frozen=True):
    """An attempt and when it was made, in nanoseconds since 1970."""

    row: Attempt
    started: int
    ended: int


class Cost(NamedTuple):
    """What is sent of a cost.

    Attributes:
        details: US dollars by kind; None leaves them to Langfuse.
        note: "unknown" or "inferred", where they are not ours to say.
    """

    details: Mapping[str, float] | None
    note: str | None = None


class ErrorFacts(msgspec.Struct, frozen=True):
    """What an error says of the attempt that failed last; of the error itself nothing is kept."""

    connection: str | None
    provider: str | None
    request_id: str | None
    status_code: int | None


class ModelRequest(msgspec.Struct, frozen=True):
    """What is asked of a model.

    Attributes:
        operation: What OpenTelemetry calls it: "chat" or "embeddings"; of another operation its name.
        model: The model's name as it was asked for.
        streaming: Whether a stream was asked for.
        parameters: The model's parameters.
        prompt: The managed prompt it was made with.
    """

    operation: str
    model: str
    streaming: bool = False
    parameters: Content | None = None
    prompt: PromptLink | None = None


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """What only calls of models have.

    Attributes:
        request: What was asked.
        model: The model id that served or failed last; None where nothing was resolved.
        response_model: What the provider called the model that answered.
        usage: Tokens.
        cost: What is sent of its cost.
        first_content: When the first content of a stream came, in nanoseconds since 1970.
        attempts: Every attempt in order.
        info: Who served it.
        error: Who failed it.
        finish_reason: How the answer ended.
        warmup: Seconds of loading a driver that are not part of the call's time.
    """

    request: ModelRequest
    model: str | None = None
    response_model: str = ""
    usage: Usage | None = None
    cost: Cost
    first_content: int | None = None
    attempts: tuple[AttemptRecord, ...] = ()
    info: CallInfo | None = None
    error: ErrorFacts | None = None
    finish_reason: str | None = None
    warmup: float = 0.0


class ObservationRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A call or a block, whole and over.

    Attributes:
        trace_id: 32 hex digits.
        id: 16 hex digits.
        parent_id: The observation it is part of, or None for the root of its trace.
        kind: What Langfuse shows it as.
        name: Its own name.
        started: When it began, in nanoseconds since 1970.
        ended: When it was over.
        shared: What it has in common with its trace.
        input: What went in.
        output: What came out, as far as it came.
        metadata: The user's metadata of this observation.
        facts: Further metadata that is known to hold nothing private.
        level: Whether it went well.
        message: Why not.
        generation: What only calls of models have.
    """

    trace_id: str
    id: str
    parent_id: str | None = None
    kind: Kind
    name: str
    started: int
    ended: int
    shared: TraceAttributes
    input: Content | None = None
    output: Content | None = None
    metadata: tuple[Content, ...] = ()
    facts: Mapping[str, str] = {}
    level: Level = "DEFAULT"
    message: str | None = None
    generation: Generation | None = None

    @property
    def size(self) -> int:
        """About how many bytes it keeps in memory."""
        size = _RECORD_BYTES + size_of(self.input) + size_of(self.output) + len(self.message or "")
        for content in (*self.metadata, *self.shared.metadata):
            size += size_of(content)
        if self.generation is not None:
            size += size_of(self.generation.request.parameters) + _ATTEMPT_BYTES * len(self.generation.attempts)
        return size


class ScoreRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A judgement of a trace.

    Attributes:
        id: What makes sending it twice harmless: Langfuse keeps one score for each id.
        trace_id: The trace.
        observation_id: The observation in it, or None for the whole.
        name: What is judged.
        value: A number, True or False, or a category.
        comment: Why.
        environment: Langfuse's environment.
    """

    id: str
    trace_id: str
    observation_id: str | None = None
    name: str
    value: float | bool | str
    comment: str | None = None
    environment: str | None = None

    @property
    def size(self) -> int:
        """About how many bytes it keeps in memory."""
        return 500 + len(self.name) + len(self.comment or "")


Record = ObservationRecord | ScoreRecord
