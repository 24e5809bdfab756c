"""Token buckets: how often one caller may ask. Reads no clock but the one it is given."""

from collections.abc import Callable

LARGEST = 100_000
"""Callers that are remembered; of more, those seen longest ago go."""


class TokenBuckets:
    """A bucket for each key, refilled at a steady rate.

    Args:
        rate: Tokens a second.
        burst: Tokens of a full bucket.
        now: The clock, in seconds; one that nobody sets, or an empty bucket stays empty until it has caught up.
    """

    def __init__(self, rate: float, burst: float, *, now: Callable[[], float]) -> None:
        self.rate = rate
        self.burst = burst
        self._now = now
        self._levels: dict[str, tuple[float, float]] = {}
        self._taken: dict[str, float] = {}

    def wait(self, key: str) -> float:
        """Return how many seconds it takes until a token is there; 0 if there is one."""
        return self._missing(self._level(key, self._now()))

    def take(self, key: str) -> float:
        """Take a token, if there is one; the answer is that of `wait`, from before."""
        now = self._now()
        level = self._level(key, now)
        wait = self._missing(level)
        if not wait:
            self._put(key, level - 1.0, now)
            self._taken[key] = self._taken.get(key, 0.0) + 1.0
        return wait

    def taken(self) -> dict[str, float]:
        """Return the tokens taken since the last time, by key; for whoever shares them out among processes."""
        taken, self._taken = self._taken, {}
        return taken

    def correct(self, key: str, level: float) -> None:
        """Take over the level that all processes together have left of a bucket."""
        now = self._now()
        self._put(key, min(level - self._taken.get(key, 0.0), self.burst), now)

    def _level(self, key: str, now: float) -> float:
        level, since = self._levels.get(key, (self.burst, now))
        return min(self.burst, level + max(0.0, now - since) * self.rate)

    def _missing(self, level: float) -> float:
        return 0.0 if level >= 1.0 else (1.0 - level) / self.rate

    def _put(self, key: str, level: float, now: float) -> None:
        self._levels.pop(key, None)
        self._levels[key] = (level, now)
        if len(self._levels) > LARGEST:
            oldest = next(iter(self._levels))
            del self._levels[oldest]
            self._taken.pop(oldest, None)
