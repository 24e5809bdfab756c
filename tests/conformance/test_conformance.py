"""Every scenario comes out as it is written, with us and with Router, and the page says so."""

import pytest
from tests.conformance.ours import play_ours
from tests.conformance.page import PAGE, render
from tests.conformance.router import play_router
from tests.conformance.sections import SCENARIOS

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)


@every_scenario
@pytest.mark.parametrize("face", ["sync", "async"])
def test_our_loop_does_what_the_scenario_says(scenario, face, driver, runner):
    assert play_ours(scenario, driver, runner if face == "async" else None) == scenario.ours


@pytest.mark.filterwarnings("ignore:.*using the `ReadOnly` qualifier:UserWarning")
@every_scenario
def test_router_does_what_the_scenario_says(scenario, litellm, watched_loop):
    assert play_router(scenario, litellm, watched_loop) == scenario.router


def test_there_are_enough_scenarios_and_no_two_of_one_name():
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS) >= 40


def test_every_call_has_an_outcome_on_both_sides():
    assert [one.name for one in SCENARIOS if not len(one.ours) == len(one.router) == len(one.calls)] == []


def test_every_difference_and_nothing_else_is_explained():
    assert [one.name for one in SCENARIOS if not bool(one.why) == bool(one.expected) == (not one.same)] == []


def test_the_page_is_what_the_scenarios_make_of_it():
    assert PAGE.read_text(encoding="utf-8") == render(), "write it anew with `python -m tests.conformance.page`"
