"""The pytest plugin: fake providers, a fake Langfuse, cassettes and the network guard as fixtures.

It is loaded wherever the package is installed, so it imports nothing but pytest before a fixture is used.

Fixtures:
    fake_provider: A running `FakeProvider`.
    fake_providers: Makes running ones: `fake_providers("seoul", keys={"sk-good"})`.
    fake_langfuse: A running `FakeLangfuse` with one project.
    network_guard: Forbids connections to anything but loopback during the test.
    cassette: A `Cassette` of the test's own, from which the calls of every client are answered.
    cassette_options: What `cassette` is made with; to be replaced by a fixture of one's own.

Set `genai_network_guard = true` in pytest's configuration to guard every test; `@pytest.mark.network` lets one out.
`--genai-cassette=once|replay|new`, or `genai_cassette` in the configuration, says what becomes of calls without a
recording; left out, it is `replay` where the variable CI is set, else `once`.
"""

import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from genai_sdk.testing import Cassette, FakeLangfuse, FakeProvider, NetworkGuard

_MODES = ("once", "replay", "new")
_FAILED = pytest.StashKey[bool]()

_NOWHERE = {
    "LANGFUSE_PUBLIC_KEY": "pk-lf-cassette",
    "LANGFUSE_SECRET_KEY": "sk-lf-cassette",
    "GENAI_BROKER_URL": "http://127.0.0.1:9",  # the discard port (RFC 863), where nothing answers
}
"""What a client needs to be made where nobody has a key: a cassette that only replays asks nobody."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option."""
    parser.addini("genai_network_guard", "forbid tests to connect to anything but loopback", type="bool", default=False)
    parser.addini("genai_cassette", "what becomes of calls without a recording: once, replay or new", default="")
    parser.getgroup("genai_sdk").addoption(
        "--genai-cassette", choices=_MODES, help="what becomes of calls without a recording (see genai docs testing)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "network: let this test reach the network though genai_network_guard is set")
    config.addinivalue_line("markers", "genai_cassette(path=None, mode=None, pace=0, scrub=None): of its `cassette`")
    if (mode := config.getini("genai_cassette")) and mode not in _MODES:
        raise pytest.UsageError(f"genai_cassette must be one of {', '.join(_MODES)}, not {mode!r}")


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


@pytest.fixture
def cassette_options() -> dict[str, Any]:
    """Give what `cassette` is made with (`mode`, `pace`, `scrub`); to be replaced by a fixture of one's own."""
    return {}


@pytest.fixture
def cassette(
    request: pytest.FixtureRequest, cassette_options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> "Iterator[Cassette]":
    """Answer the calls of every client from `cassettes/<module>/<test>.json`, beside the test, or record them there."""
    from genai_sdk.testing.cassettes import Cassette  # as above

    options = {"path": _path_of(request.node), "mode": _mode_of(request.config), **cassette_options}
    if (marker := request.node.get_closest_marker("genai_cassette")) is not None:
        options |= {name: item for name, item in marker.kwargs.items() if item is not None}
        if marker.args:
            options["path"] = marker.args[0]
    options["path"] = request.path.parent / options["path"]  # which an absolute path replaces
    with Cassette(**options) as opened:
        if not opened.is_recording and "LANGFUSE_PUBLIC_KEY" not in os.environ:
            for name, value in _NOWHERE.items():
                monkeypatch.setenv(name, value)
        yield opened
        has_failed = request.node.stash.get(_FAILED, False)
        opened.close(save=not has_failed)
    if opened.misses and not has_failed:
        pytest.fail(f"a call had no recording, and its error was caught: {opened.misses[0]}", pytrace=False)


def _path_of(item: pytest.Item) -> Path:
    name = item.nodeid.partition("::")[2].replace("::", ".")
    return Path("cassettes", item.path.stem, re.sub(r"[^\w.\[\]-]+", "-", name)[:150] + ".json")


def _mode_of(config: pytest.Config) -> str:
    asked = config.getoption("--genai-cassette") or config.getini("genai_cassette")
    return str(asked or ("replay" if os.environ.get("CI") else "once"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Note whether a test has failed, before its fixtures end."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Guard a test with its set-up and tear-down, if the configuration says so and the test does not object."""
    if not item.config.getini("genai_network_guard") or item.get_closest_marker("network") is not None:
        return (yield)
    from genai_sdk.testing.guard import NetworkGuard  # as above

    with NetworkGuard():
        return (yield)
