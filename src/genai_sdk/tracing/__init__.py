"""Every call recorded in Langfuse, over its documented wire, without waiting for it."""

from typing import TYPE_CHECKING

from genai_sdk.deferred import deferred
from genai_sdk.tracing.call import CallTrace
from genai_sdk.tracing.labels import LABELS, Labels, read_labels
from genai_sdk.tracing.sender import RetryClock, RetryLimits
from genai_sdk.tracing.settings import TracingSettings
from genai_sdk.tracing.spool.settings import SpoolSettings
from genai_sdk.tracing.stats import TracingStats
from genai_sdk.tracing.tracer import UNRECORDED, Tracer

if TYPE_CHECKING:
    from genai_sdk.tracing.block import TraceBlock
    from genai_sdk.tracing.experiment import Experiment

__all__ = [
    "LABELS",
    "UNRECORDED",
    "CallTrace",
    "Experiment",
    "Labels",
    "RetryClock",
    "RetryLimits",
    "SpoolSettings",
    "TraceBlock",
    "Tracer",
    "TracingSettings",
    "TracingStats",
    "read_labels",
]

__getattr__ = deferred(
    __name__, {"Experiment": "genai_sdk.tracing.experiment", "TraceBlock": "genai_sdk.tracing.block"}
)
