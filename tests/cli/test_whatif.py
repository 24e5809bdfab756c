"""`genai whatif`: recorded calls under other routing options."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from tests.cli.played_week import SPAN, Played, remote_of
from tests.cli.test_traces import Server
from tests.contract.wire import generation

from genai_sdk.cli.call_rows import call_rows
from genai_sdk.cli.whatif.driver import ERRORS
from genai_sdk.cli.whatif.observed import NOT_OBSERVED
from genai_sdk.cli.whatif.project import connections_of, price_of
from genai_sdk.cli.whatif.recorded import EXPANDED, RecordedCall, read_calls
from genai_sdk.cli.whatif.report import Estimate, Gate, Report, report_of
from genai_sdk.cli.whatif.run import WhatIf, draw, routing_options
from genai_sdk.routing.limits import OVER_LIMIT
from genai_sdk.testing import FakeLangfuse
from genai_sdk.testing.week.scene import ROUTER_ARGS
from genai_sdk.tracing.ledger import LedgerRow

MODEL = "gpt-6-luna"
BOTH = {"fallbacks": [{"seoul/*": "usa/*"}], "num_retries": 0}
ALONE = {"num_retries": 0}


NO_GATE = Gate()


def of(figures: Mapping[str, Estimate | None], name: str) -> Estimate:
    figure = figures[name]
    assert figure is not None
    return figure


def row(name: str, adapter: str = "azure", models: Sequence[str] = (MODEL,), number: int = 0) -> dict[str, Any]:
    made = f"2026-01-01T00:00:{number:02d}Z"
    return {
        "provider": name, "adapter": adapter, "baseURL": "https://x.openai.azure.com" if adapter == "azure" else None,
        "customModels": list(models), "withDefaultModels": False, "config": None, "createdAt": made, "updatedAt": made,
        "displaySecretKey": "...cdef",
    }  # fmt: skip


ROWS = [row("seoul", number=0), row("usa", number=1)]


def attempt(connection: str, latency: float = 1.0, reason: str = "ok", status: int | None = None) -> LedgerRow:
    return LedgerRow(connection=connection, model=MODEL, latency=latency, reason=reason, status=status)


def call(at: float, *attempts: LedgerRow, model: str = "seoul/gpt-6-luna", **facts: Any) -> RecordedCall:
    given: dict[str, Any] = {
        "at": at, "model": model, "name": "app", "streamed": False, "attempts": attempts, "cost": 0.01,
        "lost": attempts[-1].reason != "ok", "seconds": sum(each.latency for each in attempts), "parameters": {},
        "usage": {"prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100},
    }  # fmt: skip
    return RecordedCall(**{**given, **facts})


def down(at: float, **facts: Any) -> RecordedCall:
    return call(at, attempt("seoul", 0.2, "server error 503", 503), **facts)


def tried(
    calls: Sequence[RecordedCall], router_args: Mapping[str, Any] = BOTH, gate: Gate = NO_GATE, **facts: Any
) -> Report:
    given: dict[str, Any] = {
        "calls": calls, "connections": connections_of(ROWS, None), "listed": None, "price": lambda _model: None,
        "options": routing_options(router_args, 600), "near": 3_600, "runs": 3, "seed": 1,
    }  # fmt: skip
    return report_of(calls, draw(WhatIf(**{**given, **facts})), 0, gate)


def test_a_fallback_that_was_not_there_answers_as_it_answered_others_then() -> None:
    others = [call(600.0 * number, attempt("usa", 2.0), model="usa/gpt-6-luna") for number in range(6)]
    lost = [down(600.0 * number + 60) for number in range(6)]
    calls = sorted([*others, *lost], key=lambda each: each.at)
    report = tried(calls)
    assert (report.calls, report.recorded.lost) == (12, 6)
    assert of(report.what_if, "lost").mean == 0
    assert of(report.added, "lost").high == -6
    assert of(report.what_if, "longest").high == pytest.approx(2.2)
    assert report.served == {"usa/gpt-6-luna": (6, 12.0)}
    assert (report.drawn, report.unknown) == (6, {})


def test_the_same_options_change_nothing() -> None:
    calls = [call(10.0 * number, attempt("seoul", 1 + number / 10)) for number in range(5)]
    calls.append(call(100.0, attempt("seoul", 0.2, "server error 503", 503), attempt("usa", 2.0)))
    report = tried(calls)
    for name in report.added:
        assert (of(report.added, name).low, of(report.added, name).high) == pytest.approx((0, 0), abs=1e-6)
    assert report.drawn == 0


def test_what_nobody_observed_is_left_out_and_said() -> None:
    calls = [down(0.0), call(60.0, attempt("seoul")), call(90_000.0, attempt("usa"), model="usa/gpt-6-luna")]
    report = tried(calls, gate=Gate(unknown=0))
    assert (report.calls, report.unknown) == (2, {"usa/gpt-6-luna": 1})
    assert report.recorded.lost == 0
    assert report.broken == ["nothing can be said of 1 calls, 0 allowed"]
    assert tried(calls, near=100_000).unknown == {}


def test_no_gate_passes_where_nothing_can_be_said() -> None:
    report = tried([down(0.0)], gate=Gate(lost=5))
    assert report.broken == ["there is no call of which anything can be said"]


def test_a_shorter_timeout_cuts_slow_attempts_and_a_longer_one_waits_for_silent_ones() -> None:
    slow = call(0.0, attempt("seoul", 30.0))
    silent = call(100.0, attempt("seoul", 20.0, "timeout"), attempt("usa", 2.0))
    report = tried([slow, silent], {**BOTH, "timeout": 5}, near=86_400)
    assert of(report.what_if, "longest").high == pytest.approx(7.0)
    assert of(report.added, "lost").high == 0
    patient = tried([slow, silent], {**BOTH, "timeout": 60})
    assert of(patient.what_if, "longest").high == pytest.approx(62.0)


def test_retries_draw_from_what_was_met_at_that_time() -> None:
    calls = [down(60.0 * number) for number in range(5)]
    assert of(tried(calls, {"num_retries": 2}).what_if, "lost").low == 5
    mixed = [*calls, *(call(300.0 + number, attempt("seoul")) for number in range(20))]
    report = tried(mixed, {"num_retries": 3, "disable_cooldowns": True}, runs=20)
    assert of(report.what_if, "lost").mean < 2
    assert of(report.what_if, "lost").low <= of(report.what_if, "lost").mean <= of(report.what_if, "lost").high


def test_a_cooldown_spares_calls_a_dead_region() -> None:
    calls = [call(1.0 * number, attempt("seoul", 0.2, "server error 503", 503), attempt("usa"), model=MODEL)
             for number in range(30)]  # fmt: skip
    resting, tireless = (
        tried(calls, {"num_retries": 0, **more}) for more in ({"cooldown_time": 60}, {"disable_cooldowns": True})
    )
    assert of(resting.what_if, "attempts").high < of(tireless.what_if, "attempts").low == 60
    assert of(resting.what_if, "mean").high < of(tireless.what_if, "mean").low


def test_streams_and_whole_answers_tell_nothing_of_each_other() -> None:
    calls = [down(0.0, streamed=True), call(60.0, attempt("usa"), model="usa/gpt-6-luna")]
    assert tried(calls).unknown == {"usa/gpt-6-luna": 1}


def test_a_dearer_deployment_costs_what_its_price_says_and_a_project_s_own_price_counts_first() -> None:
    usa = [call(0.0, attempt("usa"), model="usa/gpt-6-luna", cost=0.01)]
    calls = [*usa, call(60.0, attempt("seoul"), cost=0.01)]
    swapped = {"model_group_alias": {"seoul/gpt-6-luna": "usa/gpt-6-luna"}, **ALONE}
    report = tried(calls, swapped)
    # The table's 0.10 and 0.50 dollars a million, of a thousand tokens and a hundred.
    assert of(report.what_if, "dollars").mean == pytest.approx(0.01 + 1_000 * 0.10e-6 + 100 * 0.50e-6)
    with FakeLangfuse() as fake:
        server = Server(fake)
        definition = {"modelName": MODEL, "matchPattern": f"(?i)^({MODEL})$", "unit": "TOKENS", "inputPrice": 1e-3,
                      "outputPrice": 0}  # fmt: skip
        assert server.wire.ask("POST", "models", definition).status == 200
        with remote_of(fake.url, fake.public_key, fake.secret_key) as remote:
            own = price_of(remote)
        assert of(tried(calls, swapped, price=own).what_if, "dollars").mean == pytest.approx(1.01)


def test_a_price_that_is_not_known_breaks_a_gate_on_dollars_only() -> None:
    calls = [call(0.0, attempt("seoul"), cost=None)]
    report = tried(calls, gate=Gate(dollars=1, lost=0))
    assert (report.what_if["dollars"], report.added["dollars"]) == (None, None)
    assert report.broken == ["the price of a model is not known, and $1 are allowed"]


def test_the_gate_looks_at_the_worst_run() -> None:
    calls = [call(0.0, attempt("seoul", 3.0)), call(60.0, attempt("usa", 9.0), model="usa/gpt-6-luna")]
    swapped = {"model_group_alias": {"seoul/gpt-6-luna": "usa/gpt-6-luna"}, **ALONE}
    report = tried(calls, swapped, Gate(mean=2.5, p95=0.5, lost=0, dollars=1))
    assert report.broken == ["3.00 s added on average in the worst run, 2.5 allowed"]
    assert tried(calls, swapped, Gate(mean=3.5)).broken == []


def test_a_model_that_no_connection_serves_is_lost() -> None:
    report = tried([call(0.0, attempt("seoul"), model="smart")])
    assert of(report.what_if, "lost").low == 1
    assert next(iter(report.errors)).startswith("UnknownModelError: No connection serves 'smart'")


@pytest.mark.parametrize("reason", sorted({*ERRORS, "server error 500", "connection cut"} - {"stream interrupted"}))
def test_every_recorded_reason_is_met_again_as_it_was(reason: str) -> None:
    recorded = [call(0.0, attempt("seoul", 0.1, reason))]
    report = tried(recorded, ALONE)
    assert (of(report.what_if, "lost").low, of(report.what_if, "attempts").high) == (1, 1)


def test_what_tells_of_the_client_is_no_observation_of_a_deployment() -> None:
    assert OVER_LIMIT in NOT_OBSERVED
    calls = [down(0.0), call(60.0, attempt("usa", 1.0, "cancelled"), model="usa/gpt-6-luna")]
    assert tried(calls).unknown == {"usa/gpt-6-luna": 2}


def hedged(at: float) -> RecordedCall:
    """A call of which Seoul's attempt was given up when that of the USA, begun a second later, was answered."""
    spare = LedgerRow(connection="usa", model=MODEL, latency=1.0, hedged=True)
    return call(at, attempt("seoul", 2.0, "cancelled"), spare, model=MODEL, seconds=2.0, lost=False)


def test_an_attempt_that_a_hedge_overtook_did_not_fail_and_took_longer() -> None:
    others = [call(60.0 * number, attempt("seoul", 1.0 if number % 2 else 4.0)) for number in range(8)]
    calls = sorted([*others, *(hedged(60.0 * number + 30) for number in range(8))], key=lambda each: each.at)
    alone = tried(calls, ALONE)
    assert (of(alone.what_if, "lost").high, alone.recorded.lost) == (0, 0)
    assert of(alone.what_if, "mean").mean == pytest.approx((4 * 1.0 + 4 * 4.0 + 8 * 4.0) / 16)
    same = tried(calls, {**BOTH, "hedge_after": 1.0, "max_hedge_share": 1.0})
    assert of(same.added, "lost").high == 0
    assert of(same.what_if, "mean").high <= of(alone.what_if, "mean").low


def test_nobody_knows_of_an_overtaken_attempt_where_none_took_longer() -> None:
    quick = call(0.0, attempt("seoul", 1.0))
    assert tried([quick, hedged(60.0)], ALONE).unknown == {"seoul/gpt-6-luna": 1}


def test_tokens_are_read_by_all_of_langfuse_s_names() -> None:
    found = {
        "startTime": "2026-11-16T00:00:00.000Z", "level": "DEFAULT", "metadata": {"ledger": f"seoul/{MODEL} 3.000s"},
        "usageDetails": {"input": 100, "input_cache_read": 900, "completion_tokens": 7, "total": 1_007},
    }  # fmt: skip
    (one,), _ = read_calls([found], ["seoul"])
    assert one.usage is not None
    assert (one.usage["prompt_tokens"], one.usage["completion_tokens"]) == (1_000, 7)
    assert one.usage["prompt_tokens_details"]["cached_tokens"] == 900


def test_a_call_that_its_caller_ended_is_neither_answered_nor_lost() -> None:
    found = {"startTime": "2026-11-16T00:00:00.000Z", "endTime": "2026-11-16T00:00:03.000Z", "level": "WARNING"}
    rows = [{**found, "metadata": {"ledger": f"seoul/{MODEL} {reason}3.000s"}} for reason in ("cancelled ", "")]
    calls, without = read_calls(rows, ["seoul"])
    assert ([each.attempts[-1].reason for each in calls], without) == (["ok"], 1)


def test_hedged_attempts_overlap() -> None:
    found = {
        "startTime": "2026-11-16T00:00:00.000Z", "endTime": "2026-11-16T00:00:03.000Z", "model": MODEL,
        "metadata": {"ledger": f"seoul/{MODEL} cancelled 3.000s; usa/{MODEL} hedged 1.000s"}, "level": "DEFAULT",
    }  # fmt: skip
    (one,), _ = read_calls([found], ["seoul", "usa"])
    assert one.seconds == 3.0


def test_the_recorded_week_is_the_same_on_every_server(played: Played) -> None:
    with played.remote() as remote:
        names = {each["provider"] for each in remote.connections()}
        calls, without = read_calls(call_rows(remote, SPAN[1], SPAN[3], expand=EXPANDED), names)
        price = price_of(remote)
        connections = connections_of(remote.connections(), None)
    assert (len(calls), without) == (400, 0)
    assert sum(each.lost for each in calls) == sum(played.result.lost.values()) == 2
    assert sum(len(each.attempts) for each in calls) == sum(played.result.requests.values())
    assert {each.model for each in calls} == {
        "smart", "fast", "gemini-2.5-flash", "tokyo/claude-sonnet-4-5", "usa/text-embedding-3-small"
    }  # fmt: skip
    report = tried(calls, ROUTER_ARGS, connections=connections, price=price)
    assert of(report.added, "lost").mean == 0
    assert abs(of(report.added, "mean").mean) < 0.05
    assert abs(of(report.added, "dollars").mean) < 0.01
    strict = tried(calls, {**ROUTER_ARGS, "num_retries": 0, "timeout": 10}, connections=connections, price=price)
    assert of(strict.added, "longest").high < -40
    assert of(strict.added, "lost").low >= 1


def test_the_exit_code_is_the_gate_and_json_has_every_figure(week_on_platform: Played, genai: Run) -> None:
    args = json.dumps({**ROUTER_ARGS, "num_retries": 0, "timeout": 10})
    command = ("whatif", *SPAN, "--router-args", args, "--runs", "2")
    broken = genai(*command, "--max-lost", "0", "--json", **week_on_platform.environ)
    assert (broken.returncode, broken.stderr) == (3, "")
    report = json.loads(broken.stdout)
    assert report["recorded"]["lost"] == 2
    assert report["broken"] == ["1 more calls lost in the worst run, 0 allowed"]
    passed = genai(*command, "--max-lost", "5", GENAI_ROUTER_ARGS="", COLUMNS="80", **week_on_platform.environ)
    assert passed.returncode == 0, passed.stderr
    assert "gate: passed" in passed.stdout
    assert max(map(len, passed.stdout.splitlines())) <= 80
    assert "\x1b" not in passed.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "Missing option '--router-args'"),
        (("--router-args", "{}", "--near", "soon"), 2, "'soon' is no time; write 90s, 15m, 2h or 7d"),
        (("--router-args", '{"fallback": []}'), 1, "did you mean 'fallbacks'"),
        (("--router-args", "{}", "--connections", "mars"), 1, "there is no connection 'mars'"),
        (("--router-args", "{}", "--name", "nobody"), 1, "no call with its attempts was recorded"),
    ],
)
def test_what_cannot_be_tried_says_why(
    arguments: tuple[str, ...], code: int, words: str, week_on_platform: Played, genai: Run
) -> None:
    done = genai("whatif", *SPAN, *arguments, **week_on_platform.environ)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in " ".join(done.stderr.split())


def test_calls_of_other_programs_are_left_out_and_counted(genai: Run, tmp_path: Path) -> None:
    with FakeLangfuse() as fake:
        server = Server(fake)
        server.wire.trace(generation(name="theirs"))
        ours: dict[str, Any] = {"langfuse__observation__metadata__ledger": f"seoul/{MODEL} 1.000s"}
        server.wire.trace(generation(MODEL, name="ours", **ours))
        body = {"provider": "seoul", "adapter": "openai", "secretKey": "sk-seoul-1234", "customModels": [MODEL]}
        assert server.wire.ask("PUT", "llm-connections", body).status == 201
        done = genai("whatif", "--router-args", "{}", "--since", "1h", **server.environ)
    assert done.returncode == 0, done.stderr
    assert "left out: 1 calls that were recorded without their attempts" in done.stdout
