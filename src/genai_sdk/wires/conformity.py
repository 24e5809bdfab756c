"""Whether a value is what a JSON schema says: where it is not, in words that quote nothing of the value. Pure.

Of https://json-schema.org/draft/2020-12/json-schema-validation what a reader of answers relies on: types, fields,
items, values and bounds. Not `pattern`, since an expression may take for ever on a text that a model wrote, nor
`format` and conditions.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from genai_sdk.wires.schema import Schema, target_of, type_of

_MOST = 20_000
"""Parts of a value that are looked at; what is beyond them counts as right."""

_DEEPEST = 64


def misfits(value: Any, schema: Schema, name: str = "the answer") -> list[str]:
    """Return how a value is not what a schema says, each with its place; empty where it is.

    Args:
        value: What JSON is read as.
        schema: The schema.
        name: What the value is called.
    """
    return [*_Walk(schema).look(value, schema, name, 0)]


class _Walk:
    """One walk through a value along its schema."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._left = _MOST

    def look(self, value: Any, schema: Any, name: str, depth: int) -> Iterator[str]:
        self._left -= 1
        if schema is False:
            yield f"{name} is not to be there"
        if not isinstance(schema, Mapping) or self._left < 0 or depth > _DEEPEST:
            return
        if isinstance(reference := schema.get("$ref"), str):
            yield from self.look(value, self._target(reference), name, depth + 1)
        for branch in _listed(schema, "allOf"):
            yield from self.look(value, branch, name, depth + 1)
        for word in ("anyOf", "oneOf"):
            if (branches := _listed(schema, word)) and not self._fits_one(value, branches, depth):
                yield f"{name} is none of what it may be"
        wrong = _of_type(value, schema)
        if wrong:
            yield f"{name} is {wrong}"
            return
        yield from (f"{name} {problem}" for problem in _of_value(value, schema))
        if isinstance(value, dict):
            yield from self._fields(value, schema, name, depth)
        elif isinstance(value, list):
            items, first = schema.get("items", True), _listed(schema, "prefixItems")
            for place, item in enumerate(value):
                yield from self.look(item, first[place] if place < len(first) else items, f"{name}[]", depth + 1)

    def _fits_one(self, value: Any, branches: list[Any], depth: int) -> bool:
        return any(next(self.look(value, branch, "", depth + 1), None) is None for branch in branches)

    def _fields(self, value: dict[str, Any], schema: Schema, name: str, depth: int) -> Iterator[str]:
        known = schema.get("properties", {})
        known = known if isinstance(known, Mapping) else {}
        for field in _listed(schema, "required"):
            if isinstance(field, str) and field not in value:
                yield f"{name}.{field} is missing"
        others = schema.get("additionalProperties", True)
        for field, item in value.items():
            if field in known:
                yield from self.look(item, known[field], f"{name}.{field}", depth + 1)
            elif "patternProperties" in schema:
                continue
            elif others is False:
                yield f"{name} has a field that it is not to have"
            else:
                yield from self.look(item, others, f"{name}.*", depth + 1)

    def _target(self, reference: str) -> Any:
        try:
            return target_of(self._root, reference)
        except ValueError:
            return True  # a reference to nothing asks for nothing


def _listed(schema: Schema, word: str) -> list[Any]:
    part = schema.get(word)
    return part if isinstance(part, list) else []


def _of_type(value: Any, schema: Schema) -> str:
    """Return what a value is instead of what it is to be; empty where its type is right."""
    said = schema.get("type")
    # In lower case, and with `nullable`: Gemini's schemas are OpenAPI 3.0's.
    names = {each.lower() for each in (said if isinstance(said, list) else [said]) if isinstance(each, str) and each}
    if names and schema.get("nullable") is True:
        names |= {"null"}
    kind = type_of(value)
    fits = kind in names or (kind == "integer" and "number" in names)
    fits = fits or (kind == "number" and "integer" in names and value.is_integer())
    return "" if fits or not names else f"{_article(kind)}, not {' or '.join(map(_article, sorted(names)))}"


def _article(kind: str) -> str:
    return kind if kind == "null" else f"an {kind}" if kind[0] in "aio" else f"a {kind}"


def _of_value(value: Any, schema: Schema) -> Iterator[str]:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list) and not any(type_of(each) == type_of(value) and each == value for each in values):
        yield "is none of its values"
    size: float | None = None
    words = ("", "", "")
    if isinstance(value, str):
        size, words = len(value), ("minLength", "maxLength", "characters")
    elif isinstance(value, list):
        size, words = len(value), ("minItems", "maxItems", "items")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        size, words = value, ("minimum", "maximum", "")
        for word, over in (("exclusiveMinimum", False), ("exclusiveMaximum", True)):
            bound = _number(schema, word)
            if bound is not None and (value >= bound if over else value <= bound):
                yield f"is not {'below' if over else 'above'} {_shown(bound)}"
    least, most = (_number(schema, word) for word in words[:2])
    if size is not None and least is not None and size < least:
        yield f"is under {_shown(least)} {words[2]}".rstrip()
    if size is not None and most is not None and size > most:
        yield f"is over {_shown(most)} {words[2]}".rstrip()


def _number(schema: Schema, word: str) -> float | None:
    bound = schema.get(word)
    return bound if isinstance(bound, int | float) and not isinstance(bound, bool) else None


def _shown(bound: float) -> str:
    return f"{bound:g}" if abs(bound) < 1e300 else "what fits a number"
