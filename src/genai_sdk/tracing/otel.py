"""The fence around OpenTelemetry: which span of another library is active. Nobody else touches it.

It is not imported, and no dependency: unless somebody else in the process has imported it, no span can be active.
"""

import sys
from collections.abc import Mapping
from typing import Any

import msgspec

LANGFUSE_SCOPE = "langfuse-sdk"

_MODEL_CALLS: Mapping[str, frozenset[str]] = {
    "gen_ai.operation.name": frozenset({"chat", "text_completion", "generate_content", "embeddings"}),
    "openinference.span.kind": frozenset({"LLM", "EMBEDDING", "RERANKER"}),
    "llm.request.type": frozenset({"chat", "completion", "embedding", "rerank"}),
}
"""How others mark a span that is one call of a model, by attribute: OpenTelemetry's GenAI conventions 0.1.0,
openinference-semantic-conventions 0.1.42, and OpenLLMetry's instrumentations 0.62."""

_NAMED_CALLS: Mapping[str, tuple[str, ...]] = {
    "openinference.instrumentation.llama_index": (
        *(".chat", ".achat", ".stream_chat", ".astream_chat"),
        *(".complete", ".acomplete", ".stream_complete", ".astream_complete"),
    ),
}
"""By scope, how the names of such spans end where attributes come only later, at their end
(openinference-instrumentation-llama-index 4.6.1)."""

_UNCOUNTED: Mapping[str, str] = {
    "langfuse.observation.type": "span",
    "langfuse.observation.usage_details": '{"total":0}',
    "langfuse.observation.cost_details": '{"total":0}',
}
"""What Langfuse reads before anybody else's attributes, of spans of any scope (server 4.16, `OtelIngestionProcessor`).
Zeros, for where it finds neither tokens nor cost it guesses both by the model's name."""


class ActiveSpan(msgspec.Struct, frozen=True):
    """Another library's span around the call.

    Attributes:
        trace_id: 32 hex digits.
        id: 16 hex digits.
        public_key: The project's public key if the Langfuse SDK made it, else None.
        attributes: What has been set on it so far.
        model_call: The span itself where it is another library's record of this one call of a model, else None.
    """

    trace_id: str
    id: str
    public_key: str | None = None
    attributes: Mapping[str, Any] = {}
    model_call: Any = None

    def leave_counting(self) -> None:
        """Have Langfuse count this client's generation alone, where both are records of one call.

        The span stays what it is everywhere else: none of its own attributes is touched.
        """
        if self.model_call is not None:
            try:
                self.model_call.set_attributes(_UNCOUNTED)
            except Exception:  # noqa: BLE001 - a span of any make; none may break the call
                return


def active_span(*, joined: bool) -> ActiveSpan | None:
    """Return the span that is active in this context, if there is one.

    Args:
        joined: Whether a call becomes part of any span's trace; where not, all but the Langfuse SDK's are only named.
    """
    trace: Any = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return None
    try:
        span: Any = trace.get_current_span()
        context = span.get_span_context()
        if not context.is_valid:
            return None
        trace_id, span_id = f"{context.trace_id:032x}", f"{context.span_id:016x}"
        # Only a span of the OpenTelemetry SDK that is being recorded knows who made it.
        scope = getattr(span, "instrumentation_scope", None)
        if scope is None or not (joined or scope.name == LANGFUSE_SCOPE):
            return ActiveSpan(trace_id, span_id)
        attributes = dict(span.attributes or {})
        if scope.name != LANGFUSE_SCOPE:
            is_call = _is_model_call(scope.name, span.name, attributes)
            return ActiveSpan(trace_id, span_id, None, attributes, span if is_call else None)
        key = (scope.attributes or {}).get("public_key")
        return ActiveSpan(trace_id, span_id, key if isinstance(key, str) else None, attributes)
    except Exception:  # noqa: BLE001 - tracer providers of any make stand behind this, and none may break the call
        return None


def _is_model_call(scope: str, name: str, attributes: Mapping[str, Any]) -> bool:
    if (ends := _NAMED_CALLS.get(scope)) is not None:
        return name.endswith(ends)
    return any(attributes.get(key) in values for key, values in _MODEL_CALLS.items())
