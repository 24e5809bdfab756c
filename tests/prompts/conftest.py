"""A library over a fake Langfuse, with a clock that the test moves, asked from threads and from tasks."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.connections.sources import Clock

from genai_sdk.http import SyncTransport, read_endpoint
from genai_sdk.prompts import ChatPrompt, PromptLibrary, TextPrompt
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeLangfuse

Get = Callable[..., TextPrompt | ChatPrompt]
MakeLibrary = Callable[..., PromptLibrary]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def langfuse() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as fake:
        fake.prompts.create("greeting", "Hello {{name}}!", labels=["production"], tags=["demo"], config={"model": "m"})
        yield fake


@pytest.fixture
def make_library(langfuse: FakeLangfuse, clock: Clock) -> Iterator[MakeLibrary]:
    with SyncTransport() as transport:

        def make(url: str | None = None, *, secret_key: str = langfuse.secret_key, **options: Any) -> PromptLibrary:
            endpoint = read_endpoint(
                url or langfuse.url, langfuse.public_key, Secret(secret_key), named="LANGFUSE_BASE_URL"
            )
            return PromptLibrary(endpoint, transport, now=clock, **options)

        yield make


@pytest.fixture
def library(make_library: MakeLibrary) -> PromptLibrary:
    return make_library()


@pytest.fixture(params=["sync", "async"])
def getter(request: pytest.FixtureRequest) -> Callable[[PromptLibrary], Get]:
    """Turn a library into its `get`, or into its twin run to its end."""
    if request.param == "sync":
        return lambda library: library.get
    return lambda library: lambda *args, **options: asyncio.run(_aget(library, *args, **options))


async def _aget(library: PromptLibrary, *args: Any, **options: Any) -> TextPrompt | ChatPrompt:
    return await library.aget(*args, **options)


@pytest.fixture
def get(library: PromptLibrary, getter: Callable[[PromptLibrary], Get]) -> Get:
    return getter(library)
