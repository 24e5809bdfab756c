"""Parameters that a wire has no place for: they are refused, because leaving them out in silence changes the call."""

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Any

JSON_OBJECT = "response_format of the type json_object"
"""Stands among what a wire lacks: JSON without a schema, of which some wires know nothing."""
ON_WIRE = "on this provider's wire"
"""Where there is no place for a parameter, if not even one model takes it there."""
WITH_MODEL = "with this model"
"""Where there is none, if other models take it on the same wire."""
NOTHING: Mapping[str, str] = MappingProxyType({})

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


class UnsupportedError(Exception):
    """A wire, or the model behind it, has no place for something in a call. Nothing is sent.

    Args:
        *names: The parameters.
        why: Where there is no place for them, to be read after "no place for seed".

    Attributes:
        names_file: Whether the call names a file that a connection keeps (`wires.kept_files`): it is encoded anew.
    """

    names_file = False

    def __init__(self, *names: str, why: str = ON_WIRE) -> None:
        super().__init__(f"no place for {', '.join(names)} {why}")
        self.refused: Mapping[str, str] = dict.fromkeys(names, why)


def no_place(refused: Mapping[str, str]) -> str:
    """Return in words where there is no place for parameters: `no place for seed, stop on this provider's wire`."""
    places: dict[str, list[str]] = {}
    for name, why in refused.items():
        places.setdefault(why, []).append(name)
    return "; ".join(f"no place for {', '.join(names)} {why}" for why, names in places.items())


def is_set(name: str, item: Any) -> bool:
    """Tell whether a parameter asks for something that not every wire does anyway."""
    return item is not None and item != _ANYWAY.get(name)


def unsupported(lacks: Set[str], options: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the parameters of a call that ask for what a wire cannot do, each with where there is no place for it.

    Args:
        lacks: What the wire has no place for.
        options: The call's parameters.
    """
    form = options.get("response_format")
    if form is None and lacks.isdisjoint(options):
        return NOTHING
    refused = {name: ON_WIRE for name, item in options.items() if name in lacks and is_set(name, item)}
    if JSON_OBJECT in lacks and isinstance(form, Mapping) and form.get("type") == "json_object":
        refused["response_format"] = f"of the type json_object {ON_WIRE}"
    return refused
