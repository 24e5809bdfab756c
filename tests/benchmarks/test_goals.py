"""Each goal reads its figure from the samples, and knows which side of its bound is good."""

import pytest
from benchmarks.cases import CASES
from benchmarks.contenders.roster import ROSTER
from benchmarks.goals import BESIDE_VENDORS, GOALS, OURS_BY_WIRE, PEERS, SDKS
from benchmarks.page import SECTIONS
from benchmarks.run import SECTIONS as MEASURED
from benchmarks.samples import Figure

ALL = [*GOALS, *(goal for row in BESIDE_VENDORS for goal in row.goals.values())]


class Everything(dict):
    """Samples in which everything was measured, and everything is the same."""

    def get(self, key, default=None):
        return [2.0, 4.0] if key in {"cpu", "thread", "wall", "rate", "first", "megabytes"} else self


@pytest.mark.parametrize("goal", ALL, ids=lambda goal: f"{goal.what}, {goal.ours}")
def test_a_goal_has_a_figure_where_everything_was_measured_and_none_where_nothing_was(goal):
    assert goal.read(Everything()) is not None
    assert goal.read({}) is None


@pytest.mark.parametrize("goal", ALL, ids=lambda goal: f"{goal.what}, {goal.ours}")
def test_a_goal_is_reached_on_its_bound_and_missed_beyond_it(goal):
    beyond = goal.bound * (0.9 if goal.at_least else 1.1)
    assert goal.reached(Figure(goal.bound, 0.0, 0.0))
    assert not goal.reached(Figure(beyond, 0.0, 0.0))


@pytest.mark.parametrize("goal", ALL, ids=lambda goal: f"{goal.what}, {goal.ours}")
def test_what_a_goal_shows_beside_it_is_known(goal):
    assert goal.ours in ROSTER
    assert set(PEERS) <= set(ROSTER)
    cases = {case for case, *_ in SECTIONS} | {"resolve-1000"}
    assert goal.shown[0] in cases


def test_on_each_wire_ours_and_the_vendors_own_sdk_are_compared_in_a_case_of_that_wire():
    for wire, ours in OURS_BY_WIRE.items():
        assert ROSTER[ours].wire == ROSTER[SDKS[wire]].wire == wire
        for row in BESIDE_VENDORS:
            case, _ = row.goals[wire].shown if wire in row.goals else ("cold", "")
            assert case == "cold" or CASES[case].wire == wire


def test_every_section_of_the_page_is_one_that_is_measured():
    along = {"calls": "memory"}  # what a call costs then is measured along with the memory
    shown = {case.rpartition("-")[0] or case if case[-1].isdigit() else case for case, *_ in SECTIONS}
    measured = {name.rpartition("-")[0] or name if name[-1].isdigit() else name for name in MEASURED}
    assert {along.get(case, case) for case in shown} <= measured
