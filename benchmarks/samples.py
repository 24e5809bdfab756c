"""Samples and what is said of them: medians, spreads, ratios. Pure."""

import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Samples = Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]]
"""What was measured: by case, by contender, by measure, one number for each round."""


class Figure(NamedTuple):
    """A median with its spread.

    Attributes:
        median: The median.
        low: The lowest sample.
        high: The highest sample.
    """

    median: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """How far the samples lie from the median at most, as a share of it; 0 where the median is 0."""
        return max(self.high - self.median, self.median - self.low) / abs(self.median) if self.median else 0.0


def figure(samples: Sequence[float]) -> Figure:
    """Return the median of samples, and between what they lie.

    Raises:
        ValueError: There are none.
    """
    if not samples:
        raise ValueError("no samples, no figure")
    return Figure(statistics.median(samples), min(samples), max(samples))


def find(samples: Samples, case: str, contender: str, measure: str) -> Sequence[float]:
    """Return the samples of a case; empty where it was not measured."""
    return samples.get(case, {}).get(contender, {}).get(measure, ())


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Figure | None:
    """Return ours as a multiple of theirs, round by round, so that a machine whose speed drifts moves both.

    Where one side has fewer rounds, its median stands for the rounds it lacks. None where a side has no samples.
    """
    if not ours or not theirs or not all(theirs):
        return None
    rounds = max(len(ours), len(theirs))
    first, second = (_filled(side, rounds) for side in (ours, theirs))
    return figure([mine / other for mine, other in zip(first, second, strict=True)])


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Figure | None:
    """Return ours less theirs, round by round, as `ratio` does."""
    if not ours or not theirs:
        return None
    rounds = max(len(ours), len(theirs))
    first, second = (_filled(side, rounds) for side in (ours, theirs))
    return figure([mine - other for mine, other in zip(first, second, strict=True)])


def _filled(samples: Sequence[float], rounds: int) -> list[float]:
    return [*samples, *[statistics.median(samples)] * (rounds - len(samples))]
