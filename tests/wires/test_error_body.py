"""What a provider says is wrong, in each of the forms they say it in, and what kind of refusal it is."""

import json

import pytest
from tests.printers import as_rich

from genai_sdk.wires.error_body import ErrorBody, error_in, read_error
from genai_sdk.wires.refusal import WORDS, RefusalKind, Words, kind_of


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


def test_a_prompt_that_google_blocks_is_an_error() -> None:
    error = error_in({"promptFeedback": {"blockReason": "SAFETY"}}, WORDS.statuses)
    assert error is not None
    assert (error.text, error.status) == ("the prompt was blocked: SAFETY", 400)


OWN = Words(
    always={"gone_broke": "account"},
    codes={"too_long": "context_window"},
    texts=(("^no thanks", "content_filter"),),
)


@pytest.mark.parametrize(
    ("status", "codes", "text", "kind"),
    [
        (400, (), "", "bad_request"),
        (401, ("too_long",), "", "authentication"),
        (402, (), "", "account"),
        (429, (), "", "rate_limit"),
        (429, ("gone_broke",), "", "account"),
        (400, ("gone_broke", "too_long"), "", "account"),
        (400, ("too_long",), "no thanks", "context_window"),
        (422, (), "No thanks", "content_filter"),
        (400, ("context_length_exceeded",), "", "context_window"),
        (404, ("too_long",), "", "model_not_found"),
        (424, (), "", "unavailable"),
        (503, ("too_long",), "", "context_window"),
        (503, ("content_filter",), "", "unavailable"),
        (302, (), "", "unavailable"),
    ],
)
def test_a_refusal_is_told_by_status_then_code_then_text(
    status: int, codes: tuple[str, ...], text: str, kind: RefusalKind
) -> None:
    assert kind_of(status, ErrorBody(text, codes), OWN.over(WORDS)) == kind


def test_a_wire_s_own_rows_win_over_the_shared_ones() -> None:
    changed = Words(codes={"context_length_exceeded": "rate_limit"}).over(WORDS)
    assert kind_of(400, ErrorBody("", ("context_length_exceeded",)), changed) == "rate_limit"
    assert kind_of(400, ErrorBody("", ("content_filter",)), changed) == "content_filter"


def test_what_a_provider_says_is_printed_nowhere_before_it_is_redacted():
    error = ErrorBody("Incorrect API key provided: sk-canary", ("invalid_api_key",), 401)
    assert "invalid_api_key" in "".join(as_rich(error))
    assert "canary" not in "".join([repr(error), *as_rich(error)])
