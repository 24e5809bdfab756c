"""What a call's cost is on the wire, whatever became of the call."""

import asyncio
import json
import time
from typing import Any

import pytest
from msgspec.structs import replace
from tests.tracing.calls import INFO, NAME, answer, begin, row
from tests.tracing.conftest import MakeTracer
from tests.tracing.receiver import Receiver

from genai_sdk.errors import RateLimitError, StreamInterruptedError
from genai_sdk.tracing import CallTrace, Tracer

PREFIX = "langfuse.observation."


def recorded(tracer: Tracer, receiver: Receiver) -> dict[str, Any]:
    assert tracer.flush(10)
    return receiver.span(NAME)


KINDS = {"input": 1e-06, "cached": 3e-07, "written": 4e-07, "output": 2e-06, "reasoning": 5e-07, "audio": 0.0}


def test_a_cost_is_sent_by_kind_under_langfuses_names(tracer: Tracer, receiver: Receiver) -> None:
    total = 0.1 + 0.2  # whose last digit counts
    begin(tracer).answered(answer(info=replace(INFO, cost=total, costs={**KINDS, "total": total})))
    attributes = recorded(tracer, receiver)["attributes"]
    assert json.loads(attributes[PREFIX + "cost_details"]) == {
        "input": 1e-06,
        "input_cached_tokens": 3e-07,
        "input_cache_creation": 4e-07,
        "output": 2e-06,
        "output_reasoning_tokens": 5e-07,
        "total": total,
    }


USAGE = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}
CUT = StreamInterruptedError("cut", text="Onc")


def end(trace: CallTrace, how: str, usage: dict[str, int] | None, costs: dict[str, float] | None) -> None:
    info = replace(INFO, costs=costs)
    response, now = answer("Onc", info, **({"usage": usage} if usage else {})), time.monotonic()
    reasons = {"refused": "rate limited", "cancelled": "cancelled", "malformed": "malformed answer"}
    if how != "unasked":
        trace.attempt(row(reason=reasons.get(how, "ok"), status=429 if how == "refused" else None), now, now)
    if how == "served":
        trace.answered(response)
    elif how in ("closed", "cut"):
        trace.stopped("closed", response) if how == "closed" else trace.failed(CUT, response)
    else:
        trace.failed(asyncio.CancelledError() if how == "cancelled" else RateLimitError("no", model="gpt-4o-mini"))


ZERO = {"total": 0}
PRICED = {"input": 1e-06, "total": 1e-06}


@pytest.mark.parametrize(
    ("how", "usage", "costs", "sent", "note"),
    [
        ("served", USAGE, PRICED, PRICED, None),
        ("served", USAGE, None, ZERO, "unknown"),
        ("served", None, None, ZERO, "unknown"),
        ("refused", None, None, ZERO, None),
        ("unasked", None, None, ZERO, None),
        ("cancelled", None, None, ZERO, "unknown"),
        ("malformed", None, None, ZERO, "unknown"),
        ("closed", USAGE, PRICED, PRICED, None),
        ("closed", None, None, ZERO, "unknown"),
        ("cut", USAGE, PRICED, PRICED, None),
        ("cut", None, None, ZERO, "unknown"),
    ],
)
@pytest.mark.parametrize("infer", [False, True])
def test_cost_follows_the_reported_usage_whatever_the_outcome(
    make_tracer: MakeTracer, receiver: Receiver, how: str, usage: Any, costs: Any, sent: Any, note: Any, infer: bool
) -> None:
    tracer = make_tracer(infer_cost=infer)
    end(begin(tracer), how, usage, costs)
    attributes = recorded(tracer, receiver)["attributes"]
    if infer and note:
        assert PREFIX + "cost_details" not in attributes
        assert attributes[PREFIX + "metadata.cost"] == "inferred"
    else:
        assert json.loads(attributes[PREFIX + "cost_details"]) == sent
        assert attributes.get(PREFIX + "metadata.cost") == note
    assert (PREFIX + "usage_details" in attributes) is (usage is not None)
    assert PREFIX + "output" in attributes


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("refused", "RateLimitError: no\n\nIt cost 0: the provider reported no usage."),
        ("unasked", "RateLimitError: no\n\nIt cost 0: no provider was asked."),
        (
            "cancelled",
            "cancelled\n\nIts cost is not known, and recorded as 0: it ended before the provider reported its usage.",
        ),
    ],
)
def test_a_generation_without_an_answer_says_what_happened_and_what_it_cost(
    tracer: Tracer, receiver: Receiver, how: str, text: str
) -> None:
    end(begin(tracer), how, None, None)
    assert recorded(tracer, receiver)["attributes"][PREFIX + "output"] == text


def test_usage_and_cost_stand_on_the_call_and_not_on_its_attempts_too(tracer: Tracer, receiver: Receiver) -> None:
    trace, now = begin(tracer), time.monotonic()
    trace.attempt(row("seoul", status=503, reason="unavailable"), now, now)
    trace.attempt(row("usa"), now, now)
    trace.answered(answer(info=replace(INFO, costs=PRICED), usage=USAGE))
    recorded(tracer, receiver)
    for key in ("usage_details", "cost_details", "model.name"):
        assert len([span for span in receiver.spans if PREFIX + key in span["attributes"]]) == 1
