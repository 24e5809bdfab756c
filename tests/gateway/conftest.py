"""OpenAI's own SDK, sync and async, on a client with two fake regions and a fake Langfuse behind it."""

import asyncio
import contextlib
import contextvars
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse

API_KEY = "genai-sdk"
MODEL = "gpt-4o-mini"
MESSAGES = [{"role": "user", "content": "Hello there!"}]
MEDIA = ("gpt-image-1", "tts-1", "gpt-4o-transcribe", "whisper-1", "omni-moderation-latest", "gpt-3.5-turbo-instruct")

VARIABLES = ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "WEBHOOK_SECRET", "BASE_URL", "CUSTOM_HEADERS")


class Stage:
    """What stands behind a client: two providers that both have MODEL, and a Langfuse."""

    def __init__(self, first: FakeProvider, second: FakeProvider, langfuse: FakeLangfuse) -> None:
        self.first = first
        self.second = second
        self.langfuse = langfuse

    def client(self, **options: Any) -> GenAIClient:
        pair = {"public_key": self.langfuse.public_key, "secret_key": self.langfuse.secret_key}
        return GenAIClient(**{**pair, "host": self.langfuse.url, **options})


class Face:
    """Uses OpenAI's SDK through its sync or its async client, with the same words."""

    def __init__(self, runner: asyncio.Runner | None) -> None:
        self._runner = runner

    def make(self, client: GenAIClient) -> Any:
        return client.as_openai() if self._runner is None else client.as_async_openai()

    def do(self, made: Any) -> Any:
        """Return what a method of the SDK returned, awaited if it is to be."""
        if self._runner is None:
            return made

        async def wait() -> Any:
            return await made

        return self._run(wait())

    def chat(self, sdk: Any, model: str = MODEL, **options: Any) -> Any:
        return self.do(sdk.chat.completions.create(model=model, **{"messages": MESSAGES, **options}))

    def read(self, stream: Any) -> list[Any]:
        if self._runner is None:
            return list(stream)

        async def collect() -> list[Any]:
            return [chunk async for chunk in stream]

        return self._run(collect())

    def next(self, stream: Any) -> Any:
        return next(stream) if self._runner is None else self.do(anext(stream))

    def _run(self, made: Coroutine[Any, Any, Any]) -> Any:
        assert self._runner is not None
        # A runner has a context of its own, which would be in none of the test's blocks.
        return self._runner.run(made, context=contextvars.copy_context())

    def close(self, made: Any) -> None:
        self.do(made.close())


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    """Every behaviour is the same on both of the SDK's clients."""
    if request.param == "sync":
        yield Face(None)
        return
    with asyncio.Runner() as runner:
        yield Face(runner)


@contextlib.contextmanager
def standing(*more: str) -> Iterator[Stage]:
    """Run the servers for the time of a block; the second one has more models."""
    with FakeProvider("first") as first, FakeProvider("second") as second, FakeLangfuse() as langfuse:
        rows = [
            ("first", "openai", first, (MODEL, "gpt-6-luna", "text-embedding-3-small", *MEDIA)),
            ("second", "openai", second, (MODEL, "gpt-6-luna", "other", *more)),
            ("studio", "google-ai-studio", second, ("gemini-embedding-001",)),
            ("claude", "anthropic", first, ("claude-sonnet-5",)),
        ]
        for minute, (name, adapter, fake, models) in enumerate(rows):
            made = datetime(2026, 1, 1, 0, minute, tzinfo=UTC)
            langfuse.projects[0].connections.put(
                ConnectionRecord(
                    name=name,
                    adapter=adapter,
                    secret="sk-fake",
                    base_url=fake.base_url(adapter),
                    custom_models=models,
                    created_at=made,
                    updated_at=made,
                )
            )
        yield Stage(first, second, langfuse)


@pytest.fixture(scope="session")
def whole_stage() -> Iterator[Stage]:
    """The servers, once for all tests."""
    with standing() as servers:
        yield servers


@pytest.fixture
def stage(whole_stage: Stage) -> Stage:
    """The servers with nothing scripted and nothing recorded."""
    for fake in (whole_stage.first, whole_stage.second):
        fake.clear()
    whole_stage.langfuse.projects[0].traces.clear()
    return whole_stage


@pytest.fixture
def make_client(stage: Stage) -> Iterator[Callable[..., GenAIClient]]:
    """Make clients, which are closed in the end."""
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(stage.client(**options))


@pytest.fixture
def client(make_client: Callable[..., GenAIClient]) -> GenAIClient:
    """A client with nothing but defaults."""
    return make_client()


@pytest.fixture
def sdk(face: Face, client: GenAIClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The SDK's client, whose environment says something else in every respect."""
    for name in VARIABLES:
        monkeypatch.setenv(f"OPENAI_{name}", f"X-Of-The-Environment: {name}" if name == "CUSTOM_HEADERS" else name)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    made = face.make(client)
    yield made
    face.close(made)
