"""A call and its span."""

from collections.abc import Callable
from typing import Any

from genai_sdk.otel.conventions import Attribute
from genai_sdk.tracing.observed import ObservedCall


class SpannedCall(ObservedCall):
    """A call that OpenTelemetry is told of.

    Attributes:
        attributes: What is known of it.
        tracer: What makes its spans; None where there are only metrics.
        span: Its span, likewise.
    """

    def __init__(
        self,
        inner: Any,
        now: Callable[[], float],
        finish: Callable[..., None],
        began: float,
        attributes: dict[str, Attribute],
        wall: Callable[[], int],
    ) -> None:
        super().__init__(inner, now, finish, began, wall)
        self.attributes = attributes
        self.tracer: Any = None
        self.span: Any = None
