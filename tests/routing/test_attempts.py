"""The table of failures and the order of attempts, played on paper."""

import pytest
from tests.routing.scenario import Scenario, connection, fail

from genai_sdk.errors import ConfigurationError, RateLimitError, RouteExhaustedError
from genai_sdk.routing.health import key_of


def regions(*names: str) -> list:
    return [connection(name, "m") for name in names]


def test_the_first_candidate_answers_and_nobody_else_is_asked():
    assert Scenario(regions("a", "b")).play("m", {}) == ["try a", "answered"]


def test_pass_one_tries_each_candidate_once_without_waiting_then_retries_in_order():
    scenario = Scenario(regions("a", "b"))
    outcomes = {"a": [fail(503)] * 9, "b": [fail(500)] * 9}
    assert scenario.play("m", outcomes) == [
        "try a",
        "try b",
        "wait 0.25",
        "try a",
        "wait 0.5",
        "try b",
        "RouteExhaustedError",
    ]


@pytest.mark.parametrize("kind", [500, 503, "ProviderTimeoutError", "ProviderUnavailableError", 429])
def test_a_passing_failure_is_retried_on_the_same_connection(kind):
    assert Scenario(regions("a")).play("m", {"a": [fail(kind)]}) == ["try a", "wait 0.25", "try a", "answered"]


def test_one_deployment_raises_its_own_error_with_every_attempt():
    scenario = Scenario(regions("a"), num_retries=1)
    assert scenario.play("m", {"a": [fail(503), fail(500)]})[-1] == "ProviderUnavailableError"
    assert [row.status for row in scenario.error.attempts] == [503, 500]
    assert [row.waited for row in scenario.error.attempts] == [0.0, 0.25]


def test_several_deployments_raise_the_last_error_as_route_exhausted():
    scenario = Scenario(regions("a", "b"), num_retries=0)
    scenario.play("m", {"a": [fail(503)], "b": [fail(429, retry_after=7, request_id="r-1")]})
    assert isinstance(scenario.error, RouteExhaustedError)
    assert scenario.error.last is RateLimitError
    assert (scenario.error.status_code, scenario.error.retry_after, scenario.error.request_id) == (429, 7, "r-1")
    assert "a/m" in str(scenario.error)
    assert "b/m" in str(scenario.error)


def test_retry_after_is_waited_for_when_no_fallback_is_left():
    done = Scenario(regions("a")).play("m", {"a": [fail(429, retry_after=30)]})
    assert done == ["try a", "wait 30", "try a", "answered"]


def test_a_retry_after_beyond_the_deadline_raises_at_once():
    done = Scenario(regions("a")).play("m", {"a": [fail(429, retry_after=30)]}, deadline=20)
    assert done == ["try a", "RateLimitError"]


def test_while_a_fallback_is_left_a_group_that_needs_a_long_wait_is_given_up():
    scenario = Scenario([connection("a", "m"), connection("b", "spare")], fallbacks=[{"m": ["spare"]}])
    assert scenario.play("m", {"a": [fail(429, retry_after=6)]}) == ["try a", "try b", "answered"]
    assert Scenario([connection("a", "m"), connection("b", "spare")], fallbacks=[{"m": ["spare"]}]).play(
        "m", {"a": [fail(429, retry_after=4)]}
    ) == ["try a", "wait 4", "try a", "answered"]


def test_a_retry_goes_to_who_may_be_asked_soonest():
    done = Scenario(regions("a", "b")).play("m", {"a": [fail(429, retry_after=60)], "b": [fail(503)]})
    assert done == ["try a", "try b", "wait 0.25", "try b", "answered"]


def test_a_rejected_key_is_tried_again_only_with_another_key():
    scenario = Scenario(regions("a", "b"))
    assert scenario.play("m", {"a": [fail(401)]}) == ["try a", "refetch a", "try b", "answered"]
    scenario = Scenario(regions("a"), num_retries=0)
    scenario.renewals["a"] = [connection("a", "m", key="rotated", age=5)]
    assert scenario.play("m", {"a": [fail(401)]}) == ["try a", "refetch a", "try a", "answered"]
    assert scenario.health.rests_until(scenario.call.served) == 0


def test_a_key_that_comes_late_is_waited_for_before_the_call_fails():
    scenario = Scenario(regions("a"))
    scenario.renewals["a"] = [1.0, 1.5, connection("a", "m", key="rotated", age=5)]
    done = scenario.play("m", {"a": [fail(401)]})
    assert done == ["try a", "refetch a", "wait 1", "refetch a", "wait 1.5", "refetch a", "try a", "answered"]
    assert [(row.reason, row.waited) for row in scenario.call.attempts] == [("credentials rejected", 0.0), ("ok", 2.5)]


def test_a_key_that_comes_late_is_not_waited_for_while_anybody_else_can_answer():
    scenario = Scenario(regions("a", "b"))
    scenario.renewals["a"] = [1.0]
    assert scenario.play("m", {"a": [fail(401)]}) == ["try a", "refetch a", "try b", "answered"]
    spare = Scenario([connection("a", "m"), connection("b", "spare")], fallbacks=[{"m": ["spare"]}])
    spare.renewals["a"] = [1.0]
    assert spare.play("m", {"a": [fail(401)]}) == ["try a", "refetch a", "try b", "answered"]


def test_a_key_that_comes_late_is_waited_for_when_the_others_fail_too():
    scenario = Scenario(regions("a", "b"), num_retries=1)
    scenario.renewals["a"] = [1.0, connection("a", "m", key="rotated", age=5)]
    done = scenario.play("m", {"a": [fail(401)], "b": [fail(503), fail(503)]})
    assert done == [
        *("try a", "refetch a", "try b", "wait 0.25", "try b", "wait 1", "refetch a", "try a", "answered"),
    ]


def test_of_two_late_keys_the_one_that_may_come_first_is_asked_for():
    scenario = Scenario(regions("a", "b"))
    scenario.renewals["a"] = [2.0, connection("a", "m", key="rotated", age=5)]
    scenario.renewals["b"] = [1.5, 2.25]
    done = scenario.play("m", {"a": [fail(401)], "b": [fail(401)]})
    assert done == [
        *("try a", "refetch a", "try b", "refetch b", "wait 1.5", "refetch b"),
        *("wait 0.5", "refetch a", "try a", "answered"),
    ]


def test_a_call_goes_from_key_to_key_while_each_is_refused_and_there_is_another():
    scenario = Scenario(regions("a"))
    scenario.renewals["a"] = [connection("a", "m", key=f"key {number}", age=number) for number in range(1, 6)]
    assert scenario.play("m", {"a": [fail(401)] * 3}) == [*["try a", "refetch a"] * 3, "try a", "answered"]
    assert scenario.play("m", {"a": [fail(401)] * 9})[-1] == "AuthenticationError", "but not for ever"


@pytest.mark.parametrize(("status", "options"), [(401, {"num_retries": 0}), (401, {"deadline": 0.9}), (403, {})])
def test_no_key_is_waited_for(status, options):
    """Without retries, beyond the deadline, or where the key is good and may not do this."""
    scenario = Scenario(regions("a"))
    scenario.renewals["a"] = [1.0, connection("a", "m", key="rotated", age=5)]
    done = scenario.play("m", {"a": [fail(status)]}, **options)
    assert done == ["try a", "refetch a", type(fail(status)).__name__]


def test_a_key_that_never_comes_is_given_up():
    scenario = Scenario(regions("a"))
    scenario.renewals["a"] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    done = scenario.play("m", {"a": [fail(401)]})
    assert done == ["try a", "refetch a", *["wait 1", "refetch a"] * 5, "AuthenticationError"]


def test_a_stream_waits_for_a_late_key_before_its_first_content():
    scenario = Scenario(regions("a"))
    scenario.renewals["a"] = [1.0, connection("a", "m", key="rotated", age=5)]
    done = scenario.play("m", {"a": [fail(401)]}, streams=[None])
    assert done == ["try a", "refetch a", "wait 1", "refetch a", "try a", "deliver", "answered"]


def test_a_rejected_key_alone_is_not_retried():
    assert Scenario(regions("a")).play("m", {"a": [fail(403)]}) == ["try a", "refetch a", "PermissionDeniedError"]


def test_a_missing_model_goes_to_the_next_connection_and_cools_nobody():
    scenario = Scenario(regions("a", "b"))
    assert scenario.play("m", {"a": [fail(404)]}) == ["try a", "try b", "answered"]
    assert scenario.play("m", {"a": []}) == ["try a", "answered"]


def test_a_connection_that_cannot_be_asked_breaks_only_itself():
    broken = ConfigurationError("its key cannot be read")
    scenario = Scenario(regions("a", "b"))
    assert scenario.play("m", {"a": [broken]}) == ["try a", "try b", "answered"]
    assert scenario.call.attempts[0].reason == "misconfigured"
    alone = Scenario(regions("a"))
    assert alone.play("m", {"a": [broken]}) == ["try a", "ConfigurationError"]
    assert alone.error is broken


def test_a_bad_request_is_raised_at_once_even_with_fallbacks():
    scenario = Scenario([*regions("a", "b"), connection("c", "spare")], default_fallbacks=["spare"])
    assert scenario.play("m", {"a": [fail(400)]}) == ["try a", "BadRequestError"]


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        ("ContextWindowExceededError", "context_window_fallbacks"),
        ("ContentFilterError", "content_policy_fallbacks"),
    ],
)
def test_context_window_and_content_filter_use_their_own_list_else_the_general_one(kind, option):
    everyone = [*regions("a", "b"), connection("c", "long"), connection("d", "spare")]
    own = Scenario(everyone, fallbacks=[{"m": ["spare"]}], **{option: [{"m": ["long"]}]})
    assert own.play("m", {"a": [fail(kind)]}) == ["try a", "try c", "answered"]
    general = Scenario(everyone, fallbacks=[{"m": ["spare"]}], **{option: [{"other": ["long"]}]})
    assert general.play("m", {"a": [fail(kind)]}) == ["try a", "try d", "answered"]


def test_a_failed_deployment_cools_down_and_is_passed_over():
    scenario = Scenario(regions("a", "b"))
    scenario.play("m", {"a": [fail(503)]})
    assert scenario.play("m", {}) == ["try b", "answered"]
    scenario.clock.time += 6
    assert scenario.play("m", {}) == ["try a", "answered"]


def test_cooldown_never_leaves_a_group_without_its_last_candidate():
    scenario = Scenario(regions("a"), num_retries=0)
    scenario.play("m", {"a": [fail(503)]})
    assert scenario.play("m", {}) == ["try a", "answered"]


def test_a_connection_written_anew_starts_without_a_mark():
    scenario = Scenario(regions("a", "b"))
    scenario.play("m", {"a": [fail(503)]})
    renewed = Scenario([connection("a", "m", age=9), connection("b", "m")])
    renewed.health, renewed.clock = scenario.health, scenario.clock
    assert renewed.play("m", {}) == ["try a", "answered"]


def test_cooldowns_can_be_disabled_and_failures_allowed():
    scenario = Scenario(regions("a", "b"), disable_cooldowns=True)
    scenario.play("m", {"a": [fail(503)]})
    assert scenario.play("m", {}) == ["try a", "answered"]
    scenario = Scenario(regions("a", "b"), allowed_fails=1)
    scenario.play("m", {"a": [fail(503)]})
    assert scenario.play("m", {"a": [fail(503)]}) == ["try a", "try b", "answered"]
    assert scenario.play("m", {}) == ["try b", "answered"]


def test_without_cooldowns_nobody_rests_whoever_says_so():
    scenario = Scenario(regions("a", "b"), disable_cooldowns=True)
    first = scenario.planner.group("m", scenario.options).deployments[0]
    scenario.health.rest(key_of(first), scenario.clock.now() + 60, 0.0)
    assert scenario.play("m", {}) == ["try a", "answered"]
    assert scenario.play("m", {"a": [fail(503)]}) == ["try a", "try b", "answered"]


def test_a_cooldown_lasts_no_longer_than_five_minutes_whatever_the_provider_says():
    scenario = Scenario(regions("a", "b"))
    scenario.play("m", {"a": [fail(429, retry_after=86_400)]})
    scenario.clock.time += 299
    assert scenario.play("m", {}) == ["try b", "answered"]
    scenario.clock.time += 2
    assert scenario.play("m", {}) == ["try a", "answered"]


def test_the_deadline_bounds_attempts_and_waits():
    scenario = Scenario(regions("a", "b"), latency=100, timeout=60, num_retries=9)
    done = scenario.play(
        "m", {"a": [fail("ProviderTimeoutError")] * 9, "b": [fail("ProviderTimeoutError")] * 9}, deadline=70
    )
    assert done == ["try a", "try b", "RouteExhaustedError"]
    assert [row.latency for row in scenario.error.attempts] == [60, 10]


def test_retry_policy_counts_by_kind_of_failure():
    scenario = Scenario(regions("a"), retry_policy={"TimeoutErrorRetries": 0, "InternalServerErrorRetries": 1})
    assert scenario.play("m", {"a": [fail("ProviderTimeoutError")]}) == ["try a", "ProviderTimeoutError"]
    scenario.clock.time += 10
    assert scenario.play("m", {"a": [fail(500)] * 9}) == ["try a", "wait 0.25", "try a", "ProviderUnavailableError"]


def test_retry_after_of_router_args_is_the_least_wait():
    assert Scenario(regions("a"), retry_after=3).play("m", {"a": [fail(500)]}) == [
        "try a",
        "wait 3",
        "try a",
        "answered",
    ]


def test_the_ledger_has_a_row_for_every_attempt():
    scenario = Scenario(regions("a", "b"), latency=0.5)
    scenario.play("m", {"a": [fail(503)]})
    rows = scenario.call.attempts
    assert [(row.connection, row.model, row.status, row.reason, row.latency) for row in rows] == [
        ("a", "m", 503, "unavailable", 0.5),
        ("b", "m", 200, "ok", 0.5),
    ]


def test_strategies_choose_the_order():
    scenario = Scenario(regions("a", "b", "c"), routing_strategy="latency-based-routing", latency=3)
    assert scenario.play("m", {}) == ["try a", "answered"]
    scenario.latency = 1
    assert scenario.play("m", {}) == ["try b", "answered"]
    scenario.latency = 2
    assert scenario.play("m", {}) == ["try c", "answered"]
    assert scenario.play("m", {}) == ["try b", "answered"]
    busy = Scenario(regions("a", "b"), routing_strategy="least-busy")
    busy.health.started(busy.planner.group("m", busy.options).deployments[0])
    assert busy.play("m", {}) == ["try b", "answered"]


def test_a_timeout_that_the_deadline_caused_names_the_deadline():
    scenario = Scenario(regions("a"), latency=60, num_retries=0)
    assert scenario.play("m", {"a": [fail("ProviderTimeoutError")]}, deadline=20) == ["try a", "ProviderTimeoutError"]
    assert "within the 20 s that were left of the deadline of 20 s; raise deadline=" in str(scenario.error)
    assert [row.reason for row in scenario.error.attempts] == ["deadline"]
    scenario.play("m", {"a": [fail("ProviderTimeoutError")]}, timeout=20)
    assert "deadline" not in str(scenario.error)


def test_who_was_passed_over_while_it_rests_is_named():
    scenario = Scenario(regions("a", "b", "c"), num_retries=0)
    assert scenario.play("m", {"a": [fail(503)]}) == ["try a", "try b", "answered"]
    assert scenario.play("m", {"b": [fail(503)], "c": [fail(503)]})[-1] == "RouteExhaustedError"
    assert "Passed over, as they rest after a failure: a/m." in str(scenario.error)
    down = {name: [fail(503)] * 9 for name in "abc"}
    assert scenario.play("m", down, num_retries=3)[-1] == "RouteExhaustedError"
    assert {row.connection for row in scenario.error.attempts} == {"a", "b", "c"}
    assert "Passed over" not in str(scenario.error), "whoever was tried after all was not passed over"
