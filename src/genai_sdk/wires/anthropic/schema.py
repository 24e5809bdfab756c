"""JSON schemas as Anthropic's strict mode takes them.

https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations and
`lib._parse._transform` of anthropic 2.14.0: closed objects, no recursion, nothing beside a reference, and of the
bounds only `minItems` of 0 or 1; what cannot be said to the decoder is said to the model in the description.
"""

from collections.abc import Mapping
from typing import Any

from genai_sdk.wires.schema import NotStrictError, describe, target_of

__all__ = ["NotStrictError", "as_object", "strict"]

LARGEST = 5_000
"""Parts of a schema; one that grows larger when its references are put in place is not for strict mode."""

_KEPT = frozenset({"type", "enum", "const", "description", "title", "properties", "required", "items"})
_BRANCHES = {"anyOf": "anyOf", "oneOf": "anyOf", "allOf": "allOf"}
_FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"},
)
_UNSAID = frozenset({"$defs", "definitions", "$schema", "$id", "additionalProperties", "default", "discriminator"})


def strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema in strict form, its references put in place.

    Raises:
        NotStrictError: It is recursive, too large, or has objects with keys of any name.
    """
    made: dict[str, Any] = _Strict(schema).close(schema, ())
    return made


class _Strict:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._left = LARGEST

    def close(self, node: Any, within: tuple[str, ...]) -> Any:
        """Return a part of the schema in strict form; `within` are the references on the way to it."""
        self._left -= 1
        if self._left < 0:
            raise NotStrictError("it is too large")
        if not isinstance(node, Mapping):
            raise NotStrictError(f"a part of it is {node!r}")
        reference = node.get("$ref")
        if isinstance(reference, str):
            if reference in within:
                raise NotStrictError(f"{reference} refers to itself")
            beside = {key: part for key, part in node.items() if key != "$ref"}
            return self.close({**target_of(self._root, reference), **beside}, (*within, reference))
        made: dict[str, Any] = {}
        unsaid: dict[str, Any] = {}
        for key, part in node.items():
            if key in _BRANCHES:
                made[_BRANCHES[key]] = [self.close(branch, within) for branch in part]
            elif key == "properties":
                made[key] = {name: self.close(field, within) for name, field in part.items()}
            elif key == "items":
                made[key] = self.close(part, within)
            elif key in _KEPT or (key == "format" and part in _FORMATS) or (key == "minItems" and part in (0, 1)):
                made[key] = part
            elif key not in _UNSAID:
                unsaid[key] = part
        if (description := describe(node, unsaid)) is not None:
            made["description"] = description
        self._close_object(node, made)
        return made

    def _close_object(self, node: Mapping[str, Any], made: dict[str, Any]) -> None:
        if node.get("type") != "object" and "properties" not in node:
            return
        if node.get("additionalProperties") not in (None, False, True) or (
            node.get("additionalProperties") is True and not node.get("properties")
        ):
            raise NotStrictError("it has an object with keys of any name")
        made["additionalProperties"] = False


def as_object(schema: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a schema whose root says that it is an object, as a tool's input has to."""
    if not schema:
        return {"type": "object", "properties": {}}
    return dict(schema) if schema.get("type") == "object" else {"type": "object", **schema, **_root_type(schema)}


def _root_type(schema: Mapping[str, Any]) -> dict[str, Any]:
    # A union or a reference at the root may stand beside the type; another type may not.
    return {} if schema.get("type") is None else {"type": "object"}
