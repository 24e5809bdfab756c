import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import botocore.config
import botocore.exceptions
import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from genai_sdk.testing import (
    ContentFilter,
    ContextWindow,
    CutStream,
    ErrorInStream,
    FakeProvider,
    Malformed,
    NotFound,
    Reply,
    Status,
)

CLAUDE = "us.anthropic.claude-sonnet-4-20250514-v1:0"
ARN = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0"
MESSAGES = [{"role": "user", "content": [{"text": "Hello there!"}]}]
TOOL = {"toolSpec": {"name": "get_weather", "inputSchema": {"json": {"properties": {"city": {"type": "string"}}}}}}
MESSAGE = {
    "anthropic_version": "bedrock-2023-05-31",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "Hello there!"}],
}


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider("seoul", keys={"sk-good"}, aws_keys={"AKIAGOOD": "secret"}) as running:
        yield running


def client_of(fake: FakeProvider, key: str = "AKIAGOOD", secret: str = "secret", token: str | None = None) -> Any:
    session = botocore.session.Session()
    config = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=5, signature_version="v4")
    return session.create_client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=fake.base_url("bedrock"),
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=config,
    )


@pytest.fixture
def client(fake: FakeProvider) -> Iterator[Any]:
    opened = client_of(fake)
    yield opened
    opened.close()


def test_converse_is_signed_and_answered(client: Any, fake: FakeProvider) -> None:
    answer = client.converse(modelId=CLAUDE, messages=MESSAGES, system=[{"text": "Be kind."}])
    assert answer["output"]["message"]["content"] == [{"text": "seoul: Hello there!"}]
    assert answer["stopReason"] == "end_turn"
    assert answer["usage"]["totalTokens"] == 7
    assert answer["ResponseMetadata"]["RequestId"] == "req_00000001"
    entry = fake.journal[0]
    assert (entry.wire, entry.model, entry.scheme, entry.authenticated_as) == ("bedrock", CLAUDE, "sigv4", "AKIAGOOD")


@pytest.mark.parametrize("model", [ARN, "amazon.nova-lite-v1:0", "a model/with ~odd+characters=&é"])
def test_any_model_id_survives_the_double_encoding(client: Any, fake: FakeProvider, model: str) -> None:
    client.converse(modelId=model, messages=MESSAGES)
    assert fake.journal.models == [model]


def test_a_session_token_is_part_of_what_is_signed(fake: FakeProvider) -> None:
    client = client_of(fake, token="session-token")
    client.converse(modelId=CLAUDE, messages=MESSAGES)
    client.close()
    assert fake.journal[0].headers["x-amz-security-token"] == "session-token"
    assert "x-amz-security-token" in fake.journal[0].headers["authorization"]


def events_of(client: Any, **options: Any) -> list[tuple[str, Any]]:
    with closing(client.converse_stream(modelId=CLAUDE, messages=MESSAGES, **options)["stream"]) as stream:
        return [next(iter(event.items())) for event in stream]


def test_converse_stream_is_framed_and_adds_up_to_the_plain_answer(client: Any, fake: FakeProvider) -> None:
    reply = Reply("two words", reasoning="hm", tool_calls=[("get_weather", {"city": "Seoul"})], cached_tokens=5)
    fake.script(reply, reply)
    plain = client.converse(modelId=CLAUDE, messages=MESSAGES)
    events = events_of(client)
    assert [kind for kind, _ in events] == [
        "messageStart",
        *["contentBlockDelta"] * 2,
        "contentBlockStop",
        *["contentBlockDelta"] * 2,
        "contentBlockStop",
        "contentBlockStart",
        *["contentBlockDelta"] * 2,
        "contentBlockStop",
        "messageStop",
        "metadata",
    ]
    deltas = [data["delta"] for kind, data in events if kind == "contentBlockDelta"]
    assert "".join(delta.get("text", "") for delta in deltas) == "two words"
    assert json.loads("".join(delta.get("toolUse", {}).get("input", "") for delta in deltas)) == {"city": "Seoul"}
    assert events[-2][1]["stopReason"] == plain["stopReason"] == "tool_use"
    assert events[-1][1]["usage"] == plain["usage"]
    assert plain["usage"]["cacheReadInputTokens"] == 5
    assert [next(iter(block)) for block in plain["output"]["message"]["content"]] == [
        "reasoningContent",
        "text",
        "toolUse",
    ]


def denied(client: Any) -> tuple[int, str]:
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.converse(modelId=CLAUDE, messages=MESSAGES)
    client.close()
    return caught.value.response["ResponseMetadata"]["HTTPStatusCode"], caught.value.response["Error"]["Code"]


def test_wrong_credentials_are_told_apart(fake: FakeProvider) -> None:
    assert denied(client_of(fake, secret="wrong")) == (403, "InvalidSignatureException")
    assert denied(client_of(fake, key="AKIABAD")) == (403, "UnrecognizedClientException")
    assert [entry.authenticated_as for entry in fake.journal] == [None, None]


def signed(fake: FakeProvider, body: bytes, *, date: str | None = None) -> dict[str, str]:
    request = AWSRequest(
        "POST", f"{fake.url}/model/m/converse", data=body, headers={"content-type": "application/json"}
    )
    signer = SigV4Auth(Credentials("AKIAGOOD", "secret"), "bedrock", "us-east-1")
    signer.add_auth(request)
    if date is not None:
        request.context["timestamp"] = date
        del request.headers["Authorization"]
        del request.headers["X-Amz-Date"]
        request.headers["X-Amz-Date"] = date
        text = signer.string_to_sign(request, signer.canonical_request(request))
        signer._inject_signature_to_request(request, signer.signature(text, request))
    return dict(request.headers.items())


def test_a_signature_covers_the_body_and_the_hour(ask: Any, fake: FakeProvider) -> None:
    body = json.dumps({"messages": MESSAGES}).encode()
    headers = signed(fake, body)
    assert ask("/model/m/converse", body, key=None, **headers).status == 200
    changed = ask("/model/m/converse", body.replace(b"Hello", b"Hallo"), key=None, **headers)
    assert changed.headers["x-amzn-errortype"].startswith("InvalidSignatureException:")
    assert ask("/model/n/converse", body, key=None, **headers).status == 403
    stale = ask("/model/m/converse", body, key=None, **signed(fake, body, date="20200101T000000Z"))
    assert (stale.status, stale.json["message"]) == (403, "Signature expired: it is not within 5 min. of now")


def test_without_secrets_any_signature_will_do(fake_provider: FakeProvider) -> None:
    client = client_of(fake_provider, key="AKIAANY", secret="any")
    client.converse(modelId=CLAUDE, messages=MESSAGES)
    client.close()
    assert fake_provider.journal[0].authenticated_as == "AKIAANY"


def test_a_bearer_key_is_taken_a_wrong_or_missing_one_is_not(ask: Any, fake: FakeProvider) -> None:
    assert ask("/model/m/converse", {"messages": MESSAGES}).status == 200
    assert fake.journal[0].scheme == "bearer"
    wrong = ask("/model/m/converse", {"messages": MESSAGES}, key="sk-wrong")
    assert (wrong.status, wrong.headers["x-amzn-errortype"].partition(":")[0]) == (403, "AccessDeniedException")
    missing = ask("/model/m/converse", {"messages": MESSAGES}, key=None)
    assert (missing.status, missing.json) == (403, {"message": "Missing Authentication Token"})


@pytest.mark.parametrize(
    ("step", "code", "status"),
    [
        (Status(429), "ThrottlingException", 429),
        (Status(500), "InternalServerException", 500),
        (Status(503), "ServiceUnavailableException", 503),
        (Status(403), "AccessDeniedException", 403),
        (Status(408), "ModelTimeoutException", 408),
        (NotFound(), "ResourceNotFoundException", 404),
        (ContextWindow(), "ValidationException", 400),
        (ContentFilter(), "ValidationException", 400),
    ],
)
def test_each_failure_is_the_sdks_own_exception(
    client: Any, fake: FakeProvider, step: Any, code: str, status: int
) -> None:
    fake.script(step)
    with pytest.raises(getattr(client.exceptions, code)) as caught:
        client.converse(modelId=CLAUDE, messages=MESSAGES)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize(
    ("step", "reason"),
    [(Reply("cut", finish="length"), "max_tokens"), (ContentFilter(at="answer"), "content_filtered")],
)
def test_stop_reasons_are_bedrocks(client: Any, fake: FakeProvider, step: Any, reason: str) -> None:
    fake.script(step)
    assert client.converse(modelId=CLAUDE, messages=MESSAGES)["stopReason"] == reason


def test_forced_tools_and_json_are_answered(client: Any) -> None:
    config = {"tools": [TOOL], "toolChoice": {"tool": {"name": "get_weather"}}}
    answer = client.converse(modelId=CLAUDE, messages=MESSAGES, toolConfig=config)
    assert answer["output"]["message"]["content"][0]["toolUse"]["input"] == {"city": "Hello there!"}
    anything = {"tools": [TOOL], "toolChoice": {"any": {}}}
    assert client.converse(modelId=CLAUDE, messages=MESSAGES, toolConfig=anything)["stopReason"] == "tool_use"


def test_an_exception_can_come_in_the_stream(client: Any, fake: FakeProvider) -> None:
    fake.script(ErrorInStream(code=429, after_chunks=1))
    with pytest.raises(botocore.exceptions.EventStreamError, match="throttlingException"):
        events_of(client)


def test_a_stream_can_be_cut_or_broken(client: Any, fake: FakeProvider) -> None:
    fake.script(CutStream(after_chunks=1), Malformed("truncated"))
    with pytest.raises(Exception, match="ended prematurely"):
        events_of(client)
    assert [kind for kind, _ in events_of(client)] == ["messageStart"]


def invoke(client: Any, model: str, body: Any) -> Any:
    return json.loads(client.invoke_model(modelId=model, body=json.dumps(body))["body"].read())


def test_invoke_answers_in_each_vendors_format(client: Any, fake: FakeProvider) -> None:
    titan = invoke(client, "amazon.titan-embed-text-v2:0", {"inputText": "a b", "dimensions": 4})
    assert (len(titan["embedding"]), titan["inputTextTokenCount"]) == (4, 2)
    cohere = {"texts": ["a b", "c"], "input_type": "search_document"}
    plain = invoke(client, "cohere.embed-multilingual-v3", cohere)
    typed = invoke(client, "cohere.embed-v4:0", {**cohere, "embedding_types": ["float"]})
    assert plain["embeddings"] == typed["embeddings"]["float"]
    assert len(plain["embeddings"]) == 2
    assert invoke(client, CLAUDE, MESSAGE)["content"] == [{"type": "text", "text": "seoul: Hello there!"}]
    assert [entry.operation for entry in fake.journal] == ["embedding"] * 3 + ["chat"]
    with pytest.raises(client.exceptions.ValidationException):
        invoke(client, "meta.llama", {"prompt": "x"})


def test_invoke_streams_anthropics_events(client: Any) -> None:
    stream = client.invoke_model_with_response_stream(modelId=CLAUDE, body=json.dumps(MESSAGE))["body"]
    events = [json.loads(event["chunk"]["bytes"]) for event in stream]
    assert events[0]["type"] == "message_start"
    assert events[-1]["type"] == "message_stop"
    texts = [event["delta"]["text"] for event in events if event["type"] == "content_block_delta"]
    assert "".join(texts) == "seoul: Hello there!"
