"""A client on one connection of each kind, every one with a fake provider of its own behind it."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse, Trace

GPT = "gpt-6-luna"
CLAUDE = "claude-sonnet-4-5"

KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "openai": ("openai", GPT, {"useResponsesApi": True}),
    "compatible": ("openai", "qwen3", {}),
    "azure": ("azure", "our-gpt", {}),
    "anthropic": ("anthropic", CLAUDE, {}),
    "gemini": ("google-ai-studio", "gemini-2.5-flash", {}),
    "vertex": ("google-vertex-ai", "claude-opus-4-1", {"location": "us-east5"}),
    "bedrock": ("bedrock", "us.anthropic.claude-opus-4-1-20250805-v1:0", {"region": "us-east-1"}),
    "nova": ("bedrock", "amazon.nova-pro-v1:0", {"region": "us-east-1"}),
}
"""By connection: its adapter, its model, its settings."""


class Stage:
    """The fakes by connection, and Langfuse."""

    def __init__(self, fakes: dict[str, FakeProvider], langfuse: FakeLangfuse) -> None:
        self.fakes = fakes
        self.langfuse = langfuse

    def __getitem__(self, name: str) -> FakeProvider:
        return self.fakes[name]

    def sent(self, name: str) -> Any:
        """The body of the last request that came to a connection."""
        return self.fakes[name].journal[-1].body

    @property
    def traces(self) -> list[Trace]:
        return self.langfuse.projects[0].traces.all


class Face:
    """Calls a client through its sync or its async methods, with the same arguments and results."""

    def __init__(self, runner: asyncio.Runner | None) -> None:
        self._runner = runner

    def call(self, client: GenAIClient, method: str, *args: Any, **options: Any) -> Any:
        if self._runner is None:
            return getattr(client, method)(*args, **options)
        return self._runner.run(getattr(client, f"a{method}")(*args, **options))

    def read(self, stream: Any) -> list[Any]:
        if self._runner is None:
            return list(stream)

        async def collect() -> list[Any]:
            return [event async for event in stream]

        return self._runner.run(collect())

    def next(self, stream: Any) -> Any:
        async def take() -> Any:
            return await anext(stream)

        return next(stream) if self._runner is None else self._runner.run(take())

    def close(self, stream: Any) -> None:
        if self._runner is None:
            stream.close()
        else:
            self._runner.run(stream.aclose())


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    """Every behaviour is the same on both faces."""
    if request.param == "sync":
        yield Face(None)
        return
    with asyncio.Runner() as runner:
        yield Face(runner)


def _secret(adapter: str, fake: FakeProvider) -> str:
    if adapter == "google-vertex-ai":
        return json.dumps(fake.service_account())
    if adapter == "bedrock":
        return json.dumps({"accessKeyId": "AKIAFAKE", "secretAccessKey": "fake"})
    return "sk-fake"


@pytest.fixture(scope="session")
def whole_stage() -> Iterator[Stage]:
    """The servers, once for all tests."""
    with contextlib.ExitStack() as stack:
        langfuse = stack.enter_context(FakeLangfuse())
        fakes = {name: stack.enter_context(FakeProvider(name)) for name in KINDS}
        for minute, (name, (adapter, model, config)) in enumerate(KINDS.items()):
            made = datetime(2026, 1, 1, 0, minute, tzinfo=UTC)
            base_url = fakes[name].base_url(adapter)
            if name == "azure":
                base_url = f"{fakes[name].url}/openai/v1"
            langfuse.projects[0].connections.put(
                ConnectionRecord(
                    name=name,
                    adapter=adapter,
                    secret=_secret(adapter, fakes[name]),
                    base_url=base_url,
                    custom_models=(model,),
                    config=config,
                    created_at=made,
                    updated_at=made,
                )
            )
        yield Stage(fakes, langfuse)


@pytest.fixture
def stage(whole_stage: Stage) -> Stage:
    """The servers with nothing scripted and nothing recorded."""
    for fake in whole_stage.fakes.values():
        fake.clear()
        fake.up()
    whole_stage.langfuse.projects[0].traces.clear()
    return whole_stage


@pytest.fixture
def make_client(stage: Stage) -> Iterator[Callable[..., GenAIClient]]:
    """Make clients, which are closed in the end."""
    langfuse = stage.langfuse
    pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key, "host": langfuse.url}
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(GenAIClient(**{**pair, **options}))


@pytest.fixture
def client(make_client: Callable[..., GenAIClient]) -> GenAIClient:
    """A client with nothing but defaults."""
    return make_client()
