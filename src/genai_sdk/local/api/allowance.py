"""How much memory the bodies of all requests may take together: many large ones wait for each other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.sentence import Sentence

BYTES = 96 * 1024 * 1024
"""What bodies may take together, as they come and unpacked."""

SECONDS = 30.0
"""How long a request waits for its share."""


class Allowance:
    """A number of bytes that requests share.

    Args:
        bytes: How many there are.
        seconds: How long a request waits for its share.
    """

    def __init__(self, bytes: int = BYTES, seconds: float = SECONDS) -> None:  # noqa: A002 - as in BodyLimits
        self._free = self._bytes = bytes
        self._seconds = seconds
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def hold(self, size: int) -> AsyncIterator[None]:
        """Hold so many bytes, all there are where more are asked for, for as long as the block runs.

        Raises:
            ApiError: They did not become free in time (503).
        """
        size = min(size, self._bytes)
        if size:
            await self._take(size)
        try:
            yield
        finally:
            if size:
                async with self._changed:
                    self._free += size
                    self._changed.notify_all()

    async def _take(self, size: int) -> None:
        try:
            async with asyncio.timeout(self._seconds), self._changed:
                await self._changed.wait_for(lambda: self._free >= size)
                self._free -= size
        except TimeoutError:
            raise ApiError(
                503,
                Sentence.of(
                    "platform.busy",
                    "The local platform is busy with other large bodies for more than {seconds:g} s",
                    seconds=self._seconds,
                ),
            ) from None
