"""Time that passes when told, for a client under test."""

import asyncio
import random
import threading
from datetime import UTC, datetime

from genai_sdk.errors import ClientClosedError
from genai_sdk.routing import Clock

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class ManualClock(Clock):
    """The clock of a client whose waits take no time: backoff, Retry-After and cooldowns pass at once.

    What waits for sockets does so in real time: attempts' timeouts, hedging, and the refreshing of connections.

    Args:
        at: When it begins; left out, the first of January 2026.
        seed: What chance begins with: jitter and shuffling.

    Examples:
        >>> clock = ManualClock()
        >>> client = GenAIClient(clock=clock)
        >>> clock.advance(3_600)
    """

    def __init__(self, at: datetime = _EPOCH, *, seed: int = 1) -> None:
        super().__init__()
        self._began = int(at.timestamp() * 1e9)
        self._passed = 0.0
        self._lock = threading.Lock()
        self._random = random.Random(seed)  # noqa: S311 - it spreads load, and has to be repeatable

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        with self._lock:
            self._passed += max(0.0, seconds)

    def now(self) -> float:
        """Return the seconds that have passed."""
        return self._passed

    def wall(self) -> int:
        """Return nanoseconds since 1970."""
        return self._began + int(self._passed * 1e9)

    def chance(self) -> float:
        """Return the next number of the seed, in [0, 1)."""
        return self._random.random()

    def sleep(self, seconds: float) -> None:
        """Let the wait pass; raises `ClientClosedError` if the client was closed."""
        if self._closed.is_set():
            raise ClientClosedError("the client was closed while the call was waiting to try again")
        self.advance(seconds)

    async def asleep(self, seconds: float) -> None:
        """Let the wait pass; raises `ClientClosedError` if the client was closed."""
        self.sleep(seconds)
        await asyncio.sleep(0)
