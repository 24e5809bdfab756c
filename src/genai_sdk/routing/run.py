"""The two faces of the attempt loop: they do what it asks for, one by waiting, one by awaiting."""

from collections.abc import Awaitable, Callable
from typing import Any

from genai_sdk.connections import Connection
from genai_sdk.errors import ConfigurationError, ProviderError
from genai_sdk.routing.attempts import Deliver, Refetch, Step, Steps, Try, Wait
from genai_sdk.routing.clock import Clock

Perform = Callable[[Try], Any]
"""Makes one attempt: returns the answer, or raises a `ProviderError`, or `ConfigurationError` if it cannot ask."""


class Runner:
    """Runs steps on the calling thread."""

    def __init__(self, perform: Perform, refetch: Callable[[Connection], Connection | None], clock: Clock) -> None:
        self._perform = perform
        self._refetch = refetch
        self._clock = clock

    def run(self, steps: Steps, outcome: object = None) -> bool:
        """Go on after `outcome` until the call is over (False) or a stream is to be delivered (True)."""
        try:
            while not isinstance(step := steps.send(outcome), Deliver):
                outcome = self._do(step)
        except StopIteration:
            return False
        except BaseException:
            steps.close()  # so that an attempt that is given up is told of before the call is
            raise
        return True

    def _do(self, step: Step) -> object:
        if isinstance(step, Try):
            try:
                return self._perform(step)
            except (ProviderError, ConfigurationError) as error:
                return error
        if isinstance(step, Refetch):
            return self._refetch(step.connection)
        assert isinstance(step, Wait)
        self._clock.sleep(step.seconds)
        return None


class AsyncRunner:
    """Runs steps on the running event loop; the twin of `Runner`."""

    def __init__(
        self,
        perform: Callable[[Try], Awaitable[Any]],
        refetch: Callable[[Connection], Awaitable[Connection | None]],
        clock: Clock,
    ) -> None:
        self._perform = perform
        self._refetch = refetch
        self._clock = clock

    async def run(self, steps: Steps, outcome: object = None) -> bool:
        """Go on after `outcome` until the call is over (False) or a stream is to be delivered (True)."""
        try:
            while not isinstance(step := steps.send(outcome), Deliver):
                outcome = await self._do(step)
        except StopIteration:
            return False
        except BaseException:
            steps.close()
            raise
        return True

    async def _do(self, step: Step) -> object:
        if isinstance(step, Try):
            try:
                return await self._perform(step)
            except (ProviderError, ConfigurationError) as error:
                return error
        if isinstance(step, Refetch):
            return await self._refetch(step.connection)
        assert isinstance(step, Wait)
        await self._clock.asleep(step.seconds)
        return None
