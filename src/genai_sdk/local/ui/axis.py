"""Axes: where they end, where their marks stand, and how the marks are called."""

import math

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_FINE = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_LETTERS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def top_of(most: float) -> float:
    """Return a round number that is at least as large as the largest value; 1 where all are 0."""
    if most <= 0 or not math.isfinite(most):
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(nice * power for nice in _NICE if nice * power >= most * (1 - 1e-9))


def even_top(most: float, *, whole: bool = False) -> float:
    """Return a round number that is at least as large as the largest value, and whose half can be read as well.

    Args:
        most: The largest value.
        whole: Whether values are whole numbers, so that the half has to be one.
    """
    if most <= 0 or not math.isfinite(most):
        return 2.0 if whole else 1.0
    power = 10.0 ** math.floor(math.log10(most))
    tops = (nice * power for nice in _FINE if nice * power >= most * (1 - 1e-9))
    return next(top for top in tops if not whole or top % 2 == 0)


def marks(length: float, about: int = 5) -> list[float]:
    """Return round places on an axis from 0 to a length, the 0 included; at most about so many."""
    if length <= 0 or not math.isfinite(length):
        return [0.0]
    step = top_of(length / about)
    return [step * number for number in range(int(length / step * (1 + 1e-9)) + 1)]


def compact(number: float | None) -> str:
    """Return a number in few characters, such as 12.5k; a dash where unknown."""
    if number is None:
        return "\N{EN DASH}"
    for size, letter in _LETTERS:
        if abs(number) >= size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"
