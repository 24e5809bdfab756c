"""The two faces of the attempt loop: they do what it asks for, one by waiting, one by awaiting."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Generic, Protocol

from genai_sdk.connections import Connection, RefetchResult
from genai_sdk.errors import ConfigurationError, ProviderError
from genai_sdk.routing.attempts import Call, T
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.steps import Begin, Cancel, Deliver, Next, Outcome, Refetch, Step, Steps, Try, Wait

if TYPE_CHECKING:  # loaded by the first hedged call
    from genai_sdk.routing.lanes import AsyncLanes, Lanes


class KeySource(Protocol):
    """Where a rejected key may have a successor."""

    def refetch(self, failed: Connection, timeout: float) -> RefetchResult:
        """Return the connection with other credentials than `failed`, or when asking again may bring one."""
        ...

    async def arefetch(self, failed: Connection, timeout: float) -> RefetchResult:  # noqa: ASYNC109 - the twin's argument
        """Return the connection with other credentials; the twin of `refetch`."""
        ...


def _nothing(_answer: object) -> None:
    """What a whole answer needs to be given up."""


async def _anothing(_answer: object) -> None:
    """What a whole answer needs to be given up."""


class Runner(Generic[T]):
    """Runs the steps of a call on the calling thread.

    Args:
        call: The call, which accepts what an attempt brings.
        perform: Makes one attempt: returns what it brings, or raises a `ProviderError`, or `ConfigurationError` if it
            cannot ask.
        refetch: Asks for a connection's other key, for so many seconds at most.
        clock: Waits.
        discard: Frees what an attempt brought that nobody wants any more.
    """

    def __init__(
        self,
        call: Call[T],
        perform: Callable[[Try], T],
        refetch: Callable[[Connection, float], RefetchResult],
        clock: Clock,
        discard: Callable[[T], None] = _nothing,
    ) -> None:
        self._call = call
        self._perform = perform
        self._refetch = refetch
        self._clock = clock
        self._discard = discard
        self._lanes: Lanes[T] | None = None

    def run(self, steps: Steps, outcome: Outcome = None) -> bool:
        """Go on after `outcome` until the call is over (False) or a stream is to be delivered (True)."""
        try:
            while not isinstance(step := steps.send(outcome), Deliver):
                outcome = self._do(step)
        except StopIteration:
            return False
        except BaseException:
            steps.close()  # so that an attempt that is given up is told of before the call is
            if self._lanes is not None:
                self._lanes.close()
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
        if isinstance(step, Wait):
            self._clock.sleep(step.seconds)
            return None
        assert isinstance(step, Begin | Next | Cancel)
        if self._lanes is None:
            from genai_sdk.routing.lanes import Lanes

            self._lanes = Lanes(self._perform, self._discard, self._clock)
        return self._lanes.do(step)


class AsyncRunner(Generic[T]):
    """Runs the steps of a call on the running event loop; the twin of `Runner`."""

    def __init__(
        self,
        call: Call[T],
        perform: Callable[[Try], Awaitable[T]],
        refetch: Callable[[Connection, float], Awaitable[RefetchResult]],
        clock: Clock,
        discard: Callable[[T], Awaitable[None]] = _anothing,
    ) -> None:
        self._call = call
        self._perform = perform
        self._refetch = refetch
        self._clock = clock
        self._discard = discard
        self._lanes: AsyncLanes[T] | None = None

    async def run(self, steps: Steps, outcome: Outcome = None) -> bool:
        """Go on after `outcome` until the call is over (False) or a stream is to be delivered (True)."""
        try:
            while not isinstance(step := steps.send(outcome), Deliver):
                outcome = await self._do(step)
        except StopIteration:
            return False
        except BaseException:
            steps.close()
            if self._lanes is not None:
                await self._lanes.close()
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
        if isinstance(step, Wait):
            await self._clock.asleep(step.seconds)
            return None
        assert isinstance(step, Begin | Next | Cancel)
        if self._lanes is None:
            from genai_sdk.routing.lanes import AsyncLanes

            self._lanes = AsyncLanes(self._perform, self._discard, self._clock)
        return await self._lanes.do(step)
