"""A short campaign with everything in it, and what its parts decide."""

import json
import shutil

import pytest
from chaos.__main__ import ACCOUNT, DOCS
from chaos.account import Entry, Struck, account, compared
from chaos.campaign import Campaign
from chaos.page import GOALS, lost, render, summary
from chaos.plan import KINDS, REGIONAL, ROTATIONS, SURROUNDING, brief, plan
from chaos.stage import Stage

# What a new key is not yet known for ends last: until the broker asks the database again the other region serves alone.
STRUCK = ("killed", "frozen", "reset", "cut", "truncated", "storm", "unresolved", "rotated", "all rotated")
BESIDE = (
    "langfuse away",
    "disk full",
    "langfuse unheard",
    "replica killed",
    "brokers killed",
    "replica frozen",
    *(["redis killed"] if shutil.which("redis-server") else []),
    "langfuse frozen",
    "clock ahead",
    "clock back",
    *(["redis half-open"] if shutil.which("redis-server") else []),
)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    tracks = brief(seed=14, names=(*STRUCK, *BESIDE), seconds=0.3)
    # Long, so that a busy machine is no fault: what is frozen goes on after all.
    load = {"clients": 1, "threads": 2, "tasks": 6, "pace": 0.02, "timeout": 30.0}
    with Stage(str(tmp_path_factory.mktemp("chaos")), seed=14, **load) as stage:
        return Campaign(stage, tracks, calls=20, say=lambda _: None).run() | {
            "seed": 14,
            "load": load,
            "versions": {},
            "date": "",
        }


@pytest.mark.parametrize("name", GOALS)
def test_nothing_is_lost_wrong_or_shown_twice(result, name):
    assert result[name] == 0, summary(result)


def test_every_fault_struck_while_calls_were_made_and_some_attempts_met_it(result):
    assert {name: row["times"] for name, row in result["faults"].items()} == dict.fromkeys((*STRUCK, *BESIDE), 1)
    assert min(row["calls"] for name, row in result["faults"].items() if name != "frozen") >= 20
    assert result["attempts"] > result["calls"]


def test_every_call_is_recorded_once_and_sent(result):
    assert (result["recorded"], result["sent"], result["dropped"]) == (result["calls"], result["calls"], {})


def test_a_service_holds_no_more_threads_and_descriptors_than_before(result):
    (held,) = result["resources"]
    assert held["after"]["threads"] <= held["before"]["threads"]
    assert held["after"]["descriptors"] <= held["before"]["descriptors"]


def test_its_page_has_every_fault(result):
    page = render(result)
    assert [name for name in (*STRUCK, *BESIDE) if f"| {name} |" not in page] == []
    assert f"| calls made | {result['calls']:,} |" in page


def test_the_page_is_that_of_its_account():
    assert (DOCS / "chaos.md").read_text() == render(json.loads(ACCOUNT.read_text()))


def test_a_seed_means_the_same_faults_and_another_one_others():
    assert plan(7, 60) == plan(7, 60)
    assert plan(7, 60) != plan(8, 60)


@pytest.mark.parametrize("track", [0, 1])
def test_a_campaign_strikes_with_every_kind_before_it_repeats_one_and_keeps_to_its_time(track):
    kinds = (REGIONAL, SURROUNDING)[track]
    faults = plan(3, 300)[track]
    assert {fault.kind for fault in faults[: len(kinds)]} == set(kinds)
    assert sum(fault.pause + fault.seconds for fault in faults) <= 300


def test_what_is_failed_missing_shown_twice_or_of_no_call_is_counted():
    calls = [
        Entry("s-1", 0.0, 1.0, None, 1, right=True),
        Entry("s-2", 1.0, 2.0, "TimeoutError: late", 2, right=True),
        Entry("s-3", 2.0, 4.5, None, 1, right=False),
    ]
    report = {"recorded": 3, "sent": 2, "heard": 0, "dropped": {"unavailable": 1}}
    came_to = account(calls, [report], {"s-1": 2, "s-3": 1, "z-1": 1}, [Struck("killed", "seoul", 1.5, 2.5)])
    assert [came_to[name] for name in GOALS] == [1, 1, 1, 1, 1]
    assert lost(came_to) == 5
    assert came_to["faults"]["killed"] == {"times": 1, "seconds": 1.0, "calls": 1, "failed": 1}
    assert came_to["failures"] == [{"call": "s-2", "during": ["killed seoul"], "error": "TimeoutError: late"}]


def test_a_killed_service_may_lose_its_last_second_and_no_more():
    calls = [Entry(f"k1-{number}", 0.0, float(number), None, 1, right=True) for number in (7, 8, 10)]
    came_to = account(calls, [], {"k1-8": 1, "k1-11": 1}, [], {"k1": 10.5})
    assert (came_to["missing"], came_to["excused"], came_to["strangers"]) == (1, 1, 0)
    assert came_to["excused_age"] == 0.5


def test_of_a_contender_only_answered_calls_must_have_a_trace():
    calls = [
        Entry("ours0-1", 0.0, 1.0, None, 1, right=True),
        Entry("ours0-2", 1.0, 2.0, None, 1, right=True),
        Entry("ours0-3", 1.0, 2.0, "TimeoutError: late", 1, right=True),
    ]
    row = compared(calls, {"ours0-1": 1}, cpu=0.006, threads=5, megabytes=50.0)
    assert (row["calls"], row["failed"], row["missing"], row["milliseconds"]) == (3, 1, 1, 2.0)
    assert row["errors"] == {"TimeoutError": 1}


def test_without_rotations_the_first_track_has_all_other_faults_of_regions():
    first, _ = plan(14, 300, rotates=False)
    assert {fault.kind for fault in first} == {kind for kind in REGIONAL if kind.name not in ROTATIONS}


def test_a_campaign_without_brokers_sets_the_clocks_of_services_alone():
    _, beside = plan(14, 2000, ("replica", "brokers"))
    assert {fault.target for fault in beside if fault.kind.whom == "clock"} == {"services"}
    _, whole = plan(14, 2000)
    assert {fault.target for fault in whole if fault.kind.whom == "clock"} == {"services", "broker 1", "broker 2"}


def test_every_kind_says_what_happens():
    assert all(kind.what and kind.seconds[0] <= kind.seconds[1] for kind in KINDS.values())
