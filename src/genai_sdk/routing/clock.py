"""The clock of the attempt loop: monotonic time, waits that closing ends, and chance for jitter."""

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from genai_sdk.errors import ClientClosedError
from genai_sdk.lifecycle.chance import chance
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:  # 35 ms that a synchronous process does not pay
    import asyncio
    from queue import SimpleQueue

T = TypeVar("T")


class Clock:
    """Real time; `close` ends every wait at once, on threads and on event loops.

    Tests put a clock of their own in its place: anything with these methods.
    """

    def __init__(self) -> None:
        self._closed = threading.Event()
        self._sleepers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def begin_in_child(self) -> None:
        """Start over in a forked child, which has none of the parent's waits and perhaps a held lock."""
        closed, self._closed = self._closed.is_set(), threading.Event()
        self._sleepers.clear()
        if closed:
            self._closed.set()

    def now(self) -> float:
        """Return monotonic seconds."""
        return time.monotonic()

    def wall(self) -> int:
        """Return nanoseconds since 1970, by which calls are recorded."""
        return time.time_ns()

    def chance(self) -> float:
        """Return a random number in [0, 1) for jitter and shuffling."""
        return chance()

    def sleep(self, seconds: float) -> None:
        """Wait; raises `ClientClosedError` if the client is closed meanwhile."""
        if self._closed.wait(seconds):
            raise ClientClosedError(
                Sentence.of("client.closed_waiting", "the client was closed while the call was waiting to try again")
            )

    async def asleep(self, seconds: float) -> None:
        """Wait without blocking the loop; raises `ClientClosedError` if the client is closed meanwhile."""
        import asyncio

        sleeper = (asyncio.get_running_loop(), asyncio.Event())
        self._sleepers.add(sleeper)
        try:
            if not self._closed.is_set():
                await asyncio.wait_for(sleeper[1].wait(), seconds)
            raise ClientClosedError(
                Sentence.of("client.closed_waiting", "the client was closed while the call was waiting to try again")
            )
        except TimeoutError:
            return
        finally:
            self._sleepers.discard(sleeper)

    def take(self, inbox: "SimpleQueue[T]", seconds: float | None) -> T | None:
        """Return what comes first out of `inbox`, or None if nothing does for so many seconds."""
        from queue import Empty  # which nobody needs without hedging

        try:
            return inbox.get(timeout=seconds)
        except Empty:
            return None

    async def first(self, tasks: "Iterable[asyncio.Task[Any]]", seconds: float | None) -> "set[asyncio.Task[Any]]":
        """Return the tasks that are done first, or none if nothing is for so many seconds."""
        import asyncio

        return (await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED))[0]

    def close(self) -> None:
        """End every wait, now and from now on."""
        self._closed.set()
        for loop, woken in tuple(self._sleepers):
            if not loop.is_closed():
                loop.call_soon_threadsafe(woken.set)
