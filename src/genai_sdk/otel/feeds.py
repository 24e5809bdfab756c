"""Whether a tracer provider hands its spans to a Langfuse, where the client's own records would meet them again."""

from collections.abc import Iterator
from typing import Any

_LANGFUSE_PATH = "/api/public/otel"
"""Where a Langfuse takes OTLP: https://langfuse.com/integrations/native/opentelemetry."""

_WITHIN = ("_active_span_processor", "_span_processors", "_batch_processor", "span_exporter", "_exporter", "_delegate")
"""Where OpenTelemetry's SDK (1.45.2, trace/__init__.py and trace/export) keeps what a span is handed to."""

_DEEPEST = 8


def feeds_langfuse(provider: Any) -> bool:
    """Whether one of its processors or exporters is the Langfuse SDK's, or posts to a Langfuse.

    An OpenTelemetry Collector between them cannot be seen from here.
    """
    try:
        return any(_is_langfuse(part) for part in _parts(provider, 0))
    except Exception:  # noqa: BLE001 - providers of any make stand here, and none may break the client
        return False


def _parts(owner: Any, depth: int) -> Iterator[Any]:
    yield owner
    if depth >= _DEEPEST:
        return
    for name in _WITHIN:
        inner = getattr(owner, name, None)
        for part in inner if isinstance(inner, tuple | list) else (inner,):
            if part is not None and part is not owner:
                yield from _parts(part, depth + 1)


def _is_langfuse(part: Any) -> bool:
    endpoint = getattr(part, "_endpoint", None)
    return type(part).__name__ == "LangfuseSpanProcessor" or (isinstance(endpoint, str) and _LANGFUSE_PATH in endpoint)
