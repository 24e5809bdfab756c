"""What the official SDK talks to, looked at from the other side: the fake, or the local platform."""

from collections.abc import Sequence
from typing import Any

from genai_sdk.langfuse.new_prompt import NewPrompt
from genai_sdk.langfuse.prompt import PromptVersion
from genai_sdk.langfuse.trace import Trace
from genai_sdk.local import Platform
from genai_sdk.local.store.traces import TraceQuery
from genai_sdk.testing.langfuse import FakeLangfuse


class FakeServer:
    """A fake Langfuse."""

    def __init__(self, fake: FakeLangfuse) -> None:
        self.fake = fake
        self.url = fake.url
        self.pair = (fake.public_key, fake.secret_key)

    def write_prompt(self, name: str, prompt: Any, labels: Sequence[str] = (), config: Any = None) -> None:
        self.fake.prompts.create(name, prompt, labels=labels, config=config)

    def find_prompt(self, name: str) -> PromptVersion | None:
        return self.fake.prompts.find(name, label="production")

    def traces(self) -> list[Trace]:
        return list(self.fake.traces)

    def scores(self, trace_id: str) -> dict[str, tuple[float | str, str | None]]:
        """The value and the observation of a trace's scores, by name."""
        return {each.name: (each.value, each.observation_id) for each in self.fake.scores if each.trace_id == trace_id}

    def clear(self) -> None:
        for project in self.fake.projects:
            project.traces.clear()


class PlatformServer:
    """A local platform."""

    def __init__(self, platform: Platform) -> None:
        self._store = platform.store
        self.url = platform.url
        self.pair = (platform.credentials.public_key, platform.credentials.secret_key)

    def write_prompt(self, name: str, prompt: Any, labels: Sequence[str] = (), config: Any = None) -> None:
        kind = "text" if isinstance(prompt, str) else "chat"
        self._store.prompts.create(NewPrompt(name=name, prompt=prompt, type=kind, labels=list(labels), config=config))

    def find_prompt(self, name: str) -> PromptVersion | None:
        return self._store.prompts.find(name, label="production")

    def traces(self) -> list[Trace]:
        rows, _ = self._store.traces.after(TraceQuery(), 1_000, None)
        return [trace for row in rows if (trace := self._store.traces.find(row.id)) is not None]

    def scores(self, trace_id: str) -> dict[str, tuple[float | str, str | None]]:
        """The value and the observation of a trace's scores, by name."""
        return {
            each.name: (each.text if each.number is None else each.number, each.observation_id)
            for each in self._store.scores.of_traces([trace_id])[trace_id]
        }

    def clear(self) -> None:
        self._store.traces.delete([trace.id for trace in self.traces()])
