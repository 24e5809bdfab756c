"""From a stream's bytes to what it consists of, without I/O: one core for the sync and the async stream."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Generic

from genai_sdk.drivers import failures
from genai_sdk.drivers.decompression import DecompressionError, unpacker
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.response_headers import body_id, request_id
from genai_sdk.errors import ProviderError
from genai_sdk.http import MAX_RESPONSE_BYTES, too_large
from genai_sdk.types import Usage
from genai_sdk.wires.framing import BrokenFramingError, Framing
from genai_sdk.wires.operation import C
from genai_sdk.wires.sniffing import events_of, is_stream
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.wire import FailedAnswerError, HttpResponse, MalformedError, Parser, Wire


class StreamReader(Generic[C]):
    """Reads one stream.

    Args:
        deployment: Whose stream it is.
        head: The head of the response.
        framing: Cuts the bytes into events.
        parser: Reads the events.
        wire: Whose errors the provider's are.
        whole: Makes a stream of a whole response, where the server sends one in place of events; None where nothing
            can, so that the media type of the response is believed.
        notice: Is told of codes of errors that no row names.
        usage_of: Finds the tokens that an event reports which is an error, or which no answer is made of.

    Attributes:
        request_id: The provider's id of the request, as far as it is known.
        empty: Whether not one event has come.
        limit: The most bytes that a packed stream may have once it is unpacked; of others the transport counts them.

    Raises:
        DecompressionError: The response is packed in a way that is not known here.
    """

    def __init__(
        self,
        deployment: Deployment,
        head: HttpResponse,
        framing: Framing,
        parser: Parser[C],
        wire: Wire,
        whole: Callable[[HttpResponse], Iterable[C]] | None = None,
        notice: Notice = ignore,
        usage_of: Callable[[Any], Usage | None] = lambda _event: None,
    ) -> None:
        self._usage_of = usage_of
        self._notice = notice
        self.request_id = request_id(head.headers)
        self.empty = True
        self.limit = MAX_RESPONSE_BYTES
        self._unpacker = unpacker(head.headers)
        self._make_whole = whole
        self._beginning: list[bytes] | None = [] if whole is not None else None
        self._is_body = False
        self._size = 0
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
        if self._beginning is not None or self._unpacker is not None:
            return self._feed_slowly(data)
        events = self._framing.feed(data)
        del data  # whoever prints a traceback with its variables prints no key that a provider quotes
        return self._items(events)

    def _feed_slowly(self, data: bytes) -> Iterator[C]:
        """Do what `feed` does for bytes that are packed, or of which it is not known yet what they are."""
        if self._unpacker is None:
            yield from self._sorted(data)
            return
        pieces, wrong = self._unpacker.feed(data), ""
        del data
        while not wrong:
            try:
                piece = next(pieces, b"")
            except DecompressionError as error:
                wrong = str(error)
                break
            if not piece:
                return
            self._size += len(piece)
            if self._size > self.limit:
                raise failures.from_transport(self._deployment, too_large(self.limit))
            yield from self._sorted(piece)
        raise failures.malformed(self._deployment, self._head, wrong)

    def _sorted(self, data: bytes) -> Iterator[C]:
        """Give bytes to the framing, or keep them if they are a body in place of a stream."""
        held = self._beginning
        if held is None:
            return self._items(self._framing.feed(data))
        held.append(data)
        if self._is_body:
            return iter(())
        data = held[0] if len(held) == 1 else b"".join(held)
        begun = is_stream(data, self._head.headers.get("content-type", ""))
        if begun is None:
            return iter(())
        self._is_body = not begun
        if self._is_body:
            return iter(())
        self._beginning = None
        return self._items(self._framing.feed(data))

    def end(self) -> Iterator[C]:
        """Yield what is left once the bytes have ended.

        Raises:
            ProviderUnavailableError: They ended before the answer did.
        """
        if self._is_body and self._beginning is not None and self._make_whole is not None:
            body = b"".join(self._beginning)
            events = events_of(body)
            if events is None:
                self.empty = False
                yield from self._make_whole(HttpResponse(self._head.status, self._head.headers, body))
                return
            yield from self._items(iter(events))
        else:
            yield from self._items(self._framing.end())
        if not self._parser.finished:
            raise self.counted(failures.ended_early(self._deployment, self.request_id, empty=self.empty))
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
        """Yield what is to be shown of events."""
        error_of, read = self._wire.error_of, self._parser.read
        event = failed = wrong = None
        try:
            for event in events:
                self.empty = False
                # Most events by far are chunks, in which there is nothing to look for.
                if type(event) is dict:
                    if ("choices" not in event or event.get("error")) and (failed := error_of(event)) is not None:
                        break
                    if self.request_id is None:
                        self.request_id = body_id(event)
                item = read(event)
                if item is not None:
                    yield item
        except FailedAnswerError as error:
            failed = error.error
        except (BrokenFramingError, MalformedError) as broken:
            wrong = str(broken)
        except Exception as strange:  # noqa: BLE001 - an event may be anything, and litellm raises anything over it
            wrong = f"an event that cannot be read ({type(strange).__name__})"
        report = event if isinstance(event, dict) and (failed is not None or wrong is not None) else None
        event = None  # for the same reason as in `feed`
        if failed is not None:
            made = failures.from_event(self._deployment, self._head, failed, self.request_id, self._wire, self._notice)
            raise self.counted(made, report)
        if wrong is not None:
            raise self.counted(failures.malformed(self._deployment, self._head, wrong), report)

    def counted(self, error: ProviderError, event: Any = None) -> ProviderError:
        """Return an error with the tokens that were reported before it: they are paid for all the same."""
        with suppress(AttributeError, KeyError, OverflowError, TypeError, ValueError):
            error.usage = (self._usage_of(event) if event else None) or self._parser.usage
        return error
