"""Schemas that people have, and what becomes of them in strict mode and without it."""

import json
from typing import Any, Generic, Literal, TypeVar

import pytest
from pydantic import BaseModel, Field
from tests.wires.anthropic.test_requests import NEWEST, OLD, TOOL, body

from genai_sdk.client.structured import read_response_format
from genai_sdk.wires.anthropic.schema import NotStrictError, strict


class Inner(BaseModel):
    x: int = Field(ge=3)


class Described(BaseModel):
    inner: Inner = Field(description="the inner one")


T = TypeVar("T")


class Box(BaseModel, Generic[T]):
    answer: T


class Node(BaseModel):
    value: int
    children: list["Node"] = []


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class Pet(BaseModel):
    pet: Cat | Dog = Field(discriminator="kind")


class Open(BaseModel):
    words: dict[str, int]


def form(model: type[BaseModel]) -> Any:
    return read_response_format(model)[0]


def test_a_described_reference_is_put_in_place_with_its_description() -> None:
    made = body(model=NEWEST, response_format=form(Described))["output_config"]["format"]
    assert made["type"] == "json_schema"
    inner = made["schema"]["properties"]["inner"]
    assert inner["description"] == "the inner one"
    assert inner["properties"]["x"]["description"] == "(minimum: 3)"
    assert "$ref" not in json.dumps(made)
    assert "$defs" not in json.dumps(made)


@pytest.mark.parametrize("model", [Described, Box[int], Box[Inner], Pet], ids=str)
def test_every_object_of_a_strict_schema_is_closed(model: type[BaseModel]) -> None:
    made = strict(model.model_json_schema())
    objects = [node for node in walk(made) if node.get("type") == "object"]
    assert objects
    assert all(node["additionalProperties"] is False for node in objects)
    assert not any("oneOf" in node or "discriminator" in node for node in walk(made))


def walk(node: Any) -> Any:
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from walk(part)
    elif isinstance(node, list):
        for part in node:
            yield from walk(part)


@pytest.mark.parametrize("model", [Node, Open])
def test_what_strict_mode_has_no_form_for_is_answered_with_a_tool(model: type[BaseModel]) -> None:
    with pytest.raises(NotStrictError):
        strict(model.model_json_schema())
    made = body(response_format=form(model))
    assert made["tool_choice"] == {"type": "tool", "name": "json_tool_call"}
    assert made["tools"][0]["input_schema"]["type"] == "object"
    assert "tool_choice" not in body(model=NEWEST, response_format=form(model))  # it cannot be made to


def test_a_model_without_schemas_answers_with_a_tool() -> None:
    made = body(model=OLD, response_format=form(Pet))
    assert (made["tools"][0]["name"], made["tool_choice"]["name"]) == ("json_tool_call", "json_tool_call")
    both = body(model=OLD, response_format=form(Pet), tools=[TOOL])
    assert [tool["name"] for tool in both["tools"]] == ["weather", "json_tool_call"]
    assert both["tool_choice"] == {"type": "any"}
    thought = body(model="claude-sonnet-4-20250514", response_format=form(Pet), reasoning_effort="low")
    assert "tool_choice" not in thought  # thinking models may not be made to call a tool


def test_a_schema_and_an_effort_share_the_field_that_holds_both() -> None:
    made = body(model=NEWEST, response_format=form(Pet), reasoning_effort="low")["output_config"]
    assert (made["format"]["type"], made["effort"]) == ("json_schema", "low")


def test_a_strict_tool_is_strict_where_the_model_knows_it() -> None:
    tool = {"type": "function", "function": {**TOOL["function"], "strict": True}}  # type: ignore[dict-item]
    (made,) = body(tools=[tool])["tools"]
    assert (made["strict"], made["input_schema"]["additionalProperties"]) == (True, False)
    assert "strict" not in body(model=OLD, tools=[tool])["tools"][0]
