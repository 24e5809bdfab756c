"""Anthropic's own SDK as a client of our fakes, and its schemas beside ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.vendors.conftest import Vendor
from tests.wires.anthropic.test_schemas import Box, Described, Inner, Pet

from genai_sdk.testing import BadRequest, ContextWindow, ErrorInStream, FakeProvider, NotFound, Reply, Status, Step
from genai_sdk.wires.anthropic.schema import strict
from genai_sdk.wires.anthropic.words import ERROR_TYPES

KEY = "sk-ant-0001"
ASK: dict[str, Any] = {
    "model": "claude-opus-5-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello!"}],
}  # fmt: skip
WEATHER = {"name": "weather", "input_schema": {"type": "object", "properties": {}}}


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProvider]:
    """Our fake, as Anthropic."""
    with FakeProvider("fake", keys={KEY}) as made:
        yield made


def ask(anthropic: Vendor, fake: FakeProvider, how: str = "create", **more: Any) -> Any:
    fake_url = fake.base_url("anthropic")
    return anthropic.do(how, url=fake_url, key=KEY, arguments={**ASK, **more})


@pytest.mark.parametrize("how", ["create", "stream"])
def test_the_sdk_reads_the_fake_s_answers(anthropic: Vendor, fake: FakeProvider, how: str) -> None:
    fake.clear()
    fake.script(
        Reply(text="four", reasoning="let me think", cached_tokens=3, prompt_tokens=9),
        Reply(tool_calls=[("weather", {"city": "Seoul"})]),
        Reply(text="cut", finish="length"),
    )
    first = ask(anthropic, fake, how)["value"]
    assert [block["type"] for block in first["content"]] == ["thinking", "text"]
    assert (first["content"][1]["text"], first["stop_reason"]) == ("four", "end_turn")
    assert (first["usage"]["input_tokens"], first["usage"]["cache_read_input_tokens"]) == (6, 3)
    second = ask(anthropic, fake, how, tools=[WEATHER])["value"]
    assert second["content"][-1]["input"] == {"city": "Seoul"}
    assert second["stop_reason"] == "tool_use"
    assert ask(anthropic, fake, how)["value"]["stop_reason"] == "max_tokens"


STEPS: dict[str, tuple[Step, str, int]] = {
    "a wrong key": (Status(401), "AuthenticationError", 401),
    "no permission": (Status(403), "PermissionDeniedError", 403),
    "no such model": (NotFound(), "NotFoundError", 404),
    "a bad request": (BadRequest(), "BadRequestError", 400),
    "a full window": (ContextWindow(), "BadRequestError", 400),
    "a limit": (Status(429), "RateLimitError", 429),
    "overload": (Status(529), "OverloadedError", 529),
    "a fault": (Status(500), "InternalServerError", 500),
}


@pytest.mark.parametrize("name", list(STEPS))
def test_the_sdk_reads_the_fake_s_errors(anthropic: Vendor, fake: FakeProvider, name: str) -> None:
    step, kind, status = STEPS[name]
    fake.clear()
    fake.script(step)
    answer = ask(anthropic, fake)
    assert (answer["error"], answer["status"]) == (kind, status)
    assert answer["body"]["error"]["type"] in ERROR_TYPES


def test_the_sdk_reads_the_fake_s_error_in_a_stream(anthropic: Vendor, fake: FakeProvider) -> None:
    fake.clear()
    fake.script(ErrorInStream(529, after_chunks=1))
    answer = ask(anthropic, fake, "stream")
    assert answer["body"]["error"]["type"] == "overloaded_error"


@pytest.mark.parametrize("how", ["create", "stream"])
def test_the_sdk_of_vertex_reads_the_fake_s_answers(anthropic: Vendor, how: str) -> None:
    with FakeProvider("fake", keys={"token"}) as vertex:
        vertex.script(Reply(text="four", reasoning="hm"), Status(429), ContextWindow())
        more = {"url": vertex.base_url("google-vertex-ai"), "vertex": True, "key": "token", "arguments": ASK}
        answer = anthropic.do(how, **more)["value"]
        assert [block["type"] for block in answer["content"]] == ["thinking", "text"]
        assert anthropic.do(how, **more)["error"] == "RateLimitError"
        assert anthropic.do(how, **more)["error"] == "BadRequestError"
        assert anthropic.do(how, **more | {"key": "wrong"})["error"] == "AuthenticationError"


@pytest.mark.parametrize("model", [Box[int], Box[Inner], Pet, Inner], ids=str)
def test_a_schema_is_as_strict_as_the_sdk_makes_it(anthropic: Vendor, model: Any) -> None:
    """Theirs keeps definitions apart, and closes and says the rest as ours does."""
    theirs = anthropic.do("strict", schema=model.model_json_schema())["value"]
    ours = strict(model.model_json_schema())
    assert keys_of(ours) <= keys_of(theirs) | {"properties"}
    assert ours["additionalProperties"] is theirs["additionalProperties"] is False


def test_the_sdk_loses_what_is_said_beside_a_reference_and_we_do_not(anthropic: Vendor) -> None:
    theirs = anthropic.do("strict", schema=Described.model_json_schema())["value"]
    assert "the inner one" not in json.dumps(theirs)
    assert "the inner one" in json.dumps(strict(Described.model_json_schema()))


def keys_of(schema: Any) -> set[str]:
    if isinstance(schema, dict):
        return set(schema).union(*(keys_of(part) for part in schema.values()))
    return set().union(*(keys_of(part) for part in schema)) if isinstance(schema, list) else set()
