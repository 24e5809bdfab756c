"""The page of Jupyter, cell by cell in a real kernel."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.gateway.conftest import Stage
from tests.integrations.pages import blocks, environ, packages

pytest.importorskip("ipykernel", reason="a notebook needs an environment of its own: run `make integrations`")

from jupyter_client import KernelManager

from genai_sdk.testing import Reply

PATIENCE = 90


class Notebook:
    """A kernel that runs cells."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def cell(self, code: str) -> list[dict[str, Any]]:
        """Run a cell; return what it showed, each in every form it has."""
        shown: list[dict[str, Any]] = []

        def show(message: Any) -> None:
            content = message["content"]
            if message["msg_type"] == "error":
                pytest.fail("\n".join(content["traceback"]))
            if "data" in content:
                shown.append(content["data"])

        reply = self._client.execute_interactive(code, timeout=PATIENCE, output_hook=show)
        assert reply["content"]["status"] == "ok"
        return shown


@pytest.fixture
def notebook(stage: Stage, tmp_path: Path) -> Iterator[Notebook]:
    """A kernel in a process of its own."""
    env = {**environ(stage, packages("integrations")), "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)}
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    manager = KernelManager(connection_file=os.fspath(tmp_path / "kernel.json"))
    manager.kernel_spec.argv = command
    manager.start_kernel(env=env, cwd=str(tmp_path))
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        yield Notebook(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()
        manager.context.destroy()


def test_the_cells_of_the_page_show_what_they_return(notebook: Notebook, stage: Stage):
    stage.first.script(Reply(text="**Hi!**"), Reply(text="one two three"))
    answering, streaming = blocks("jupyter")
    (answer,) = notebook.cell(answering)
    assert answer["text/markdown"].startswith("**Hi!**\n\n`first/gpt-6-luna` · ")
    *parts, ledger = notebook.cell(streaming)
    assert parts[-1]["text/markdown"] == "one two three"
    assert "<table>" in ledger["text/html"]


def test_what_the_table_of_the_page_names_shows_itself(notebook: Notebook, stage: Stage):
    notebook.cell(blocks("jupyter")[0])
    for code in (
        "answer.genai",
        'client.explain("gpt-6-luna")',
        'client.get_prompt("greeting", fallback="Hello, {{name}}!")',
        'with client.trace("study") as trace: pass\ntrace',
    ):
        (shown,) = notebook.cell(code)
        assert "text/html" in shown, code


def test_a_cell_may_await(notebook: Notebook, stage: Stage):
    stage.first.script(Reply(text="Hi!"))
    notebook.cell("from genai_sdk import GenAIClient\nclient = GenAIClient()")
    (shown,) = notebook.cell('await client.acompletion("gpt-6-luna", [{"role": "user", "content": "Hello!"}])')
    assert shown["text/markdown"].startswith("Hi!")
