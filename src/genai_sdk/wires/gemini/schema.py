"""JSON schemas as people have them, in the two dialects that Google takes.

`Schema` is Google's own: a part of OpenAPI 3.0, with texts alone as values of an enum and no references
(https://ai.google.dev/api/caching#Schema). What does not fit into it, recursion above all, goes out as a JSON schema,
of which Gemini 2.5 and later read a part (https://ai.google.dev/api/generate-content#FIELDS.response_json_schema).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.wires.schema import definitions, join, name_of, type_of

_DEFINITIONS = ("$defs", "definitions")
_KEPT = (
    "default",
    "description",
    "example",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "nullable",
    "pattern",
    "propertyOrdering",
    "required",
    "title",
)
_FORMATS = frozenset({"enum", "date-time", "date", "time", "duration", "int32", "int64", "float", "double", "byte"})
_DROPPED = frozenset({"$schema", "$id", "$comment", "discriminator", "examples", *_DEFINITIONS})
_NULL = {"type": "null"}


class _UnfitError(Exception):
    """A schema that Google's own dialect has no words for."""


def google_schema(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a JSON schema as a `Schema`; None if it does not fit into one."""
    defined = _definitions(schema)
    try:
        return _Google(defined).convert(schema, ())
    except _UnfitError:
        return None


def json_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON schema as Gemini reads it: what refers to itself stays a reference, all others are put in place."""
    defined = _definitions(schema)
    walk = _Json(defined)
    made: dict[str, Any] = walk.convert(schema, ())
    if set(made) == {"$ref"}:  # the root has to have a type
        made = walk.convert(defined[name_of(made["$ref"])], ())
    kept: dict[str, Any] = {}
    while missing := walk.referenced - kept.keys():
        for name in sorted(missing):
            kept[name] = walk.convert(defined[name], (name,))
    return {**made, "$defs": kept} if kept else made


def _definitions(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name_of(reference): part for reference, part in definitions(schema)}


class _Walk:
    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions

    def resolved(self, node: Mapping[str, Any], path: tuple[str, ...]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """Return a node with what it refers to in its place, and what is beside the reference over it.

        The branches of `allOf` are joined into it. A reference that leads back to its own `path` stays.
        """
        while "$ref" in node:
            name = name_of(str(node["$ref"]))
            if name not in self._definitions:
                raise ValueError(f"a schema refers to {node['$ref']!r}, which is not in it")
            if name in path:
                return node, path
            path = (*path, name)
            node = {**self._definitions[name], **{key: item for key, item in node.items() if key != "$ref"}}
        branches = node.get("allOf")
        if not isinstance(branches, Sequence):
            return node, path
        beside = {key: item for key, item in node.items() if key != "allOf"}
        resolved = [self.resolved(branch, path) for branch in (*branches, beside)]
        names = dict.fromkeys(name for _, way in resolved for name in way)
        return join([branch for branch, _ in resolved]), tuple(names)


class _Google(_Walk):
    def convert(self, schema: Any, path: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(schema, Mapping):
            if schema is True:
                return {}
            raise _UnfitError
        node, path = self.resolved(schema, path)
        if "$ref" in node or "prefixItems" in node or "patternProperties" in node:
            raise _UnfitError
        made = {name: node[name] for name in _KEPT if node.get(name) is not None}
        if made.get("format") not in _FORMATS:
            made.pop("format", None)
        self._bound(node, made)
        self._type(node, made)
        self._values(node, made)
        if isinstance(properties := node.get("properties"), Mapping):
            made["properties"] = {name: self.convert(item, path) for name, item in properties.items()}
        elif isinstance(node.get("additionalProperties"), Mapping):
            raise _UnfitError  # a map, which Schema cannot say
        if "items" in node:
            made["items"] = self.convert(node["items"], path)
        self._union(node, made, path)
        return made

    def _bound(self, node: Mapping[str, Any], made: dict[str, Any]) -> None:
        for bound, exclusive, step in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
            limit = node.get(exclusive)
            if isinstance(limit, int | float) and not isinstance(limit, bool) and bound not in made:
                made[bound] = limit + step if node.get("type") == "integer" else limit

    def _type(self, node: Mapping[str, Any], made: dict[str, Any]) -> None:
        kind = node.get("type")
        kinds: list[str] = [kind] if isinstance(kind, str) else list(kind or ())
        if "null" in kinds and len(kinds) > 1:
            made["nullable"] = True
            kinds.remove("null")
        if len(kinds) == 1:
            made["type"] = kinds[0]
        elif kinds:
            made["anyOf"] = [{"type": name} for name in kinds]

    def _values(self, node: Mapping[str, Any], made: dict[str, Any]) -> None:
        values = [node["const"]] if "const" in node else node.get("enum")
        if values is None:
            return
        texts = [item for item in values if item is not None]
        if not texts or not all(isinstance(item, str) for item in texts):
            raise _UnfitError
        if len(texts) < len(values):
            made["nullable"] = True
        made["enum"] = texts
        made.setdefault("type", "string")

    def _union(self, node: Mapping[str, Any], made: dict[str, Any], path: tuple[str, ...]) -> None:
        branches = node.get("anyOf") or node.get("oneOf")
        if not branches:
            return
        real = [item for item in branches if item != _NULL]
        if len(real) < len(branches):
            made["nullable"] = True
        converted = [self.convert(item, path) for item in real]
        if len(converted) == 1:
            made.update({**converted[0], **made})
        elif converted:
            made["anyOf"] = converted


class _Json(_Walk):
    """Keeps references that lead back to where they are; `referenced` has their names."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        super().__init__(definitions)
        self.referenced: set[str] = set()

    def convert(self, schema: Any, path: tuple[str, ...]) -> Any:
        if not isinstance(schema, Mapping):
            return schema
        node, path = self.resolved(schema, path)
        if "$ref" in node:
            name = name_of(str(node["$ref"]))
            self.referenced.add(name)
            reference = {"$ref": f"#/$defs/{name}"}
            # Nothing may stand beside a reference.
            beside = {key: node[key] for key in ("title", "description") if key in node}
            return {**beside, "anyOf": [reference]} if beside else reference
        made: dict[str, Any] = {}
        for key, item in node.items():
            match key:
                case "const":
                    made["enum"] = [item]
                case "properties":
                    made[key] = {name: self.convert(part, path) for name, part in item.items()}
                case "anyOf" | "oneOf" | "prefixItems":
                    made[key] = [self.convert(part, path) for part in item]
                case "items" | "additionalProperties":
                    made[key] = self.convert(item, path)
                case _ if key not in _DROPPED:
                    made[key] = item
        if "const" in node and "type" not in made:
            made["type"] = type_of(node["const"])
        return made
