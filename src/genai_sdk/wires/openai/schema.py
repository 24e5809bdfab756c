"""JSON schemas as OpenAI's strict mode takes them.

https://platform.openai.com/docs/guides/structured-outputs#supported-schemas: closed objects whose fields are all
required, an object at the root, nothing beside a reference, `anyOf` alone of the combinators, no tuples, no bounds on
lengths. Recursion is taken. What strict mode refuses is said to the model in the description.
"""

import re
from collections.abc import Mapping
from typing import Any

from genai_sdk.wires.schema import NotStrictError, Schema, describe, join, name_of, root_of, target_of, type_of

_KEPT = frozenset(
    (
        *("type", "title", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        *("minItems", "maxItems"),
    )
)
_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
_DROPPED = frozenset(
    (
        *("$defs", "definitions", "$schema", "$id", "$comment", "default", "discriminator", "examples", "deprecated"),
        *("readOnly", "writeOnly", "description", "required", "additionalProperties"),
    )
)
_BARE = frozenset({"title", "default", "examples", "deprecated"})
"""What may be dropped beside a reference: it is said by the target, or by nobody."""
_REFUSED = frozenset({"patternProperties", "not", "if", "then", "else", "dependentRequired", "dependentSchemas"})
_LOOKAROUND = r"\(\?[=!<]"
"""Patterns with it are refused; pydantic writes one for decimals."""


def strict(schema: Schema) -> dict[str, Any]:
    """Return a schema in strict form; its root is an object's.

    Raises:
        NotStrictError: It has objects with keys of any name, parts of any type, or keywords that nothing can stand for.
        ValueError: It refers to what is not in it.
    """
    walk = _Strict(schema)
    made = walk.convert(root_of(schema), ())
    kept: dict[str, Any] = {}
    while missing := [reference for reference in walk.used if name_of(reference) not in kept]:
        for reference in missing:
            kept[name_of(reference)] = walk.convert(target_of(schema, reference), (reference,))
    return {**made, "$defs": kept} if kept else made


class _Strict:
    def __init__(self, root: Schema) -> None:
        self._root = root
        self.used: dict[str, None] = {}

    def convert(self, node: Any, within: tuple[str, ...]) -> dict[str, Any]:
        """Return a part of the schema in strict form; `within` are the references on the way to it."""
        if not isinstance(node, Mapping):
            raise NotStrictError(f"a part of it is {node!r}")
        reference = node.get("$ref")
        if isinstance(reference, str):
            return self._referring(node, reference, within)
        if isinstance(branches := node.get("allOf"), list):
            return self._joined(branches, {key: part for key, part in node.items() if key != "allOf"}, within)
        if refused := _REFUSED & node.keys():
            raise NotStrictError(f"it has {', '.join(sorted(refused))}")
        made: dict[str, Any] = {}
        unsaid: dict[str, Any] = {}
        for key, part in node.items():
            if key in _KEPT or _is_taken(key, part):
                made[key] = part
            elif key not in _DROPPED and not self._structure(key, part, made, within):
                unsaid[key] = part
        if (description := describe(node, unsaid)) is not None:
            made["description"] = description
        self._close(node, made)
        if not made.keys() & {"type", "anyOf"}:
            raise NotStrictError("it has a part of any type")
        return made

    def _joined(self, branches: list[Any], beside: Schema, within: tuple[str, ...]) -> dict[str, Any]:
        references = [branch["$ref"] for branch in branches if isinstance(branch, Mapping) and "$ref" in branch]
        if len(branches) == 1 and references:  # pydantic before 2.9: a reference with a description
            return self.convert({**branches[0], **beside}, within)
        if again := [reference for reference in references if reference in within]:
            raise NotStrictError(f"{again[0]} refers to itself, and more is said of it there")
        return self.convert(join([*map(self._resolved, branches), beside]), (*within, *references))

    def _referring(self, node: Schema, reference: str, within: tuple[str, ...]) -> dict[str, Any]:
        target = target_of(self._root, reference)
        beside = {key: part for key, part in node.items() if key != "$ref" and key not in _BARE}
        if beside and reference not in within:
            return self.convert({**target, **beside}, (*within, reference))
        self.used[reference] = None
        bare = {"$ref": f"#/$defs/{reference.rpartition('/')[2]}"}
        # What refers to itself cannot be put in place, and nothing may stand beside a reference.
        return {"anyOf": [bare], "description": beside["description"]} if "description" in beside else bare

    def _resolved(self, branch: Any) -> Schema:
        if not isinstance(branch, Mapping):
            raise NotStrictError(f"a part of it is {branch!r}")
        return root_of({**{key: self._root[key] for key in ("$defs", "definitions") if key in self._root}, **branch})

    def _structure(self, key: str, part: Any, made: dict[str, Any], within: tuple[str, ...]) -> bool:
        match key:
            case "properties":
                made[key] = {name: self.convert(field, within) for name, field in part.items()}
                made["required"] = list(part)
            case "items":
                made[key] = self.convert(part, within)
            case "anyOf" | "oneOf":
                made["anyOf"] = [self.convert(branch, within) for branch in part]
            case "prefixItems":
                self._tuple(part, made, within)
            case "enum" | "const":
                made[key] = part
                kinds = list(dict.fromkeys(map(type_of, part if key == "enum" else [part])))
                made.setdefault("type", kinds[0] if len(kinds) == 1 else kinds)
            case _:
                return False
        return True

    def _tuple(self, parts: Any, made: dict[str, Any], within: tuple[str, ...]) -> None:
        """Say a tuple as a list of that length, each item of one of its types."""
        kinds: list[dict[str, Any]] = []
        for part in parts:
            kind = self.convert(part, within)
            if kind not in kinds:
                kinds.append(kind)
        made["items"] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        made.update(minItems=len(parts), maxItems=len(parts))

    def _close(self, node: Schema, made: dict[str, Any]) -> None:
        if "properties" not in made and made.get("type") != "object":
            return
        more = node.get("additionalProperties")
        # A type that also takes other fields than its own loses nothing without them; one that has none is a map.
        if isinstance(more, Mapping) or (more is not False and not made.get("properties") and "properties" not in node):
            raise NotStrictError("it has an object with keys of any name")
        if more is True and not made["properties"]:
            raise NotStrictError("it has an object with keys of any name")
        made.setdefault("type", "object")
        made.setdefault("properties", {})
        made.setdefault("required", [])
        made["additionalProperties"] = False


def _is_taken(key: str, part: Any) -> bool:
    if key == "pattern":
        return not re.search(_LOOKAROUND, part)
    return key == "format" and part in _FORMATS
