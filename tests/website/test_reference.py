"""Each public method of the client has an example in its docstring, and the example runs."""

import ast
import asyncio
import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import genai_sdk
from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeLangfuse, FakeProvider

ROOT = Path(__file__).parents[2]
METHODS = {
    name: method
    for name, method in inspect.getmembers(GenAIClient, inspect.isfunction)
    if not name.startswith("_") and method.__module__.startswith("genai_sdk.")
}
MODELS = (
    "gpt-6-luna",
    "text-embedding-3-small",
    "jina-reranker-v3",
    "omni-moderation-latest",
    "gpt-3.5-turbo-instruct",
    "tts-1",
    "whisper-1",
    "gpt-image-1",
)
NEEDS = {
    "as_anthropic": "anthropic",
    "as_async_anthropic": "anthropic",
    "as_openai": "openai",
    "as_async_openai": "openai",
    "to_litellm_router": "litellm",
}


def example(name: str) -> str:
    """The code of a method's example."""
    lines = (inspect.getdoc(METHODS[name]) or "").partition("Examples:\n")[2].splitlines()
    code = (line.strip() for line in lines)
    return "".join(line[4:] + "\n" for line in code if line.startswith((">>> ", "... ")))


@pytest.fixture(scope="module")
def langfuse() -> Iterator[FakeLangfuse]:
    """A Langfuse with one connection, on a provider of all that an example asks for."""
    with FakeLangfuse() as running, FakeProvider("seoul") as provider:
        now = datetime.now(UTC)
        record = ConnectionRecord(
            name="seoul",
            adapter="openai",
            secret="sk-fake",
            base_url=provider.base_url("openai"),
            custom_models=MODELS,
            created_at=now,
            updated_at=now,
        )
        running.connections.put(record)
        yield running


@pytest.fixture
def client(langfuse: FakeLangfuse) -> Iterator[GenAIClient]:
    """A client of it."""
    keys = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
    with GenAIClient(host=langfuse.url, broker_url=langfuse.url, metrics=True, **keys) as made:
        yield made


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_has_an_example_that_runs(
    name: str, client: GenAIClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    code = example(name)
    assert f".{name}(" in code, f"{name} has no example: end its docstring with `Examples:` and lines of `>>> `"
    if name in NEEDS:
        pytest.importorskip(NEEDS[name])
    monkeypatch.chdir(tmp_path)
    for file in ("morning.mp3", "bridge.png"):
        Path(file).write_bytes(b"\x89PNG\r\n\x1a\n")
    compiled = compile(code, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(compiled, {"client": client})
    if inspect.iscoroutine(result):
        asyncio.run(result)


def test_everything_that_the_package_offers_is_on_a_page_of_the_reference():
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "website/reference").glob("*.md"))
    named = re.findall(r"^::: genai_sdk\.(\w+)$", pages, re.MULTILINE)
    others = [name for name in genai_sdk.__all__ if not hasattr(genai_sdk.errors, name) and name != "__version__"]
    assert sorted(named) == sorted([*others, "errors", "testing"])
