"""The official SDKs and our wires given the same failures: what the SDKs say of them, ours say too."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests.vendors.bedrock_peer import Boto3
from tests.vendors.conftest import Vendor
from tests.vendors.exchanges import JSON, SSE, stream
from tests.vendors.ours import ENDPOINTS
from tests.vendors.recorded import Recorded
from tests.wires.anthropic.cases import events_of, message, text
from tests.wires.responses.cases import response

from genai_sdk.wires.anthropic.words import ERROR_TYPES
from genai_sdk.wires.openai.responses.words import FAILURES


class Failure(msgspec.Struct, frozen=True):
    """An answer that is none: its wire, its status and its JSON, or the event that ends a stream of 200."""

    wire: str
    data: Any
    status: int = 200
    streamed: bool = False


SAID = "It failed on Tuesday."


def anthropic_error(kind: str) -> Any:
    return {"type": "error", "error": {"type": kind, "message": SAID}, "request_id": "req_1"}


def openai_error(code: str) -> Any:
    return {"error": {"message": SAID, "type": "a_type", "param": None, "code": code}}


def failed(code: str) -> Any:
    return response(status="failed", error={"code": code, "message": SAID}, usage=None)


CASES: dict[str, Failure] = {
    **{f"a response, {code}": Failure("responses", failed(code)) for code in FAILURES},
    **{
        f"a streamed response, {code}": Failure(
            "responses", {"type": "response.failed", "response": failed(code)}, streamed=True
        )
        for code in FAILURES
    },
    "an error of a streamed response": Failure(
        "responses", {"type": "error", "code": "server_error", "message": SAID, "param": None}, streamed=True
    ),
    **{
        f"chat, {code}": Failure("chat", openai_error(code), status)
        for code, status in (
            ("insufficient_quota", 429), ("context_length_exceeded", 400), ("model_not_found", 404),
            ("invalid_api_key", 401), ("billing_not_active", 402), ("unsupported_country_region_territory", 403),
            ("server_error", 500),
        )
    },
    "an error in a stream of chat": Failure("chat", openai_error("server_error"), streamed=True),
    **{f"Anthropic, {kind}": Failure("anthropic", anthropic_error(kind), 400) for kind in ERROR_TYPES},
    **{
        f"in Anthropic's stream, {kind}": Failure("anthropic", anthropic_error(kind), streamed=True)
        for kind in ERROR_TYPES
    },
    **{
        f"Google, {word}": Failure("gemini", {"error": {"code": status, "message": SAID, "status": word}}, status)
        for word, status in (
            ("RESOURCE_EXHAUSTED", 429), ("INVALID_ARGUMENT", 400), ("PERMISSION_DENIED", 403), ("UNAVAILABLE", 503),
            ("FAILED_PRECONDITION", 400), ("NOT_FOUND", 404), ("DEADLINE_EXCEEDED", 504), ("UNAUTHENTICATED", 401),
        )
    },
    "in Google's stream": Failure(
        "gemini", {"error": {"code": 503, "message": SAID, "status": "UNAVAILABLE"}}, streamed=True
    ),
    "Bedrock": Failure("converse", {"__type": "ThrottlingException", "message": SAID}, 429),
}  # fmt: skip


@pytest.fixture(scope="module")
def recorded() -> Iterator[Recorded]:
    """A server that gives the same bytes to everybody."""
    server = Recorded()
    yield server
    server.close()


def shown_by(answer: Any) -> tuple[set[str], str]:
    """Return the codes and the text that an SDK shows of a failure."""
    if "value" in answer:
        error = answer["value"].get("error") or answer["value"]
        return {error["code"]}, error["message"]
    body = answer.get("body") or {}
    inner = body.get("error") if isinstance(body.get("error"), dict) else body
    codes = {inner.get("code"), inner.get("type"), answer.get("word"), answer.get("code")}
    return {code for code in codes if isinstance(code, str)} - {"error"}, inner.get("message") or answer["text"]


@pytest.mark.parametrize("name", list(CASES))
def test_what_an_sdk_says_of_a_failure_ours_says_too(
    recorded: Recorded, openai: Vendor, anthropic: Vendor, google: Vendor, boto3: Boto3, name: str
) -> None:
    case = CASES[name]
    before = list(events_of(message(text("half"))))[:2] if case.wire == "anthropic" else []
    if case.wire == "responses":
        before = [{"type": "response.created", "response": response(status="in_progress")}]
    recorded.status, recorded.media = case.status, SSE if case.streamed else JSON
    recorded.body = stream(case.wire, [*before, case.data]) if case.streamed else json.dumps(case.data).encode()
    how = "streamed" if case.streamed else "whole"
    if case.wire == "converse":
        ask = {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "Hello!"}]}]}
        answer = boto3.call("converse", recorded.url, ask)
    else:
        peer = {"chat": openai, "responses": openai, "anthropic": anthropic, "gemini": google}[case.wire]
        root = recorded.url if case.wire in ("anthropic", "gemini") else f"{recorded.url}/v1"
        answer = peer.do("see", url=root, wire=case.wire, how=how)
    wire, _ = ENDPOINTS[case.wire]
    ours = wire.error_of(case.data) if case.status == 200 else wire.read_error(recorded.body)
    assert ours is not None
    assert ours.text.endswith(SAID)
    codes, said = shown_by(answer)
    assert {code.lower() for code in codes} <= set(ours.codes)
    assert SAID in said
