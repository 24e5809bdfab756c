"""The fence around OpenTelemetry: which span of another library is active. Nobody else touches it.

It is not imported, and no dependency: unless somebody else in the process has imported it, no span can be active.
"""

import sys
from collections.abc import Mapping
from typing import Any

import msgspec

LANGFUSE_SCOPE = "langfuse-sdk"


class ActiveSpan(msgspec.Struct, frozen=True):
    """Another library's span around the call.

    Attributes:
        trace_id: 32 hex digits.
        id: 16 hex digits.
        public_key: The project's public key if the Langfuse SDK made it, else None.
        attributes: What the Langfuse SDK has set on it so far.
    """

    trace_id: str
    id: str
    public_key: str | None = None
    attributes: Mapping[str, Any] = {}


def active_span() -> ActiveSpan | None:
    """Return the span that is active in this context, if there is one."""
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
        if scope is None or scope.name != LANGFUSE_SCOPE:
            return ActiveSpan(trace_id, span_id)
        key = (scope.attributes or {}).get("public_key")
        return ActiveSpan(trace_id, span_id, key if isinstance(key, str) else None, dict(span.attributes or {}))
    except Exception:  # noqa: BLE001 - tracer providers of any make stand behind this, and none may break the call
        return None
