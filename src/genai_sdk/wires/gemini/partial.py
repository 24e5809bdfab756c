"""A call of a tool whose arguments come in pieces, each with the place that it belongs to (Vertex AI)."""

import re
from collections.abc import Mapping
from typing import Any

_STEP = r"\.([^.\[\]]+)|\[(\d+)\]|\[\s*(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")\s*\]"
_ESCAPED = r"\\(.)"


def add_piece(arguments: dict[str, Any], piece: Mapping[str, Any]) -> None:
    """Put a piece into the arguments where its path says (RFC 9535, names and indices alone).

    Args:
        arguments: The arguments so far, which are written to.
        piece: A `PartialArg`.

    Raises:
        ValueError: Its path leads nowhere.
    """
    steps = _steps(str(piece.get("jsonPath") or ""))
    place: Any = arguments
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if following is None:
            _set(place, step, piece)
        else:
            place = _inside(place, step, [] if isinstance(following, int) else {})


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    position = 1 if path.startswith("$") else 0
    if not path.startswith("$") and not path.startswith((".", "[")):
        path = f".{path}"
    while position < len(path):
        match = re.compile(_STEP).match(path, position)
        if match is None:
            break
        name, index, single, double = match.groups()
        quoted = single if single is not None else double
        if index is not None:
            steps.append(int(index))
        else:
            steps.append(name if quoted is None else re.sub(_ESCAPED, r"\1", quoted))
        position = match.end()
    if not steps or position < len(path):
        raise ValueError("a piece of arguments without a path that can be followed")
    return steps


def _inside(place: Any, step: str | int, empty: Any) -> Any:
    """Return what is at a step, made if it is not there."""
    if isinstance(step, int):
        if not isinstance(place, list) or step > len(place):
            raise ValueError("a piece of arguments out of order")
        if step == len(place):
            place.append(empty)
        return place[step]
    if not isinstance(place, dict):
        raise ValueError("a piece of arguments inside of what holds none")
    return place.setdefault(step, empty)


def _set(place: Any, step: str | int, piece: Mapping[str, Any]) -> None:
    text = piece.get("stringValue")
    if text is not None:
        before = _inside(place, step, "")
        item: Any = before + text if isinstance(before, str) else text
    elif "numberValue" in piece:
        number = piece["numberValue"]
        item = int(number) if isinstance(number, float) and number.is_integer() else number
        _inside(place, step, item)
    elif "boolValue" in piece:
        item = piece["boolValue"]
        _inside(place, step, item)
    else:
        item = None
        _inside(place, step, item)
    place[step] = item
