"""How much an ordinary call sends: bytes are counted and not timed."""

from msgspec.structs import replace
from tests.tracing.calls import INFO, row
from tests.tracing.receiver import Receiver

from genai_sdk.tracing import Tracer
from genai_sdk.types import CallInfo, ChatCompletion

WORDS = " ".join(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"] * 2)
COSTS = {"input": 1.5e-06, "output": 3e-06, "total": 4.5e-06}
BEFORE = 2_746
"""Bytes of the same call before attempts became lines and metadata one attribute (commit cc70c5a)."""


def make_call(tracer: Tracer) -> None:
    trace = tracer.begin(
        "generation",
        model="gpt-4o-mini",
        input=[{"role": "user", "content": WORDS}],
        options={"temperature": 0.2},
    )
    trace.attempt(row(latency=0.412, group="gpt-4o-mini"), 0, 0)
    answer = {
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"message": {"role": "assistant", "content": WORDS}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 27, "completion_tokens": 20, "total_tokens": 47},
    }
    facts = {
        "cost": COSTS["total"],
        "costs": COSTS,
        "request_id": "req_0123456789abcdef",
        "price_source": "table 2026-11-28",
    }
    info = CallInfo(connection=INFO.connection, provider=INFO.provider, model=INFO.model, latency=0.4, **facts)
    trace.answered(replace(ChatCompletion.from_dict(answer), genai=info))


def test_a_call_of_twenty_words_sends_little_more_than_half_of_what_it_did(tracer: Tracer, receiver: Receiver) -> None:
    make_call(tracer)
    assert tracer.flush(10)
    (request,) = receiver.requests
    assert len(request.spans) == 1
    assert len(request.text) <= 0.65 * BEFORE
