"""How often a process may ask, however many clients and prompts it has."""

import threading

from genai_sdk.lifecycle.fork import in_forked_child

_RESET = 60.0


class Pace:
    """Hands out turns that are at least `interval` seconds apart; thread-safe, and each forked child has its own.

    Args:
        interval: Seconds between two turns.
    """

    def __init__(self, interval: float = 0.5) -> None:
        self._interval = interval
        self._next = 0.0
        self._lock = threading.Lock()
        in_forked_child(self._begin_in_child)

    def take(self, now: float) -> float:
        """Take the next turn; returns the seconds until then."""
        with self._lock:
            if not 0 <= self._next - now <= _RESET:  # free since long, or the turns of another clock
                self._next = now
            turn, self._next = self._next, self._next + self._interval
            return turn - now

    def _begin_in_child(self) -> None:
        self._lock = threading.Lock()


PROCESS = Pace()
"""The turns of this process: two requests a second."""
