"""Every scenario comes out as it is written, with us and with Router, and the page says so."""

import pytest
from tests.conformance.ours import play_ours
from tests.conformance.page import PAGE, render
from tests.conformance.router import play_router
from tests.conformance.scenario import Scenario
from tests.conformance.sections import SCENARIOS

every_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)


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


@every_scenario
def test_a_difference_is_explained_and_only_a_difference(scenario: Scenario):
    assert bool(scenario.why) == bool(scenario.expected) == (not scenario.same)
    assert len(scenario.ours) == len(scenario.router) == len(scenario.calls)


def test_the_page_is_what_the_scenarios_make_of_it():
    assert PAGE.read_text(encoding="utf-8") == render(), "write it anew with `python -m tests.conformance.page`"
