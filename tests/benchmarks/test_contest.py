"""In a round all take their turns, and of several turns the median counts."""

import json
import sys
import urllib.request

import pytest
from benchmarks.cases import CASES
from benchmarks.contenders.roster import ROSTER
from benchmarks.contest import Contest
from benchmarks.processes import Stage

NAME = "ours-memory-traced"  # delivers once after every turn

SHORT = 1e-6  # seconds: a turn has one call


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with Stage(sys.executable, str(tmp_path_factory.mktemp("stage"))) as stage:
        yield stage


@pytest.fixture
def contest(stage, monkeypatch):
    monkeypatch.setattr("benchmarks.contest.ENOUGH", 1e9)
    contest = Contest(stage, [NAME], lambda _: None)
    yield contest
    contest.close()


def deliveries(stage):
    with urllib.request.urlopen(f"{stage.url}/counts") as answer:
        return json.load(answer)["deliveries"]


@pytest.mark.parametrize(
    ("slow", "asked", "taken"), [(False, 3, 3), (False, 1, 1), (False, 9, 3), (True, 3, 1)], ids=str
)
def test_a_round_has_as_many_turns_as_the_case_and_the_run_allow_and_slow_ones_have_one(
    stage, contest, monkeypatch, slow, asked, taken
):
    monkeypatch.setitem(CASES, "chat", CASES["chat"]._replace(turns=3, rounds=2))
    monkeypatch.setitem(ROSTER, NAME, ROSTER[NAME]._replace(slow=slow))
    before = deliveries(stage)
    found = contest.measure("chat", 9, SHORT, turns=asked)
    assert {measure: len(values) for measure, values in found[NAME].items()} == dict.fromkeys(
        ("cpu", "thread", "wall", "rate"), 2
    )
    assert deliveries(stage) - before == 2 + 2 * taken  # the warming up, and two rounds


def test_who_takes_long_has_one_round_and_no_further_ones(contest, monkeypatch):
    monkeypatch.setattr("benchmarks.contest.ENOUGH", 1)
    found = contest.measure("chat", 9, SHORT)
    assert len(found[NAME]["cpu"]) == 1


def test_who_fails_in_a_case_has_no_figures_there_and_the_reason_is_kept(contest, monkeypatch):
    monkeypatch.setitem(CASES, "stream-paced", CASES["stream-paced"]._replace(without=()))
    assert contest.measure("stream-paced", 2, SHORT) == {}
    assert "200 chunks came" in contest.absent[f"{NAME} in stream-paced"]
    assert NAME in contest
