"""What a streamed call in a vendor's own shape returns: an iterator of that vendor's events."""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, Self

import msgspec

from genai_sdk.drivers.driver import AsyncStream, Stream
from genai_sdk.errors import ClientClosedError, ProviderError, StreamInterruptedError
from genai_sdk.http import TransportClosed
from genai_sdk.lifecycle.fork import PROCESS
from genai_sdk.routing.attempts import Call, T
from genai_sdk.routing.opening import AsyncOpened, Opened, ended_early
from genai_sdk.routing.run import AsyncRunner, Runner
from genai_sdk.routing.steps import Steps
from genai_sdk.routing.stream import Describe, foreign, interrupted
from genai_sdk.types import CallInfo, Usage
from genai_sdk.wires.batch import E, EventAssembly, EventBatch
from genai_sdk.wires.operation import A


class _EventState(Generic[T, E, A]):
    """What both kinds of stream know and decide; it reads nothing itself."""

    def __init__(
        self, call: Call[T], steps: Steps, describe: Describe, assemble: Callable[[], EventAssembly[E, A]]
    ) -> None:
        self._call = call
        self._steps = steps
        self._describe = describe
        self._assemble = assemble
        self._assembly = assemble()
        self._pending: deque[E] = deque()
        self._done = False
        self._info: CallInfo | None = None
        self._generation = PROCESS.generation
        call.trace.watch(self._record_as_it_is)

    def __repr__(self) -> str:
        served, state = self.genai, "ended" if self._done else "open"
        return f"<{type(self).__name__} of {served.connection}/{served.model}: {state}, {len(self.text)} characters>"

    @property
    def genai(self) -> CallInfo:
        """Who serves the stream, its attempts, and once it has ended its cost and latency."""
        return self._info or self._describe(self._assembly.usage, self._assembly.tier)

    @property
    def usage(self) -> Usage | None:
        """The tokens, once the provider has reported them."""
        return self._assembly.usage

    @property
    def text(self) -> str:
        """The text that has arrived so far."""
        return self._assembly.text

    @property
    def response(self) -> A:
        """What has arrived so far, as one response."""
        response: Any = self._assembly.response
        made: A = msgspec.structs.replace(response, genai=self.genai)
        return made

    def _begin(self, held: list[EventBatch[E]], *, restart: bool) -> None:
        assert self._call.served is not None, "a stream that has its first content was served"
        self._served = self._call.served
        if restart:
            self._assembly = self._assemble()
            self._pending.append(self._assembly.restarted())
        for batch in held:
            self._take(batch)

    def _take(self, batch: EventBatch[E]) -> None:
        self._assembly.add(batch)
        self._pending.extend(batch.events)

    def _end(self) -> None:
        """Read no further."""
        if not self._done:
            self._done = True
            self._stand_still()

    def _stand_still(self) -> None:
        """Let the facts of the call stand as they are now."""
        self._info = self._describe(self._assembly.usage, self._assembly.tier)
        self._call.spent(self._served, self._assembly.usage)

    def _failed(self, error: BaseException) -> None:
        self._end()
        self._call.trace.failed(error, self.response)

    def _record_as_it_is(self) -> None:
        """Record what has arrived at the end of the process, whose other threads may read on for moments."""
        if not self._done:
            self._call.trace.stopped("dropped", self.response)

    def _leave(self, how: str) -> None:
        """End the attempt loop of a stream that is read no further, and record what it had brought."""
        self._end()
        self._pending.clear()
        with suppress(ValueError):  # the loop is deciding on another thread, which ends by itself
            self._steps.close()
        self._call.trace.stopped(how, self.response)

    def _settled(self, *, restarted: bool) -> None:
        if restarted:
            self._done, self._info = False, None
        else:
            self._stand_still()
            self._call.trace.answered(self.response)

    def _broken(self, failure: ProviderError | None) -> StreamInterruptedError | None:
        return None if failure is None else interrupted(failure, self.text)

    def _early(self) -> ProviderError | None:
        return None if self._assembly.finished else ended_early(self._served)


class EventStream(_EventState[Opened, E, A]):
    """An iterator of a vendor's events; also a context manager.

    Raises while iterating:
        StreamInterruptedError: The stream broke after its first content; `.text` is what had arrived.
        ClientClosedError: The client was closed meanwhile.
    """

    def __init__(
        self,
        call: Call[Opened],
        steps: Steps,
        runner: Runner[Opened],
        describe: Describe,
        assemble: Callable[[], EventAssembly[E, A]],
    ) -> None:
        super().__init__(call, steps, describe, assemble)
        self._runner = runner
        self._rest: Stream[Any] = call.answer.rest
        self._begin(call.answer.held, restart=False)

    def __iter__(self) -> Iterator[E]:
        return self

    def __next__(self) -> E:
        if PROCESS.generation != self._generation:
            raise foreign(self.text)
        while True:
            if self._pending:
                return self._pending.popleft()
            if self._done:
                raise StopIteration
            failure: ProviderError | None = None
            try:
                for batch in self._rest.ready:
                    self._take(batch)
                if self._rest.more():
                    continue
                failure = self._early()
            except ProviderError as error:
                failure = error
            except TransportClosed:
                closed = ClientClosedError("the client was closed while the stream was read")
                self._rest.close()
                self._failed(closed)
                raise closed from None
            except BaseException as error:
                self._rest.close()
                self._failed(error)
                raise
            self._settle(failure)

    def _settle(self, failure: ProviderError | None) -> None:
        """Tell the attempt loop how the stream ended, and take the new one if it starts over."""
        self._rest.close()
        self._done = True
        try:
            restarted = self._runner.run(self._steps, self._broken(failure))
        except BaseException as error:
            self._stand_still()
            self._call.trace.failed(error, self.response)
            raise
        self._settled(restarted=restarted)
        if restarted:
            self._rest = self._call.answer.rest
            self._begin(self._call.answer.held, restart=True)

    def close(self) -> None:
        """Stop reading and free the connection; what had arrived stays readable."""
        if not self._done:
            self._rest.close()
            self._leave("closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not getattr(self, "_done", True):
            self._rest.close()
            self._leave("dropped")


class AsyncEventStream(_EventState[AsyncOpened, E, A]):
    """An async iterator of a vendor's events; the twin of `EventStream`."""

    def __init__(
        self,
        call: Call[AsyncOpened],
        steps: Steps,
        runner: AsyncRunner[AsyncOpened],
        describe: Describe,
        assemble: Callable[[], EventAssembly[E, A]],
    ) -> None:
        super().__init__(call, steps, describe, assemble)
        self._runner = runner
        self._rest: AsyncStream[Any] = call.answer.rest
        self._begin(call.answer.held, restart=False)

    def __aiter__(self) -> AsyncIterator[E]:
        return self

    async def __anext__(self) -> E:
        if PROCESS.generation != self._generation:
            raise foreign(self.text)
        while True:
            if self._pending:
                return self._pending.popleft()
            if self._done:
                raise StopAsyncIteration
            failure: ProviderError | None = None
            try:
                for batch in self._rest.ready:
                    self._take(batch)
                if await self._rest.amore():
                    continue
                failure = self._early()
            except ProviderError as error:
                failure = error
            except TransportClosed:
                closed = ClientClosedError("the client was closed while the stream was read")
                await self._rest.aclose()
                self._failed(closed)
                raise closed from None
            except BaseException as error:
                await self._rest.aclose()
                self._failed(error)
                raise
            await self._settle(failure)

    async def _settle(self, failure: ProviderError | None) -> None:
        await self._rest.aclose()
        self._done = True
        try:
            restarted = await self._runner.run(self._steps, self._broken(failure))
        except BaseException as error:
            self._stand_still()
            self._call.trace.failed(error, self.response)
            raise
        self._settled(restarted=restarted)
        if restarted:
            self._rest = self._call.answer.rest
            self._begin(self._call.answer.held, restart=True)

    async def aclose(self) -> None:
        """Stop reading and free the connection; what had arrived stays readable."""
        if not self._done:
            await self._rest.aclose()
            self._leave("closed")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        if not getattr(self, "_done", True) and hasattr(self, "_rest"):  # whose own end frees the connection
            self._leave("dropped")
