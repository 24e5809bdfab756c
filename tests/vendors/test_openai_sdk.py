"""OpenAI's own SDK beside us: given the same bytes it sees no more than we do, and its schemas are ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.client.test_structured import TYPES
from tests.vendors.conftest import Vendor
from tests.vendors.test_anthropic_sdk import Recorded, bare
from tests.wires.responses.cases import RESPONSES, events_of, read_stream, read_whole, sse

from genai_sdk.client.structured import _is_pydantic, _parts, read_response_format
from genai_sdk.wires.openai.responses.items import items_of


@pytest.fixture(scope="module")
def recorded() -> Iterator[Recorded]:
    """A server that gives the same bytes to everybody."""
    server = Recorded()
    yield server
    server.close()


# Responses of which chat's shape cannot give the same items back, or that the SDK cannot read: each with its reason.
APART = {
    "an unknown item": "the SDK reads an item that it does not know as a message, and warns; we keep it as it is",
    "cut before a word": "a message of chat's is one though nothing was said, and goes back as an empty one",
}


@pytest.mark.parametrize("name", [name for name in RESPONSES if name not in APART])
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_the_sdk_sees_no_more_than_we_do(openai: Vendor, recorded: Recorded, name: str, streamed: bool) -> None:
    whole = RESPONSES[name]
    recorded.whole, recorded.stream = json.dumps(whole).encode(), sse(events_of(whole))
    answer = openai.do("stream" if streamed else "create", url=recorded.url + "/v1")
    assert "value" in answer, answer
    theirs = answer["value"]
    ours = read_stream(recorded.stream) if streamed else read_whole(whole)
    assert (ours.id, ours.created, ours.model) == (theirs["id"], theirs["created_at"], theirs["model"])
    assert ours.service_tier == theirs["service_tier"]
    assert ours.usage is not None
    assert ours.usage.total_tokens == theirs["usage"]["total_tokens"]
    message = ours.choices[0].message
    reason = (theirs["incomplete_details"] or {}).get("reason")
    assert ours.choices[0].get("native_finish_reason") == reason
    _, items = items_of([message.model_dump(exclude_none=True)])
    assert [essence(item) for item in items] == [essence(item) for item in theirs["output"]]


def essence(item: dict[str, Any]) -> Any:
    """Return what an item says: a message of plain text, and a call, go back without an id and a status."""
    made: dict[str, Any] = {
        name: part for name, part in bare(item).items() if part not in ({}, []) and not name.startswith("parsed")
    }
    if made["type"] == "message":
        parts = [(part.get("text"), part.get("refusal")) for part in made.get("content", ())]
        return "message", made["role"], made.get("phase"), [part for part in parts if part != ("", None)]
    if made["type"] in ("function_call", "custom_tool_call"):
        return {name: part for name, part in made.items() if name not in ("id", "status")}
    return made


PYDANTIC = [name for name, (given, *_) in TYPES.items() if any(map(_is_pydantic, _parts(given, set())))]

# Where our schema is another one than OpenAI's own helper makes, and why.
DIFFERENCES = {
    "a discriminated union": "`oneOf` with a discriminator, which strict mode refuses, is left by the helper",
    "an annotated union": "the same, and the root is wrapped, since it has to be an object",
    "bounds": "the helper leaves tuples, formats and bounds that strict mode refuses",
    "open keys": "the helper calls it strict; OpenAI refuses objects with keys of any name",
    "a field of any type": "the helper calls it strict; OpenAI refuses a part without a type",
    "a root model": "the root has to be an object",
    "a list of models": "the same",
    "a union of models": "the same",
    "a union by its sign": "the same",
    "a model or nothing": "the same",
}


@pytest.mark.parametrize("name", PYDANTIC)
def test_schemas_are_those_of_the_sdk_s_own_helper(openai: Vendor, name: str) -> None:
    import pydantic

    given = TYPES[name][0]
    raw = pydantic.TypeAdapter(given).json_schema()
    theirs = openai.do("strict", schema=raw)["value"]
    form, _ = read_response_format(given)
    assert form is not None
    ours = form["json_schema"]["schema"]
    same = used(theirs) == ours
    assert same is (name not in DIFFERENCES), name


def used(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without what nothing refers to, and without defaults: the helper leaves both."""

    def without(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: without(part) for key, part in node.items() if key != "default"}
        return [without(part) for part in node] if isinstance(node, list) else node

    made: dict[str, Any] = without({key: part for key, part in schema.items() if key != "$defs"})
    text = json.dumps(made)
    kept = {name: without(part) for name, part in schema.get("$defs", {}).items() if f'#/$defs/{name}"' in text}
    return {**made, "$defs": kept} if kept else made
