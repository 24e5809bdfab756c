"""The beginning of a stream: up to its first content it may still fail like any attempt."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from genai_sdk.drivers.driver import AsyncStream, Deployment, DriverResponse, Stream
from genai_sdk.drivers.failures import EMPTY_STREAM
from genai_sdk.drivers.streams import ReadyStream
from genai_sdk.errors import ProviderError, ProviderUnavailableError
from genai_sdk.http import Deadline
from genai_sdk.sentence import Sentence
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Usage
from genai_sdk.wires.assembly import Assembly
from genai_sdk.wires.chunks import chunks_of


class Progress(Protocol):
    """Sees how far a stream has come."""

    @property
    def usage(self) -> Usage | None:
        """The tokens that were reported."""
        ...

    @property
    def finished(self) -> bool:
        """Whether the answer has ended."""
        ...

    def add(self, chunk: Any, /) -> None:
        """Take in what comes next."""
        ...


class Opened(msgspec.Struct):
    """A stream up to its first content: the chunks held back, and the rest."""

    held: list[Any]
    rest: Stream[Any]
    request_id: str | None

    def close(self) -> None:
        """Free the connection of a stream that nobody reads."""
        self.rest.close()


class AsyncOpened(msgspec.Struct):
    """The async twin of `Opened`."""

    held: list[Any]
    rest: AsyncStream[Any]
    request_id: str | None

    async def aclose(self) -> None:
        """Free the connection of a stream that nobody reads."""
        await self.rest.aclose()


def as_stream(reply: DriverResponse[ChatCompletion]) -> ReadyStream[ChatCompletionChunk]:
    """Return a whole answer as a stream."""
    return ReadyStream(chunks_of(reply.value), reply.request_id)


def open_stream(
    deployment: Deployment, chunks: Stream[Any], deadline: Deadline, make: Callable[[], Progress] = Assembly
) -> Opened:
    """Read up to the first content; raises a `ProviderError` where the stream breaks before it."""
    seen, held = make(), list[Any]()
    try:
        for chunk in chunks:
            seen.add(chunk)
            held.append(chunk)
            if chunk.has_content:
                deadline.lift()
                return Opened(held, chunks, chunks.request_id)
        if seen.finished:
            return Opened(held, chunks, chunks.request_id)
        raise ended_early(deployment, seen.usage)
    except BaseException:
        chunks.close()
        raise


async def aopen_stream(
    deployment: Deployment, chunks: AsyncStream[Any], deadline: Deadline, make: Callable[[], Progress] = Assembly
) -> AsyncOpened:
    """Read up to the first content; the twin of `open_stream`."""
    seen, held = make(), list[Any]()
    try:
        async for chunk in chunks:
            seen.add(chunk)
            held.append(chunk)
            if chunk.has_content:
                deadline.lift()
                return AsyncOpened(held, chunks, chunks.request_id)
        if seen.finished:
            return AsyncOpened(held, chunks, chunks.request_id)
        raise ended_early(deployment, seen.usage)
    except BaseException:
        await chunks.aclose()
        raise


def tells_nothing(error: ProviderError) -> bool:
    """Whether a stream broke without a word of why: a whole call may be told."""
    return error.reason in (EMPTY_STREAM, "connection cut")


def ended_early(deployment: Deployment, usage: Usage | None = None) -> ProviderUnavailableError:
    """Return the failure of a stream that ended without a finish reason."""
    error = ProviderUnavailableError(
        Sentence.of(
            "stream.no_finish",
            "the stream of {name}/{model} ended without a finish reason",
            name=deployment.connection.name,
            model=deployment.model,
        ),
        provider=deployment.connection.view.adapter,
        connection=deployment.connection.name,
        model=deployment.model,
        reason="stream ended early",
    )
    error.usage = usage
    return error
