"""Anthropic's own SDK as a client of our fakes, and beside us: given the same bytes it sees no more than we do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.vendors.conftest import Vendor
from tests.wires.anthropic.cases import MESSAGES, events_of, read_stream, read_whole, sse
from tests.wires.anthropic.test_schemas import Box, Described, Inner, Pet

from genai_sdk.testing import BadRequest, ContextWindow, ErrorInStream, FakeProvider, NotFound, Reply, Status, Step
from genai_sdk.wires.anthropic.messages import assistant_blocks
from genai_sdk.wires.anthropic.schema import strict
from genai_sdk.wires.anthropic.words import ERROR_TYPES

KEY = "sk-ant-0001"
ASK: dict[str, Any] = {
    "model": "claude-opus-5-5", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello!"}],
}  # fmt: skip
WEATHER = {"name": "weather", "input_schema": {"type": "object", "properties": {}}}


class Recorded:
    """A server that gives the same bytes to everybody."""

    def __init__(self) -> None:
        self.whole = self.stream = b""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                streams = bool(asked.get("stream"))
                body = outer.stream if streams else outer.whole
                self.send_response(200)
                self.send_header("content-type", "text/event-stream" if streams else "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def recorded() -> Iterator[Recorded]:
    """The server."""
    server = Recorded()
    yield server
    server.close()


# What the SDK's types read otherwise than the bytes say: (message, streamed) → why the blocks differ.
DIFFERENCES = {
    ("an unknown block", False): "the SDK reads a block that it does not know as one of those it knows",
    ("an unknown block", True): "the SDK reads a block that it does not know as one of those it knows",
    ("a compaction", True): "the SDK's stable stream does not put the deltas of a beta block together",
}


@pytest.mark.parametrize("name", list(MESSAGES))
@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_the_sdk_sees_no_more_than_we_do(anthropic: Vendor, recorded: Recorded, name: str, streamed: bool) -> None:
    whole = MESSAGES[name]
    recorded.whole, recorded.stream = json.dumps(whole).encode(), sse(events_of(whole))
    answer = anthropic.do("stream" if streamed else "create", url=recorded.url, arguments=ASK)
    assert "value" in answer, answer
    theirs = answer["value"]
    ours = read_stream(recorded.stream) if streamed else read_whole(whole)
    choice = ours.choices[0]
    assert (ours.id, ours.model) == (theirs["id"], theirs["model"])
    assert choice.native_finish_reason == theirs["stop_reason"]
    assert bare(choice.get("stop_details")) == bare(theirs.get("stop_details"))
    assert bare(choice.get("stop_sequence")) == bare(theirs.get("stop_sequence"))
    assert bare(ours.get("container")) == bare(theirs.get("container"))
    if (name, streamed) not in DIFFERENCES:
        sent = assistant_blocks(choice.message.model_dump(exclude_none=True))
        assert bare(sent) == [block for block in bare(theirs["content"]) if block != {"type": "text", "text": ""}]
    counted = theirs["usage"]
    extra = sum(counted.get(part) or 0 for part in ("cache_read_input_tokens", "cache_creation_input_tokens"))
    if "iterations" not in whole["usage"]:
        assert ours.usage is not None
        assert ours.usage.prompt_tokens == counted["input_tokens"] + extra
        assert ours.usage.completion_tokens == counted["output_tokens"]


def bare(item: Any) -> Any:
    """Return JSON without nulls, and dates as they were."""
    if isinstance(item, dict):
        return {name: bare(part) for name, part in item.items() if part is not None}
    return [bare(part) for part in item] if isinstance(item, list) else item


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
