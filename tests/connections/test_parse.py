"""From records to connections."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.connections.records import SHAPES, record, recorded_records

from genai_sdk.connections import SourceResult, parse, parse_result
from genai_sdk.errors import ConfigurationError, DecryptionError


def refusal(adapter: str = "openai", **changes: Any) -> str:
    connection = parse(record(adapter, **changes))
    assert isinstance(connection.error, ConfigurationError)
    assert connection.view.error == str(connection.error)
    assert connection.credentials is None
    assert str(connection.error).startswith("connection 'one' cannot be used: ")
    return str(connection.error)


def test_every_recorded_record_is_a_usable_connection() -> None:
    kinds = {
        connection.name: connection.credentials.kind
        for connection in map(parse, recorded_records())
        if connection.credentials
    }
    assert kinds == {
        "openai_test": "api_key",
        "azure_test": "api_key",
        "bedrock_test": "aws_keys",
        "anthropic_test": "api_key",
        "openai_responses": "api_key",
        "vllm_onprem": "api_key",
        "bedrock_apikey": "aws_bearer",
        "gemini_seoul": "service_account",
        "gemini_usa": "service_account",
        "gemini_studio": "api_key",
        "bedrock_default_chain": "default",
        "vertex_adc": "default",
    }


def test_the_view_says_what_may_be_known() -> None:
    views = {connection.name: connection.view for connection in map(parse, recorded_records())}
    assert views["bedrock_test"].region == "us-east-1"
    assert views["gemini_seoul"].region == "asia-northeast3"
    assert views["vertex_adc"].region is None
    assert views["openai_responses"].use_responses_api
    assert not views["openai_test"].use_responses_api
    assert views["openai_test"].header_names == ("X-Team",)
    assert views["vertex_adc"].default_credentials
    assert not views["gemini_seoul"].default_credentials
    assert views["azure_test"].base_url == "http://127.0.0.1:9999/openai/deployments"
    assert views["azure_test"].custom_models == ("gpt-4o-mini", "gpt-4o")
    assert not views["azure_test"].with_default_models
    assert views["openai_test"].created_at == datetime(2026, 11, 23, 8, 23, 23, 679_000, tzinfo=UTC)


def test_credentials_are_there_by_name() -> None:
    aws = parse(
        record("bedrock", secret='{"accessKeyId": "A", "secretAccessKey": "S", "sessionToken": "T"}')
    ).credentials
    assert aws is not None
    assert (aws["access_key_id"], aws["secret_access_key"], aws["session_token"]) == ("A", "S", "T")
    bearer = parse(record("bedrock", secret='{"apiKey": "B"}')).credentials
    assert bearer is not None
    assert (bearer.kind, bearer["key"]) == ("aws_bearer", "B")
    google = parse(record("google-vertex-ai")).credentials
    assert google is not None
    assert google["json"] == SHAPES["google-vertex-ai"]["secret"]


def test_white_space_around_a_pasted_key_is_dropped() -> None:
    connection = parse(record(secret=" sk-1234\n"))
    assert connection.credentials is not None
    assert connection.credentials["key"] == "sk-1234"


@pytest.mark.parametrize(
    ("adapter", "changes", "reason"),
    [
        ("cohere", {}, "its adapter is 'cohere'; those known are openai, azure"),
        ("openai", {"secret": None}, "no secret"),
        ("openai", {"secret": " "}, "missing or empty"),
        ("openai", {"secret": "sk-1\r\nX-Evil: 1"}, "cannot carry"),
        ("openai", {"secret": "sk-\N{SNOWMAN}"}, "cannot carry"),
        ("azure", {"base_url": None}, "no base URL"),
        ("azure", {"base_url": "  "}, "no base URL"),
        ("openai", {"base_url": "example.com/v1"}, "form https://host/path"),
        ("openai", {"base_url": "ftp://example.com/v1"}, "form https://host/path"),
        ("openai", {"base_url": "https://"}, "form https://host/path"),
        ("openai", {"base_url": "https://[::1/v1"}, "form https://host/path"),
        ("openai", {"base_url": "https://host:port/v1"}, "form https://host/path"),
        ("openai", {"base_url": "https://host/v 1"}, "form https://host/path"),
        ("openai", {"base_url": "https://host\r\n/v1"}, "form https://host/path"),
        ("openai", {"base_url": "https://user:hunter22@host/v1"}, "without user name and password"),
        ("bedrock", {"config": None}, "no region"),
        ("bedrock", {"config": {}}, "no region"),
        ("bedrock", {"config": {"region": "evil.example.com/"}}, "not the name of a region"),
        ("bedrock", {"config": {"region": 5}}, "not the name of a region"),
        ("bedrock", {"config": ["us-east-1"]}, "config is not a JSON object"),
        ("bedrock", {"secret": "not json"}, "not a JSON object"),
        ("bedrock", {"secret": '["AKIA"]'}, "not a JSON object"),
        ("bedrock", {"secret": "{}"}, "neither accessKeyId"),
        ("bedrock", {"secret": '{"accessKeyId": "AKIA1234"}'}, "secretAccessKey of its secret is missing"),
        ("bedrock", {"secret": '{"apiKey": 5}'}, "apiKey of its secret is missing"),
        ("google-vertex-ai", {"secret": "AIza-1234"}, "not a JSON object"),
        ("google-vertex-ai", {"secret": "[" * 100_000}, "not a JSON object"),
        ("google-vertex-ai", {"secret": '{"type": "authorized_user"}'}, "not a Google service account"),
        ("google-vertex-ai", {"secret": '{"type": "service_account"}'}, "lacks project_id, private_key, client_email"),
        ("google-vertex-ai", {"config": {"location": "a.b"}}, "not the name of a region"),
        ("openai", {"error": "its secret cannot be opened: wrong key"}, "wrong key"),
    ],
)  # fmt: skip
def test_a_malformed_record_breaks_only_itself_and_says_why(adapter: str, changes: dict[str, Any], reason: str) -> None:
    message = refusal(adapter, **changes)
    assert reason in message
    assert "hunter22" not in message
    assert "AKIA1234" not in message


def test_a_secret_that_its_source_could_not_open_is_a_decryption_error() -> None:
    assert isinstance(parse(record(secret=None, error="its secret cannot be opened")).error, DecryptionError)


def test_a_base_url_with_a_password_is_not_shown() -> None:
    assert parse(record(base_url="https://user:hunter22@host/v1")).view.base_url is None


@pytest.mark.parametrize(
    "url", ["https://h/v1", "http://10.0.0.1:8000/v1/{model}", "https://[::1]:8443/v1", " https://h "]
)
def test_base_urls_are_kept_as_they_are(url: str) -> None:
    assert parse(record(base_url=url)).view.base_url == url.strip()


@pytest.mark.parametrize(
    ("adapter", "name"),
    [
        ("openai", "Authorization"),
        ("azure", "API-Key"),
        ("anthropic", "x-api-key"),
        ("google-ai-studio", "X-Goog-Api-Key"),
        ("google-vertex-ai", "authorization"),
        ("bedrock", "X-Amz-Security-Token"),
    ],
)
def test_an_extra_header_cannot_replace_authentication(adapter: str, name: str) -> None:
    message = refusal(adapter, extra_headers={"X-Team": "search", name: "Bearer sk-other"})
    assert f"{name!r} would replace the authentication" in message
    assert "sk-other" not in message


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Host": "evil"}, "belongs to the HTTP message"),
        ({"content-length": "0"}, "belongs to the HTTP message"),
        ({"Transfer-Encoding": "chunked"}, "belongs to the HTTP message"),
        ({"X Team": "a"}, "not a valid header name"),
        ({"": "a"}, "not a valid header name"),
        ({"X-Team\r\n": "a"}, "not a valid header name"),
        ({"X-Team": "a\r\nX-Evil: secret-1"}, "value that an HTTP header cannot carry"),
        ({"X-Team": "\N{SNOWMAN}"}, "value that an HTTP header cannot carry"),
        ({"X-Team": 5}, "value that an HTTP header cannot carry"),
        ({"X-Team": "a", "x-team": "b"}, "there twice"),
        (["X-Team"], "not a JSON object of strings"),
        ("not json", "not a JSON object of strings"),
    ],
)
def test_a_malformed_extra_header_breaks_its_connection(headers: Any, reason: str) -> None:
    message = refusal(extra_headers=headers)
    assert reason in message
    assert "secret-1" not in message


def test_good_extra_headers_are_kept() -> None:
    connection = parse(
        record(extra_headers={"X-Team": " search ", "OpenAI-Organization": "org", "X-Api-Key": "gateway"})
    )
    assert {name: value.reveal() for name, value in connection.headers.items()} == {
        "X-Team": "search",
        "OpenAI-Organization": "org",
        "X-Api-Key": "gateway",
    }


def test_connections_come_oldest_first_and_then_by_name() -> None:
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    records = [record(name="c", created_at=new), record(name="b", created_at=old), record(name="a", created_at=new)]
    found = parse_result(SourceResult(project=None, connections=tuple(records)), None)
    assert [connection.name for connection in found.connections] == ["b", "a", "c"]


def test_named_connections_come_in_the_order_of_the_names() -> None:
    delivery = SourceResult(project=None, connections=tuple(record(name=name) for name in "abc"))
    found = parse_result(delivery, ["c", "missing", "a", "c"])
    assert [connection.name for connection in found.connections] == ["c", "a"]
