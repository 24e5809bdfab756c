"""The pytest plugin: fake providers, a fake Langfuse and the network guard as fixtures.

It is loaded wherever the package is installed, so it imports nothing but pytest before a fixture is used.

Fixtures:
    fake_provider: A running `FakeProvider`.
    fake_providers: Makes running ones: `fake_providers("seoul", keys={"sk-good"})`.
    fake_langfuse: A running `FakeLangfuse` with one project.
    network_guard: Forbids connections to anything but loopback during the test.

Set `genai_network_guard = true` in pytest's configuration to guard every test; `@pytest.mark.network` lets one out.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from genai_sdk.testing import FakeLangfuse, FakeProvider, NetworkGuard


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option."""
    parser.addini("genai_network_guard", "forbid tests to connect to anything but loopback", type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "network: let this test reach the network though genai_network_guard is set")


@pytest.fixture
def fake_provider() -> "Iterator[FakeProvider]":
    """Give a running fake provider that accepts any key."""
    from genai_sdk.testing import FakeProvider  # only those who use a fixture pay for the import

    with FakeProvider() as fake:
        yield fake


@pytest.fixture
def fake_providers() -> "Iterator[Callable[..., FakeProvider]]":
    """Give a function that makes running fake providers; it takes what `FakeProvider` takes."""
    from genai_sdk.testing import FakeProvider  # as above

    with ExitStack() as stack:

        def make(name: str = "fake", **options: Any) -> FakeProvider:
            return stack.enter_context(FakeProvider(name, **options))

        yield make


@pytest.fixture
def fake_langfuse() -> "Iterator[FakeLangfuse]":
    """Give a running fake Langfuse with one project."""
    from genai_sdk.testing import FakeLangfuse  # as above

    with FakeLangfuse() as fake:
        yield fake


@pytest.fixture
def network_guard() -> "Iterator[NetworkGuard]":
    """Forbid connections to anything but loopback."""
    from genai_sdk.testing import NetworkGuard  # as above

    with NetworkGuard() as guard:
        yield guard


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Guard a test with its set-up and tear-down, if the configuration says so and the test does not object."""
    if not item.config.getini("genai_network_guard") or item.get_closest_marker("network") is not None:
        return (yield)
    from genai_sdk.testing.guard import NetworkGuard  # as above

    with NetworkGuard():
        return (yield)
