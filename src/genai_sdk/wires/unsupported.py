"""Parameters that a wire has no place for: they are refused, because leaving them out in silence changes the call."""

from collections.abc import Mapping, Sequence, Set
from types import MappingProxyType
from typing import Any

JSON_OBJECT = "response_format of the type json_object"
"""Stands among parameters: JSON without a schema, of which some wires know nothing."""

# What every wire does anyway; whoever asks for it is not refused.
_ANYWAY: Mapping[str, Any] = MappingProxyType(
    {
        "encoding_format": "float",
        "frequency_penalty": 0,
        "logprobs": False,
        "n": 1,
        "parallel_tool_calls": True,
        "presence_penalty": 0,
        "return_documents": False,
        "speed": 1,
    }
)


def is_set(name: str, item: Any) -> bool:
    """Tell whether a parameter asks for something that not every wire does anyway."""
    return item is not None and item != _ANYWAY.get(name)


def unsupported(lacks: Set[str], options: Mapping[str, Any]) -> Sequence[str]:
    """Return the parameters of a call that ask for what a wire cannot do.

    Args:
        lacks: What the wire has no place for.
        options: The call's parameters.
    """
    names = [name for name, item in options.items() if name in lacks and is_set(name, item)]
    form = options.get("response_format")
    if JSON_OBJECT in lacks and isinstance(form, Mapping) and form.get("type") == "json_object":
        names.append(JSON_OBJECT)
    return names
