"""A project with two regions, clients of it that are sync and async, and cassettes in a folder of the test's own."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeLangfuse, FakeProvider

MODELS = (
    "gpt-4o-mini",
    "text-embedding-3-small",
    "tts-1",
    "gpt-4o-transcribe",
    "gpt-image-1",
    "omni-moderation-latest",
    "gpt-3.5-turbo-instruct",
    "rerank-v3.5",
)
MODEL = MODELS[0]
KEY = "provider-key-of-seoul"


def say(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}]


class Face:
    """Calls a client through its sync or its async methods, with the same arguments and results."""

    def __init__(self, runner: asyncio.Runner | None) -> None:
        self.runner = runner

    def call(self, client: GenAIClient, method: str, *args: Any, **options: Any) -> Any:
        if self.runner is None:
            return getattr(client, method)(*args, **options)
        return self.runner.run(getattr(client, f"a{method}")(*args, **options))

    def ask(self, client: GenAIClient, text: str = "Hello!", **options: Any) -> Any:
        return self.call(client, "completion", MODEL, say(text), **options)

    def read(self, stream: Any) -> list[Any]:
        if self.runner is None:
            return list(stream)

        async def collect() -> list[Any]:
            return [item async for item in stream]

        return self.runner.run(collect())

    def next(self, stream: Any) -> Any:
        if self.runner is None:
            return next(stream)

        async def one() -> Any:
            return await anext(stream)

        return self.runner.run(one())

    def close(self, stream: Any) -> None:
        if self.runner is None:
            stream.close()
        else:
            self.runner.run(stream.aclose())


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    """Every behaviour is the same on both faces."""
    if request.param == "sync":
        yield Face(None)
        return
    with asyncio.Runner() as runner:
        yield Face(runner)


@pytest.fixture(scope="session")
def servers() -> Iterator[tuple[FakeProvider, FakeLangfuse]]:
    with FakeProvider("seoul") as provider, FakeLangfuse() as langfuse:
        made = datetime(2026, 1, 1, tzinfo=UTC)
        langfuse.connections.put(
            ConnectionRecord(
                name="seoul",
                adapter="openai",
                secret=Secret(KEY),
                base_url=provider.base_url("openai"),
                custom_models=MODELS,
                created_at=made,
                updated_at=made,
            )
        )
        yield provider, langfuse


@pytest.fixture
def fake(servers: tuple[FakeProvider, FakeLangfuse]) -> Iterator[FakeProvider]:
    """The provider with nothing scripted and an empty journal."""
    servers[0].clear()
    yield servers[0]
    servers[0].up()


@pytest.fixture
def make_client(fake: FakeProvider, servers: tuple[FakeProvider, FakeLangfuse]) -> Iterator[Callable[..., GenAIClient]]:
    langfuse = servers[1]
    pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key, "broker_url": langfuse.url}
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(GenAIClient(**{**pair, "tracing": False, **options}))


@pytest.fixture
def client(make_client: Callable[..., GenAIClient]) -> GenAIClient:
    return make_client()


@pytest.fixture
def stranger(fake: FakeProvider) -> Iterator[GenAIClient]:
    """A client of nowhere: whatever it answers comes from a cassette."""
    nowhere = {"public_key": "pk-lf-x", "secret_key": "sk-lf-x", "broker_url": "http://127.0.0.1:9"}
    with GenAIClient(**nowhere, tracing=False) as client:  # type: ignore[arg-type]
        yield client


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassettes" / "one.json"
