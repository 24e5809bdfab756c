"""A run beside the stored one: what moved beyond both spreads, and in which direction."""

import pytest
from benchmarks.comparison import moves


def run(ours, openai=(100.0, 100.0, 100.0), measure="cpu"):
    return {"chat": {"openai": {measure: list(openai)}, "ours-direct": {measure: list(ours)}}}


def moved(before, after):
    return list(moves({"samples": before}, after))


def test_what_lies_in_the_spread_did_not_move():
    assert moved(run([20.0, 22.0, 30.0]), run([25.0, 26.0, 27.0])) == []


def test_what_lies_beyond_both_spreads_moved_to_the_worse_or_the_better():
    slower, faster = moved(run([20, 21, 22]), run([30, 31, 32]))[0], moved(run([20, 21, 22]), run([10, 11, 12]))[0]
    assert (slower.worse, faster.worse) == (True, False)
    assert str(slower) == "chat, ours-direct: cpu is 0.31 × openai, and was 0.21 (0.2 to 0.22): slower"
    assert str(faster).endswith(": faster")


def test_small_differences_say_nothing_however_small_the_spread():
    assert moved(run([20.0]), run([21.0])) == []
    assert moved(run([20.0]), run([23.0])) != []


def test_a_slower_machine_moves_nothing_since_ratios_are_compared():
    assert moved(run([20, 21, 22]), run([60, 63, 66], openai=(300, 300, 300))) == []


def test_more_memory_is_worse():
    assert [one.worse for one in moved(run([20.0], measure="megabytes"), run([40.0], measure="megabytes"))] == [True]


@pytest.mark.parametrize("missing", [{}, {"chat": {}}, {"chat": {"ours-direct": {"cpu": [1.0]}}}])
def test_what_was_not_measured_in_both_runs_is_not_compared(missing):
    assert moved(missing, run([20.0])) == []
    assert moved(run([20.0]), missing) == []


def test_peers_may_move_as_they_like():
    before, after = run([20.0]), run([20.0])
    before["chat"]["litellm"], after["chat"]["litellm"] = {"cpu": [300.0]}, {"cpu": [900.0]}
    assert moved(before, after) == []
