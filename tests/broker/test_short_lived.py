"""Credentials that end: the broker keeps what lasts, and clients call with what it got in exchange."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.broker.conftest import Run
from tests.broker.projects import Projects
from tests.broker.token_service import TokenService

from genai_sdk import ConfigurationError, GenAIClient
from genai_sdk.broker.exchange import CredentialExchange
from genai_sdk.broker.policy import ShortLived, Subject
from genai_sdk.broker.wire import encode_result
from genai_sdk.connections import ConnectionRecord, SourceResult, parse
from genai_sdk.http import SyncTransport
from genai_sdk.testing import FakeProvider

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AWS = '{"accessKeyId": "AKIALONG", "secretAccessKey": "long-secret"}'


def record(secret: str | None, adapter: str = "bedrock", **more) -> ConnectionRecord:
    config = {"region": "eu-west-1"} if adapter == "bedrock" else None
    return ConnectionRecord(
        name="lab", adapter=adapter, secret=secret, config=config, created_at=NOW, updated_at=NOW, **more
    )


@pytest.fixture
def sts():
    with TokenService({"AKIALONG": "long-secret"}) as service:
        yield service


@pytest.fixture
def exchange():
    with SyncTransport() as transport:
        made = CredentialExchange(transport)
        yield made
        made.close()


def test_a_client_calls_with_short_lived_credentials_and_never_sees_the_others(
    run: Run, projects: Projects, sts: TokenService, tmp_path: Path
) -> None:
    with FakeProvider("lab", aws_keys={"ASIA1": "short/secret+1"}) as provider:
        key_file = json.dumps(provider.service_account("acme"))
        vertex = {"adapter": "google-vertex-ai", "base_url": provider.base_url("google-vertex-ai")}
        bedrock = {"adapter": "bedrock", "base_url": provider.base_url("bedrock"), "config": {"region": "eu-west-1"}}
        one = projects.add(
            "one",
            {
                "vertex": {"secret": key_file, "custom_models": ["gemini-2.5-flash"], **vertex},
                "bedrock": {"secret": AWS, "custom_models": ["anthropic.claude-sonnet-4-20250514-v1:0"], **bedrock},
                "lasting": {"secret": "sk-lasting", "base_url": provider.base_url("openai")},
            },
        )
        policy = tmp_path / "policy.toml"
        policy.write_text(
            '[[short_lived]]\nconnections = ["vertex", "bedrock"]\n'
            f'aws = {{ action = "AssumeRole", role_arn = "arn:r", external_id = "e", endpoint = "{sts.url}" }}\n'
        )
        broker = run("--policy", str(policy))
        pair = {"public_key": one.public_key, "secret_key": one.secret_key}
        with GenAIClient(**pair, broker_url=broker.url, tracing=False) as client:
            messages = [{"role": "user", "content": "Hello!"}]
            for model in ("vertex/gemini-2.5-flash", "bedrock/anthropic.claude-sonnet-4-20250514-v1:0", "lasting/m"):
                assert client.completion(model=model, messages=messages).text == "lab: Hello!"
        assert [(asked["Action"], asked["RoleArn"], asked["ExternalId"]) for asked in sts.asked] == [
            ("AssumeRole", "arn:r", "e")
        ]
        accept = {"x-genai-accept": "short-lived"}
        body = broker.ask_as(one.pair, headers=accept).body
        assert b"PRIVATE KEY" not in body
        assert b"long-secret" not in body
        by_name = {each["name"]: each for each in json.loads(body)["connections"]}
        assert by_name["vertex"]["expires_at"] is not None
        assert by_name["lasting"]["expires_at"] is None
        old = {each["name"]: each for each in json.loads(broker.ask_as(one.pair).body)["connections"]}
        assert old["vertex"]["secret"] is old["bedrock"]["secret"] is None
        assert "update it" in old["vertex"]["error"]
        assert old["lasting"]["secret"] == "sk-lasting"


def test_a_session_is_asked_for_once_and_signed_with_the_lasting_keys(
    exchange: CredentialExchange, sts: TokenService
) -> None:
    rule = ShortLived(subject=Subject(), lifetime=1800, endpoint=sts.url)
    first, again = (exchange.shorten([(record(AWS), rule)])["lab"] for _ in range(2))
    assert first == again
    assert sts.asked == [{"Version": "2011-06-15", "Action": "GetSessionToken", "DurationSeconds": "1800"}]
    credentials = parse(first).credentials
    assert credentials is not None
    assert (credentials["access_key_id"], credentials["session_token"]) == ("ASIA1", "token-1")
    assert first.expires_at is not None
    assert timedelta(minutes=25) < first.expires_at - datetime.now(UTC) <= timedelta(minutes=30)


@pytest.mark.parametrize(
    ("secret", "adapter", "said"),
    [
        ('{"accessKeyId": "AKIALONG", "secretAccessKey": "wrong-secret"}', "bedrock", "SignatureDoesNotMatch"),
        ('{"apiKey": "long-secret"}', "bedrock", "its key cannot be exchanged"),
        ("long-secret, not json", "bedrock", "cannot be used"),
        ("sk-long-secret", "openai", "its key cannot be exchanged"),
    ],
)
def test_where_there_is_none_the_key_is_not_handed_out_in_its_place(
    exchange: CredentialExchange, sts: TokenService, secret: str, adapter: str, said: str
) -> None:
    rule = ShortLived(subject=Subject(), endpoint=sts.url)
    short = exchange.shorten([(record(secret, adapter, extra_headers={"x-key": "long-secret"}), rule)])["lab"]
    assert short.error is not None
    assert said in short.error
    assert (short.secret, short.extra_headers) == (None, None)
    assert "long-secret" not in short.error


def test_a_service_that_does_not_answer_costs_seconds_and_gives_nothing(exchange: CredentialExchange) -> None:
    rule = ShortLived(subject=Subject(), endpoint="http://127.0.0.1:1")
    short = exchange.shorten([(record(AWS), rule)])["lab"]
    assert short.error is not None
    assert "does not answer" in short.error


def test_a_tag_stands_for_a_period_and_not_for_one_processs_token() -> None:
    def tag(secret: str, period: str) -> str:
        delivery = SourceResult(project=None, connections=(record(secret, expires_at=NOW), record("lasting")))
        return encode_result(delivery, period=period).tag

    assert tag("a", "1") == tag("b", "1") != tag("a", "2")


def test_router_is_not_handed_a_token_that_nobody_renews() -> None:
    from genai_sdk.routing.litellm_router import _google_vertex_ai

    secret = json.dumps({"type": "access_token", "access_token": "ya29", "project_id": "p"})
    with pytest.raises(ConfigurationError, match="Router takes from nobody"):
        _google_vertex_ai(parse(record(secret, "google-vertex-ai")), "gemini-2.5-flash")
