"""OpenAI's own SDK as a client of our fakes, and its schemas beside ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.client.test_structured import TYPES
from tests.vendors.conftest import Vendor
from tests.vendors.views import seen_by

from genai_sdk.client.structured import _is_pydantic, _parts, read_response_format
from genai_sdk.testing import (
    BadRequest,
    ContentFilter,
    ContextWindow,
    ErrorInStream,
    FakeProvider,
    NotFound,
    Reply,
    Status,
    Step,
)

KEY = "sk-openai-0001"
TOOLS = {
    "chat": [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}],
    "responses": [{"type": "function", "name": "weather", "parameters": {"type": "object", "properties": {}}}],
}
HOW = pytest.mark.parametrize("how", ["whole", "streamed"])
WIRE = pytest.mark.parametrize("wire", ["chat", "responses"])
ADAPTER = pytest.mark.parametrize("adapter", ["openai", "azure"])


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """Our fake, as OpenAI and as Azure."""
    with FakeProvider("fake", keys={KEY}) as made:
        yield made


def order(fake: FakeProvider, adapter: str, **more: Any) -> dict[str, Any]:
    url = fake.url if adapter == "azure" else fake.base_url(adapter)
    return {"url": url, "azure": adapter == "azure", "key": KEY, **more}


@HOW
@WIRE
@ADAPTER
def test_the_sdk_reads_the_fake_s_answers(
    openai: Vendor, fake: FakeProvider, adapter: str, wire: str, how: str
) -> None:
    fake.script(
        Reply(text="four", prompt_tokens=9, cached_tokens=3),
        Reply(tool_calls=[("weather", {"city": "Seoul"}), ("weather", {})]),
        Reply(text="cut", finish="length"),
    )
    answers = [
        openai.do("see", **order(fake, adapter, wire=wire, how=how, arguments={"tools": TOOLS[wire]})) for _ in range(3)
    ]
    views = [seen_by(wire, answer["value"]) for answer in answers]
    index = " 0" if wire == "chat" else ""
    calls = [call[-2:] for call in views[1][f"calls{index}"]]
    assert views[0][f"text{index}"] == "four"
    assert [(name, json.loads(given)) for name, given in calls] == [("weather", {"city": "Seoul"}), ("weather", {})]
    assert views[2][f"stop{index}"] == ("length" if wire == "chat" else "max_output_tokens")
    before = "prompt" if wire == "chat" else "input"
    assert views[0]["usage"][f"{before}_tokens"] == 9
    assert views[0]["usage"][f"{before}_tokens_details.cached_tokens"] == 3


STEPS: dict[str, tuple[Step, str, int]] = {
    "no permission": (Status(403), "PermissionDeniedError", 403),
    "no such model": (NotFound(), "NotFoundError", 404),
    "a bad request": (BadRequest(), "BadRequestError", 400),
    "a full window": (ContextWindow(), "BadRequestError", 400),
    "a filter": (ContentFilter(), "BadRequestError", 400),
    "a limit": (Status(429), "RateLimitError", 429),
    "a fault": (Status(500), "InternalServerError", 500),
    "overload": (Status(503), "InternalServerError", 503),
}


@pytest.mark.parametrize("name", list(STEPS))
@WIRE
@ADAPTER
def test_the_sdk_reads_the_fake_s_errors(
    openai: Vendor, fake: FakeProvider, adapter: str, wire: str, name: str
) -> None:
    step, error, status = STEPS[name]
    fake.script(step)
    answer = openai.do("see", **order(fake, adapter, wire=wire, how="whole"))
    assert (answer["error"], answer["status"]) == (error, status)
    assert answer["body"]["message"]


def test_the_sdk_reads_the_fake_s_errors_in_streams(openai: Vendor, fake: FakeProvider) -> None:
    fake.script(ErrorInStream(503, after_chunks=1), ErrorInStream(503, after_chunks=1))
    chat = openai.do("see", **order(fake, "openai", wire="chat", how="streamed"))
    assert chat["body"]["message"]
    # The helper of responses gives an error out as one of the events.
    responses = openai.do("see", **order(fake, "openai", wire="responses", how="streamed"))["value"]
    assert (responses.get("error") or responses)["message"]


@ADAPTER
def test_the_sdk_embeds_and_lists_models_at_the_fake(openai: Vendor, fake: FakeProvider, adapter: str) -> None:
    vectors = openai.do("embed", **order(fake, adapter, texts=["a", "b"]))["value"]
    assert len(vectors) == 2
    assert vectors[0] == openai.do("embed", **order(fake, adapter, texts=["a"]))["value"][0]
    assert openai.do("models", **order(fake, adapter))["value"] == ["fake-model"]
    assert openai.do("models", **order(fake, adapter) | {"key": "sk-wrong"})["error"] == "AuthenticationError"


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
