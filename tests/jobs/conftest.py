"""A project with one connection for each adapter, and the batches and files of a client on both faces."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from tests.operations.conftest import Project

from genai_sdk import GenAIClient
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse


class Face:
    """Calls a client, its batches and its files through their sync or their async methods."""

    def __init__(self, runner: asyncio.Runner | None) -> None:
        self.runner = runner

    def call(self, client: GenAIClient, method: str, *args: Any, **options: Any) -> Any:
        return self.do(client.batches, method, *args, **options)

    def files(self, client: GenAIClient, method: str, *args: Any, **options: Any) -> Any:
        return self.do(client.files, method, *args, **options)

    def do(self, owner: Any, method: str, *args: Any, **options: Any) -> Any:
        if self.runner is None:
            return getattr(owner, method)(*args, **options)
        return self.runner.run(getattr(owner, f"a{method}")(*args, **options))


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    """Every behaviour is the same on both faces."""
    if request.param == "sync":
        yield Face(None)
        return
    with asyncio.Runner() as runner:
        yield Face(runner)


@pytest.fixture(scope="session")
def provider() -> Iterator[FakeProvider]:
    with FakeProvider("fake") as provider:
        yield provider


@pytest.fixture
def fake(provider: FakeProvider) -> FakeProvider:
    """The fake with nothing scripted, an empty journal and no batches."""
    provider.clear()
    return provider


MODELS = {
    "openai": "gpt-4o-mini",
    "azure": "gpt-4o-mini",
    "anthropic": "claude-sonnet-4-5",
    "google-ai-studio": "gemini-2.5-flash",
}
"""Adapters that have batches, each with a model of theirs."""


@pytest.fixture
def project(fake: FakeProvider) -> Iterator[Project]:
    with FakeLangfuse() as langfuse:
        made = Project(langfuse)
        for adapter, model in MODELS.items():
            made.connect(adapter, adapter, fake, model, "text-embedding-3-small")
        yield made
        made.close()


def chat(custom_id: str, text: str, **options: Any) -> dict[str, Any]:
    """Return a request of a batch."""
    return {"custom_id": custom_id, "messages": [{"role": "user", "content": text}], **options}
