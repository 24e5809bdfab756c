"""A fake provider with deployments on it, and each driver by either of its faces."""

from collections.abc import Callable, Iterator

import pytest
from tests.drivers.stage import AWS, CASES, KEY, Face, Stage

from genai_sdk.catalogue import wire_of
from genai_sdk.drivers.auto import AutoDriver
from genai_sdk.drivers.driver import Driver
from genai_sdk.drivers.litellm import LiteLLMDriver
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.testing import FakeProvider

DRIVERS: dict[str, Callable[[SyncTransport, AsyncTransport], Driver]] = {"litellm": LiteLLMDriver, "auto": AutoDriver}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Try what goes through litellm by either way once."""
    twice = [item for item in items if _is_litellm_again(item)]
    if twice:
        config.hook.pytest_deselected(items=twice)
        items[:] = [item for item in items if item not in twice]


def _is_litellm_again(item: pytest.Item) -> bool:
    given = getattr(getattr(item, "callspec", None), "params", {})
    if given.get("make_driver") != "auto":  # tests of other directories come by here too
        return False
    case = CASES.get(given.get("name", ""))
    return case is not None and not wire_of(case.adapter, case.model)


@pytest.fixture(scope="session")
def _litellm() -> None:
    """litellm imported once, outside any test's own time and warnings filter."""
    driver = LiteLLMDriver(SyncTransport(), AsyncTransport())
    driver.warm_up()


@pytest.fixture(params=list(DRIVERS))
def make_driver(request: pytest.FixtureRequest, _litellm: None) -> Callable[[SyncTransport, AsyncTransport], Driver]:
    """Each kind of driver: a test that asks for one, or for its face, runs on all."""
    return DRIVERS[request.param]


@pytest.fixture
def driver(make_driver: Callable[[SyncTransport, AsyncTransport], Driver]) -> Iterator[Driver]:
    sync, async_ = SyncTransport(), AsyncTransport()
    yield make_driver(sync, async_)
    sync.close()
    async_.close()


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest, driver: Driver) -> Face:
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
