"""Each block of docs/integrations/openai.md runs as it stands."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.gateway.conftest import Stage

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "integrations" / "openai.md"
PATIENCE = 120


def blocks() -> dict[str, str]:
    """The code of each section, the one before the first heading under an empty name."""
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    code = {
        name: "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
        for name, text in zip(["", *parts[1::2]], parts[::2], strict=True)
    }
    return {name: text for name, text in code.items() if text}


def run(code: str, stage: Stage, packages: str = "") -> str:
    """Run code in a process of its own, with these packages too, and return what it printed."""
    kept = {name: item for name, item in os.environ.items() if not name.startswith(("LANGFUSE_", "OPENAI_"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **kept,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "src"), packages])),
            "LANGFUSE_BASE_URL": stage.langfuse.url,
            "LANGFUSE_PUBLIC_KEY": stage.langfuse.public_key,
            "LANGFUSE_SECRET_KEY": stage.langfuse.secret_key,
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_section_with_code_is_run_here():
    assert list(blocks()) == ["", "Our keywords", "Files and batches", "Errors"]


def test_the_sdk_s_own_blocks_run(stage: Stage):
    code = blocks()
    printed = run("\n".join(code[name] for name in ("", "Our keywords", "Files and batches", "Errors")), stage)
    assert printed.startswith("first: Hello! first http")
    assert "['ok']" in printed
    assert '"content":"first: Hello!"' in printed
    assert "model_not_found UnknownModelError " in printed
