"""From a stream's bytes to what it consists of, without I/O: one core for the sync and the async stream."""

from collections.abc import Iterator
from typing import Any, Generic

from genai_sdk.drivers import failures
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.headers import body_id, request_id
from genai_sdk.errors import ProviderError
from genai_sdk.wires.framing import BrokenFramingError, Framing
from genai_sdk.wires.operation import C
from genai_sdk.wires.wire import HttpResponse, MalformedError, Parser, Wire


class StreamReader(Generic[C]):
    """Reads one stream.

    Args:
        deployment: Whose stream it is.
        head: The head of the response.
        framing: Cuts the bytes into events.
        parser: Reads the events.
        wire: Whose errors the provider's are.

    Attributes:
        request_id: The provider's id of the request, as far as it is known.
    """

    def __init__(
        self, deployment: Deployment, head: HttpResponse, framing: Framing, parser: Parser[C], wire: Wire
    ) -> None:
        self.request_id = request_id(head.headers)
        self._deployment = deployment
        self._head = head
        self._framing = framing
        self._parser = parser
        self._wire = wire

    def feed(self, data: bytes) -> Iterator[C]:
        """Take bytes in and yield what is in them.

        Raises:
            ProviderError: The provider sent an error, or what is none of its events.
        """
        events = self._framing.feed(data)
        del data  # whoever prints a traceback with its variables prints no key that a provider quotes
        return self._items(events)

    def end(self) -> Iterator[C]:
        """Yield what is left once the bytes have ended.

        Raises:
            ProviderUnavailableError: They ended before the answer did.
        """
        yield from self._items(self._framing.end())
        if not self._parser.finished:
            raise failures.ended_early(self._deployment, self.request_id)
        yield from self._parser.end()

    @property
    def whole(self) -> bool:
        """Whether nothing of the answer is missing, so that what goes wrong from now on does no harm."""
        return self._parser.finished and (self._framing.done or self._parser.whole)

    @property
    def done(self) -> bool:
        """Whether the provider has said that the stream is over."""
        return self._framing.done or self._parser.done

    def _items(self, events: Iterator[Any]) -> Iterator[C]:
        while (item := self._next(events)) is not None:
            if isinstance(item, ProviderError):
                raise item
            yield item

    def _next(self, events: Iterator[Any]) -> C | ProviderError | None:
        """Read on to the next event that is to be shown; None if there is none."""
        error_of, read = self._wire.error_of, self._parser.read
        try:
            for event in events:
                # Most events by far are chunks, in which there is nothing to look for.
                if ("choices" not in event or event.get("error")) and (error := error_of(event)) is not None:
                    return failures.from_event(self._deployment, self._head, error, self.request_id, self._wire)
                if self.request_id is None:
                    self.request_id = body_id(event)
                item = read(event)
                if item is not None:
                    return item
        except (BrokenFramingError, MalformedError) as broken:
            wrong = str(broken)
        except Exception as failed:  # noqa: BLE001 - an event may be anything, and litellm raises anything over it
            wrong = f"an event that cannot be read ({type(failed).__name__})"
        else:
            return None
        return failures.malformed(self._deployment, self._head, wrong)
