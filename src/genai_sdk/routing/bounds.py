"""What bounds an attempt: its deadlines, and the window of its model."""

from typing import Any

from genai_sdk.http import Deadline
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.steps import Try

CONNECT_TIMEOUT = 10.0
"""Seconds that connecting to a provider may take, so that a dead region does not use up the whole `timeout`."""


def check_fit(call: Call[Any], step: Try, request: Any) -> None:
    """See that a request fits the model's window, where that is to be known before it is sent."""
    if call.must_fit():
        from genai_sdk.routing.windows import check_window

        check_window(step.deployment, request)


def deadline_of(step: Try, gap: float | None = None, stream: float | None = None) -> Deadline:
    """Return how long an attempt may take, each gap of its stream, and the stream."""
    deadline = Deadline(step.timeout, gap=gap, connect=CONNECT_TIMEOUT, stream=stream)
    if step.bound is not None:
        step.bound(deadline)
    return deadline
