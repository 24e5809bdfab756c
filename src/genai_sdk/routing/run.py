"""The two faces of the attempt loop: they do what it asks for, one by waiting, one by awaiting."""

from collections.abc import Awaitable, Callable
from typing import Generic

from genai_sdk.connections import Connection, RefetchResult
from genai_sdk.errors import ConfigurationError, ProviderError
from genai_sdk.routing.attempts import Call, T
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.steps import Deliver, Outcome, Refetch, Step, Steps, Try, Wait


class Runner(Generic[T]):
    """Runs the steps of a call on the calling thread.

    Args:
        call: The call, which accepts what an attempt brings.
        perform: Makes one attempt: returns what it brings, or raises a `ProviderError`, or `ConfigurationError` if it
            cannot ask.
        refetch: Asks for a connection's other key, for so many seconds at most.
        clock: Waits.
    """

    def __init__(
        self,
        call: Call[T],
        perform: Callable[[Try], T],
        refetch: Callable[[Connection, float], RefetchResult],
        clock: Clock,
    ) -> None:
        self._call = call
        self._perform = perform
        self._refetch = refetch
        self._clock = clock

    def run(self, steps: Steps, outcome: Outcome = None) -> bool:
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

    def _do(self, step: Step) -> Outcome:
        if isinstance(step, Try):
            try:
                self._call.accept(self._perform(step))
            except (ProviderError, ConfigurationError) as error:
                return error
            return None
        if isinstance(step, Refetch):
            return self._refetch(step.connection, step.timeout)
        assert isinstance(step, Wait)
        self._clock.sleep(step.seconds)
        return None


class AsyncRunner(Generic[T]):
    """Runs the steps of a call on the running event loop; the twin of `Runner`."""

    def __init__(
        self,
        call: Call[T],
        perform: Callable[[Try], Awaitable[T]],
        refetch: Callable[[Connection, float], Awaitable[RefetchResult]],
        clock: Clock,
    ) -> None:
        self._call = call
        self._perform = perform
        self._refetch = refetch
        self._clock = clock

    async def run(self, steps: Steps, outcome: Outcome = None) -> bool:
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

    async def _do(self, step: Step) -> Outcome:
        if isinstance(step, Try):
            try:
                self._call.accept(await self._perform(step))
            except (ProviderError, ConfigurationError) as error:
                return error
            return None
        if isinstance(step, Refetch):
            return await self._refetch(step.connection, step.timeout)
        assert isinstance(step, Wait)
        await self._clock.asleep(step.seconds)
        return None
