"""Chance for jitter and shuffling, apart from the program's: whoever seeds `random` gets the numbers that follow."""

import random

from genai_sdk.lifecycle.fork import in_forked_child

_GENERATOR = random.Random()  # noqa: S311 - spreads load, guards nothing
in_forked_child(_GENERATOR.seed)  # else a server's children would all wait for the same while

chance = _GENERATOR.random
"""Return a number in [0, 1)."""


def jittered(pause: float) -> float:
    """Return a wait between the half of a pause and the whole of it, in seconds."""
    return pause * (1 + chance()) / 2
