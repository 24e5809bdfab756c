"""Medians, spreads and ratios of samples."""

import pytest
from benchmarks.samples import Figure, difference, figure, find, ratio
from hypothesis import given
from hypothesis import strategies as st

POSITIVE = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=20)


def test_a_figure_is_the_median_between_the_lowest_and_the_highest():
    assert figure([3.0, 1.0, 2.0]) == Figure(2.0, 1.0, 3.0)
    assert figure([1.0, 2.0]).median == 1.5


def test_the_spread_is_the_farthest_sample_as_a_share_of_the_median():
    assert Figure(10.0, 9.0, 13.0).spread == pytest.approx(0.3)
    assert Figure(0.0, 0.0, 5.0).spread == 0.0


def test_without_samples_there_is_no_figure():
    with pytest.raises(ValueError, match="no samples"):
        figure([])


@given(POSITIVE)
def test_the_median_lies_in_the_spread(samples):
    found = figure(samples)
    assert found.low <= found.median <= found.high


def test_a_ratio_compares_round_by_round_so_that_drift_moves_both_sides():
    drifting = [1.0, 2.0, 4.0]
    assert ratio([3.0 * speed for speed in drifting], drifting) == Figure(3.0, 3.0, 3.0)


def test_rounds_that_one_side_lacks_are_its_median():
    assert ratio([2.0, 4.0, 6.0], [2.0]) == Figure(2.0, 1.0, 3.0)
    assert ratio([4.0], [1.0, 2.0]) == Figure(3.0, 2.0, 4.0)


@pytest.mark.parametrize(("ours", "theirs"), [([], [1.0]), ([1.0], []), ([1.0], [0.0])])
def test_there_is_no_ratio_with_nothing(ours, theirs):
    assert ratio(ours, theirs) is None


def test_a_difference_is_round_by_round_too():
    assert difference([5.0, 7.0, 6.0], [1.0, 3.0, 2.0]) == Figure(4.0, 4.0, 4.0)
    assert difference([1.0], []) is None


def test_what_was_not_measured_has_no_samples():
    samples = {"chat": {"openai": {"cpu": [1.0]}}}
    assert find(samples, "chat", "openai", "cpu") == [1.0]
    assert not find(samples, "chat", "openai", "wall")
    assert not find(samples, "chat", "litellm", "cpu")
    assert not find(samples, "embed", "openai", "cpu")
