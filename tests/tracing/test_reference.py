"""The trace that a real Langfuse took, made again by ours: same spans, same attributes."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from tests.tracing.calls import answer, row
from tests.tracing.conftest import MakeTracer
from tests.tracing.receiver import PAIR, Receiver, attributes_of

from genai_sdk.tracing import Tracer, read_labels
from genai_sdk.types import CallInfo, PromptLink

REFERENCE = json.loads((Path(__file__).parent / "reference.json").read_text())["request"]
NAME = "checkout-assistant"
# Recorded when every generation was called NAME; since then a call is listed by its trace's name.
SPANS = {
    span["name"].replace("completion", NAME): {**span, "attributes": attributes_of(span)}
    for span in REFERENCE["json"]["resourceSpans"][0]["scopeSpans"][0]["spans"]
}
JSON_TEXT = ("input", "output", "model.parameters", "usage_details", "cost_details")


@pytest.fixture
def spans(make_tracer: MakeTracer, receiver: Receiver) -> dict[str, dict[str, Any]]:
    tracer = make_tracer(environment="staging", release="1.2.3")
    make_reference_call(tracer)
    assert tracer.flush(10)
    return {span["name"]: span for span in receiver.spans}


def make_reference_call(tracer: Tracer) -> None:
    trace = tracer.begin(
        "generation",
        model="gpt-4o-mini",
        input=[{"role": "user", "content": "안녕 Hello!"}],
        options={"temperature": 0.2, "max_tokens": 16},
        labels=read_labels(
            {"trace_name": "checkout-assistant", "user_id": "user-7", "session_id": "sess-1", "tags": ["prod", "ko"]}
        ),
        prompt=PromptLink("test_prompt", 2),
        began=(began := time.monotonic()),
    )
    failed = {"status": 503, "reason": "Service Unavailable", "latency": 0.3}
    trace.attempt(row("gemini_seoul", **failed), began, began + 0.3)
    trace.attempt(row("gemini_usa", latency=1.1), began + 0.3, began + 1.4)
    info = CallInfo(
        connection="azure_test", model="gpt-4o-mini", cost=3.6e-06, costs={"total": 3.6e-06}, first_content=0.745
    )
    usage = {"prompt_tokens": 16, "completion_tokens": 3, "total_tokens": 15}
    trace.answered(answer("Hi", info, usage={**usage, "prompt_tokens_details": {"cached_tokens": 4}}))


def test_the_generation_has_every_attribute_of_the_reference(spans: dict[str, Any]) -> None:
    ours, theirs = spans[NAME]["attributes"], SPANS[NAME]["attributes"]
    time_of_day = "langfuse.observation.completion_start_time"
    for key, value in theirs.items():
        if key == time_of_day:
            assert ours[key][0] == ours[key][-1] == '"'
            assert len(ours[key]) == len(value)
        elif key.endswith("usage_details"):
            # The recording's total counts the cached tokens of its kinds not at all; ours is what the kinds add up to.
            assert json.loads(ours[key]) == {**json.loads(value), "total": 19}
        elif key.removeprefix("langfuse.observation.") in JSON_TEXT:
            assert json.loads(ours[key]) == json.loads(value)
        else:
            assert ours[key] == value
    assert set(ours) - set(theirs) == {
        "gen_ai.operation.name",
        "gen_ai.request.model",
        "langfuse.observation.metadata.attempts",
        "langfuse.observation.metadata.finish_reason",
        "langfuse.observation.metadata.ledger",
    }


def test_the_attempts_are_the_generations_children_and_look_like_the_reference(spans: dict[str, Any]) -> None:
    assert set(spans) == set(SPANS)
    for name, theirs in SPANS.items():
        ours = spans[name]
        assert ours["kind"] == theirs["kind"]
        assert ours.get("status", {"code": 0}) == theirs["status"]
        assert ours["traceId"] == spans[NAME]["traceId"]
        assert set(theirs) - {"status"} <= set(ours)
        for key, value in theirs["attributes"].items() if name != NAME else ():
            assert ours["attributes"][key] == value
        assert ours.get("parentSpanId") == (spans[NAME]["spanId"] if name != NAME else None)


def test_ids_and_times_have_the_form_of_the_reference(spans: dict[str, Any]) -> None:
    for name, theirs in SPANS.items():
        for key in ("traceId", "spanId", "startTimeUnixNano", "endTimeUnixNano"):
            assert isinstance(spans[name][key], str)
            assert len(spans[name][key]) == len(theirs[key])
    first, second = spans["attempt 1 gemini_seoul"], spans["attempt 2 gemini_usa"]
    assert 0.29 < (int(first["endTimeUnixNano"]) - int(first["startTimeUnixNano"])) / 1e9 < 0.31
    assert first["endTimeUnixNano"] == second["startTimeUnixNano"]


def test_environment_release_user_session_and_tags_are_on_every_span(spans: dict[str, Any]) -> None:
    keys = ["langfuse.environment", "langfuse.release", "user.id", "session.id", "langfuse.trace.tags"]
    for span in spans.values():
        assert [span["attributes"][key] for key in keys] == ["staging", "1.2.3", "user-7", "sess-1", ["prod", "ko"]]


def test_the_request_has_the_headers_of_the_reference(receiver: Receiver, spans: dict[str, Any]) -> None:
    (request,) = receiver.requests
    assert request.path == REFERENCE["path"]
    assert request.headers["authorization"] == PAIR
    assert request.headers["content-type"] == "application/json"
    assert request.headers["content-encoding"] == "gzip"
    for name, value in REFERENCE["headers"].items():
        assert request.headers[name] == value
    assert spans
