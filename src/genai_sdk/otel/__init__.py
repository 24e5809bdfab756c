"""Calls as OpenTelemetry's GenAI conventions have them, through the program's own providers; opt-in.

Beside what goes to Langfuse, and apart from it: neither samples, filters or delays the other.
"""

from typing import TYPE_CHECKING

from genai_sdk.deferred import deferred
from genai_sdk.otel.options import OpenTelemetry

if TYPE_CHECKING:
    from genai_sdk.otel.instrumentation import Instrumentation

__all__ = ["Instrumentation", "OpenTelemetry"]

__getattr__ = deferred(__name__, {"Instrumentation": "genai_sdk.otel.instrumentation"})
