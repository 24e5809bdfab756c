"""Time that passes at once: an event loop whose clock jumps to its next timer as soon as nothing else is to be done."""

import asyncio
import random
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from genai_sdk.errors import GenAIError
from genai_sdk.routing import Clock
from genai_sdk.sentence import Sentence

_PATIENCE = 60.0
"""Real seconds in which a simulated provider, which answers at once, must have moved a byte."""
_LEAST = 1e-9
"""What a wait takes at least: less would be lost in the sum, and its timer would never come."""


class SimulatedTime(selectors.DefaultSelector):
    """The seconds of a rehearsal, which stand still while a request is under way.

    It is what asyncio waits with: a loop that has nothing to do asks its selector to wait until the next timer, and
    this one lets that time pass instead.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._exchanges = 0

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """Let no time pass in the block, in which sockets or threads are waited for."""
        self._exchanges += 1
        try:
            yield
        finally:
            self._exchanges -= 1

    def select(self, timeout: float | None = None) -> Any:
        """Wait for sockets where one is waited for; else let the time until the next timer pass."""
        if self._exchanges or timeout is None:
            events = super().select(0 if timeout == 0 else _PATIENCE)
            if not events and timeout != 0:
                raise GenAIError(
                    Sentence.of(
                        "rehearse.stands_still",
                        "the rehearsal stands still: nothing has happened for {patience:g} s",
                        patience=_PATIENCE,
                    )
                )
            return events
        self.seconds += max(_LEAST, timeout) if timeout > 0 else 0.0
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop on simulated time.

    Args:
        time: The time.
    """

    def __init__(self, time: SimulatedTime) -> None:
        self._simulated = time
        super().__init__(time)

    def time(self) -> float:
        """Return simulated seconds."""
        return self._simulated.seconds


class SimulatedClock(Clock):
    """The attempt loop's clock on simulated time; its waits are the loop's.

    Args:
        time: The time.
        seed: What chance begins with.
    """

    def __init__(self, time: SimulatedTime, seed: int) -> None:
        super().__init__()
        self._time = time
        self._random = random.Random(seed)  # noqa: S311 - it spreads load, and has to be repeatable

    def now(self) -> float:
        """Return simulated seconds."""
        return self._time.seconds

    def chance(self) -> float:
        """Return the next number of the seed, in [0, 1)."""
        return self._random.random()
