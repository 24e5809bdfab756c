"""The time one exchange may take, asked for anew before every wait."""

import time
from collections.abc import Callable


class Budget:
    """Time limits of one exchange.

    A transport asks for `connect_timeout` and `read_timeout` before each wait, so a limit holds however slowly the
    bytes trickle in. `lift` ends the total limit, which a stream does at its first content.

    Args:
        total: Seconds for the whole exchange, or None for no limit.
        gap: Seconds for each wait for bytes, or None for no limit of its own.
        connect: Seconds to connect, or None for no limit of its own.
        now: The clock, in seconds.
    """

    __slots__ = ("_connect", "_end", "_gap", "_now", "total")

    def __init__(
        self,
        total: float | None,
        *,
        gap: float | None = None,
        connect: float | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = total
        self._end = None if total is None else now() + total
        self._gap = gap
        self._connect = connect
        self._now = now

    def remaining(self) -> float | None:
        """Seconds left of the total, never below zero; None for no limit."""
        return None if self._end is None else max(0.0, self._end - self._now())

    def connect_timeout(self) -> float | None:
        """Seconds that connecting may take from now."""
        return _least(self._connect, self.remaining())

    def read_timeout(self) -> float | None:
        """Seconds that the next wait for bytes may take."""
        return _least(self._gap, self.remaining())

    @property
    def spent(self) -> bool:
        """Whether the total is used up."""
        return self.remaining() == 0.0

    def lift(self) -> None:
        """End the total limit; from now on only the gap counts."""
        self._end = None


def _least(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return first if second is None else second
    return min(first, second)
