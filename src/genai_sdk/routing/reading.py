"""How the streams of every operation but chat are read: what both faces know, and the two faces.

Chat's stream is a thing of its own (`stream.py`): it goes on with turns that the vendor has paused, and hands out
chunks with as few steps as there can be.
"""

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import msgspec

from genai_sdk.drivers.driver import AsyncStream, Stream
from genai_sdk.errors import ClientClosedError, ProviderError, StreamInterruptedError
from genai_sdk.http import TransportClosed
from genai_sdk.lifecycle.fork import PROCESS
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.opening import AsyncOpened, Opened
from genai_sdk.routing.run import AsyncRunner, Runner
from genai_sdk.routing.steps import Steps
from genai_sdk.routing.stream import foreign
from genai_sdk.sentence import Sentence
from genai_sdk.types import CallInfo, Usage
from genai_sdk.wires.operation import A

E = TypeVar("E")
"""What the stream hands out."""
S = TypeVar("S", Opened, AsyncOpened)
"""What a stream is opened as, on either face."""

Describe = Callable[[Usage | None, str | None], CallInfo]
"""Makes the facts of a call from its tokens and its class of service."""


class StreamState(Generic[S, E, A]):
    """What both faces of a stream know and decide; it reads nothing itself."""

    def __init__(self, call: Call[S], steps: Steps, describe: Describe) -> None:
        assert call.served is not None, "a stream that has its first content was served"
        self._served = call.served
        self._call: Call[S] = call
        self._steps = steps
        self._describe = describe
        self._pending: deque[E] = deque()
        self._done = False
        self._info: CallInfo | None = None
        self._generation = PROCESS.generation
        for item in call.answer.held:
            self._take(item)
        call.trace.watch(self._record_as_it_is)

    def __repr__(self) -> str:
        served, state = self.genai, "ended" if self._done else "open"
        return f"<{type(self).__name__} of {served.connection}/{served.model}: {state}, {self._amount()}>"

    @property
    def genai(self) -> CallInfo:
        """Who serves the stream, its attempts, and once it has ended its cost and latency."""
        return self._info or self._describe(self.usage, self._tier())

    @property
    def usage(self) -> Usage | None:
        """The tokens, once the provider has reported them."""
        return self._gathered().usage

    @property
    def text(self) -> str:
        """The text that has arrived so far."""
        return getattr(self._gathered(), "text", "")

    @property
    def response(self) -> A:
        """What has arrived so far, as one response."""
        gathered: Any = self._gathered()
        response: A = msgspec.structs.replace(gathered, genai=self.genai)
        return response

    def _gathered(self) -> A:
        """Return what has arrived so far, without the facts of the call."""
        raise NotImplementedError

    def _tier(self) -> str | None:
        """Return the class of service that the provider says it gave."""
        return None

    def _amount(self) -> str:
        """Say how much has arrived."""
        return f"{len(self.text)} characters"

    def _start_over(self) -> None:
        """Forget what has arrived: the answer comes once more, from its beginning."""
        raise NotImplementedError

    def _take(self, item: Any) -> None:
        """Take in what comes next."""
        raise NotImplementedError

    def _early(self) -> ProviderError | None:
        """Return what is wrong with a stream that has no more to bring, or None."""
        return None

    def _broken(self, failure: ProviderError) -> StreamInterruptedError:
        """Return the error of a stream that broke after its first content."""
        raise NotImplementedError

    def _check(self) -> None:
        if PROCESS.generation != self._generation:
            raise foreign(self.text)

    def _stand_still(self) -> None:
        """Let the facts of the call stand as they are now."""
        self._info = self._describe(self.usage, self._tier())
        self._call.spent(self._served, self.usage)

    def _end(self) -> None:
        """Read no further."""
        if not self._done:
            self._done = True
            self._stand_still()

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

    def _refused(self, error: BaseException) -> None:
        """Record that the attempt loop has no other stream to go on with."""
        self._stand_still()
        self._call.trace.failed(error, self.response)

    def _settled(self, *, restarted: bool) -> None:
        if restarted:
            assert self._call.served is not None, "whoever starts over was served"
            self._served = self._call.served
            self._done, self._info = False, None
            self._start_over()
            for item in self._call.answer.held:
                self._take(item)
        else:
            self._stand_still()
            self._call.trace.answered(self.response)


class SyncReading(StreamState[Opened, E, A]):
    """The sync face: an iterator and a context manager."""

    def __init__(self, call: Call[Opened], steps: Steps, runner: Runner[Opened], describe: Describe) -> None:
        self._runner = runner
        self._rest: Stream[Any] = call.answer.rest
        super().__init__(call, steps, describe)

    def __iter__(self) -> Iterator[E]:
        return self

    def __next__(self) -> E:
        self._check()
        while True:
            if self._pending:
                return self._pending.popleft()
            if self._done:
                raise StopIteration
            failure: ProviderError | None = None
            try:
                for item in self._rest.ready:
                    self._take(item)
                if self._rest.more():
                    continue
                failure = self._early()
            except ProviderError as error:
                failure = error
            except TransportClosed:
                closed = ClientClosedError(
                    Sentence.of("client.closed_reading", "the client was closed while the stream was read")
                )
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
            restarted = self._runner.run(self._steps, None if failure is None else self._broken(failure))
        except BaseException as error:
            self._refused(error)
            raise
        if restarted:
            self._rest = self._call.answer.rest
        self._settled(restarted=restarted)

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


class AsyncReading(StreamState[AsyncOpened, E, A]):
    """The async face; the twin of `SyncReading`."""

    def __init__(
        self, call: Call[AsyncOpened], steps: Steps, runner: AsyncRunner[AsyncOpened], describe: Describe
    ) -> None:
        self._runner = runner
        self._rest: AsyncStream[Any] = call.answer.rest
        super().__init__(call, steps, describe)

    def __aiter__(self) -> AsyncIterator[E]:
        return self

    async def __anext__(self) -> E:
        self._check()
        while True:
            if self._pending:
                return self._pending.popleft()
            if self._done:
                raise StopAsyncIteration
            failure: ProviderError | None = None
            try:
                for item in self._rest.ready:
                    self._take(item)
                if await self._rest.amore():
                    continue
                failure = self._early()
            except ProviderError as error:
                failure = error
            except TransportClosed:
                closed = ClientClosedError(
                    Sentence.of("client.closed_reading", "the client was closed while the stream was read")
                )
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
            restarted = await self._runner.run(self._steps, None if failure is None else self._broken(failure))
        except BaseException as error:
            self._refused(error)
            raise
        if restarted:
            self._rest = self._call.answer.rest
        self._settled(restarted=restarted)

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
        if not getattr(self, "_done", True):  # whose own end frees the connection
            self._leave("dropped")
