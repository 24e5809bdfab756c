"""`genai prompts` on a fake Langfuse and a directory of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.testing.langfuse_wire import ask

from genai_sdk.testing import FakeLangfuse

API = "/api/public/v2/prompts"
Create = Callable[..., None]


@pytest.fixture
def fake() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as running:
        yield running


@pytest.fixture
def create(fake: FakeLangfuse) -> Create:
    """Write a prompt's next version, as somebody does in Langfuse."""

    def write(name: str, prompt: Any = "Hello {{name}}!", **fields: Any) -> None:
        kind = "text" if isinstance(prompt, str) else "chat"
        assert ask(fake, API, {"name": name, "prompt": prompt, "type": kind, **fields}).status == 201

    return write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "prompts"
    path.mkdir()
    return path


@pytest.fixture
def run(genai: Run, fake: FakeLangfuse, root: Path) -> Run:
    """Run `genai prompts` on the fake, with the test's directory where the command takes one."""
    environ = {
        "LANGFUSE_BASE_URL": fake.url,
        "LANGFUSE_PUBLIC_KEY": fake.public_key,
        "LANGFUSE_SECRET_KEY": fake.secret_key,
    }

    def prompts(command: str, *arguments: str, **more: Any) -> Any:
        place = () if command in ("list", "show", "label") else ("--dir", str(root))
        return genai("prompts", command, *place, *arguments, **environ, **more)

    return prompts
