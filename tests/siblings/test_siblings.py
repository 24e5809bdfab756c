"""Inputs of the kinds that public reports describe, byte by byte: none is lost, none is a false success."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.siblings import account, bill, finish, framing, lost, window
from tests.siblings.rows import Row
from tests.siblings.world import Face, http

from genai_sdk.errors import GenAIError, RateLimitError
from genai_sdk.types import ChatCompletion

FALLBACK = ["rescue/good"]


def outcome(face: Face, row: Row, **options: Any) -> dict[str, Any]:
    """Return what came of a row, under the names of its `want`."""
    try:
        answer: ChatCompletion = face.ask(row.wire, row.plays, stream=row.stream, **options, **row.options)
    except GenAIError as error:
        return {"error": type(error).__name__, "reason": getattr(error, "reason", None), "shows": str(error)}
    choice = answer.choices[0]
    told = choice.message
    return {
        "text": answer.text,
        "finish": choice.finish_reason,
        "native": choice.model_extra.get("native_finish_reason"),
        "reasoning": told.reasoning_content,
        "refusal": told.refusal,
        "calls": [
            (call.function.name, json.loads(call.function.arguments or "null")) for call in told.tool_calls or ()
        ],
        "usage": None if answer.usage is None else (answer.usage.prompt_tokens, answer.usage.completion_tokens),
        "message": told.model_extra,
        "extra": answer.model_extra,
        "uses": {} if answer.usage is None else answer.usage.model_extra,
        "kinds": {} if answer.usage is None else answer.usage.by_kind(),
    }


def check(found: Mapping[str, Any], row: Row) -> None:
    for name, wanted in row.want.items():
        assert name in found, (name, found)
        if name == "shows":
            assert wanted in found[name]
        elif name in ("message", "extra", "uses"):
            assert {key: found[name].get(key) for key in wanted} == wanted, found
        else:
            assert found[name] == wanted, found


def each(rows: list[Row]) -> Any:
    return pytest.mark.parametrize("row", rows, ids=[row.says for row in rows])


@each(account.ROWS)
def test_an_account_that_cannot_pay_is_the_connections_trouble(face: Face, row: Row) -> None:
    check(outcome(face, row, fallbacks=FALLBACK), row)
    found = outcome(face, row)
    assert (found.get("error"), found.get("reason")) == ("PermissionDeniedError", "account refused"), found


@each(finish.ROWS)
def test_no_answer_ends_cleanly_that_did_not(face: Face, row: Row) -> None:
    check(outcome(face, row), row)


@each(framing.ROWS)
def test_an_answer_is_read_however_it_is_wrapped(face: Face, row: Row) -> None:
    check(outcome(face, row), row)


@each(window.ROWS)
def test_a_request_that_is_too_long_goes_to_the_fallback_for_windows(face: Face, row: Row) -> None:
    check(outcome(face, row, context_window_fallbacks=FALLBACK), row)
    assert outcome(face, row)["error"] == "ContextWindowExceededError"


@each(lost.ROWS)
def test_nothing_of_an_answer_is_lost(face: Face, row: Row) -> None:
    check(outcome(face, row), row)


@each(bill.ROWS)
def test_what_a_bill_is_made_of_is_counted(face: Face, row: Row) -> None:
    check(outcome(face, row), row)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"error": {"message": "Rate limit reached. Please try again in 7.66s.", "code": "rate_limit_exceeded"}}, 7.66),
        ({"error": {"message": "Rate limit reached. Please try again in 850ms."}}, 0.85),
        ({"error": {"message": "Rate limit reached. Please try again in 2m30s."}}, 150),
        ({"error": {"message": "Slow down"}, "retry_after": 7}, 7),
        ({"error": {"message": "Slow down", "retry_after": 7}}, 7),
        ({"error": {"message": "Slow down"}}, None),
    ],
)
def test_how_long_to_wait_is_read_where_no_header_says_it(
    face: Face, body: dict[str, Any], seconds: float | None
) -> None:
    with pytest.raises(RateLimitError) as caught:
        face.ask("chat", http(body, 429))
    assert caught.value.retry_after == seconds
