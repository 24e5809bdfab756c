"""Routing options from wherever a team has them: what is tried is what runs."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from genai_sdk.sentence import Sentence

WHERE = "a .toml or .json file, JSON itself, or module:NAME"


def load_router_args(source: str) -> Mapping[str, Any]:
    """Read routing options.

    Args:
        source: A file's name, JSON itself, or `module:NAME`.

    Raises:
        click.ClickException: There are none.
    """
    import json
    import tomllib

    try:
        if source.lstrip().startswith("{"):
            read: Any = json.loads(source)
        elif source.endswith((".toml", ".json")):
            text = Path(source).read_text(encoding="utf-8")
            read = tomllib.loads(text) if source.endswith(".toml") else json.loads(text)
        else:
            read = _from_module(source)
    except (OSError, ValueError) as error:
        raise click.ClickException(
            Sentence.of(
                "rehearse.unreadable",
                "router_args cannot be read from {source!r}: {error}; give {where}",
                source=source,
                error=error,
                where=WHERE,
            )
        ) from None
    if isinstance(read, Mapping) and isinstance(read.get("router_args"), Mapping):
        read = read["router_args"]
    if not isinstance(read, Mapping):
        raise click.ClickException(
            Sentence.of(
                "rehearse.table",
                "router_args in {source!r} must be a table, not {kind}",
                source=source,
                kind=type(read).__name__,
            )
        )
    return read


def _from_module(source: str) -> Any:
    from importlib import import_module

    module, colon, name = source.partition(":")
    if not (colon and module and name):
        raise ValueError(Sentence.of("rehearse.none_of_these", "it is none of these"))
    sys.path.insert(0, "")  # as `python -m` has it
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ValueError(error) from None
    finally:
        sys.path.remove("")
