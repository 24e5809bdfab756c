"""When a value is served, refreshed or loaded: the rules on paper."""

import math

import pytest

from genai_sdk.errors import AccessDeniedError, GenAIError, PromptNotFoundError, SourceUnavailableError
from genai_sdk.lifecycle import CacheEntry, Freshness, copy_error
from genai_sdk.lifecycle.freshness import Decision, decide, fail, succeed

RULES = Freshness(fresh_for=60, max_stale=3600, denied=60, final=(AccessDeniedError, PromptNotFoundError))
EVERY_TIME = Freshness(fresh_for=0, max_stale=3600, load_after=0, retry_after=1)
FROZEN = Freshness(fresh_for=60, max_stale=3600, load_after=300, retry_after=60)
DOWN = SourceUnavailableError("down")
DENIED = AccessDeniedError("no")


def good(rules: Freshness = RULES, **times: float) -> CacheEntry[str]:
    return succeed("x", rules, **{"loaded_at": 1000, "checked_at": 1000, **times})


def after(now: float, entry: CacheEntry[str] | None, rules: Freshness = RULES, *, patient: bool = True) -> Decision:
    return decide(entry, now, rules, patient=patient)


def test_what_is_not_known_is_loaded() -> None:
    assert after(1000, None) == "load"


@pytest.mark.parametrize(
    ("now", "decision"), [(1000, "serve"), (1059, "serve"), (1060, "refresh"), (4600, "refresh"), (4601, "load")]
)
def test_a_good_answer_is_served_then_refreshed_then_too_old(now: float, decision: Decision) -> None:
    assert after(now, good()) == decision


@pytest.mark.parametrize(("now", "decision"), [(1109, "serve"), (1110, "refresh"), (4600, "refresh"), (4601, "load")])
def test_while_the_source_fails_the_last_good_one_is_served_and_asked_for_now_and_then(
    now: float, decision: Decision
) -> None:
    assert after(now, fail(good(), DOWN, 1100, RULES)) == decision


@pytest.mark.parametrize(("now", "decision"), [(1000, "raise"), (1000.9, "raise"), (1001, "load"), (999, "load")])
def test_with_nothing_to_serve_a_failure_is_shared_for_a_second(now: float, decision: Decision) -> None:
    assert after(now, fail(None, DOWN, 1000, RULES)) == decision


@pytest.mark.parametrize(("now", "decision"), [(1059, "raise"), (1060, "load")])
def test_a_denial_is_shared_for_as_long_as_the_rules_say(now: float, decision: Decision) -> None:
    assert after(now, fail(good(), DENIED, 1000, RULES)) == decision


@pytest.mark.parametrize(("now", "decision"), [(1000, "raise"), (1009, "raise"), (1010, "retry"), (1060, "load")])
def test_a_call_that_can_do_without_does_not_wait_soon_after_a_failure(now: float, decision: Decision) -> None:
    assert after(now, fail(None, DOWN, 1000, RULES), patient=False) == decision


def test_where_nothing_stays_fresh_every_call_loads_but_shares_a_failure() -> None:
    assert after(1000, good(EVERY_TIME), EVERY_TIME) == "load"
    failed = fail(good(EVERY_TIME), DOWN, 1100, EVERY_TIME)
    assert [after(now, failed, EVERY_TIME) for now in (1100.5, 1101)] == ["serve", "load"]


@pytest.mark.parametrize(("now", "decision"), [(1299, "refresh"), (1300, "load"), (900, "refresh"), (100, "load")])
def test_what_was_not_looked_at_for_long_is_loaded_first(now: float, decision: Decision) -> None:
    assert after(now, good(FROZEN), FROZEN) == decision


def test_a_value_that_runs_out_by_itself_is_served_no_longer() -> None:
    entry = good(expires_at=1030)
    assert [after(now, entry) for now in (1029, 1030, 1031)] == ["serve", "refresh", "load"]


def test_an_earlier_load_leaves_less_time() -> None:
    entry = good(loaded_at=-2590)
    assert (entry.usable(1010), entry.usable(1011)) == (True, False)


@pytest.mark.parametrize("error", [DENIED, PromptNotFoundError("gone")])
def test_a_value_that_was_withdrawn_is_not_served(error: GenAIError) -> None:
    assert fail(good(), error, 1010, RULES).value is None


def test_a_failure_makes_a_value_no_younger() -> None:
    failed = fail(good(), DOWN, 1100, RULES)
    assert (failed.loaded_at, failed.usable_until) == (1000, 4600)
    assert fail(failed, DOWN, 4601, RULES).value is None


def test_without_a_bound_a_value_serves_for_good() -> None:
    rules = Freshness(fresh_for=math.inf)
    assert after(1e12, good(rules), rules) == "serve"


def test_an_error_is_copied_with_its_fields_and_without_its_frames() -> None:
    error = SourceUnavailableError("down")
    error.trace_id = "t"
    try:
        raise error from ValueError("inner")
    except SourceUnavailableError as caught:
        copied = copy_error(caught)
    assert (type(copied), str(copied), copied.trace_id) == (SourceUnavailableError, "down", "t")
    assert copied.__cause__ is copied.__context__ is copied.__traceback__ is None
