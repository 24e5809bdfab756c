"""What a streamed call returns: an iterator of chunks that never ends silently in the middle."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
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
from genai_sdk.routing.turn import Turn, ending, unfinished
from genai_sdk.sentence import Sentence
from genai_sdk.types import CallInfo, ChatCompletion, ChatCompletionChunk, Usage
from genai_sdk.types.chat import P_co
from genai_sdk.types.usage import added
from genai_sdk.wires.assembly import Assembly
from genai_sdk.wires.partial_json import read_partial

_FACTS = ("provider", "connection", "model", "status_code", "request_id", "retry_after")


Describe = Callable[[Usage | None, str | None], CallInfo]
"""Makes the facts of a call from its tokens and its class of service."""


GoOn = Callable[[ChatCompletion], tuple[Steps, Runner[Opened], Opened] | None]
"""Begins the next round of a turn after one that was paused; None where that fails."""
AsyncGoOn = Callable[[ChatCompletion], Awaitable[tuple[Steps, AsyncRunner[AsyncOpened], AsyncOpened] | None]]


def interrupted(error: ProviderError, text: str) -> StreamInterruptedError:
    """Return the error for a stream that broke after it had brought `text`."""
    facts = {name: getattr(error, name) for name in _FACTS}
    return StreamInterruptedError(
        Sentence.of(
            "stream.broke",
            "the stream broke after {count} characters of text ({reason}): {what} What had arrived "
            'is in .text; stream_fallback="restart" starts over by itself.',
            count=len(text),
            reason=error.reason,
            what=error.message,
        ),
        text=text,
        **facts,
    )


def foreign(text: str) -> StreamInterruptedError:
    """Return the error for a stream that is read in a forked child."""
    return StreamInterruptedError(
        Sentence.of("stream.forked", "this stream was opened by the parent process; open one in this process"),
        text=text,
    )


class _StreamState(Generic[T, P_co]):
    """What both kinds of stream know and decide; it reads nothing itself."""

    def __init__(self, call: Call[T], steps: Steps, describe: Describe, turn: Turn, *, include_usage: bool) -> None:
        self._call = call
        self._turn = turn
        self._steps = steps
        self._describe = describe
        self._include_usage = include_usage
        self._assembly = Assembly()
        self._pending: list[ChatCompletionChunk] = []
        self._pause: ChatCompletionChunk | None = None
        self._may_pause = turn.rounds > 0
        self._done = False
        self._info: CallInfo | None = None
        self._generation = PROCESS.generation
        call.trace.watch(self._record_as_it_is)

    def __repr__(self) -> str:
        served = self.genai
        state = "ended" if self._done else "open"
        return f"<{type(self).__name__} of {served.connection}/{served.model}: {state}, {len(self.text)} characters>"

    @property
    def genai(self) -> CallInfo:
        """Who serves the stream, its attempts, and once it has ended its cost and latency."""
        return self._info or self._describe(self._assembly.usage, self._assembly.tier)

    def _end(self) -> None:
        """Read no further."""
        if not self._done:
            self._done = True
            self._stand_still()

    def _record_as_it_is(self) -> None:
        """Record what has arrived at the end of the process, whose other threads may read on for moments."""
        if not self._done:
            self._call.trace.stopped("dropped", self.response)

    def _drop(self) -> None:
        """Say that the reader gave the stream up without closing it."""
        if not self._done:
            self._end()
            self._leave("dropped")

    def _leave(self, how: str) -> None:
        """End the attempt loop of a stream that is read no further, and record what it had brought."""
        with suppress(ValueError):  # the loop is deciding on another thread, which ends by itself
            self._steps.close()
        self._call.trace.stopped(how, self.response)

    def _stand_still(self) -> None:
        """Let the facts of the call stand as they are now."""
        self._info = self._describe(self._assembly.usage, self._assembly.tier)
        self._call.spent(self._served, self._assembly.usage)

    @property
    def usage(self) -> Usage | None:
        """The tokens, once the provider has reported them (at the end)."""
        so_far = self._turn.so_far
        return self._assembly.usage if so_far is None else added(so_far.usage, self._assembly.usage)

    @property
    def text(self) -> str:
        """The text that has arrived so far."""
        so_far = self._turn.so_far
        return self._assembly.text if so_far is None else so_far.text + self._assembly.text

    @property
    def parsed(self) -> P_co:
        """The answer as the type given as `response_format`, once the stream has ended; None where none was given.

        Raises:
            ResponseFormatError: It does not fit the type, or has not ended yet.
        """
        return self.response.parsed

    @property
    def partial(self) -> Any:
        """What has arrived of an answer in JSON, in plain dicts and lists: texts as far as they go, numbers once whole.

        None before there is anything, and where the answer is no JSON. It is read anew each time.
        """
        reader = self.genai.response_format
        return read_partial(self.text) if reader is None else reader.partial(self.text)

    @property
    def response(self) -> ChatCompletion[P_co]:
        """What has arrived so far, as one answer."""
        return msgspec.structs.replace(self._turn.whole(self._assembly.completion()), genai=self.genai)

    def _shown(self, chunk: ChatCompletionChunk) -> ChatCompletionChunk:
        """Return a chunk as it is shown: the end of a round that is to be continued is no end of the stream."""
        if not any(choice.finish_reason for choice in chunk.choices):
            return chunk
        if not self._turn.may_go_on(self._assembly.completion()):
            return chunk
        self._pause = ending(chunk)
        return unfinished(chunk)

    def _next_round(self, held: list[ChatCompletionChunk] | None) -> None:
        """Go on with the next round; without one the pause is the end after all."""
        self._done, self._info = False, None
        self._assembly = Assembly()
        self._begin([self._pause] if held is None and self._pause is not None else held or [], restart=False)

    def _begin(self, held: list[ChatCompletionChunk], *, restart: bool) -> None:
        assert self._call.served is not None, "a stream that has its first content was served"
        self._served = self._call.served
        if restart:
            self._assembly = Assembly()
            self._pending = [ChatCompletionChunk(model=held[0].model if held else "", restart=True)]
        self._pending = [*self._pending, *held][::-1]

    def _shows(self, chunk: ChatCompletionChunk) -> bool:
        """Whether the caller is to see a chunk."""
        return bool(chunk.choices) or chunk.restart or self._include_usage


class CompletionStream(_StreamState[Opened, P_co]):
    """An iterator of `ChatCompletionChunk`; also a context manager.

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
        turn: Turn,
        go_on: GoOn,
        *,
        include_usage: bool,
    ) -> None:
        super().__init__(call, steps, describe, turn, include_usage=include_usage)
        self._runner = runner
        self._go_on = go_on
        self._rest: Stream[ChatCompletionChunk] = call.answer.rest
        self._begin(call.answer.held, restart=False)

    def __iter__(self) -> Iterator[ChatCompletionChunk]:
        return self

    def __next__(self) -> ChatCompletionChunk:
        if PROCESS.generation != self._generation:
            raise foreign(self.text)
        while not self._done:
            while self._pending:
                self._assembly.add(chunk := self._pending.pop())
                if self._shows(chunk):
                    return self._shown(chunk) if self._may_pause else chunk
            failure: ProviderError | None = None
            try:
                for chunk in self._rest.ready:
                    self._assembly.add(chunk)
                    if chunk.choices or self._shows(chunk):
                        return self._shown(chunk) if self._may_pause else chunk
                if self._rest.more():
                    continue
                failure = None if self._assembly.finished else ended_early(self._served)
            except ProviderError as error:
                failure = error
            except TransportClosed:
                closed = ClientClosedError(
                    Sentence.of("client.closed_reading", "the client was closed while the stream was read")
                )
                self._fail(closed)
                raise closed from None
            except BaseException as error:
                self._fail(error)
                raise
            self._settle(failure)
        raise StopIteration

    def _settle(self, failure: ProviderError | None) -> None:
        """Tell the attempt loop how the stream ended, and take the new one if it starts over."""
        self._rest.close()
        self._done = True
        broken = None if failure is None else interrupted(failure, self.text)
        try:
            restarted = self._runner.run(self._steps, broken)
            if not restarted and self._may_pause and self._turn.may_go_on(paused := self._assembly.completion()):
                if (following := self._go_on(paused)) is None:
                    self._next_round(None)
                    return
                self._steps, self._runner, opened = following
                self._rest = opened.rest
                self._next_round(opened.held)
                return
        except BaseException as error:
            self._stand_still()
            self._call.trace.failed(error, self.response)
            raise
        self._stand_still()
        if not restarted:
            self._call.trace.answered(self.response)
            return
        self._done, self._info = False, None
        self._rest = self._call.answer.rest
        self._begin(self._call.answer.held, restart=True)

    def _fail(self, error: BaseException) -> None:
        self._end()
        self._rest.close()
        self._call.trace.failed(error, self.response)

    def close(self) -> None:
        """Stop reading and free the connection; what had arrived stays readable."""
        if not self._done:
            self._end()
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
            self._drop()


class AsyncCompletionStream(_StreamState[AsyncOpened, P_co]):
    """An async iterator of `ChatCompletionChunk`; the twin of `CompletionStream`."""

    def __init__(
        self,
        call: Call[AsyncOpened],
        steps: Steps,
        runner: AsyncRunner[AsyncOpened],
        describe: Describe,
        turn: Turn,
        go_on: AsyncGoOn,
        *,
        include_usage: bool,
    ) -> None:
        super().__init__(call, steps, describe, turn, include_usage=include_usage)
        self._runner = runner
        self._go_on = go_on
        self._rest: AsyncStream[ChatCompletionChunk] = call.answer.rest
        self._begin(call.answer.held, restart=False)

    def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]:
        return self

    async def __anext__(self) -> ChatCompletionChunk:
        if PROCESS.generation != self._generation:
            raise foreign(self.text)
        while not self._done:
            while self._pending:
                self._assembly.add(chunk := self._pending.pop())
                if self._shows(chunk):
                    return self._shown(chunk) if self._may_pause else chunk
            failure: ProviderError | None = None
            try:
                for chunk in self._rest.ready:
                    self._assembly.add(chunk)
                    if chunk.choices or self._shows(chunk):
                        return self._shown(chunk) if self._may_pause else chunk
                if await self._rest.amore():
                    continue
                failure = None if self._assembly.finished else ended_early(self._served)
            except ProviderError as error:
                failure = error
            except TransportClosed:
                closed = ClientClosedError(
                    Sentence.of("client.closed_reading", "the client was closed while the stream was read")
                )
                await self._fail(closed)
                raise closed from None
            except BaseException as error:
                await self._fail(error)
                raise
            await self._settle(failure)
        raise StopAsyncIteration

    async def _settle(self, failure: ProviderError | None) -> None:
        await self._rest.aclose()
        self._done = True
        broken = None if failure is None else interrupted(failure, self.text)
        try:
            restarted = await self._runner.run(self._steps, broken)
            if not restarted and self._may_pause and self._turn.may_go_on(paused := self._assembly.completion()):
                if (following := await self._go_on(paused)) is None:
                    self._next_round(None)
                    return
                self._steps, self._runner, opened = following
                self._rest = opened.rest
                self._next_round(opened.held)
                return
        except BaseException as error:
            self._stand_still()
            self._call.trace.failed(error, self.response)
            raise
        self._stand_still()
        if not restarted:
            self._call.trace.answered(self.response)
            return
        self._done, self._info = False, None
        self._rest = self._call.answer.rest
        self._begin(self._call.answer.held, restart=True)

    async def _fail(self, error: BaseException) -> None:
        self._end()
        await self._rest.aclose()
        self._call.trace.failed(error, self.response)

    async def aclose(self) -> None:
        """Stop reading and free the connection; what had arrived stays readable."""
        if not self._done:
            self._end()
            await self._rest.aclose()
            self._leave("closed")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        if hasattr(self, "_rest"):  # whose own end frees the connection
            self._drop()
