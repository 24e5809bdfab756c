"""The source as data: every module with its imports, read without importing any of it."""

import ast
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "genai_sdk"


@dataclass(frozen=True)
class Import:
    """One imported name: `import a.b` is ("a.b", None), `from a import b` is ("a", "b")."""

    module: str
    name: str | None
    line: int


@dataclass(frozen=True)
class Module:
    """One module; its name lacks the package in front, and the package's own is the package's."""

    name: str
    path: Path
    tree: ast.Module = field(repr=False)
    imports: tuple[Import, ...] = field(repr=False)

    @property
    def package(self) -> str:
        """The top-level package it lies in."""
        return self.name.partition(".")[0]

    def at(self, line: int) -> str:
        """Where to look."""
        return f"{self.path}:{line}"

    def inside(self, *names: str) -> bool:
        """Whether it is one of `names`, or lies below one."""
        return any(name == "*" or f"{self.name}.".startswith(f"{name}.") for name in names)


class Source(dict[str, Module]):
    """The modules of the package by name."""

    def __repr__(self) -> str:
        return f"the {len(self)} modules of {PACKAGE}"  # a failed assertion prints it

    def target(self, found: Import) -> str | None:
        """Return the module of ours that an import reaches, None for a foreign one."""
        top, _, rest = found.module.partition(".")
        if top != PACKAGE:
            return None
        inner = ".".join(part for part in (rest, found.name) if part)
        return inner if inner in self else rest or PACKAGE


def imports_of(tree: ast.Module) -> Iterator[Import]:
    """Yield every import, those inside functions and under TYPE_CHECKING included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, None, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (Import(module, alias.name, node.lineno) for alias in node.names)


def read_source(folder: Path) -> Source:
    """Read the package in `folder`."""
    found = Source()
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or PACKAGE
        tree = ast.parse(path.read_text(encoding="utf-8"))
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        found[name] = Module(name, shown, tree, tuple(imports_of(tree)))
    return found


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def source() -> Source:
    """The package as it is."""
    return read_source(ROOT / "src" / PACKAGE)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, str]], Source]:
    """Write a package from texts by file name, to see that a rule catches who breaks it."""

    def written(files: dict[str, str]) -> Source:
        for name, text in files.items():
            path = tmp_path / PACKAGE / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_source(tmp_path / PACKAGE)

    return written


@pytest.fixture(scope="session")
def rules() -> dict[str, Any]:
    """What `architecture.toml` says."""
    return tomllib.loads((Path(__file__).parent / "architecture.toml").read_text(encoding="utf-8"))
