"""Where an observation belongs: which trace, under what, with what in common. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from genai_sdk.tracing.capture import capture
from genai_sdk.tracing.otel import ActiveSpan
from genai_sdk.tracing.record import TraceAttributes

_LIMIT = 2**64
_METADATA = "langfuse.trace.metadata."


class TraceContext(msgspec.Struct, frozen=True):
    """The place of an observation, and for a block of all that is made in it.

    Attributes:
        trace_id: The trace it is in.
        parent_id: The observation it is under, or None at the root.
        shared: What it has in common with its trace.
        sampled: Whether the trace is recorded.
        beside: The id of the foreign span that was active when a block began; while it still is, the block is nearer.
        facts: What is to be known of a foreign span that it is not part of.
    """

    trace_id: str
    parent_id: str | None
    shared: TraceAttributes
    sampled: bool = True
    beside: str | None = None
    facts: Mapping[str, str] = {}


def find_context(
    block: TraceContext | None,
    span: ActiveSpan | None,
    plain: TraceAttributes,
    *,
    draw: Callable[[], str],
    public_key: str,
    sample_rate: float,
    join_otel: bool,
) -> TraceContext:
    """Return where a new observation belongs.

    Args:
        block: The block around it, if any.
        span: The span of another library around it, if any.
        plain: What every trace of the client has in common.
        draw: Returns the id of a new trace.
        public_key: The client's project; only its own spans of the Langfuse SDK are joined.
        sample_rate: The share of new traces that is recorded.
        join_otel: Whether any other span is joined as well.
    """
    if span is None or (block is not None and block.beside == span.id):
        return block or _new(draw(), plain, sample_rate)
    if span.public_key == public_key:
        return TraceContext(span.trace_id, span.id, _inherited(plain, span.attributes))
    if block is not None:
        return block
    if join_otel:
        # What another project's span says of its people stays there.
        shared = plain if span.public_key is not None else _inherited(plain, span.attributes)
        return TraceContext(span.trace_id, span.id, shared)
    # A span of another project, or one that is never sent to Langfuse: named, so that both can be found.
    return _new(draw(), plain, sample_rate, {"otel_trace_id": span.trace_id, "otel_span_id": span.id})


def _new(
    trace_id: str, shared: TraceAttributes, sample_rate: float, facts: Mapping[str, str] | None = None
) -> TraceContext:
    return TraceContext(trace_id, None, shared, is_sampled(trace_id, sample_rate), None, facts or {})


def is_sampled(trace_id: str, sample_rate: float) -> bool:
    """Tell whether a trace is recorded: by its id, so that whoever sees the id decides alike."""
    return sample_rate >= 1 or int(trace_id[16:], 16) < sample_rate * _LIMIT


def _inherited(plain: TraceAttributes, attributes: Mapping[str, Any]) -> TraceAttributes:
    """Take over what a span has in common with its trace; the Langfuse SDK says so on everybody's spans."""

    def text(key: str) -> str | None:
        value = attributes.get(key)
        return value if isinstance(value, str) else None

    tags = attributes.get("langfuse.trace.tags")
    metadata = {key[len(_METADATA) :]: item for key, item in attributes.items() if key.startswith(_METADATA)}
    return msgspec.structs.replace(
        plain,
        trace_name=text("langfuse.trace.name"),
        user_id=text("user.id"),
        session_id=text("session.id"),
        tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, tuple | list) else (),
        metadata=(capture(metadata),) if metadata else (),
        environment=text("langfuse.environment") or plain.environment,
        release=text("langfuse.release") or plain.release,
    )
