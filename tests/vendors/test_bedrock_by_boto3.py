"""boto3 as a client of our fake, and boto3 beside us: given the same bytes it sees no more than we do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.vendors.bedrock_peer import KEYS, Boto3
from tests.wires.converse.test_answer import ANSWERS, answer, events_of

from genai_sdk.testing import ContextWindow, ErrorInStream, FakeProvider, NotFound, Reply, Status, Step, eventstream
from genai_sdk.wires.converse.answer import completion_fields
from genai_sdk.wires.converse.events import ConverseParser
from genai_sdk.wires.eventstream import EventStream

MODEL = "us.anthropic.claude-opus-5-5"
ASK = {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": "Hello!"}]}]}
WEATHER = {"toolSpec": {"name": "weather", "inputSchema": {"json": {"type": "object", "properties": {}}}}}


@pytest.fixture(scope="module")
def boto3() -> Iterator[Boto3]:
    """boto3 in its process."""
    made = Boto3()
    yield made
    made.close()


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """Our fake, which verifies signatures."""
    with FakeProvider("fake", aws_keys=dict([KEYS])) as made:
        yield made


def converse(boto3: Boto3, fake: FakeProvider, *, stream: bool, **more: Any) -> Any:
    name = "converse_stream" if stream else "converse"
    return boto3.call(name, fake.base_url("bedrock"), {**ASK, **more})


def said(events: list[Any]) -> str:
    deltas = [event["contentBlockDelta"]["delta"] for event in events if "contentBlockDelta" in event]
    return "".join(delta.get("text", "") for delta in deltas)


def test_boto3_reads_the_fake_s_whole_answers(boto3: Boto3, fake: FakeProvider) -> None:
    fake.script(Reply(text="four", reasoning="let me think", cached_tokens=3, prompt_tokens=9))
    value = converse(boto3, fake, stream=False)["value"]
    reasoning, text = value["output"]["message"]["content"]
    assert reasoning["reasoningContent"]["reasoningText"]["text"] == "let me think"
    assert (text, value["stopReason"]) == ({"text": "four"}, "end_turn")
    assert (value["usage"]["inputTokens"], value["usage"]["cacheReadInputTokens"]) == (6, 3)


def test_boto3_reads_the_fake_s_streams(boto3: Boto3, fake: FakeProvider) -> None:
    fake.script(Reply(text="one two three"), Reply(tool_calls=[("weather", {"city": "Seoul"})]))
    text = converse(boto3, fake, stream=True)["value"]
    assert said(text) == "one two three"
    assert [next(iter(event)) for event in text][-2:] == ["messageStop", "metadata"]
    call = converse(boto3, fake, stream=True, toolConfig={"tools": [WEATHER]})["value"]
    inputs = [event["contentBlockDelta"]["delta"]["toolUse"]["input"] for event in call if "contentBlockDelta" in event]
    assert json.loads("".join(inputs)) == {"city": "Seoul"}


def test_boto3_embeds_at_the_fake(boto3: Boto3, fake: FakeProvider) -> None:
    arguments = {"modelId": "amazon.titan-embed-text-v2:0", "body": {"inputText": "a", "dimensions": 16}}
    value = boto3.call("invoke_model", fake.base_url("bedrock"), arguments)["value"]
    assert len(value["embedding"]) == 16


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (ContextWindow(), "ValidationException"),
        (NotFound(), "ResourceNotFoundException"),
        (Status(403), "AccessDeniedException"),
        (Status(429), "ThrottlingException"),
        (Status(500), "InternalServerException"),
        (Status(503), "ServiceUnavailableException"),
    ],
)
def test_boto3_knows_the_fake_s_errors(boto3: Boto3, fake: FakeProvider, step: Step, error: str) -> None:
    fake.script(step)
    assert converse(boto3, fake, stream=False)["error"] == error


def test_boto3_knows_the_fake_s_exceptions_in_streams(boto3: Boto3, fake: FakeProvider) -> None:
    fake.script(ErrorInStream(after_chunks=1))
    assert converse(boto3, fake, stream=True)["error"] == "EventStreamError"


def test_the_fake_verifies_boto3_s_signatures(boto3: Boto3, fake: FakeProvider) -> None:
    assert (
        boto3.call("converse", fake.base_url("bedrock"), ASK, (KEYS[0], "wrong"))["code"] == "InvalidSignatureException"
    )
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc"
    assert "value" in boto3.call(
        "converse", fake.base_url("bedrock"), {**ASK, "modelId": arn}, (*KEYS, "session-token")
    )


class Recorded:
    """A server that answers every request with the same bytes."""

    def __init__(self) -> None:
        self.body = b""
        self.media = ""
        recorded = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.send_header("content-type", recorded.media)
                self.send_header("content-length", str(len(recorded.body)))
                self.end_headers()
                self.wfile.write(recorded.body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that it has there
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    """A server with a recording."""
    made = Recorded()
    yield made
    made.close()


def leaves(item: Any) -> Iterator[Any]:
    if isinstance(item, dict):
        for part in item.values():
            yield from leaves(part)
    elif isinstance(item, list | tuple):
        for part in item:
            yield from leaves(part)
    elif item is not None:
        yield item


# What boto3 shows and we do not: the counts that are summed up anew (the prompt includes the cache here, so two of
# boto3's numbers are parts of ours), and the numbers of blocks in streams, which the order says.
COUNTED_ANEW = {"inputTokens", "totalTokens", "contentBlockIndex"}


# By the name of the answer.
MEANT: dict[str, set[str]] = {
    # Its tool is one of ours, which the caller never named: its input is the text.
    "an answer by the schema's tool": {"t1", "json_tool_call"},
    # The JSON text that boto3 hands out in pieces is an object here, as in a whole answer.
    "what the server ran": {'":1}', '{"q'},
}


def lost(theirs: Any, ours: Any, name: str) -> list[Any]:
    """Return what boto3 shows and we do not."""
    text = json.dumps(ours).replace("\\", "")
    missing = [leaf for leaf in leaves(without_counts(theirs)) if spelled(leaf) not in text]
    return [leaf for leaf in missing if leaf not in MEANT.get(name, ())]


def without_counts(item: Any) -> Any:
    if isinstance(item, dict):
        return {key: without_counts(part) for key, part in item.items() if key not in COUNTED_ANEW}
    return [without_counts(part) for part in item] if isinstance(item, list) else item


EXTRA = {
    "usage": {
        "inputTokens": 11, "outputTokens": 2013, "totalTokens": 2024, "cacheReadInputTokens": 3014,
        "cacheWriteInputTokens": 4015, "cacheDetails": [{"ttl": "1h", "inputTokens": 4015}],
    },
    "metrics": {"latencyMs": 5016},
    "serviceTier": {"type": "priority"},
    "performanceConfig": {"latency": "optimized"},
    "trace": {"guardrail": {"actionReason": "because"}, "promptRouter": {"invokedModelId": "arn:x"}},
}  # fmt: skip


@pytest.mark.parametrize("name", list(ANSWERS))
def test_a_whole_answer_shows_boto3_nothing_that_we_lose(boto3: Boto3, recorded: Recorded, name: str) -> None:
    blocks, stop = ANSWERS[name]
    data = answer(*blocks, stop=stop, **EXTRA)
    recorded.body, recorded.media = json.dumps(data).encode(), "application/json"
    theirs = boto3.call("converse", recorded.url, ASK)["value"]
    assert lost(theirs, completion_fields(data, "m"), name) == []


@pytest.mark.parametrize("name", list(ANSWERS))
def test_a_stream_shows_boto3_nothing_that_we_lose(boto3: Boto3, recorded: Recorded, name: str) -> None:
    blocks, stop = ANSWERS[name]
    events = list(events_of(answer(*blocks, stop=stop, **EXTRA)))
    frames = [eventstream.event(kind, json.dumps(data).encode()) for event in events for kind, data in event.items()]
    recorded.body, recorded.media = b"".join(frames), "application/vnd.amazon.eventstream"
    theirs = boto3.call("converse_stream", recorded.url, ASK)["value"]
    assert theirs == events
    parser = ConverseParser("m")
    chunks = [parser.read(event) for event in EventStream().feed(recorded.body)]
    ours = [chunk.model_dump() for chunk in [*chunks, *parser.end()] if chunk is not None]
    assert lost(theirs, ours, name) == []


def spelled(leaf: Any) -> str:
    """Return a leaf as it stands in JSON without its backslashes."""
    return json.dumps(leaf).replace("\\", "") if not isinstance(leaf, str) else json.dumps(leaf)[1:-1].replace("\\", "")
