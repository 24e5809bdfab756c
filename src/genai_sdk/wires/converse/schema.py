"""JSON schemas as Bedrock's structured output takes them.

https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html: closed objects, references within the
schema, no recursion, and no bounds on numbers, lengths or counts; those are said to the model in the description.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from genai_sdk.wires.schema import definitions, describe, root_of

_BOUNDS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)
_NAMED = ("properties", "$defs", "definitions")


def closed(node: Any) -> Any:
    """Return a schema with every object closed, and bounds said in words."""
    if isinstance(node, list):
        return [closed(part) for part in node]
    if not isinstance(node, Mapping):
        return node
    made: dict[str, Any] = {}
    bounds: dict[str, Any] = {}
    for key, part in node.items():
        if key in _NAMED and isinstance(part, Mapping):
            made[key] = {name: closed(field) for name, field in part.items()}
        elif key in _BOUNDS or (key == "minItems" and part not in (0, 1)):
            bounds[key] = part
        elif key in ("enum", "const", "default", "examples"):
            made[key] = part
        else:
            made[key] = closed(part)
    if bounds:
        made["description"] = describe(node, bounds)
    if (made.get("type") == "object" or "properties" in made) and not isinstance(
        made.get("additionalProperties"), Mapping
    ):
        made["additionalProperties"] = False
    if "oneOf" in made and "anyOf" not in made:  # a discriminated union; the discriminator is OpenAPI's, no keyword
        made["anyOf"] = made.pop("oneOf")
        made.pop("discriminator", None)
    return made


def is_recursive(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema refers to itself, directly or not."""
    refers = {name: set(_references(part)) for name, part in definitions(schema)}
    refers["#"] = set(_references({key: part for key, part in schema.items() if key not in ("$defs", "definitions")}))
    for start in refers:
        seen: set[str] = set()
        left = list(refers[start])
        while left:
            name = left.pop()
            if name == start:
                return True
            if name not in seen:
                seen.add(name)
                left += refers.get(name, ())
    return False


def is_open(node: Any) -> bool:
    """Tell whether a schema has an object with any keys at all, which no closed schema can say."""
    if isinstance(node, list):
        return any(is_open(part) for part in node)
    if not isinstance(node, Mapping):
        return False
    if isinstance(node.get("additionalProperties"), Mapping) or "patternProperties" in node:
        return True
    return any(
        is_open(list(part.values())) if key in _NAMED and isinstance(part, Mapping) else is_open(part)
        for key, part in node.items()
    )


def as_object(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema whose root says that it is an object, which the input of a tool has to.

    Raises:
        ValueError: It is no object's schema.
    """
    root = root_of(schema)  # pydantic writes a recursive model as a reference
    if root.get("type", "object") != "object":
        raise ValueError(f"the root of a schema has to be an object on Bedrock, not {root.get('type')!r}")
    return {"type": "object", **root}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _references(part)
    elif isinstance(node, Mapping):
        for key, part in node.items():
            if key == "$ref" and isinstance(part, str):
                yield part
            else:
                yield from _references(part)
