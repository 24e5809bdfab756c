"""Each public method of the client has an example in its docstring, and the example runs."""

import ast
import asyncio
import inspect
import textwrap
from collections.abc import Iterator

import pytest

from genai_sdk import GenAIClient
from genai_sdk.local import Platform, offer_simulated

METHODS = {
    name: method
    for name, method in inspect.getmembers(GenAIClient, inspect.isfunction)
    if not name.startswith("_") and method.__module__.startswith("genai_sdk.")
}
NEEDS = {
    "as_anthropic": "anthropic",
    "as_async_anthropic": "anthropic",
    "as_openai": "openai",
    "as_async_openai": "openai",
    "to_litellm_router": "litellm",
}


def example(name: str) -> str:
    """The code of a method's example."""
    lines = textwrap.dedent(inspect.getdoc(METHODS[name]) or "").partition("Examples:\n")[2].splitlines()
    code = (line.strip() for line in lines)
    return "".join(line[4:] + "\n" for line in code if line.startswith((">>> ", "... ")))


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform as `genai up` leaves it on a new directory."""
    with Platform(tmp_path_factory.mktemp("home"), port=0) as running:
        offer_simulated(running)
        yield running


@pytest.fixture
def client(platform: Platform) -> Iterator[GenAIClient]:
    """A client of it."""
    keys = {"public_key": platform.credentials.public_key, "secret_key": platform.credentials.secret_key}
    with GenAIClient(host=platform.url, broker_url=platform.url, **keys) as made:
        yield made


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_has_an_example_that_runs(name: str, client: GenAIClient):
    code = example(name)
    assert f".{name}(" in code, f"{name} has no example: end its docstring with `Examples:` and lines of `>>> `"
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    compiled = compile(code, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    names = {"client": client}
    result = eval(compiled, names)
    if inspect.iscoroutine(result):
        asyncio.run(result)
