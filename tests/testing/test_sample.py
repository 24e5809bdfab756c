"""Instances of JSON schemas: small, valid, and finite."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.testing.sample import NoSampleError, sample

SCHEMAS: list[tuple[dict[str, Any], Any]] = [
    ({"type": "string"}, "hi"),
    ({"type": "INTEGER"}, 1),
    ({"type": ["boolean", "null"]}, True),
    ({"const": 7}, 7),
    ({"enum": ["a", "b"]}, "a"),
    ({"oneOf": [{"type": "number"}]}, 1.5),
    ({"allOf": [{"$ref": "#/definitions/X"}], "definitions": {"X": {"type": "null"}}}, None),
    ({"type": "array", "items": {"type": "integer"}}, [1]),
    ({"properties": {"a": {"properties": {"b": {"type": "string"}}}}}, {"a": {"b": "hi"}}),
    ({}, {}),
    ({"type": "string", "default": "blue"}, "blue"),
    ({"type": "string", "examples": ["red"], "pattern": "^r"}, "red"),
    ({"type": "string", "minLength": 4}, "hi.."),
    ({"type": "string", "maxLength": 1}, "h"),
    ({"type": "string", "format": "date"}, "2026-01-01"),
    ({"type": "integer", "minimum": 7}, 7),
    ({"type": "integer", "exclusiveMinimum": 7}, 8),
    ({"type": "integer", "maximum": -3}, -3),
    ({"type": "integer", "multipleOf": 5, "minimum": 7}, 10),
    ({"type": "number", "exclusiveMinimum": 2, "exclusiveMaximum": 3}, 2.5),
    ({"type": "number", "maximum": 0}, -1.0),
    ({"type": "array", "items": {"type": "null"}, "minItems": 3}, [None, None, None]),
    ({"type": "array", "items": {"type": "null"}, "maxItems": 0}, []),
    ({"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]}, {"a": 1, "b": 2}),
    ({"anyOf": [{"type": "integer", "minimum": 2, "maximum": 1}, {"type": "null"}]}, None),
]


@pytest.mark.parametrize(("schema", "instance"), SCHEMAS)
def test_a_schema_gets_a_small_instance(schema: dict[str, Any], instance: Any) -> None:
    assert sample(schema, "hi") == instance


NODE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "left": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
        "others": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
        "up": {"$ref": "#/$defs/Node"},
    },
    "required": ["name", "left", "others"],
}


def test_a_schema_that_holds_itself_gets_an_instance_that_ends() -> None:
    leaf = {"name": "hi", "left": None, "others": []}
    assert sample({"$ref": "#/$defs/Node", "$defs": {"Node": NODE}}, "hi") == leaf


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#"}, "never ends"),
        ({"type": "string", "minLength": 10**9}, "asks for more than"),
        ({"type": "array", "items": {"type": "null"}, "minItems": 10**9}, "asks for more than"),
        ({"type": "array", "items": {"const": "x" * 1000}, "minItems": 5000}, "asks for more than"),
        ({"type": "string", "pattern": "^[a-z]{4}$"}, "pattern"),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "no number fits"),
    ],
)
def test_a_schema_without_a_small_instance_is_refused_with_the_reason(schema: dict[str, Any], words: str) -> None:
    with pytest.raises(NoSampleError, match=words):
        sample(schema, "hi")


def test_a_schema_that_doubles_at_every_level_is_refused() -> None:
    levels = {
        f"L{n}": {"properties": {side: {"$ref": f"#/$defs/L{n + 1}"} for side in ("a", "b")}, "required": ["a", "b"]}
        for n in range(40)
    }
    with pytest.raises(NoSampleError, match="asks for more than"):
        sample({"$ref": "#/$defs/L0", "$defs": levels}, "hi")


@given(st.integers(-50, 50), st.integers(0, 50), st.sampled_from([1, 2, 3, 0.5]))
def test_a_number_stays_within_its_bounds(low: int, span: int, step: float) -> None:
    schema = {"type": "number", "minimum": low, "maximum": low + span + 3, "multipleOf": step}
    value = sample(schema, "hi")
    assert low <= value <= low + span + 3
    assert value % step == 0
