"""What is said of one commit beside another."""

import random

import pytest
from benchmarks.processes import ROOT
from benchmarks.revisions import interval, unpack


@pytest.mark.parametrize(("count", "low", "high"), [(6, 0, 5), (9, 1, 7), (20, 5, 14), (100, 39, 60)])
def test_an_interval_is_that_of_the_sign_test(count, low, high):
    samples = [float(number) for number in range(count)]
    random.Random(count).shuffle(samples)
    result = interval(samples)
    assert (result.low, result.high) == (low, high)
    assert result.median == (count - 1) / 2


def test_few_samples_have_none():
    with pytest.raises(ValueError, match="take 6 or more"):
        interval([1.0] * 5)


def test_it_holds_the_median_in_nineteen_of_twenty_cases():
    chance = random.Random(14)
    held = 0
    for _ in range(400):
        result = interval([chance.lognormvariate(0, 0.3) for _ in range(31)])
        held += result.low <= 1 <= result.high
    assert held >= 0.93 * 400


def test_the_sources_of_a_commit_are_all_there(tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("NO GIT: this is no clone")
    source = unpack("HEAD", tmp_path)
    assert (source / "genai_sdk" / "client" / "client.py").is_file()
