"""Every block of Python in the README and the docs, as mypy and basedpyright read it.

docs/integrations is not among them: those pages speak of other people's libraries, which are not installed here.
"""

import ast
import builtins
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.ko.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^( *)```python\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
HEAD = """
import asyncio, dataclasses, threading
from collections.abc import *
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal
import msgspec, pydantic
from genai_sdk import *
from genai_sdk.types import *
client: GenAIClient
messages: list[dict[str, Any]]
"""
TOP = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
# What pages speak of without having made it there.
KNOWN = {
    "response": "ChatCompletion",
    "stream": "CompletionStream",
    "trace": "TraceBlock",
    "pool": "ThreadPoolExecutor",
}


def defined(tree: ast.AST) -> set[str]:
    """The names that a tree gives a value to, or brings in."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(each.asname or each.name).partition(".")[0] for each in node.names}
        elif isinstance(node, ast.MatchAs | ast.MatchStar | ast.ExceptHandler) and node.name:
            names.add(node.name)
    return names


def used(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


class Script:
    """The code of a page as one module: what is defined stands in the module, all else in a function for each block."""

    def __init__(self, page: Path) -> None:
        text = page.read_text(encoding="utf-8")
        self.page = page.relative_to(ROOT)
        self.lines: list[str] = []
        self.places: list[int] = []  # of each line, the page's
        blocks = [(text[: match.start()].count("\n") + 2, textwrap.dedent(match[2])) for match in BLOCK.finditer(text)]
        self._hoisted: set[str] = set()
        for number, (first, code) in enumerate(blocks):
            self._block(number, first, code)
        wanted = set().union(*(used(ast.parse(code)) for _, code in blocks)) if blocks else set()
        there = defined(ast.parse(HEAD)) | self._hoisted | set(dir(builtins)) | star_names()
        declared = [f"{name}: {KNOWN.get(name, 'Any')}" for name in sorted((wanted - there) | set(KNOWN))]
        before = [*HEAD.splitlines(), *declared]
        self.code = "\n".join([*before, *self.lines]) + "\n"
        self.places = [0] * len(before) + self.places

    def _block(self, number: int, first: int, code: str) -> None:
        lines = code.splitlines()
        rest: list[ast.stmt] = []
        for node in ast.parse(code).body:
            names = defined(node) if isinstance(node, ast.Import | ast.ImportFrom) else {getattr(node, "name", "")}
            if not isinstance(node, TOP) or names <= self._hoisted:
                rest.append(node)
                continue
            self._hoisted |= names
            self._add(lines, first, node, "")
        if rest:
            self.lines.append(f"async def block_{number}() -> None:")
            self.places.append(first)
            for node in rest:
                self._add(lines, first, node, "    ")

    def _add(self, lines: list[str], first: int, node: ast.stmt, indent: str) -> None:
        start = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
        for line in range(start, (node.end_lineno or node.lineno) + 1):
            self.lines.append(indent + lines[line - 1])
            self.places.append(first + line - 1)

    def place(self, line: int) -> str:
        return f"{self.page}:{self.places[line - 1]}"


def star_names() -> set[str]:
    import collections.abc

    import genai_sdk
    import genai_sdk.types

    return {*genai_sdk.__all__, *genai_sdk.types.__all__, *collections.abc.__all__}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory) -> tuple[Path, dict[str, Script]]:
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for number, page in enumerate(PAGES):
        script = Script(page)
        if "block_" in script.code:
            made[f"page_{number}.py"] = script
            (folder / f"page_{number}.py").write_text(script.code, encoding="utf-8")
    return folder, made


def test_there_is_code_to_read(scripts):
    assert len(scripts[1]) > 5
    assert any("run_tools" in script.code for script in scripts[1].values())


def test_mypy_has_nothing_to_say_about_the_code_of_the_docs(scripts, monkeypatch):
    monkeypatch.setenv("MYPYPATH", str(ROOT / "src"))
    folder, made = scripts
    report, wrong, _ = api.run([
        "--check-untyped-defs", "--ignore-missing-imports", "--follow-imports=silent", "--config-file=",
        "--cache-dir", str(folder / "cache"), *(str(folder / name) for name in made),
    ])  # fmt: skip
    assert not wrong
    found = re.findall(r"(page_\d+\.py):(\d+): error: (.*)", report)
    said = [f"{made[name].place(int(line))}: {text}" for name, line, text in found]
    assert "\n".join(said) == ""


def test_pyright_has_nothing_to_say_about_the_code_of_the_docs(scripts):
    folder, made = scripts
    settings = {
        "typeCheckingMode": "standard",
        "reportMissingImports": False,
        "reportMissingModuleSource": False,
        "extraPaths": [str(ROOT / "src")],
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [tools / "basedpyright", "--outputjson", "-p", folder],
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    rows = json.loads(done.stdout)["generalDiagnostics"]
    said = [
        f"{made[Path(row['file']).name].place(row['range']['start']['line'] + 1)}: {row['message']}"
        for row in rows
        if row["severity"] == "error"
    ]
    assert "\n".join(said) == ""
