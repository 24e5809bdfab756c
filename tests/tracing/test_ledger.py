"""A ledger is read back as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.tracing.attempts import ledger
from genai_sdk.tracing.ledger import LedgerRow, read_ledger
from genai_sdk.tracing.record import AttemptRecord
from genai_sdk.types import UNSUPPORTED, Attempt, Parameters, Usage

FAILURES = [
    (503, "server error 503"), (429, "rate limited"), (None, "timeout"), (None, "cancelled"), (200, "malformed answer"),
    (404, "model not found"), (400, "content filtered"), (None, "over limit"), (None, "first token timeout"),
    (302, "status 302"),
]  # fmt: skip
SECONDS = st.integers(0, 600_000).map(lambda thousandths: thousandths / 1_000)
USAGE = Usage(prompt_tokens=3, completion_tokens=4, total_tokens=7)
ATTEMPTS = st.builds(
    lambda name, model, failure, latency, waited, hedged, costs, parameters: Attempt(
        connection=name, model=model, latency=latency, waited=waited, hedged=hedged, parameters=parameters,
        status=200 if failure is None else failure[0], reason="ok" if failure is None else failure[1],
        usage=None if failure is None else USAGE, costs=costs,
    ),
    st.sampled_from(["seoul", "my region", "a/b", "seoul/2"]),
    st.sampled_from(["gpt-6", "meta-llama/Llama-3.1-8B", "us.anthropic.claude-v1:0"]),
    st.none() | st.sampled_from(FAILURES),
    SECONDS, SECONDS, st.booleans(),
    st.sampled_from([None, {"total": 0.0123}]),
    st.sampled_from([None, Parameters(sent=("n",)), Parameters(dropped={"top_k": "x", "n": "y"})]),
)  # fmt: skip


@given(st.lists(ATTEMPTS, min_size=1, max_size=4))
def test_attempts_are_read_back_as_they_were_written(attempts: list[Attempt]) -> None:
    line = ledger([AttemptRecord(each, 0, 0) for each in attempts])
    assert read_ledger(line, ["seoul", "my region", "a/b", "seoul/2"]) == [
        LedgerRow(
            connection=each.connection, model=each.model, status=None if each.reason == "ok" else each.status,
            reason=each.reason, latency=each.latency, waited=each.waited, hedged=each.hedged,
        )
        for each in attempts
    ]  # fmt: skip


def test_what_was_passed_over_without_a_request_is_no_attempt() -> None:
    passed = Attempt(
        connection="a", model="m", status=None, latency=0, reason=UNSUPPORTED, parameters=Parameters(refused={"n": "x"})
    )
    made = Attempt(connection="b", model="m", status=200, latency=0.25)
    line = ledger([AttemptRecord(each, 0, 0) for each in (passed, made)])
    assert read_ledger(line) == [LedgerRow(connection="b", model="m", latency=0.25)]


@pytest.mark.parametrize("line", ["", "nonsense", "a/m", "a/m ok", "a/ 1s", "seoul/gpt-6 503 server err"])
def test_a_line_that_is_none_holds_no_attempt(line: str) -> None:
    assert read_ledger(line) == []
