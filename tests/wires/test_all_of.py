"""Schemas that refer to themselves by `allOf`: pydantic before 2.9 writes so, and OpenAPI inherits so."""

from typing import Any

import pytest

from genai_sdk.wires.gemini.schema import google_schema, json_schema
from genai_sdk.wires.openai.schema import strict
from genai_sdk.wires.schema import NotStrictError

NODE = {"$ref": "#/$defs/Node"}
DESCRIBED = {"allOf": [NODE], "description": "what follows"}
TREE: dict[str, Any] = {
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "next": {"anyOf": [DESCRIBED, {"type": "null"}]}},
            "required": ["name", "next"],
        }
    },
    "type": "object",
    "properties": {"first": DESCRIBED},
    "required": ["first"],
}
INHERITED: dict[str, Any] = {
    "$defs": {
        "Named": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
        "Node": {
            "allOf": [
                {"$ref": "#/$defs/Named"},
                {"type": "object", "properties": {"children": {"type": "array", "items": NODE}}},
            ]
        },
    },
    "allOf": [NODE],
}
SAID_AGAIN = {**TREE, "$defs": {"Node": {**TREE["$defs"]["Node"], "properties": {"next": {"allOf": [NODE, {}]}}}}}


def test_a_described_reference_to_itself_is_one_in_strict_form() -> None:
    made = strict(TREE)
    following = made["$defs"]["Node"]["properties"]["next"]["anyOf"][0]
    assert following == {"anyOf": [NODE], "description": "what follows"}


def test_what_is_inherited_and_refers_to_itself_has_a_strict_form() -> None:
    made = strict(INHERITED)
    assert set(made["properties"]) == set(made["$defs"]["Node"]["properties"]) == {"name", "children"}
    assert made["properties"]["children"]["items"] == NODE


def test_a_reference_to_itself_of_which_more_is_said_has_no_strict_form() -> None:
    with pytest.raises(NotStrictError, match="Node refers to itself"):
        strict(SAID_AGAIN)


@pytest.mark.parametrize("schema", [TREE, INHERITED], ids=["described", "inherited"])
def test_gemini_gets_a_json_schema_with_references(schema: dict[str, Any]) -> None:
    assert google_schema(schema) is None
    made = json_schema(schema)
    node = made["$defs"]["Node"]["properties"]
    assert "allOf" not in repr(made)
    if schema is TREE:
        assert node["next"]["anyOf"][0] == {"description": "what follows", "anyOf": [NODE]}
    else:
        assert set(made["properties"]) == set(node) == {"name", "children"}
        assert node["children"]["items"] == NODE
