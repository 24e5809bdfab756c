"""What must not grow is measured where it would: in an old process beside a young one, with a queue that is full."""

import sys

import pytest
from benchmarks.growth import memory
from benchmarks.lagging import FILLED, _check, _fill, queue
from benchmarks.peer import PeerFailedError
from benchmarks.processes import Stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with Stage(sys.executable, str(tmp_path_factory.mktemp("stage"))) as stage:
        yield stage


@pytest.fixture
def said():
    return []


def test_what_a_call_costs_is_measured_in_a_young_process_and_in_an_old_one(stage, said, monkeypatch):
    monkeypatch.setattr("benchmarks.growth.CALLS", (1, 5, 20))
    monkeypatch.setattr("benchmarks.growth.AGES", (5, 20))
    found = memory(stage, ["sockets", "ours-memory-traced"], 60, rounds=2, seconds=0.001, say=said.append)
    assert set(found) == {"memory-1", "memory-5", "memory-20", "calls-5", "calls-20"}
    for case in ("calls-5", "calls-20"):
        assert {name: len(measured["cpu"]) for name, measured in found[case].items()} == {
            "sockets": 2,
            "ours-memory-traced": 2,
        }
    assert said == []


def test_who_would_take_too_long_does_without_and_that_is_said(stage, said, monkeypatch):
    monkeypatch.setattr("benchmarks.growth.CALLS", (1, 5, 20))
    found = memory(stage, ["sockets"], 0.0, rounds=1, seconds=0.001, say=said.append)
    assert set(found) == {"memory-1", "memory-5"}
    assert "sockets would take" in said[0]


def test_a_call_is_measured_with_an_empty_a_nearly_full_and_a_full_queue(stage, said):
    found = queue(stage, ["openai", "ours-memory", "ours-memory-traced"], 2, said.append)
    assert said == []
    assert {case: list(contenders) for case, contenders in found.items()} == {
        f"queue-{percent}": ["ours-memory-traced"] for percent in FILLED
    }
    assert all(len(contenders["ours-memory-traced"]["thread"]) == 2 for contenders in found.values())


def test_a_queue_is_as_full_as_it_is_said_to_be_or_there_are_no_figures(stage, said):
    with stage.contender("ours-memory-traced") as peer:
        with pytest.raises(PeerFailedError, match="its queue does not fill"):
            _fill(peer, 80)
        with pytest.raises(PeerFailedError, match=r"was to be 80 % full and was 0%, 0 dropped"):
            _check(peer, 80)
