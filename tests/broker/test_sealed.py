"""Answers that only their caller's secret key opens."""

import base64
from datetime import UTC, datetime

import msgspec
import pytest
from tests.printers import printed

from genai_sdk.broker import ACCEPT, answer
from genai_sdk.broker.wire import encode_result
from genai_sdk.connections import ConnectionRecord, Project, SourceResult
from genai_sdk.connections.broker_wire import open_answer
from genai_sdk.errors import DecryptionError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DELIVERY = SourceResult(
    project=Project("proj-1", "One"),
    connections=(ConnectionRecord(name="lab", adapter="openai", secret="sk-provider", created_at=NOW, updated_at=NOW),),
    available=("lab",),
)


def test_a_sealed_answer_shows_no_secret_and_opens_with_the_callers_key() -> None:
    clear = answer(DELIVERY, None, accept=None, secret_key="sk-lf-1")
    sealed = answer(DELIVERY, None, accept="sealed", secret_key="sk-lf-1")
    assert b"sk-provider" in clear.body
    shown = msgspec.json.decode(sealed.body)
    assert set(shown) == {"version", "project", "sealed"}
    assert b"sk-provider" not in sealed.body + base64.b64decode(shown["sealed"])
    assert open_answer("sk-lf-1", shown["project"], shown["sealed"]) == clear.body


def test_a_tag_is_that_of_the_plaintext_though_no_two_sealed_bodies_are_alike() -> None:
    one, other = (answer(DELIVERY, None, accept=" Sealed , else", secret_key="sk-lf-1") for _ in range(2))
    assert one.body != other.body
    assert (
        one.headers["etag"] == other.headers["etag"] == answer(DELIVERY, None, accept="", secret_key="").headers["etag"]
    )
    again = answer(DELIVERY, one.headers["etag"], accept="sealed", secret_key="sk-lf-1")
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(("key", "project"), [("sk-lf-2", {"id": "proj-1"}), ("sk-lf-1", {"id": "proj-2"})])
def test_another_key_or_project_opens_nothing(key: str, project: dict[str, str]) -> None:
    shown = msgspec.json.decode(answer(DELIVERY, None, accept="sealed", secret_key="sk-lf-1").body)
    with pytest.raises(DecryptionError) as refused:
        open_answer(key, project, shown["sealed"])
    assert "sk-" not in str(refused.value)
    with pytest.raises(DecryptionError, match="no base64"):
        open_answer("sk-lf-1", {"id": "proj-1"}, "%%%")


def test_nothing_that_an_answer_is_made_of_can_be_printed_or_carried_away() -> None:
    made = answer(DELIVERY, None, accept=None, secret_key="sk-lf-1")
    assert repr(made) == "BrokerAnswer(200)"
    for item in (made, encode_result(DELIVERY)):
        assert "sk-provider" not in printed(item)
    assert ACCEPT.lower() == ACCEPT
