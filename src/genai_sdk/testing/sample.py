"""Small instances of JSON schemas, made up for a model that was asked for one; the same schema gets the same one."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Schema = Mapping[str, Any]

_BUDGET = 100_000
"""Characters and values that one instance may have: a schema of some lines can ask for more than any memory holds."""

_FORMATS = {
    "date-time": "2026-01-01T09:00:00Z",
    "date": "2026-01-01",
    "time": "09:00:00Z",
    "duration": "PT1H",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


class NoSampleError(ValueError):
    """There is no instance of a schema, or none that could be made up."""


def sample(schema: Schema, text: str) -> Any:
    """Return a small instance of a JSON schema, with `text` where it wants a string.

    Heeded are types, `const`, `enum`, `default`, `examples`, `$ref`, `anyOf`, `oneOf`, `allOf`, formats, and the bounds
    of numbers, strings and arrays. Properties that are not required are left out where they would never end.

    Raises:
        NoSampleError: The schema has no finite instance, only a huge one, or wants a string to fit a pattern.
    """
    return _Sampler(schema, text).of(schema, ())


class _Sampler:
    def __init__(self, root: Schema, text: str) -> None:
        self._root = root
        self._defined = {**root.get("definitions", {}), **root.get("$defs", {})}
        self._text = text
        self._left = _BUDGET

    def of(self, schema: Schema, inside: tuple[str, ...]) -> Any:
        """Return an instance; `inside` are the references that are being followed."""
        self._spend(1)
        if "$ref" in schema:
            reference = str(schema["$ref"])
            if reference in inside:
                raise NoSampleError(f"the schema never ends: {reference!r} requires itself")
            target = self._root if reference == "#" else self._defined.get(reference.rsplit("/", 1)[-1], {})
            return self.of(target, (*inside, reference))
        values = self._given(schema)
        if values:
            return values[0]
        for several in ("anyOf", "oneOf"):
            if schema.get(several):
                return self._first(schema[several], inside)
        if schema.get("allOf"):
            return self.of(self._joined(schema), inside)
        return self._of_type(schema, inside)

    def _of_type(self, schema: Schema, inside: tuple[str, ...]) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else None)
        kind = str(kind[0] if isinstance(kind, list) else kind).lower()  # Google writes the types in capitals
        match kind:
            case "object":
                return self._object(schema, inside)
            case "array":
                return self._array(schema, inside)
            case "integer" | "number":
                return _number(schema, whole=kind == "integer")
            case "string":
                return self._string(schema)
            case "boolean":
                return True
            case "null":
                return None
            case "none":
                return {}
            case _:
                return self._text

    def _given(self, schema: Schema) -> Sequence[Any]:
        """Return what the schema itself says may stand here."""
        keyword = next((key for key in ("const", "default") if key in schema), None)
        values = [schema[keyword]] if keyword else list(schema.get("enum") or schema.get("examples") or ())[:1]
        self._spend(len(json.dumps(values)) if values else 0)
        return values

    def _first(self, choices: Iterable[Schema], inside: tuple[str, ...]) -> Any:
        failed = NoSampleError("the schema offers no choice")
        for choice in choices:
            try:
                return self.of(choice, inside)
            except NoSampleError as error:
                failed = error
                if self._left < 0:
                    break
        raise failed

    def _joined(self, schema: Schema) -> Schema:
        """Return a schema and all that it must fit besides as one."""
        joined: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            target = self._defined.get(str(part["$ref"]).rsplit("/", 1)[-1], part) if "$ref" in part else part
            both: dict[str, Any] = {"properties": {**joined.get("properties", {}), **target.get("properties", {})}}
            both["required"] = [*joined.get("required", ()), *target.get("required", ())]
            joined = {**joined, **target, **{key: value for key, value in both.items() if value}}
            self._spend(1 + len(joined) + len(both["properties"]) + len(both["required"]))
        return joined

    def _object(self, schema: Schema, inside: tuple[str, ...]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        required = frozenset(map(str, schema.get("required") or ()))
        for key, part in (schema.get("properties") or {}).items():
            self._spend(len(key))
            try:
                made[key] = self.of(part, inside)
            except NoSampleError:
                if key in required or self._left < 0:
                    raise
        return made

    def _array(self, schema: Schema, inside: tuple[str, ...]) -> list[Any]:
        least = int(schema.get("minItems") or 0)
        heads = schema.get("prefixItems") or ()
        count = min(max(least, len(heads), 1), int(schema.get("maxItems", max(least, len(heads), 1))))
        self._spend(count)
        parts = [heads[place] if place < len(heads) else schema.get("items") or {} for place in range(count)]
        try:
            return [self.of(part, inside) for part in parts]
        except NoSampleError:
            if least or self._left < 0:
                raise
            return []

    def _string(self, schema: Schema) -> str:
        if "pattern" in schema:
            raise NoSampleError(f"no string is made up for the pattern {schema['pattern']!r}: give it a default")
        least = int(schema.get("minLength") or 0)
        self._spend(least)
        text = _FORMATS.get(str(schema.get("format")), self._text)
        text = text[: int(schema.get("maxLength", len(text)))].ljust(least, ".")
        self._spend(len(text))
        return text

    def _spend(self, amount: int) -> None:
        self._left -= max(0, amount)
        if self._left < 0:
            raise NoSampleError(f"the schema asks for more than {_BUDGET:,} characters and values")


def _number(schema: Schema, *, whole: bool) -> float:
    """Return a number within the bounds, 1 or 1.5 if they let it."""
    low, above = schema.get("minimum", -math.inf), schema.get("exclusiveMinimum", -math.inf)
    high, below = schema.get("maximum", math.inf), schema.get("exclusiveMaximum", math.inf)
    floor, ceiling = max(low, above), min(high, below)
    step = _step(schema.get("multipleOf"), whole)
    usual = 1 if whole else 1.5
    values: list[float] = [usual] if not step or usual % step == 0 else [step]
    if step:
        values += [math.ceil(floor / step) * step + more for more in (0, step) if floor > -math.inf]
        values += [math.floor(ceiling / step) * step - less for less in (0, step) if ceiling < math.inf]
    elif -math.inf < floor <= ceiling < math.inf:
        values += [(floor + ceiling) / 2]
    else:
        values += [floor + 1, ceiling - 1]
    fitting = [value for value in values if low <= value <= high and above < value < below]
    if not fitting:
        raise NoSampleError(f"no number fits {dict(schema)!r}")
    return int(fitting[0]) if whole else fitting[0]


def _step(value: Any, whole: bool) -> float | None:
    """Return what a number must be a multiple of; a whole one also of 1."""
    if not value:
        return 1 if whole else None
    return Fraction(str(value)).numerator if whole else float(value)
