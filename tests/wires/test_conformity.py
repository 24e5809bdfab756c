"""Where a value is not what a JSON schema says."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from genai_sdk.wires.conformity import misfits


class Dish(BaseModel):
    name: str
    price: float | None = None
    parts: "list[Dish]" = []


class Menu(msgspec.Struct):
    dishes: dict[str, int]
    day: str = "Monday"


@pytest.mark.parametrize(
    ("schema", "value", "problems"),
    [
        ({"type": "string"}, 1, ["the answer is an integer, not a string"]),
        ({"type": ["string", "null"]}, None, []),
        ({"type": "STRING", "nullable": True}, None, []),
        ({"type": "number"}, 1, []),
        ({"type": "integer"}, 1.0, []),
        ({"type": "integer"}, 1.5, ["the answer is a number, not an integer"]),
        ({"type": "boolean"}, 1, ["the answer is an integer, not a boolean"]),
        ({"enum": ["a", 1]}, True, ["the answer is none of its values"]),
        ({"const": 1}, 1, []),
        ({"minimum": 2, "maximum": 3}, 4, ["the answer is over 3"]),
        ({"exclusiveMinimum": 2}, 2, ["the answer is not above 2"]),
        ({"minLength": 3}, "한글", ["the answer is under 3 characters"]),
        ({"maxItems": 1}, [1, 2], ["the answer is over 1 items"]),
        ({"items": {"type": "string"}}, ["a", 2], ["the answer[] is an integer, not a string"]),
        ({"prefixItems": [{"type": "string"}], "items": False}, ["a", 2], ["the answer[] is not to be there"]),
        ({"required": ["a"]}, {}, ["the answer.a is missing"]),
        ({"additionalProperties": False}, {"canary": 1}, ["the answer has a field that it is not to have"]),
        ({"additionalProperties": {"type": "string"}}, {"canary": 1}, ["the answer.* is an integer, not a string"]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, ["the answer is none of what it may be"]),
        ({"allOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"a": 1}, ["the answer.b is missing"]),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, 1, ["the answer is an integer, not a string"]),
        ({"$ref": "#/$defs/none"}, 1, []),
        (True, 1, []),
        (False, 1, ["the answer is not to be there"]),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_without_the_value(
    schema: Any, value: Any, problems: list[str]
) -> None:
    assert misfits(value, schema) == problems


def test_schemas_that_pydantic_and_msgspec_write_take_their_own_values() -> None:
    soup = Dish(name="soup", parts=[Dish(name="salt", price=0.1)])
    assert misfits(soup.model_dump(mode="json"), Dish.model_json_schema()) == []
    menu = Menu(dishes={"soup": 3})
    assert misfits(msgspec.to_builtins(menu), msgspec.json.schema(Menu)) == []
    broken = {"name": "soup", "parts": [{"name": "salt", "price": "little"}]}
    assert misfits(broken, Dish.model_json_schema()) == ["the answer.parts[].price is none of what it may be"]


def test_a_schema_that_goes_round_and_one_that_branches_without_end_come_to_an_end() -> None:
    assert misfits(1, {"$ref": "#"}) == []
    branches: dict[str, Any] = {"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}] * 8}}, "$ref": "#/$defs/a"}
    assert isinstance(misfits({}, branches), list)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(JSON, JSON)
def test_whatever_stands_in_a_schema_raises_nothing(value: Any, schema: Any) -> None:
    assert isinstance(
        misfits(json.loads(json.dumps(value)), schema if isinstance(schema, dict) else {"x": schema}), list
    )


WORDS = ["type", "enum", "const", "items", "prefixItems", "properties", "required", "additionalProperties", "anyOf"]
WORDS += ["allOf", "$ref", "minimum", "maximum", "minLength", "maxItems", "nullable", "patternProperties"]


@given(JSON, st.dictionaries(st.sampled_from(WORDS), JSON))
def test_whatever_its_words_are_followed_by_raises_nothing(value: Any, schema: dict[str, Any]) -> None:
    assert isinstance(misfits(value, schema), list)
