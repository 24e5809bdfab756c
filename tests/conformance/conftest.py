"""Our driver and litellm, each made ready once."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from tests.conformance.router import WatchedLoop

from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.routing import Driver
from genai_sdk.routing.drivers.litellm import LiteLLMDriver


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    """An event loop for the async face."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def driver(runner: asyncio.Runner) -> Iterator[Driver]:
    """The driver, warm, on transports of its own."""
    sync, async_ = SyncTransport(), AsyncTransport()
    driver = LiteLLMDriver(sync, async_)
    driver.warm_up()
    yield driver
    sync.close()
    runner.run(async_.aclose())


@pytest.fixture(scope="session")
def litellm(driver: Driver) -> Iterator[Any]:
    """litellm, imported by the driver with what belongs around it, and kept from printing advice."""
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
