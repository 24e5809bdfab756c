"""JSON schemas: what all wires do with them, whatever a vendor's strict mode takes. Pure.

https://json-schema.org/draft/2020-12/schema, as pydantic 2.14 and msgspec 0.22 write it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_PLACES = ("$defs", "definitions")


class NotStrictError(Exception):
    """A schema that a vendor's strict mode has no form for; the message says why."""


def definitions(schema: Schema) -> Iterator[tuple[str, Any]]:
    """Yield what a schema defines beside its root, each with the reference to it."""
    for place in _PLACES:
        part = schema.get(place)
        for name, item in part.items() if isinstance(part, Mapping) else ():
            yield f"#/{place}/{name.replace('~', '~0').replace('/', '~1')}", item


def name_of(reference: str) -> str:
    """Return the name of what is referred to."""
    return reference.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def target_of(root: Schema, reference: str) -> Schema:
    """Return what a reference refers to.

    Raises:
        ValueError: There is no such thing in the schema.
    """
    target: Any = root
    for step in reference.removeprefix("#").split("/")[1:]:
        target = target.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
    if not isinstance(target, Mapping) or not reference.startswith("#"):
        raise ValueError(f"a schema refers to {reference!r}, which is not in it")
    return target


def root_of(schema: Schema) -> Schema:
    """Return a schema whose root says what it is, and does not only refer to it.

    Raises:
        ValueError: It refers to what is not in it.
    """
    seen: set[str] = set()
    while isinstance(reference := schema.get("$ref"), str) and reference not in seen:
        seen.add(reference)
        schema = {**target_of(schema, reference), **{key: part for key, part in schema.items() if key != "$ref"}}
    return schema


def join(branches: Sequence[Schema]) -> dict[str, Any]:
    """Return one schema for what has to fit all of several (`allOf`); of two words about one thing the last counts."""
    made: dict[str, Any] = {}
    for branch in branches:
        for key, part in branch.items():
            if key == "properties":
                made[key] = {**made.get(key, {}), **part}
            elif key == "required":
                made[key] = [*dict.fromkeys([*made.get(key, ()), *part])]
            else:
                made[key] = part
    return made


def describe(node: Schema, unsaid: Mapping[str, Any]) -> str | None:
    """Return a node's description with keywords that a vendor refuses, which the model can still be told."""
    description = node.get("description")
    if not unsaid:
        return description
    text = f"({', '.join(f'{key}: {part}' for key, part in unsaid.items())})"
    return f"{description} {text}" if description else text


def type_of(value: Any) -> str:
    """Return the type of a constant."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case None:
            return "null"
        case _:
            return "array" if isinstance(value, list | tuple) else "object"
