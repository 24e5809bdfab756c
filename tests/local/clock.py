"""An event loop whose clock is moved on by the test, so that nobody waits for what takes half a minute."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from starlette.types import Message, Receive

T = TypeVar("T")


class MovedLoop(asyncio.SelectorEventLoop):
    """A loop whose clock stands still but for what it is moved on by."""

    now = 1_000.0

    def time(self) -> float:
        return self.now


def run_on_moved_clock(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on such a loop."""
    with asyncio.Runner(loop_factory=MovedLoop) as runner:
        return runner.run(work)


def arriving(*pieces: tuple[float, bytes], ends: bool = True) -> Receive:
    """Return a body that arrives in pieces, each so many seconds after the one before; without an end it stays away."""
    left: list[tuple[float, Message]] = [
        (seconds, {"type": "http.request", "body": piece, "more_body": not ends or number < len(pieces)})
        for number, (seconds, piece) in enumerate(pieces, 1)
    ]

    async def receive() -> Message:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, MovedLoop)
        seconds, message = left.pop(0) if left else (1e6, {"type": "http.disconnect"})
        loop.now += seconds
        for _ in range(3):  # what is due by now happens first
            await asyncio.sleep(0)
        return message

    return receive


PIECES: Sequence[tuple[float, bytes]] = [(0.0, b"a"), (14.0, b"b"), (15.9, b"c")]
"""A body that arrives within thirty seconds, but only just."""
