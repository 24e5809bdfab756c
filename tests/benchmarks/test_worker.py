"""The harness for real: a server, a contender in a process of its own, one tiny case; and how it fails."""

import json
import ssl
import sys
import urllib.request
from types import SimpleNamespace

import pytest
from benchmarks.__main__ import PEERS, VENDORS
from benchmarks.cases import CASES
from benchmarks.contenders.roster import ROSTER, takes_part
from benchmarks.contest import measures
from benchmarks.peer import PeerFailedError
from benchmarks.processes import Stage
from benchmarks.run import Run
from benchmarks.trust import vouch

# Those that need no more than our own dependencies.
ALONE = ("sockets", "engines", "httpx", "openai", "ours-as-openai", "ours-memory-traced")
WIRES = ("ours-anthropic", "ours-gemini", "ours-bedrock")
SDKS = ("openai", "anthropic", "google-genai", "boto3")
SECURE = ("sockets", "engines", "httpx", "openai", "ours-direct-traced")


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with Stage(sys.executable, str(tmp_path_factory.mktemp("stage"))) as stage:
        yield stage


@pytest.fixture(scope="module")
def doubtful(stage, tmp_path_factory):
    """The same stage, whose contenders are told to trust a CA that does not vouch for the server."""
    stranger = vouch(str(tmp_path_factory.mktemp("stranger"))).ca
    return SimpleNamespace(interpreter=stage.interpreter, home=stage.home, secure_url=stage.secure_url, ca=stranger)


def counted(stage):
    """What the server has counted over TLS."""
    context = ssl.create_default_context(cafile=stage.ca)
    with urllib.request.urlopen(f"{stage.secure_url}/counts", context=context) as answer:
        return json.load(answer)


def tiny(peer, name, *, tls=False):
    """Run each case once, in its smallest form."""
    for case, row in CASES.items():
        if takes_part(name, row) and row.at_once == 1 and row.tls == tls:
            sample = peer.ask(do="run", case=case, times=1)
            assert sample["units"] >= 1
            assert 0 <= sample["thread"] <= sample["wall"] + 0.05
            assert set(measures(row, sample)) >= {"cpu", "thread", "wall", "rate"}


@pytest.mark.parametrize("name", [*ALONE, *WIRES])
def test_a_contender_runs_every_case_and_checks_the_answers(stage, name):
    with stage.contender(name) as peer:
        tiny(peer, name)
        assert peer.ask(do="memory") > 1e6


@pytest.mark.parametrize("name", SECURE)
def test_over_tls_connections_are_kept_alive(stage, name):
    with stage.contender(name, tls=True) as peer:
        tiny(peer, name, tls=True)
        before = counted(stage)["connections"]
        assert peer.ask(do="run", case="chat-tls", times=20)["units"] == 20
        assert peer.ask(do="run", case="async-32-tls", times=64)["units"] == 64
        assert counted(stage)["connections"] - before <= 1 + 2 * 32  # the count's own; one or two for each under way


@pytest.mark.parametrize("name", SECURE)
def test_over_tls_a_server_is_verified(doubtful, name):
    with (
        pytest.raises(PeerFailedError, match=r"(?i)cert|connect"),
        Stage.contender(doubtful, name, tls=True) as peer,
    ):
        peer.ask(do="run", case="chat-tls", times=1)


def test_traces_go_over_tls_too(stage):
    before = counted(stage)["deliveries"]
    with stage.contender("ours-direct-traced", tls=True) as peer:
        peer.ask(do="run", case="chat-tls", times=1)
    assert counted(stage)["deliveries"] == before + 1


def test_a_run_measures_over_tls_who_has_a_wire(stage):
    run = Run(stage, ("sockets", "ours-memory"), quick=True)
    run.measure(["chat-tls"])
    assert set(run.samples) == {"chat-tls"}
    assert set(run.samples["chat-tls"]) == {"sockets"}


def test_cases_at_once_run_at_once(stage):
    with stage.contender("sockets") as peer:
        assert peer.ask(do="run", case="async-32", times=64)["units"] == 64
        assert peer.ask(do="warm", case="async-32", seconds=0.01) % 32 == 0


def test_a_case_that_fails_says_why_and_the_contender_goes_on(stage):
    with stage.contender("ours-memory") as peer:
        with pytest.raises(PeerFailedError, match="200 chunks came"):
            peer.ask(do="run", case="stream-paced", times=1)
        assert peer.ask(do="run", case="chat", times=1)["units"] == 1


def test_a_contender_that_cannot_be_made_says_why(stage):
    with pytest.raises(PeerFailedError, match="KeyError"):
        stage.contender("nobody")


def test_one_that_says_nothing_is_not_waited_for_for_ever(stage):
    with stage.contender("sockets") as peer, pytest.raises(PeerFailedError, match=r"no answer within 0\.01 s"):
        peer.ask(0.01, do="run", case="stream-paced", times=20)


def test_every_peer_of_the_locked_environment_runs(tmp_path):
    if not PEERS.exists():
        pytest.skip("not tested with the peers, which need an environment of their own: run `make peers`")
    with Stage(str(PEERS), str(tmp_path)) as stage:
        for name in ("any-llm", "router"):
            with stage.contender(name) as peer:
                assert peer.ask(do="run", case="chat", times=1)["units"] == 1, ROSTER[name].label
            with stage.contender(name, tls=True) as peer:
                assert peer.ask(do="run", case="chat-tls", times=1)["units"] == 1, ROSTER[name].label


@pytest.mark.parametrize("name", WIRES)
def test_ours_speaks_each_wire_by_itself_whole_and_at_once_and_is_recorded(stage, name):
    with urllib.request.urlopen(f"{stage.url}/counts") as answer:
        before = json.load(answer)["deliveries"]
    with stage.contender(name) as peer:
        assert peer.ask(do="run", case="async-32", times=64)["units"] == 64
        assert peer.ask(do="run", case="streams-burst", times=10)["units"] == 10 * 200
        assert not peer.ask(do="loaded", module="litellm")
    with urllib.request.urlopen(f"{stage.url}/counts") as answer:
        assert json.load(answer)["deliveries"] > before


@pytest.mark.parametrize("name", SDKS)
def test_every_sdk_of_the_vendors_reads_what_the_server_says(tmp_path, name):
    if not VENDORS.exists():
        pytest.skip("not tested with the vendors' SDKs, which need an environment of their own: run `make peers`")
    with Stage(sys.executable, str(tmp_path), vendors=str(VENDORS)) as stage, stage.contender(name) as peer:
        tiny(peer, name)
        assert peer.ask(do="version", of=ROSTER[name].package)
        if name != "boto3":
            assert peer.ask(do="run", case="async-32", times=64)["units"] == 64
            assert peer.ask(do="run", case="streams-burst", times=10)["units"] == 10 * 200
