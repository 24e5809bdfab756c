"""What the views of all wires have in common."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from genai_sdk.wires.wire import UnencodableError

View = dict[str, Any]
"""What was seen, by what was asked: `text`, `calls`, `stop` …; `native` is what the next turn sends back."""


def bare(item: Any) -> Any:
    """Return JSON without nulls."""
    if isinstance(item, Mapping):
        return {name: bare(part) for name, part in item.items() if part is not None}
    return [bare(part) for part in item] if isinstance(item, list | tuple) else item


def sent(encode: Callable[[dict[str, Any]], Any], message: dict[str, Any]) -> Any:
    """Return the blocks that a message goes back as; none if a call in it was cut off."""
    try:
        return encode(message)
    except (UnencodableError, ValueError):
        return []


def calls(message: Any) -> Iterator[Any]:
    for call in message.tool_calls or ():
        try:
            given = json.loads(call.function.arguments or "{}")
        except ValueError:
            given = call.function.arguments  # cut off
        yield call.id, call.function.name, given
