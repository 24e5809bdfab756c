"""A fake Langfuse over real HTTP: prompts, projects, traces, scores and the broker's wire."""

from genai_sdk.testing.langfuse.fake import FakeLangfuse
from genai_sdk.testing.langfuse.observations import Observation, Scope
from genai_sdk.testing.langfuse.project import FakeProject
from genai_sdk.testing.langfuse.trace import Trace
from genai_sdk.testing.langfuse.traces import Score
from genai_sdk.testing.langfuse.version import PromptVersion

__all__ = ["FakeLangfuse", "FakeProject", "Observation", "PromptVersion", "Scope", "Score", "Trace"]
