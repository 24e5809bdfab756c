"""An operation of a vendor's own shape on a wire that has none: it goes out as chat, and comes back translated."""

import copy
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Generic, Protocol, Self, TypeVar

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Usage
from genai_sdk.wires.batch import E, EventBatch
from genai_sdk.wires.operation import A, ChatRequest, Q
from genai_sdk.wires.wire import Codec, HttpRequest, Parser, UnencodableError, UnsupportedError

E_co = TypeVar("E_co", covariant=True)
ChatCodec = Codec[ChatRequest, ChatCompletion, ChatCompletionChunk]

_SAMPLE = ({"role": "user", "content": "-"},)
"""The conversation of a request that is encoded for its parameters alone."""

_SURPRISES = (AttributeError, KeyError, TypeError, ValueError)


class EventMaker(Protocol[E_co]):
    """Makes a vendor's events of chat's chunks."""

    def add(self, chunk: ChatCompletionChunk, /) -> Any:
        """Yield what a chunk brings."""
        ...

    def end(self) -> Any:
        """Yield what is left at the end."""
        ...


class ChatTranslation(Codec[Q, A, EventBatch[E]], Generic[Q, A, E]):
    """A codec over a wire's codec of chat. The one of a call knows its request, of which a response repeats a part.

    Args:
        chat: The wire's codec of chat.
    """

    request: Q
    said: Mapping[str, str] = MappingProxyType({})
    """The parameters that are part of the conversation in chat, each with what becomes of it."""

    def __init__(self, chat: ChatCodec) -> None:
        super().__init__(chat.endpoint)
        self._chat = chat
        self.headers = chat.headers
        self.framings = chat.framings  # type: ignore[misc]  # the inner one's, whatever wire that is

    def of(self, request: Q) -> Self:
        """Return the codec of one call."""
        made = copy.copy(self)
        made.request = request
        self._chat.notice = self.notice
        return made

    def unsupported(self, request: Q) -> Mapping[str, str]:
        """Return the parameters that the wire, its model, or chat has no place for, each with where it has none."""
        given: Mapping[str, Any] = getattr(request, "options", {})
        try:
            refused = dict(self.lacking(given))
            chat = self.options(request)
            for name, why in self._refused(chat).items():
                refused.setdefault(self._own_name(name, given), why)
        except _SURPRISES:
            return {}  # `encode` meets it again, and says what it is
        return refused

    def place(self, name: str, item: Any, /) -> str | None:
        """Return where a parameter goes: to where the wire has what chat calls it."""
        if name in self.said:
            return self.said[name]
        try:
            chat = self.put({name: item})
        except _SURPRISES:
            return ""  # as above
        places = {one: self._chat.place(one, part) for one, part in chat.items()}
        if chat == {name: item}:
            return places[name]
        return ", ".join(place or one for one, place in places.items() if place is not None) or None

    def _refused(self, chat: dict[str, Any]) -> Mapping[str, str]:
        """Return what the wire's chat refuses of some parameters, which are taken out of them."""
        refused = dict(self._chat.unsupported(ChatRequest(_SAMPLE, chat)))
        while True:
            for name in refused:
                chat.pop(name, None)
            try:
                self._chat.encode(ChatRequest(_SAMPLE, chat), stream=False)
            except UnsupportedError as error:
                more = {name: why for name, why in error.refused.items() if name in chat}
                if not more:
                    return refused
                refused.update(more)
            except (UnencodableError, *_SURPRISES):
                return refused
            else:
                return refused

    def _own_name(self, chat: str, given: Mapping[str, Any]) -> str:
        """Return which of the call's parameters became one of chat's."""
        return next((name for name, item in given.items() if chat in self.put({name: item})), chat)

    def lacking(self, given: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the parameters that chat has no place for, each with where it has none."""
        raise NotImplementedError

    def put(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return parameters as chat's."""
        raise NotImplementedError

    def options(self, request: Q) -> dict[str, Any]:
        """Return all parameters of a call as chat's."""
        return self.put(getattr(request, "options", {}))

    def messages(self, request: Q) -> Sequence[Mapping[str, Any]]:
        """Return the conversation as chat's."""
        raise NotImplementedError

    def translated(self, completion: ChatCompletion) -> A | None:
        """Return an answer of chat in the vendor's own shape."""
        raise NotImplementedError

    def maker(self) -> EventMaker[E]:
        """Return what makes the events of one stream."""
        raise NotImplementedError

    def encode(self, request: Q, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        return self._chat.encode(ChatRequest(self.messages(request), self.options(request)), stream=stream)

    def decode_ordinary(self, body: bytes) -> A | None:
        """Return the response in a body that is just what nearly all are."""
        completion = self._chat.decode_ordinary(body)
        return None if completion is None else self.translated(completion)

    def decode(self, data: Any, headers: Mapping[str, str], /) -> A | None:
        """Return the response; None if there is none."""
        completion = self._chat.decode(data, headers)
        return None if completion is None else self.translated(completion)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that a refused answer or event reports."""
        return self._chat.usage(data)

    def parser(self) -> "TranslatedParser[E]":
        """Return what reads a stream."""
        return TranslatedParser(self._chat.parser(), self.maker())


class TranslatedParser(Generic[E]):
    """The `Parser` of a stream of chat that is shown as a vendor's own events.

    Args:
        chat: Reads the stream as chat's chunks.
        maker: Makes the events of them.
    """

    def __init__(self, chat: Parser[ChatCompletionChunk], maker: EventMaker[E]) -> None:
        self._chat = chat
        self._maker = maker

    @property
    def finished(self) -> bool:
        """Whether the vendor has said why the answer ended."""
        return self._chat.finished

    @property
    def whole(self) -> bool:
        """Whether nothing of the answer is missing."""
        return self._chat.whole

    @property
    def done(self) -> bool:
        """Whether the vendor has said that the stream is over."""
        return self._chat.done

    @property
    def usage(self) -> Usage | None:
        """The tokens that were reported so far."""
        return self._chat.usage

    def read(self, event: Any) -> EventBatch[E] | None:
        """Return the events that an event of the wire's brings."""
        chunk = self._chat.read(event)
        if chunk is None:
            return None
        events = tuple(self._maker.add(chunk))
        return EventBatch(events, has_content=chunk.has_content) if events else None

    def end(self) -> Sequence[EventBatch[E]]:
        """Return what is left once the stream has ended."""
        events = [event for chunk in self._chat.end() for event in self._maker.add(chunk)]
        return (EventBatch((*events, *self._maker.end()), has_content=True),)


Translation = Callable[[ChatCodec], ChatTranslation[Any, Any, Any]]
