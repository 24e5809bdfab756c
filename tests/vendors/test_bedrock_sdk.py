"""boto3 as a client of our fake."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.vendors.bedrock_peer import KEYS, Boto3

from genai_sdk.testing import ContextWindow, ErrorInStream, FakeProvider, NotFound, Reply, Status, Step

MODEL = "us.anthropic.claude-opus-5-5"
ASK = {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": "Hello!"}]}]}
WEATHER = {"toolSpec": {"name": "weather", "inputSchema": {"json": {"type": "object", "properties": {}}}}}


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
