"""What bounds an attempt."""

from genai_sdk.http import Deadline
from genai_sdk.routing.steps import Try

CONNECT_TIMEOUT = 10.0
"""Seconds that connecting to a provider may take, so that a dead region does not use up the whole `timeout`."""


def deadline_of(step: Try, gap: float | None = None, stream: float | None = None) -> Deadline:
    """Return how long an attempt may take, each gap of its stream, and the stream."""
    deadline = Deadline(step.timeout, gap=gap, connect=CONNECT_TIMEOUT, stream=stream)
    if step.bound is not None:
        step.bound(deadline)
    return deadline
