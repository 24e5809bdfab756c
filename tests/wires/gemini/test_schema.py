"""Schemas that people have, as Google takes them."""

from typing import Annotated, Any, Generic, Literal, TypeVar

import pydantic
import pytest

from genai_sdk.wires.gemini.schema import google_schema, json_schema
from genai_sdk.wires.gemini.words import SCHEMA_FIELDS

T = TypeVar("T")


class Place(pydantic.BaseModel):
    city: str = pydantic.Field(description="where")
    zip: str | None = None


class Trip(pydantic.BaseModel):
    start: Place = pydantic.Field(description="from here")
    end: Place
    kind: Literal["train", "bus"]
    currency: Literal["USD"] = "USD"


class Page(pydantic.BaseModel, Generic[T]):
    items: list[T]


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]
    lives: int = pydantic.Field(gt=0, le=9)


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]


class Home(pydantic.BaseModel):
    pet: Annotated[Cat | Dog, pydantic.Field(discriminator="kind")]
    other: Cat | None = None


class Node(pydantic.BaseModel):
    name: str
    children: list["Node"] = pydantic.Field(default=[], description="below")
    next: "Node | None" = None


class Sizes(pydantic.BaseModel):
    by_name: dict[str, int]
    level: Literal[1, 2]


def keywords(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*map(keywords, schema))
    if not isinstance(schema, dict):
        return set()
    found = set(schema)
    for key, item in schema.items():
        inner = item.values() if key in ("properties", "$defs") else [item]
        found |= set().union(*map(keywords, inner))
    return found


def of(model: type[pydantic.BaseModel]) -> dict[str, Any]:
    found = google_schema(model.model_json_schema())
    assert found is not None
    return found


@pytest.mark.parametrize("model", [Place, Trip, Page[Place], Home])
def test_schemas_without_recursion_fit_into_google_s_own_dialect(model: type[pydantic.BaseModel]) -> None:
    assert not keywords(of(model)) & {
        "$ref",
        "$defs",
        "const",
        "oneOf",
        "allOf",
        "additionalProperties",
        "discriminator",
    }


def test_what_is_said_beside_a_reference_stays() -> None:
    trip = of(Trip)["properties"]
    assert trip["start"]["description"] == "from here"
    assert trip["start"]["properties"]["city"]["description"] == "where"
    assert "description" not in trip["end"]


def test_constants_choices_and_nothing_are_said_google_s_way() -> None:
    assert of(Trip)["properties"]["currency"]["enum"] == ["USD"]
    assert of(Trip)["properties"]["kind"]["enum"] == ["train", "bus"]
    place = of(Place)["properties"]["zip"]
    assert (place["type"], place["nullable"]) == ("string", True)
    union = of(Home)["properties"]["pet"]["anyOf"]
    assert [item["properties"]["kind"]["enum"] for item in union] == [["cat"], ["dog"]]
    assert of(Home)["properties"]["other"]["nullable"] is True
    assert union[0]["properties"]["lives"]["minimum"] == 1


def test_every_field_of_google_s_own_dialect_is_kept_as_its_row_says() -> None:
    values: dict[str, Any] = {
        "default": "a",
        "description": "what",
        "enum": ["a"],
        "example": "a",
        "format": "enum",
        "items": {"type": "string"},
        "nullable": True,
        "pattern": "a",
        "properties": {"a": {"type": "string"}},
        "propertyOrdering": ["a"],
        "required": ["a"],
        "title": "A",
        "type": "string",
        "anyOf": [{"type": "string"}, {"type": "integer"}],
    }
    kept = {name for name, row in SCHEMA_FIELDS.items() if row.startswith("kept")}
    for name in kept:
        assert google_schema({name: values.get(name, 1)}) == {
            name: values.get(name, 1),
            **({"type": "string"} if name == "enum" else {}),
        }


@pytest.mark.parametrize("model", [Node, Sizes])
def test_what_does_not_fit_is_a_json_schema(model: type[pydantic.BaseModel]) -> None:
    schema = model.model_json_schema()
    assert google_schema(schema) is None
    made = json_schema(schema)
    assert made["type"] == "object"
    assert "const" not in keywords(made)


def test_recursion_stays_a_reference_and_nothing_stands_beside_one() -> None:
    made = json_schema(Node.model_json_schema())
    assert list(made["$defs"]) == ["Node"]

    def check(node: Any) -> None:
        if isinstance(node, dict):
            assert "$ref" not in node or set(node) == {"$ref"}
            for item in node.values():
                check(item)
        elif isinstance(node, list):
            for item in node:
                check(item)

    check(made)
    assert made["$defs"]["Node"]["properties"]["children"]["items"] == {"$ref": "#/$defs/Node"}


def test_a_map_and_numbers_to_choose_from_survive_as_a_json_schema() -> None:
    made = json_schema(Sizes.model_json_schema())["properties"]
    assert made["by_name"]["additionalProperties"] == {"type": "integer"}
    assert made["level"]["enum"] == [1, 2]


def test_joined_schemas_become_one() -> None:
    first = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
    second = {"properties": {"b": {"type": ["integer", "null"]}}, "required": ["b"]}
    made = google_schema({"allOf": [first, second]})
    assert made == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "integer", "nullable": True}},
        "required": ["a", "b"],
    }


def test_a_reference_to_nothing_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="#/\\$defs/Nobody"):
        google_schema({"$ref": "#/$defs/Nobody"})
