"""From a stream's bytes to chunks, without I/O: one core for the sync and the async stream."""

from collections.abc import Callable, Iterator
from typing import Any

from genai_sdk.errors import ProviderError
from genai_sdk.routing.drivers import failures
from genai_sdk.routing.drivers.answer import Answer
from genai_sdk.routing.drivers.chunks import chunk_of, says_something
from genai_sdk.routing.drivers.complaint import complaint_of
from genai_sdk.routing.drivers.driver import Deployment
from genai_sdk.routing.drivers.framing import BrokenFramingError, Framing
from genai_sdk.routing.drivers.headers import body_id, request_id
from genai_sdk.types import ChatCompletionChunk

Parse = Callable[[dict[str, Any]], dict[str, Any]]
"""From a vendor's event to a chunk in OpenAI's shape; it keeps what it must know of earlier events."""


class Decoder:
    """Reads one stream.

    Usage comes last and by itself, wherever the vendor puts it.

    Args:
        deployment: Whose stream it is.
        opened: The head of the answer.
        framing: Cuts the bytes into events.
        parse: Reads an event; None where events are in OpenAI's shape already.

    Attributes:
        finished: Whether a finish reason was seen.
        request_id: The provider's id of the request, as far as it is known.
    """

    def __init__(self, deployment: Deployment, opened: Answer, framing: Framing, parse: Parse | None = None) -> None:
        self.finished = False
        self.request_id = request_id(opened.headers)
        self._deployment = deployment
        self._opened = opened
        self._framing = framing
        self._parse = parse
        self._began = False
        self._usage: dict[str, Any] | None = None

    def feed(self, data: bytes) -> Iterator[ChatCompletionChunk]:
        """Take bytes in and yield the chunks in them.

        Raises:
            ProviderError: The provider sent an error, or what is none of its events.
        """
        events = self._framing.feed(data)
        del data  # whoever prints a traceback with its variables prints no key that a provider quotes
        return self._chunks(events)

    def end(self) -> Iterator[ChatCompletionChunk]:
        """Yield what is left once the bytes have ended.

        Raises:
            ProviderUnavailableError: They ended before the answer did.
        """
        yield from self._chunks(self._framing.end())
        if not self.finished:
            raise failures.ended_early(self._deployment, self.request_id)
        if self._usage is not None:
            usage, self._usage = self._usage, None
            yield ChatCompletionChunk.from_dict(usage)

    @property
    def over(self) -> bool:
        """Whether nothing of the answer is missing, so that what goes wrong from now on does no harm."""
        return self.finished and (self._framing.done or self._usage is not None)

    def _chunks(self, events: Iterator[Any]) -> Iterator[ChatCompletionChunk]:
        while (read := self._next(events)) is not None:
            if isinstance(read, ProviderError):
                raise read
            yield read

    def _next(self, events: Iterator[Any]) -> ChatCompletionChunk | ProviderError | None:
        """Read on to the next event that is to be shown; None if there is none."""
        try:
            for event in events:
                complaint = complaint_of(event)
                if complaint is not None:
                    return failures.from_event(self._deployment, complaint, self.request_id)
                if self.request_id is None:
                    self.request_id = body_id(event)
                chunk = self._show(event if self._parse is None else self._parse(event))
                if chunk is not None:
                    return chunk
        except BrokenFramingError as error:
            wrong = str(error)
        except Exception as error:  # noqa: BLE001 - an event may be anything, and litellm raises anything over it
            wrong = f"an event that cannot be read ({type(error).__name__})"
        else:
            return None
        return failures.malformed(self._deployment, self._opened, wrong)

    def _show(self, event: dict[str, Any]) -> ChatCompletionChunk | None:
        usage = event.pop("usage", None)
        if usage:
            self._usage = {**event, "choices": [], "usage": usage}
        if not event.get("choices"):
            return None
        chunk = chunk_of(event)
        finished = [choice for choice in chunk.choices if choice.finish_reason]
        if finished:
            self.finished = True
        elif self._began and not says_something(chunk.choices):
            return None
        self._began = True
        return chunk
