"""Streams of OpenAI's SDK whose events never were bytes."""

from collections.abc import AsyncIterator, Callable, Iterator
from inspect import signature
from typing import Any

import msgspec
import openai
from openai.types.chat import ChatCompletionChunk

from genai_sdk.errors import GenAIError
from genai_sdk.gateway.openai.application import AsyncEvents, Events
from genai_sdk.gateway.openai.likeness import TextChunks
from genai_sdk.gateway.openai.transport import Interrupted

_TAKES_OPTIONS = "options" in signature(openai.Stream.__init__).parameters  # not in openai 2.0.0


class Ready:
    """What is a model already, where the SDK takes JSON and would make one of it."""

    __slots__ = ("model",)

    def __init__(self, model: Any) -> None:
        self.model = model


class Event:
    """An event as the SDK's decoder gives it."""

    __slots__ = ("_made",)
    data = ""  # of which it asks only whether it is the mark of the end

    def __init__(self, made: Any) -> None:
        self._made = made

    @property
    def event(self) -> str | None:
        """The event's name."""
        return self._made.get("type") if type(self._made) is dict else None

    def json(self) -> Any:
        """Return what it brings."""
        return self._made


class InProcessStream(openai.Stream[Any]):
    """`openai.Stream` of events that never were bytes."""

    events: Events
    interrupted: Any

    def _iter_events(self) -> Iterator[Any]:
        make = _maker(self)
        try:
            for made in self.events.items():
                yield Event(make(made))
        except GenAIError as error:
            raise self.interrupted(error, self.response.request) from error
        finally:
            self.response.close()  # openai 2.0.0 does not


class InProcessAsyncStream(openai.AsyncStream[Any]):
    """`openai.AsyncStream` of events that never were bytes; the twin of `InProcessStream`."""

    events: AsyncEvents
    interrupted: Any

    async def _iter_events(self) -> AsyncIterator[Any]:
        make = _maker(self)
        try:
            async for made in self.events.items():
                yield Event(make(made))
        except GenAIError as error:
            raise self.interrupted(error, self.response.request) from error
        finally:
            await self.response.aclose()


def make_stream(events: Events | AsyncEvents, interrupted: Interrupted, **arguments: Any) -> Any:
    """Return a stream of the SDK's.

    Args:
        events: What it reads.
        interrupted: Makes the error of a stream that broke.
        **arguments: What the SDK makes a stream of.
    """
    if not _TAKES_OPTIONS:
        del arguments["options"]
    kind: Any = InProcessStream if isinstance(events, Events) else InProcessAsyncStream
    made = kind(**arguments)
    made.events, made.interrupted = events, interrupted
    return made


def read_as_json(made: Any) -> Any:
    """Return what somebody reads who gets it as JSON: lists for tuples, and dicts for values of ours."""
    return msgspec.json.decode(msgspec.json.encode(made))


def _maker(stream: Any) -> Callable[[Any], Any]:
    """Return what makes of an item what the SDK makes a model of, or is a model already."""
    if stream._cast_to is not ChatCompletionChunk:
        return read_as_json

    def construct(data: Any) -> Any:
        return stream._client._process_response_data(data=data, cast_to=ChatCompletionChunk, response=stream.response)

    chunks = TextChunks(construct)

    def make(made: dict[str, Any]) -> Any:
        model = chunks.make(made)
        return read_as_json(made) if model is None else Ready(model)

    return make
