"""Between our values and plain JSON. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec


def plain(item: Any) -> Any:
    """Return a deep copy made of dicts, lists and scalars alone."""
    if isinstance(item, str):
        return str(item)  # a prompt of ours is a `str` with more to it
    if isinstance(item, Mapping):
        return {key: plain(part) for key, part in item.items()}
    if isinstance(item, list | tuple):
        return [plain(part) for part in item]
    if hasattr(item, "model_dump"):  # an earlier answer's message, handed in again
        return plain(item.model_dump(exclude_none=True))
    return item


def without(item: Any, name: str) -> Any:
    """Return JSON without the fields called `name`, however deep they are."""
    if isinstance(item, Mapping):
        return {key: without(part, name) for key, part in item.items() if key != name}
    if isinstance(item, list | tuple):
        return [without(part, name) for part in item]
    return item


def tidy(item: Any) -> Any:
    """Return decoded JSON without its nulls and empty containers, however deep they are."""
    if isinstance(item, list):
        return [tidy(part) for part in item]
    if not isinstance(item, dict):
        return item
    made: dict[str, Any] = {}
    for name, part in item.items():
        if isinstance(part, dict | list):
            if whole := tidy(part):
                made[name] = whole
        elif part is not None:
            made[name] = part
    return made


def _known(item: Any) -> Any:
    """Return JSON for what msgspec does not know."""
    if isinstance(item, str):
        return str(item)  # a prompt of ours is a `str` with more to it
    if isinstance(item, Mapping):
        return dict(item)
    if hasattr(item, "model_dump"):
        return item.model_dump(exclude_none=True)
    raise TypeError(f"it holds a value of the type {type(item).__name__!r}")


encode = msgspec.json.Encoder(enc_hook=_known).encode
"""Encode JSON, prompts and any mapping included. A value of ours (`types.Value`) comes out as the struct that it is,
with `"model_extra"` in it: whoever may meet one calls `plain` before."""
