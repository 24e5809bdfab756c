"""Durations, counted in classes that grow with them: small, exact to add and to take away, good for percentiles.

Each class is a fifth wider than the one before, so a percentile is at most a tenth off. The counts lie side by side in
one whole number, 32 bits each, which makes adding two histograms one addition.
"""

import math
from collections.abc import Iterable

_FIRST = 0.001  # seconds; all that is shorter shares a class
_GROWTH = 1.2
_BITS = 32
_MASK = 2**_BITS - 1

MOST_SECONDS = 86_400.0
"""Longer durations count as this."""

EMPTY = 0


def one(seconds: float) -> int:
    """Return the histogram of a single duration."""
    return 1 << _BITS * _class_of(seconds)


def to_bytes(histogram: int) -> bytes:
    """Return a histogram as it is stored."""
    return histogram.to_bytes(-(-histogram.bit_length() // 8), "little")


def from_bytes(stored: bytes) -> int:
    """Return a histogram that was stored."""
    return int.from_bytes(stored, "little")


def count(histogram: int) -> int:
    """Return how many durations there are."""
    return sum(_counts(histogram))


def percentile(histogram: int, share: float) -> float | None:
    """Return the duration that a share of all do not exceed, in seconds; None if there are none.

    Args:
        histogram: The durations.
        share: Such as 0.95.
    """
    counts = list(_counts(histogram))
    wanted = max(1, math.ceil(share * sum(counts)))
    reached = 0
    for number, here in enumerate(counts):
        if reached + here >= wanted:
            low, high = _bounds(number)
            return low + (high - low) * (wanted - reached - 0.5) / here
        reached += here
    return None


def _class_of(seconds: float) -> int:
    if seconds <= _FIRST:
        return 0
    return 1 + int(math.log(min(seconds, MOST_SECONDS) / _FIRST, _GROWTH))


def _bounds(number: int) -> tuple[float, float]:
    return (0.0, _FIRST) if number == 0 else (_FIRST * _GROWTH ** (number - 1), _FIRST * _GROWTH**number)


def _counts(histogram: int) -> Iterable[int]:
    while histogram:
        yield histogram & _MASK
        histogram >>= _BITS
