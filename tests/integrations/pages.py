"""The pages of docs/integrations as programs: their blocks of code, and a process that runs them.

`python -m tests.integrations.pages FOLDER` writes them there, for type checkers.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.gateway.conftest import Stage

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "integrations"
PATIENCE = 180
"""Seconds after which no page is waited for any longer."""


def blocks(page: str) -> list[str]:
    """The Python of a page, block by block."""
    return re.findall(r"```python\n(.*?)```", (PAGES / f"{page}.md").read_text(encoding="utf-8"), re.DOTALL)


def files(page: str) -> dict[str, str]:
    """The blocks of a page by the file each says it is (`# app.py`); those that say none belong to the program `""`."""
    made: dict[str, str] = {}
    for block in blocks(page):
        name = re.match(r"# (\w+\.py)\n", block)
        key = name[1] if name else ""
        made[key] = made.get(key, "") + block
    return made


def packages(environment: str) -> str:
    """Where an environment keeps its packages, `""` being our own; without it the test skips, and says why."""
    home = ROOT / (f".venv-{environment}" if environment else ".venv")
    if not (home / ".ready").exists():
        pytest.skip("frameworks need environments of their own: run `make integrations`")
    (place,) = home.glob("lib/python*/site-packages")
    return str(place)


def environ(stage: Stage, place: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a process finds in its environment: the stage, this package, and the framework's."""
    ours = ("LANGFUSE_", "GENAI_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_", "PYTEST_", "PYTHON")
    kept = {name: item for name, item in os.environ.items() if not name.startswith(ours)}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), place]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANGFUSE_BASE_URL": stage.langfuse.url,
        "LANGFUSE_PUBLIC_KEY": stage.langfuse.public_key,
        "LANGFUSE_SECRET_KEY": stage.langfuse.secret_key,
        **(more or {}),
    }


def run(command: Sequence[str], env: Mapping[str, str], folder: Path, python: str = sys.executable) -> str:
    """Run Python with these arguments to its end, and return what it printed.

    Args:
        command: The arguments.
        env: What it finds in its environment.
        folder: Where it runs.
        python: Which; what it starts itself, as a server of MCP, has that one's packages and no PYTHONPATH.
    """
    own = {**env, "HOME": str(folder)}  # where frameworks keep caches, which would answer the next time
    done = subprocess.run(
        [python, *command], env=own, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def write(folder: Path) -> None:
    """Write every page's code into a folder, but those of the vendors' own SDKs, whose types do not know `genai`."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in PAGES.glob("*.md"):
        if page.stem not in ("anthropic", "openai"):
            for name, code in files(page.stem).items():
                (folder / (name or f"page_{page.stem.replace('-', '_')}.py")).write_text(code, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
