"""What is waited for: set once, and waited for by threads and by the tasks of any event loop.

`concurrent.futures` has the same, and with `logging` takes 5 ms to load, which every start would pay.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

V = TypeVar("V")


class Answer(Generic[V]):
    """A value that comes later."""

    def __init__(self) -> None:
        self._came = threading.Event()
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._values: list[V] = []

    def done(self) -> bool:
        """Tell whether it is there."""
        return bool(self._values)

    def set_result(self, value: V) -> None:
        """Set it, and wake all who wait; what comes later is not heard."""
        with self._lock:
            if self._values:
                return
            self._values.append(value)
            listeners, self._listeners = self._listeners, []
        self._came.set()
        for listener in listeners:
            listener()

    def result(self, timeout: float | None = None) -> V:
        """Return it, waiting for it if need be.

        Raises:
            TimeoutError: It is not there in so many seconds.
        """
        if not self._came.wait(timeout):
            raise TimeoutError
        return self._values[0]

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109 - it bounds a wait that others share
        """Wait until it is there, or for so many seconds, without blocking the loop."""
        import asyncio  # 35 ms that a synchronous process does not pay

        loop, came = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
                loop.call_soon_threadsafe(came.set)

        with self._lock:
            if self._values:
                return
            self._listeners.append(wake)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(came.wait(), timeout)
        finally:
            with self._lock, suppress(ValueError):
                self._listeners.remove(wake)
