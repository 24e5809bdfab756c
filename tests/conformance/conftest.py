"""Our drivers and litellm, each made ready once."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from tests.conformance.router import WatchedLoop

from genai_sdk.drivers import Driver
from genai_sdk.drivers.auto import AutoDriver
from genai_sdk.drivers.litellm import LiteLLMDriver
from genai_sdk.http import AsyncTransport, SyncTransport


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """An event loop for the async face."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def driver(runner: asyncio.Runner) -> Iterator[Driver]:
    """The driver that clients have, on transports of its own."""
    sync, async_ = SyncTransport(), AsyncTransport()
    yield AutoDriver(sync, async_)
    sync.close()
    runner.run(async_.aclose())


@pytest.fixture(scope="session")
def litellm() -> Iterator[Any]:
    """litellm, imported as our driver does it with what belongs around it, and kept from printing advice."""
    LiteLLMDriver(SyncTransport(), AsyncTransport()).warm_up()
    import litellm

    before, litellm.suppress_debug_info = litellm.suppress_debug_info, True
    yield litellm
    litellm.suppress_debug_info = before


@pytest.fixture(scope="session")
def watched_loop() -> Iterator[WatchedLoop]:
    """The event loop that Router runs on."""
    with asyncio.Runner(loop_factory=WatchedLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, WatchedLoop)
        yield loop
