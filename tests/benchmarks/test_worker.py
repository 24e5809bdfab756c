"""The harness for real: a server, a contender in a process of its own, one tiny case; and how it fails."""

import sys

import pytest
from benchmarks.__main__ import PEERS
from benchmarks.cases import CASES
from benchmarks.contenders.roster import ROSTER
from benchmarks.contest import measures
from benchmarks.processes import ContenderFailedError, Stage

# Those that need no more than our own dependencies.
ALONE = ("sockets", "engines", "httpx", "openai", "ours-memory-traced")


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with Stage(sys.executable, str(tmp_path_factory.mktemp("stage"))) as stage:
        yield stage


def tiny(peer, name):
    """Run each case once, in its smallest form."""
    for case, row in CASES.items():
        if name not in row.without and row.at_once == 1:
            sample = peer.ask(do="run", case=case, times=1)
            assert sample["units"] >= 1
            assert 0 <= sample["thread"] <= sample["wall"] + 0.05
            assert set(measures(row, sample)) >= {"cpu", "thread", "wall", "rate"}


@pytest.mark.parametrize("name", ALONE)
def test_a_contender_runs_every_case_and_checks_the_answers(stage, name):
    with stage.contender(name) as peer:
        tiny(peer, name)
        assert peer.ask(do="memory") > 1e6


def test_cases_at_once_run_at_once(stage):
    with stage.contender("sockets") as peer:
        assert peer.ask(do="run", case="async-32", times=64)["units"] == 64
        assert peer.ask(do="warm", case="async-32", seconds=0.01) % 32 == 0


def test_a_case_that_fails_says_why_and_the_contender_goes_on(stage):
    with stage.contender("ours-memory") as peer:
        with pytest.raises(ContenderFailedError, match="200 chunks came"):
            peer.ask(do="run", case="stream-paced", times=1)
        assert peer.ask(do="run", case="chat", times=1)["units"] == 1


def test_a_contender_that_cannot_be_made_says_why(stage):
    with pytest.raises(ContenderFailedError, match="KeyError"):
        stage.contender("nobody")


def test_one_that_says_nothing_is_not_waited_for_for_ever(stage):
    with stage.contender("sockets") as peer, pytest.raises(ContenderFailedError, match=r"no answer within 0\.01 s"):
        peer.ask(0.01, do="run", case="stream-paced", times=20)


def test_every_peer_of_the_locked_environment_runs(tmp_path):
    if not PEERS.exists():
        pytest.skip("the peers' environment is not there: make .venv-bench/.ready")
    with Stage(str(PEERS), str(tmp_path)) as stage:
        for name in ("any-llm", "router"):
            with stage.contender(name) as peer:
                assert peer.ask(do="run", case="chat", times=1)["units"] == 1, ROSTER[name].label
