"""One question to a source, shared by every call that needs its answer."""

import time
from concurrent.futures import Future

from genai_sdk.connections.freshness import Holding


class Fetch:
    """A question in flight; threads and tasks of any event loop may wait for it.

    Args:
        timeout: Seconds after which those who wait give up.

    Attributes:
        answer: What the registry holds afterwards, an error included; it is never cancelled and never fails.
        recalled: What an earlier process kept, in case the source does not answer.
    """

    def __init__(self, timeout: float) -> None:
        self.answer: Future[Holding] = Future()
        self.answer.set_running_or_notify_cancel()  # a cancelled waiter shall not cancel it for the others
        self.recalled: Holding | None = None
        self._end = time.monotonic() + timeout

    def join(self) -> None:
        """Wait for the answer, or the end."""
        try:
            self.answer.result(self._left())
        except TimeoutError:
            return

    async def ajoin(self) -> None:
        """Wait for the answer, or the end, without blocking the loop."""
        import asyncio  # 20 ms that a synchronous process does not pay

        await asyncio.wait({asyncio.wrap_future(self.answer)}, timeout=self._left())

    def _left(self) -> float:
        return max(0.0, self._end - time.monotonic())
