"""A fake provider with deployments on it, and the driver by either of its faces."""

from collections.abc import Iterator

import pytest
from tests.routing.drivers.stage import AWS, KEY, Face, Stage

from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.routing.drivers.litellm import LiteLLMDriver
from genai_sdk.testing import FakeProvider


@pytest.fixture(scope="session")
def _litellm() -> None:
    """litellm imported once, outside any test's own time and warnings filter."""
    driver = LiteLLMDriver(SyncTransport(), AsyncTransport())
    driver.warm_up()


@pytest.fixture
def driver(_litellm: None) -> Iterator[LiteLLMDriver]:
    sync, async_ = SyncTransport(), AsyncTransport()
    yield LiteLLMDriver(sync, async_)
    sync.close()
    async_.close()


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest, driver: LiteLLMDriver) -> Face:
    """The driver's sync and async face: a test that asks for it runs on both."""
    return Face(driver, is_async=request.param == "async")


@pytest.fixture(scope="session")
def _stage() -> Iterator[Stage]:
    with FakeProvider("seoul", keys={KEY}, aws_keys={AWS["accessKeyId"]: AWS["secretAccessKey"]}) as fake:
        yield Stage(fake)


@pytest.fixture
def stage(_stage: Stage) -> Iterator[Stage]:
    """A running fake that accepts nothing but the stage's own secrets; what a test did to it is undone."""
    yield _stage
    _stage.fake.clear()
    _stage.fake.up()
