"""What decides without waiting: headers, errors, framings, signatures, shapes."""

import json
from datetime import UTC, datetime

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.eventstream import EventStreamBuffer
from tests.drivers.stage import Stage

from genai_sdk.drivers.auth.sigv4 import AwsKeys, sign
from genai_sdk.drivers.headers import lowered, request_id, retry_after
from genai_sdk.drivers.litellm.shapes import shape_of
from genai_sdk.drivers.litellm.values import has_remote_media
from genai_sdk.wires.error_body import error_in, read_error
from genai_sdk.wires.eventstream import EventStream
from genai_sdk.wires.framing import BrokenFramingError, ServerSentEvents
from genai_sdk.wires.refusal import WORDS
from genai_sdk.wires.values import plain, without

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
    headers = lowered([("X-Request-ID", "one"), ("x-request-id", "two")])
    assert request_id(headers) == "one"
    assert request_id({}) is None


@pytest.mark.parametrize(
    ("body", "text", "code", "status"),
    [
        ('{"error":{"message":"No.","type":"t","code":"c"}}', "No.", "c", None),
        ('{"error":{"message":"No.","code":"400"}}', "No.", "400", 400),
        ('{"error":"No."}', "No.", None, None),
        ('{"error":"invalid_grant","error_description":"No."}', "No.", None, None),
        ('[{"error":{"code":429,"message":"No.","status":"RESOURCE_EXHAUSTED"}}]', "No.", "resource_exhausted", 429),
        ('{"type":"error","error":{"type":"overloaded_error","message":"No."}}', "No.", "overloaded_error", 529),
        ('{"message":"No.","__type":"com.amazon#ThrottlingException"}', "No.", "throttlingexception", 429),
        ('{"detail":[{"msg":"No."}]}', '[{"msg":"No."}]', None, None),
        ('{"error":{"message":"No.","innererror":{"code":"ResponsibleAIPolicyViolation"}}}', "No.",
         "responsibleaipolicyviolation", None),
        ("<html><style>x{}</style><h1>Bad &amp; gone</h1></html>", "Bad & gone", None, None),
        ("", "", None, None),
    ],
)  # fmt: skip
def test_every_vendor_s_error_body_is_read(body: str, text: str, code: str | None, status: int | None) -> None:
    error = read_error(body.encode(), WORDS.statuses)
    assert (error.text, error.status) == (text, status)
    assert code is None or code in error.codes


def test_google_says_how_long_to_wait_in_the_body() -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17.5s"}]
    assert (
        read_error(json.dumps({"error": {"message": "No.", "details": details}}).encode(), WORDS.statuses).retry_after
        == 17.5
    )


@pytest.mark.parametrize(
    "data",
    [
        {"choices": []},
        {"error": None, "output": []},
        {"message": {"role": "assistant"}, "type": "message_start"},
        {"type": "response.created", "response": {"error": None}},
        {"promptFeedback": {"safetyRatings": []}, "candidates": [{}]},
        [],
        None,
    ],
)
def test_what_is_no_error_is_not_taken_for_one(data: object) -> None:
    assert error_in(data, WORDS.statuses) is None


def test_a_prompt_that_google_blocks_is_a_error() -> None:
    error = error_in({"promptFeedback": {"blockReason": "SAFETY"}}, WORDS.statuses)
    assert error is not None
    assert (error.text, error.status) == ("the prompt was blocked: SAFETY", 400)


EVENTS = b'event: a\r\ndata: {"n":1}\r\n\r\n: comment\n\ndata: {"n":\ndata: 2}\n\ndata:{"n":3}\n\ndata: [DONE]\n\n'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_are_found_however_the_bytes_are_cut(size: int) -> None:
    framing = ServerSentEvents()
    found = [event for at in range(0, len(EVENTS), size) for event in framing.feed(EVENTS[at : at + size])]
    assert found == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert framing.done


def test_an_event_that_is_no_json_or_never_ends_is_refused() -> None:
    with pytest.raises(BrokenFramingError, match="not JSON"):
        list(ServerSentEvents().feed(b"data: {\n\n"))
    with pytest.raises(BrokenFramingError, match="more than"):
        list(ServerSentEvents().feed(b"x" * 9 * 1024 * 1024))


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    """Encode an event as AWS does; checked against botocore's decoder below."""
    import struct
    import zlib

    head = b"".join(
        bytes([len(name)]) + name.encode() + b"\7" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + head + payload
    return message + struct.pack(">I", zlib.crc32(message))


AWS_EVENTS = frame({":message-type": "event", ":event-type": "a"}, b'{"n":1}') + frame(
    {":message-type": "exception", ":exception-type": "throttlingException"}, b'{"message":"Slow down."}'
)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_aws_events_and_exceptions_are_found_however_the_bytes_are_cut(size: int) -> None:
    framing = EventStream()
    found = [event for at in range(0, len(AWS_EVENTS), size) for event in framing.feed(AWS_EVENTS[at : at + size])]
    assert found == [{"a": {"n": 1}}, {"error": {"type": "throttlingException", "message": "Slow down."}}]
    buffer = EventStreamBuffer()
    buffer.add_data(AWS_EVENTS)
    assert [message.payload for message in buffer] == [b'{"n":1}', b'{"message":"Slow down."}']


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
    keys, place = AwsKeys("AKIA", "secret", token), {"region": "us-east-1", "service": "bedrock"}
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


def test_plain_copies_are_plain_and_deep() -> None:
    class Prompt(str):
        pass

    given = {"content": Prompt("x"), "parts": ({"a": [1]},)}
    copy = plain(given)
    assert copy == {"content": "x", "parts": [{"a": [1]}]}
    assert type(copy["content"]) is str
    copy["parts"][0]["a"].append(2)
    assert given["parts"] == ({"a": [1]},)


def test_fields_are_left_out_at_every_depth() -> None:
    marked = [{"content": [{"text": "x", "cache_control": {"type": "ephemeral"}}], "cache_control": 1}]
    assert without(marked, "cache_control") == [{"content": [{"text": "x"}]}]


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
