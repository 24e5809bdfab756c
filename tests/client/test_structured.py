"""Types as `response_format`: what is asked for, and what the answer is read as, on every wire."""

import dataclasses
import enum
import json
import sys
from typing import Annotated, Any, Generic, Literal, NotRequired, Optional, TypedDict, TypeVar, Union

import msgspec
import pydantic
import pytest

from genai_sdk import GenAIClient
from genai_sdk.client.structured import read_response_format
from genai_sdk.errors import InvalidRequestError
from genai_sdk.testing import Reply

T = TypeVar("T")


class Inner(pydantic.BaseModel):
    x: int


class Described(pydantic.BaseModel):
    inner: Inner = pydantic.Field(description="the inner one")


class Box(pydantic.BaseModel, Generic[T]):
    answer: T


class Node(pydantic.BaseModel):
    value: int
    children: list["Node"] = []
    parent: Optional["Node"] = pydantic.Field(None, description="above it")


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]
    age: int | None = None


class Pet(pydantic.BaseModel):
    pet: Annotated[Cat | Dog, pydantic.Field(discriminator="kind")]


class Names(pydantic.RootModel[list[str]]):
    pass


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"


class Bounds(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    short: str = pydantic.Field(min_length=2, max_length=5, description="a word")
    pair: tuple[int, str]
    colour: Colour = Colour.RED
    many: set[int]
    few: list[int] = pydantic.Field(max_length=3)
    page: pydantic.HttpUrl


class Open(pydantic.BaseModel):
    words: dict[str, int]


class Untyped(pydantic.BaseModel):
    anything: Any


@dataclasses.dataclass
class City:
    name: str
    twin: "City | None" = None


@dataclasses.dataclass
class Mixed:
    inner: Inner


class Row(TypedDict):
    a: int
    b: NotRequired[str]


class Yes(msgspec.Struct, tag=True):
    why: str


class No(msgspec.Struct, tag=True):
    why_not: str


# The type, what the model answers with, what that is read as, whether strict mode takes the type.
TYPES: dict[str, tuple[Any, Any, Any, bool]] = {
    "a described reference": (Described, {"inner": {"x": 1}}, Described(inner=Inner(x=1)), True),
    "a generic": (Box[int], {"answer": 1}, Box[int](answer=1), True),
    "a generic of a model": (Box[Inner], {"answer": {"x": 1}}, Box[Inner](answer=Inner(x=1)), True),
    "recursion": (
        Node, {"value": 1, "children": [{"value": 2, "children": [], "parent": None}], "parent": None},
        Node(value=1, children=[Node(value=2)]), True,
    ),
    "a discriminated union": (Pet, {"pet": {"kind": "dog", "age": None}}, Pet(pet=Dog(kind="dog")), True),
    "a root model": (Names, {"value": ["a"]}, Names(["a"]), True),
    "bounds": (
        Bounds, {
            "short": "abc", "pair": [1, "a"], "colour": "green", "many": [1], "few": [], "page": "https://a.example/",
        },
        Bounds(short="abc", pair=(1, "a"), colour=Colour.GREEN, many={1}, few=[], page="https://a.example/"),  # type: ignore[arg-type]
        True,
    ),
    "open keys": (Open, {"words": {"a": 1}}, Open(words={"a": 1}), False),
    "a field of any type": (Untyped, {"anything": [1]}, Untyped(anything=[1]), False),
    "a list of models": (list[Inner], {"value": [{"x": 1}]}, [Inner(x=1)], True),
    "a union of models": (Union[Cat, Dog], {"value": {"kind": "cat"}}, Cat(kind="cat"), True),  # noqa: UP007
    "a union by its sign": (Cat | Dog, {"value": {"kind": "cat"}}, Cat(kind="cat"), True),
    "an annotated union": (
        Annotated[Cat | Dog, pydantic.Field(discriminator="kind")], {"value": {"kind": "cat"}}, Cat(kind="cat"), True,
    ),
    "a model or nothing": (Inner | None, {"value": None}, None, True),
    "a dataclass": (
        City, {"name": "Seoul", "twin": {"name": "Busan", "twin": None}}, City("Seoul", City("Busan")), True,
    ),
    "a dataclass of a model": (Mixed, {"inner": {"x": 1}}, Mixed(Inner(x=1)), True),
    "a typed dict": (Row, {"a": 1, "b": "c"}, {"a": 1, "b": "c"}, True),
    "a struct": (Yes, {"type": "Yes", "why": "so"}, Yes("so"), True),
    "a union of structs": (Yes | No, {"value": {"type": "No", "why_not": "so"}}, No("so"), True),
    "a list of numbers": (list[int], {"value": [1, 2]}, [1, 2], True),
    "a literal": (Literal["a", "b"], {"value": "b"}, "b", True),
    "an enum": (Colour, {"value": "red"}, Colour.RED, True),
    "a number": (int, {"value": 4}, 4, True),
    "a map": (dict[str, int], {"a": 1}, {"a": 1}, False),
}  # fmt: skip


def described(given: Any) -> dict[str, Any]:
    form, _ = read_response_format(given)
    assert form is not None
    assert form["type"] == "json_schema"
    made: dict[str, Any] = form["json_schema"]
    return made


def nodes(item: Any) -> Any:
    if isinstance(item, dict):
        yield item
        for name, part in item.items():
            yield from nodes(list(part.values()) if name in ("properties", "$defs") else part)
    elif isinstance(item, list):
        for part in item:
            yield from nodes(part)


@pytest.mark.parametrize("name", list(TYPES))
def test_every_type_becomes_what_strict_mode_takes_or_is_not_called_strict(name: str) -> None:
    given, _, _, is_strict = TYPES[name]
    made = described(given)
    assert made["strict"] is is_strict
    assert made["name"].replace("_", "").replace("-", "").isalnum()
    assert made["schema"]["type"] == "object"
    if not is_strict:
        return
    for node in nodes(made["schema"]):
        assert "$ref" not in node or set(node) == {"$ref"}
        assert not {"oneOf", "allOf", "discriminator", "default", "prefixItems", "uniqueItems", "minLength"} & set(node)
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
        assert "$ref" in node or "anyOf" in node or "type" in node
    defined = made["schema"].get("$defs", {})
    referred = {node["$ref"].removeprefix("#/$defs/") for node in nodes(made["schema"]) if "$ref" in node}
    assert referred == set(defined)


def test_a_name_has_only_what_the_vendors_take() -> None:
    names = {TYPES[name][0]: described(TYPES[name][0])["name"] for name in ("a generic", "a generic of a model")}
    assert list(names.values()) == ["Box_int", "Box_Inner"]
    assert len(described(Box[Box[Box[Box[Box[Box[Box[Box[Box[Box[Box[Box[Box[Box[int]]]]]]]]]]]]]])["name"]) <= 64
    assert described(list[Inner])["name"] == "list_Inner"


def test_what_strict_mode_refuses_is_said_in_words() -> None:
    fields = described(Bounds)["schema"]["properties"]
    assert fields["short"]["description"] == "a word (maxLength: 5, minLength: 2)"
    assert fields["few"]["maxItems"] == 3
    assert fields["pair"] == {
        "type": "array", "title": "Pair", "minItems": 2, "maxItems": 2,
        "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    }  # fmt: skip
    assert "format: uri" in fields["page"]["description"]


def test_a_reference_to_what_it_is_in_keeps_its_description_beside_it() -> None:
    parent = described(Node)["schema"]["properties"]["parent"]
    assert parent == {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}], "description": "above it"}


@pytest.mark.parametrize(
    "form", [{"type": "json_object"}, {"type": "json_schema", "json_schema": {"schema": {"allOf": 1}}}]
)
def test_a_dict_goes_through_as_it_is(form: dict[str, Any]) -> None:
    assert read_response_format(form) == (form, None)


class Plain:
    """No type with a schema."""


@pytest.mark.parametrize("given", [3, "text", Inner(x=1), Plain, complex])
def test_what_has_no_schema_is_refused_with_what_does(given: Any) -> None:
    with pytest.raises(InvalidRequestError, match="response_format"):
        read_response_format(given)


def test_an_answer_without_the_object_around_it_is_read_all_the_same() -> None:
    _, reader = read_response_format(list[int])
    assert reader is not None
    assert reader.read("[1, 2]") == [1, 2]
    with pytest.raises(msgspec.ValidationError):
        reader.read('{"value": ["a"]}')


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the statement is new in Python 3.12")
def test_a_named_type_is_the_type_that_it_names() -> None:
    scope: dict[str, Any] = {}
    exec("type Numbers = list[int]", scope)
    assert described(scope["Numbers"])["schema"]["properties"]["value"]["type"] == "array"


WIRES = {
    "chat": "openai_test/gpt-4o-mini",
    "responses": "openai_responses/gpt-4o-mini",
    "azure": "azure_test/gpt-4o-mini",
    "gemini": "gemini_studio/gemini-2.5-pro",
    "vertex": "gemini_usa/gemini-2.5-pro",
    "anthropic": "anthropic_test/claude-opus-4-5",
    "bedrock": "bedrock_test/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("wire", list(WIRES))
def test_an_answer_is_read_as_its_type_on_every_wire(
    client: GenAIClient, face: Any, regions: Any, wire: str, stream: bool
) -> None:
    for name, (given, answer, value, _) in TYPES.items():
        regions.usa.script(Reply(text=json.dumps(answer)))
        response = face.ask(client, WIRES[wire], response_format=given, stream=stream)
        if stream:
            face.read(response)
            response = response.response
        assert response.parsed == value, name
