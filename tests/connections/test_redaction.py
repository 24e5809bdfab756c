"""Secrets in somebody else's text."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connections.records import record

from genai_sdk.connections import parse

KEY = "sk-te/st+=key 1234"


@pytest.mark.parametrize(
    "spelling",
    [
        KEY,
        quote(KEY),
        quote(KEY, safe=""),
        quote_plus(KEY),
        json.dumps(KEY),
        base64.b64encode(KEY.encode()).decode(),
        base64.b64encode(f":{KEY}".encode()).decode(),
        base64.b64encode(f"user:{KEY}".encode()).decode(),
        base64.urlsafe_b64encode(f"us:{KEY}:more".encode()).decode(),
    ],
)
def test_a_key_is_found_however_it_is_spelled(spelling: str) -> None:
    connection = parse(record(secret=KEY))
    redacted = connection.redact(f"Incorrect API key provided: <{spelling}>. Try another.")
    assert redacted.startswith("Incorrect API key provided: <")
    assert redacted.endswith(">. Try another.")
    assert spelling.strip('"') not in redacted
    assert "***" in redacted


@given(st.binary(max_size=5), st.binary(max_size=5))
def test_a_key_inside_any_base64_is_found(before: bytes, after: bytes) -> None:
    connection = parse(record(secret="sk-test-openai-0001"))
    text = base64.b64encode(before + b"sk-test-openai-0001" + after).decode()
    redacted = connection.redact(text)
    assert "***" in redacted
    assert len(redacted) <= len(text) - 20  # but for the characters it shares with its neighbours


def test_a_service_account_is_found_in_parts_and_with_escaped_newlines() -> None:
    connection = parse(record("google-vertex-ai"))
    assert connection.credentials is not None
    fields = json.loads(connection.credentials["json"])
    pem = fields["private_key"]
    for leaked in (pem, pem.replace("\n", "\\n"), pem.replace("\n", ""), pem.splitlines()[1], fields["private_key_id"]):
        redacted = connection.redact(f"bad key: {leaked}!")
        assert "QUJDREVGR0hJSktM" not in redacted
        assert "0123456789" not in redacted
        assert redacted.endswith("!")


def test_both_halves_of_an_aws_key_are_found() -> None:
    redacted = parse(record("bedrock")).redact("Credential=AKIA1234/20260101, signed with aws-secret-1234")
    assert redacted == "Credential=***/20260101, signed with ***"


def test_values_of_extra_headers_are_found() -> None:
    assert parse(record(extra_headers={"X-Team": "search-team"})).redact("no search-team") == "no ***"


def test_a_text_without_secrets_stays_as_it_is() -> None:
    assert parse(record()).redact("nothing here") == "nothing here"
    assert parse(record(secret=None)).redact("sk-openai-1234") == "sk-openai-1234"
