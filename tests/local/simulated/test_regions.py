"""Regions count rightly, whoever calls."""

import contextlib
import threading

from genai_sdk.local.simulated import Behaviour, Regions
from genai_sdk.local.simulated.models import for_model


def test_many_threads_use_up_exactly_the_failures_there_are():
    regions = Regions()
    regions.set("seoul", Behaviour(status=503, failures=37))
    failed = []

    def work():
        for _ in range(20):
            with regions.call("seoul", "m") as admission:
                if admission.behaviour.failing:
                    failed.append(admission.number)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = regions.state("seoul")
    assert sorted(failed) == list(range(1, 38))
    assert (state.calls, state.under_way, state.behaviour) == (160, 0, Behaviour())


def test_a_call_that_raises_is_counted_out():
    regions = Regions()
    with contextlib.suppress(ZeroDivisionError), regions.call("seoul", "m"):
        raise ZeroDivisionError
    assert regions.state("seoul").calls == 1
    assert regions.state("seoul").under_way == 0


def test_a_call_of_a_region_forgotten_meanwhile_does_not_count_against_the_new_one():
    regions = Regions()
    with regions.call("seoul", "m"):
        regions.forget("seoul")
        with regions.call("seoul", "m"):
            assert regions.state("seoul").under_way == 1
    assert regions.state("seoul").under_way == 0


def test_the_slow_model_is_slow_in_a_quick_region_and_as_slow_as_a_slower_one():
    quick, slower = for_model(Behaviour(), "simulated-slow", 1), for_model(Behaviour(latency=9), "simulated-slow", 1)
    assert (quick.latency, quick.between, slower.latency) == (2.0, 0.1, 9)
    assert for_model(Behaviour(), "simulated-small", 1) == Behaviour()


def test_a_failing_region_fails_a_model_in_its_own_way():
    assert for_model(Behaviour(cut_after=1), "simulated-down", 1) == Behaviour(cut_after=1)
