"""When a prompt is served, refreshed or asked for: the rules on paper."""

import pytest

from genai_sdk.errors import AccessDeniedError, GenAIError, PromptNotFoundError, SourceUnavailableError
from genai_sdk.prompts.entry import Advice, Entry, fail, succeed
from genai_sdk.prompts.stored import StoredPrompt
from genai_sdk.prompts.template import parse_text

PROMPT = StoredPrompt(name="x", version=1, template=parse_text("x"))
DOWN = SourceUnavailableError("down")
GOOD = succeed(PROMPT, 1000)


def advise(entry: Entry, now: float, *, ttl: float = 60, patient: bool = True) -> Advice:
    return entry.advise(now, ttl=ttl, max_stale=3600, patient=patient)


@pytest.mark.parametrize(
    ("now", "advice"), [(1000, "serve"), (1059, "serve"), (1060, "refresh"), (4600, "refresh"), (4601, "ask")]
)
def test_a_good_answer_is_served_then_refreshed_then_too_old(now: float, advice: Advice) -> None:
    assert advise(GOOD, now) == advice


@pytest.mark.parametrize(("now", "advice"), [(1109, "serve"), (1110, "refresh"), (4600, "refresh"), (4601, "ask")])
def test_while_the_source_fails_the_last_good_one_is_served_and_asked_for_now_and_then(
    now: float, advice: Advice
) -> None:
    assert advise(fail(GOOD, DOWN, 1100), now) == advice


@pytest.mark.parametrize(("now", "advice"), [(1000, "raise"), (1000.9, "raise"), (1001, "ask"), (999, "ask")])
def test_with_nothing_to_serve_a_failure_is_shared_for_a_second(now: float, advice: Advice) -> None:
    assert advise(fail(None, DOWN, 1000), now) == advice


@pytest.mark.parametrize(("now", "advice"), [(1000, "raise"), (1009, "raise"), (1010, "retry"), (1060, "ask")])
def test_a_call_with_a_fallback_does_not_wait_soon_after_a_failure(now: float, advice: Advice) -> None:
    assert advise(fail(None, DOWN, 1000), now, patient=False) == advice


def test_without_a_time_to_live_every_call_asks_but_shares_a_failure() -> None:
    assert advise(GOOD, 1000, ttl=0) == "ask"
    failed = fail(GOOD, DOWN, 1100)
    assert [advise(failed, now, ttl=0) for now in (1100.5, 1101)] == ["serve", "ask"]


def test_a_clock_that_is_set_back_asks_anew() -> None:
    assert advise(GOOD, 900) == "refresh"


@pytest.mark.parametrize("error", [AccessDeniedError("no"), PromptNotFoundError("gone")])
def test_a_prompt_that_is_gone_or_refused_is_not_served(error: GenAIError) -> None:
    assert fail(GOOD, error, 1010).prompt is None
