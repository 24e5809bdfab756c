"""What a program wants of its own OpenTelemetry."""

from typing import Any

import msgspec

from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence


class OpenTelemetry(msgspec.Struct, frozen=True, kw_only=True):
    """Spans and metrics of calls for the program's own OpenTelemetry: `GenAIClient(otel=OpenTelemetry(content=True))`.

    Attributes:
        tracer_provider: An OpenTelemetry `TracerProvider`; None for the global one.
        meter_provider: An OpenTelemetry `MeterProvider`; None for the global one.
        spans: Whether calls are spans.
        metrics: Whether calls are counted and timed.
        content: Whether messages stand on the spans, as the client's `mask` leaves them.
        beside_langfuse: Whether there are spans even where the tracer provider hands them to Langfuse too, and the
            client records there itself: to be set where that exporter leaves the scope `genai_sdk` out, or every call
            is counted twice. See `genai docs opentelemetry`.

    Raises:
        InvalidRequestError: A provider is none, or a switch is neither True nor False.
    """

    tracer_provider: Any = None
    meter_provider: Any = None
    spans: bool = True
    metrics: bool = True
    content: bool = False
    beside_langfuse: bool = False

    def __post_init__(self) -> None:
        for name in ("spans", "metrics", "content", "beside_langfuse"):
            if not isinstance(value := getattr(self, name), bool):
                raise InvalidRequestError(
                    Sentence.of(
                        "otel.boolean",
                        "{name} of OpenTelemetry must be True or False, not {value}",
                        name=name,
                        value=repr(value),
                    )
                )
        for name, method in (("tracer_provider", "get_tracer"), ("meter_provider", "get_meter")):
            provider = getattr(self, name)
            if provider is not None and not callable(getattr(provider, method, None)):
                raise InvalidRequestError(
                    Sentence.of(
                        "otel.provider",
                        "{name} of OpenTelemetry must have {method}(), not {kind}; leave it out for the global one",
                        name=name,
                        method=method,
                        kind=type(provider).__name__,
                    )
                )


def read_otel(value: object) -> OpenTelemetry | None:
    """Return what `otel=` asks for; None for nothing.

    Raises:
        InvalidRequestError: It is neither True, False nor an `OpenTelemetry`.
    """
    if value is None or value is False:
        return None
    if value is True:
        return OpenTelemetry()
    if isinstance(value, OpenTelemetry):
        return value if value.spans or value.metrics else None
    raise InvalidRequestError(
        Sentence.of(
            "otel.form", "otel must be True, False or a genai_sdk.otel.OpenTelemetry, not {value}", value=repr(value)
        )
    )
