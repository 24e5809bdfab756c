"""Fallbacks as `litellm.Router` takes them. Pure.

Router refuses a text target (1.110.2), walks through a dict as through the list of its keys, allows one key in each
dict, and knows nothing of `connection/*`.
"""

from collections.abc import Collection, Mapping
from typing import Any

from genai_sdk.routing.fallbacks import read_names, read_table

_TABLES = ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks")
_DEFAULT = "default_fallbacks"


def spelled_out(arguments: Mapping[str, Any], registered: Collection[str]) -> dict[str, Any]:
    """Return Router's arguments with every table of fallbacks in Router's one form.

    Args:
        arguments: The arguments, in any form that this package takes.
        registered: The names that Router knows.

    Raises:
        InvalidRequestError: A table has another form.
    """
    changed: dict[str, Any] = {
        name: _rows(name, arguments[name], registered) for name in _TABLES if arguments.get(name) is not None
    }
    if arguments.get(_DEFAULT) is not None:
        changed[_DEFAULT] = list(read_names(_DEFAULT, arguments[_DEFAULT]))
    return {**arguments, **changed}


def _rows(option: str, value: Any, registered: Collection[str]) -> list[dict[str, list[str]]]:
    table = read_table(option, value)
    rows: dict[str, tuple[str, ...]] = {}
    # What is named in full comes before what a star covers.
    for key, targets in sorted(table.rows.items(), key=lambda row: row[0].endswith("/*")):
        names = [name for name in registered if key.endswith("/*") and _is_under(key, name)]
        for name in names:
            rows.setdefault(name, _filled(targets, name[len(key) - 1 :], registered))
        if not names:
            rows[key] = targets
    if table.default:
        rows["*"] = table.default
    return [{key: list(targets)} for key, targets in rows.items() if targets]


def _is_under(star: str, name: str) -> bool:
    return name.startswith(star[:-1]) and not name.endswith("/*")


def _filled(targets: tuple[str, ...], model: str, registered: Collection[str]) -> tuple[str, ...]:
    """Fill a model's name into targets with a star, as far as somebody serves it there."""
    filled = ((target[:-1] + model if target.endswith("/*") else target, target) for target in targets)
    return tuple(name for name, target in filled if name == target or name in registered)
