"""Every `Sentence.of` of the package, read from its source."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import genai_sdk

ROOT = Path(genai_sdk.__file__).parent


class Made(NamedTuple):
    """Where a sentence is made.

    Attributes:
        where: The file and the line.
        key: Its key; None where that is not written out.
        template: Its English; None where that is not written out.
        fields: What fills it; None where not all of that is written out.
    """

    where: str
    key: str | None
    template: str | None
    fields: set[str] | None


def sentences(root: Path = ROOT) -> Iterator[Made]:
    """Yield every sentence that is made below a directory."""
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Sentence.of":
                names = [each.arg for each in node.keywords]
                key, template = (_written(each) for each in (*node.args, None, None)[:2])
                fields = None if None in names else {name for name in names if name is not None}
                yield Made(f"{path.relative_to(root)}:{node.lineno}", key, template, fields)


def places(template: str) -> set[str]:
    """Return the names of a template's places."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def _written(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
