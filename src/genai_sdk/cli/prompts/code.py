"""Where Python code uses prompts, and with which variables: read, never run."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

_BY_KEYWORD = frozenset({"completion", "acompletion"})
_BY_NAME = frozenset({"get_prompt", "aget_prompt", "run", "arun"})
_GETTERS = frozenset({"get_prompt", "aget_prompt"})
_APART = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", ".tox"})


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A call that names a prompt.

    Attributes:
        file: The file.
        line: The line of the call.
        prompt: The prompt's name.
        variables: The variables that it gives; None where the code does not tell, or gives none on purpose.
        is_open: Whether it may give further ones, such as those of `**more`.
    """

    file: str
    line: int
    prompt: str
    variables: tuple[str, ...] | None
    is_open: bool = False


def read_uses(paths: Iterable[Path]) -> Iterator[Use]:
    """Yield the uses of prompts in files, and in all Python files below directories.

    Raises:
        ConfigurationError: A path is missing, or a file is no Python.
    """
    for path in paths:
        if not path.exists():
            raise ConfigurationError(
                Sentence.of(
                    "prompts.no_code", "there is no {path} to look for prompts in; --code names code", path=path
                )
            )
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        for file in files:
            if not _APART & set(file.relative_to(path).parts):
                yield from _uses_in(file)


def _uses_in(file: Path) -> Iterator[Use]:
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (OSError, SyntaxError, ValueError) as error:
        raise ConfigurationError(
            Sentence.of("prompts.no_python", "{file} cannot be read as Python: {error}", file=file, error=error)
        ) from None
    nodes = list(ast.walk(tree))
    compiled = {id(getter) for node in nodes if (getter := _compiled_getter(node)) is not None}
    for node in nodes:
        if isinstance(node, ast.Call) and id(node) not in compiled:
            use = _use(node, str(file))
            if use is not None:
                yield use


def _compiled_getter(node: ast.AST) -> ast.AST | None:
    """Return the call in front of `.compile(…)` that names a prompt, or None."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "compile":
        return None
    getter = node.func.value.value if isinstance(node.func.value, ast.Await) else node.func.value
    return getter if _name(getter) is not None else None


def _use(call: ast.Call, file: str) -> Use | None:
    getter = _compiled_getter(call)
    name, given = (_name(call), _given(call)) if getter is None else (_name(getter), _compiled(call))
    if name is None:
        return None
    variables, is_open = given
    return Use(file=file, line=call.lineno, prompt=name, variables=variables, is_open=is_open)


def _name(node: ast.AST) -> str | None:
    """Return the name of the prompt that a call asks for, where it stands in the code."""
    method = _method(node)
    if method is None or not isinstance(node, ast.Call):
        return None
    if method in _BY_NAME:
        value = node.args[0] if node.args else _keyword(node, "name")
    else:
        value = _keyword(node, "prompt") if method in _BY_KEYWORD else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _method(node: ast.AST) -> str | None:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


Given = tuple[tuple[str, ...] | None, bool]


def _given(call: ast.Call) -> Given:
    variables = _keyword(call, "variables")
    if variables is not None and not (isinstance(variables, ast.Constant) and variables.value is None):
        return _names(variables)
    is_only_named = _method(call) in _GETTERS or _keyword(call, "messages") is not None
    is_unknown = any(keyword.arg is None for keyword in call.keywords)
    return (None, True) if is_only_named or is_unknown else ((), False)


def _compiled(call: ast.Call) -> Given:
    names: tuple[str, ...] = tuple(each.arg for each in call.keywords if each.arg not in (None, "variables"))
    is_open = any(each.arg is None for each in call.keywords)
    variables = _keyword(call, "variables")
    if variables is not None:
        more, more_open = _names(variables)
        return (None, True) if more is None else ((*names, *more), is_open or more_open)
    return names, is_open


def _names(variables: ast.expr) -> Given:
    """Return the names in a dict as it stands in the code: `{"a": …}`, `dict(a=…)` or a TypedDict's `Name(a=…)`."""
    if isinstance(variables, ast.Dict):
        plain = [key.value for key in variables.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        return tuple(plain), len(plain) < len(variables.keys)
    if isinstance(variables, ast.Call) and not variables.args:
        plain = [each.arg for each in variables.keywords if each.arg is not None]
        return (tuple(plain), len(plain) < len(variables.keywords)) if plain else (None, True)
    return None, True
