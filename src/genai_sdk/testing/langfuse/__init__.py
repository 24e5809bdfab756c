"""A fake Langfuse over real HTTP: prompts, projects, traces, scores and the broker's wire."""

from genai_sdk.langfuse.observation import Event, InstrumentationScope, Observation
from genai_sdk.langfuse.prompt import PromptVersion
from genai_sdk.langfuse.trace import Trace
from genai_sdk.testing.langfuse.fake import FakeLangfuse
from genai_sdk.testing.langfuse.project import FakeProject
from genai_sdk.testing.langfuse.traces import Score

__all__ = [
    "Event",
    "FakeLangfuse",
    "FakeProject",
    "InstrumentationScope",
    "Observation",
    "PromptVersion",
    "Score",
    "Trace",
]
