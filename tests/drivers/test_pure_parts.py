"""What decides without waiting: headers, signatures, shapes."""

from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from tests.drivers.stage import Stage

from genai_sdk.drivers.auth.sigv4 import AwsKeys, sign
from genai_sdk.drivers.litellm.shapes import shape_of
from genai_sdk.drivers.litellm.values import has_remote_media
from genai_sdk.drivers.response_headers import by_lower_name, request_id, retry_after
from genai_sdk.secret import Secret

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "20"}, 20),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Fri, 20 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_each_of_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def test_header_names_are_found_in_any_case_and_the_first_of_two_counts() -> None:
    headers = by_lower_name([("X-Request-ID", "one"), ("x-request-id", "two")])
    assert request_id(headers) == "one"
    assert request_id({}) is None


@pytest.mark.parametrize("token", [None, "session-token"])
@pytest.mark.parametrize(
    "url",
    [
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/us.anthropic.claude-opus-4-1-20250805-v1%3A0/converse",
        "https://vpce-1.example.com:8443/prefix/model/arn%3Aaws%3Abedrock%3Aeu%3A1%3Aprofile%2Fx/converse-stream",
        "https://private.example.com:443/model/x/invoke",
    ],
)
def test_requests_are_signed_as_botocore_signs_them(url: str, token: str | None) -> None:
    body = '{"messages":[{"content":"안녕"}]}'.encode()
    now = datetime.now(UTC)
    keys, place = (
        AwsKeys(Secret("AKIA"), Secret("secret"), Secret(token) if token else None),
        {"region": "us-east-1", "service": "bedrock"},
    )
    derived: dict[str, bytes] = {}
    ours = sign(keys, url=url, body=body, now=now, derived=derived, **place)
    assert sign(keys, url=url, body=body, now=now, derived=derived, **place) == ours, "with the kept key of the day"
    theirs = AWSRequest("POST", url, {"Content-Type": "application/json"}, body)
    signer = SigV4Auth(Credentials("AKIA", "secret", token), "bedrock", "us-east-1")
    theirs.context["timestamp"] = now.strftime("%Y%m%dT%H%M%SZ")
    theirs.headers["X-Amz-Date"] = theirs.context["timestamp"]
    if token:
        theirs.headers["X-Amz-Security-Token"] = token
    text = signer.string_to_sign(theirs, signer.canonical_request(theirs))
    assert ours["authorization"].rpartition("=")[2] == signer.signature(text, theirs)
    assert ours.get("x-amz-security-token") == token
    assert "host" not in ours


@pytest.mark.parametrize(
    ("name", "view", "root"),
    [
        ("openai", {"base_url": None}, "https://api.openai.com/v1"),
        ("azure", {"base_url": "https://r.openai.azure.com"}, "https://r.openai.azure.com/openai/deployments/my-gpt"),
        ("anthropic", {"base_url": None}, "https://api.anthropic.com/v1/messages"),
        ("anthropic", {"base_url": "https://gw.example.com/v1"}, "https://gw.example.com/v1/messages"),
        ("gemini", {"base_url": None}, "https://generativelanguage.googleapis.com/v1beta"),
        ("bedrock", {"base_url": None, "region": "eu-west-3"}, "https://bedrock-runtime.eu-west-3.amazonaws.com"),
        (
            "vertex",
            {"base_url": None},
            "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/gemini-2.5-pro",
        ),
        (
            "vertex claude",
            {"base_url": "https://psc.test"},
            "https://psc.test/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4@20250514",
        ),
    ],
)
def test_a_shape_s_root_follows_the_connection(stage: Stage, name: str, view: dict[str, str], root: str) -> None:
    assert shape_of(stage.deployment(name, **view), "p").root == root


def test_a_shape_holds_no_secret(stage: Stage) -> None:
    from tests.drivers.stage import CASES, KEY

    for name in CASES:
        assert KEY not in repr(shape_of(stage.deployment(name), "p"))


@pytest.mark.parametrize(
    ("part", "remote"),
    [
        ({"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}, True),
        ({"type": "image_url", "image_url": "http://example.com/a.png"}, True),
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}, False),
        ({"type": "text", "text": "https://example.com"}, False),
    ],
)
def test_remote_media_are_told_from_text_and_data(part: dict[str, object], remote: bool) -> None:
    assert has_remote_media([{"role": "user", "content": [part]}, {"role": "user", "content": "https://x"}]) is remote
