"""A project with one connection for each adapter, all of which lead to one fake."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse

KEY = "sk-canary"

AWS = json.dumps({"accessKeyId": "AKIACANARY", "secretAccessKey": "secret-canary"})


class Face:
    """Calls a client through its sync or its async methods, with the same arguments and results."""

    def __init__(self, runner: asyncio.Runner | None) -> None:
        self.runner = runner

    def call(self, client: GenAIClient, method: str, *args: Any, **options: Any) -> Any:
        return self.do(client, method, *args, **options)

    def do(self, owner: Any, method: str, *args: Any, **options: Any) -> Any:
        """Call a method of a client's, or of its files or batches."""
        if self.runner is None:
            return getattr(owner, method)(*args, **options)
        return self.runner.run(getattr(owner, f"a{method}")(*args, **options))

    def read(self, stream: Any) -> list[Any]:
        if self.runner is None:
            return list(stream)

        async def collect() -> list[Any]:
            return [item async for item in stream]

        return self.runner.run(collect())

    def first(self, stream: Any) -> Any:
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
def provider() -> Iterator[FakeProvider]:
    with FakeProvider("fake") as provider:
        yield provider


@pytest.fixture
def fake(provider: FakeProvider) -> FakeProvider:
    """The fake with nothing scripted and an empty journal."""
    provider.clear()
    return provider


class Project:
    """A project whose connections a test registers."""

    def __init__(self, langfuse: FakeLangfuse) -> None:
        self.langfuse = langfuse
        self._clients: list[GenAIClient] = []

    def connect(self, name: str, adapter: str, fake: FakeProvider, *models: str, **facts: Any) -> None:
        """Register a connection; the first one comes first."""
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=len(self.langfuse.connections))
        secret = KEY
        if adapter == "bedrock":
            secret, facts = AWS, {"config": {"region": "us-east-1"}, **facts}
        if adapter == "google-vertex-ai":
            secret, facts = json.dumps(fake.service_account()), {"config": {"location": "us-central1"}, **facts}
        record: dict[str, Any] = {
            "name": name,
            "adapter": adapter,
            "secret": secret,
            "base_url": fake.base_url(adapter),
            "custom_models": models,
            "with_default_models": False,
            "created_at": now,
            "updated_at": now,
            **facts,
        }
        self.langfuse.connections.put(ConnectionRecord(**record))

    def client(self, **options: Any) -> GenAIClient:
        """Return a client of the project."""
        langfuse = self.langfuse
        given: dict[str, Any] = {
            "public_key": langfuse.public_key,
            "secret_key": langfuse.secret_key,
            "host": langfuse.url,
            "broker_url": langfuse.url,
            "router_args": {"num_retries": 0},
        }
        self._clients.append(GenAIClient(**{**given, **options}))
        return self._clients[-1]

    def close(self) -> None:
        """Close its clients."""
        for client in self._clients:
            client.close()


@pytest.fixture
def project() -> Iterator[Project]:
    with FakeLangfuse() as langfuse:
        made = Project(langfuse)
        yield made
        made.close()
