"""OpenAI's own SDK as a client of our fakes, and its schemas beside ours."""

import json
from typing import Any

import pytest
from tests.client.test_structured import TYPES
from tests.vendors.conftest import Vendor

from genai_sdk.client.structured import _is_pydantic, _parts, read_response_format

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
