"""What a wire is: a pure codec between our requests and responses and a vendor's HTTP. It does no I/O.

The engine (`drivers.engine`) carries any wire. For each attempt it

1. works out the `Endpoint` of the deployment and asks the wire for the operation's `Codec` (once per deployment: the
   codec is kept, so whatever a codec can work out of its endpoint it works out in `__init__`);
2. refuses the call if `codec.unsupported(request)` names a parameter;
3. takes `codec.split(request)` apart where one HTTP request cannot hold it (nearly always it is one part), and sends
   what `codec.encode(part, stream=...)` returns, with the connection's and the call's `extra_headers` and
   authentication added: a wire sees no key, and `extra_headers` is none of its business;
4. turns a status that is not 2xx, or an error body inside a 2xx, into an error by `wire.refusal(...)`;
5. otherwise returns `codec.decode_ordinary(body)`, or where that is None decodes the body and returns
   `codec.decode(data, headers)`;
6. for a stream cuts the bytes into events by the response's media type (`codec.framings`), looks for an error in each
   (`wire.error_of(event)`), and yields what a fresh `codec.parser()` makes of them. A request that came out of
   `encode` with `streams=False` (the model cannot stream) is answered whole, and made a stream of by
   `codec.chunks(response)`.

A wire raises `UnsupportedError` or `UnencodableError` for a call, `MalformedError` or `FailedAnswerError` for an
answer; ValueError,
KeyError, TypeError, AttributeError, OverflowError and RecursionError count as an unencodable call and a
malformed answer wherever they come from. None of these messages may quote content: they are shown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import msgspec

from genai_sdk.types import ConnectionView, Usage
from genai_sdk.wires.error_body import ErrorBody, error_in, read_error
from genai_sdk.wires.framing import FRAMINGS, Framing
from genai_sdk.wires.operation import CHAT, A, C, Operation, Q
from genai_sdk.wires.refusal import WORDS, RefusalKind, Words, kind_of
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.unsupported import NOTHING, unsupported
from genai_sdk.wires.unsupported import UnsupportedError as UnsupportedError

C_co = TypeVar("C_co", covariant=True)

JSON: Mapping[str, str] = MappingProxyType({"content-type": "application/json"})
"""The format headers of a body of JSON."""

Body = bytes | tuple[bytes, ...]
"""A request's body: whole, or in pieces that are sent one after the other (files are not copied into one)."""


class UnencodableError(Exception):
    """A call cannot be put into a wire's words for the reason given. Nothing is sent."""


class MalformedError(Exception):
    """An answer of 2xx, or an event in it, is not what the wire says."""


class FailedAnswerError(Exception):
    """An answer of 2xx, or an event in it, says that it failed.

    Args:
        error: What it says.
    """

    def __init__(self, error: ErrorBody) -> None:
        super().__init__("the answer failed")
        self.error = error


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of every request to one deployment. It holds no secret.

    Attributes:
        adapter: The adapter's name, a key of `catalogue.ADAPTERS`.
        model: The model id, or Azure's deployment name.
        root: The URL that the wire's paths are appended to (`catalogue.endpoint`), without a slash at its end.
        base_url: The connection's own base URL, or None for the vendor's public endpoint.
        region: Bedrock's region or Vertex AI's location, or None.
        project: The Google Cloud project that the credentials belong to; empty on other adapters.
        use_responses_api: Whether chat goes over OpenAI's `/responses`.
        connection: The connection's name, for what only this one can read again.
    """

    adapter: str
    model: str
    root: str
    base_url: str | None = None
    region: str | None = None
    project: str = ""
    use_responses_api: bool = False
    connection: str = ""


class HttpRequest(msgspec.Struct, frozen=True):
    """A request as a wire wants it sent, without authentication.

    Attributes:
        url: Where it goes, percent-encoded.
        body: The body.
        headers: The headers that belong to the format, names in lower case (`content-type`, `anthropic-version`).
        method: An HTTP method in upper case.
        streams: Whether the answer will be a stream.
    """

    url: str
    body: Body = b""
    headers: Mapping[str, str] = JSON
    method: str = "POST"
    streams: bool = False

    def __repr__(self) -> str:
        # Queries can hold keys, bodies can hold anything.
        return f"HttpRequest({self.method} {self.url.partition('?')[0]})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("method", self.method)]  # else msgspec's own tells every field


class HttpResponse(msgspec.Struct, frozen=True):
    """A whole response, or the head of one whose body is still to come.

    Attributes:
        status: The HTTP status.
        headers: The headers, names in lower case; of several with one name the first.
        body: The body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        # What a provider says may quote a key.
        return f"HttpResponse({self.status}, {len(self.body)} bytes)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("status", self.status)]  # as above


class Parser(Protocol[C_co]):
    """Reads the events of one stream; it keeps what it must know of earlier ones.

    For chat do not write one: give `wires.chunks.ChatParser` a function that turns an event into a dict in the shape of
    OpenAI's chunks. It brings the usage to the end, leaves out what says nothing, and finds the finish reason.
    """

    @property
    def finished(self) -> bool:
        """Whether the vendor has said why the answer ended; a stream that ends without it was cut."""
        ...

    @property
    def whole(self) -> bool:
        """Whether nothing of the answer is missing, so that what goes wrong from now on does no harm."""
        ...

    @property
    def done(self) -> bool:
        """Whether the vendor has said that the stream is over: nothing is waited for any more."""
        ...

    @property
    def usage(self) -> Usage | None:
        """The tokens that were reported so far."""
        ...

    def read(self, event: Any) -> C_co | None:
        """Return what an event brings, or None if it brings nothing to be shown; the event may be written to."""
        ...

    def end(self) -> Iterable[C_co]:
        """Return what is left to be shown once the events have ended."""
        ...


class Codec(Generic[Q, A, C]):
    """How one operation goes over a wire to one endpoint. Made once for each deployment; keep nothing of a call in it.

    Args:
        endpoint: Where the calls go.
    """

    lacks: Set[str] = frozenset()
    """The parameters (and `wires.unsupported.JSON_OBJECT`) that the wire has no place for: they are refused, not
    dropped."""
    conditional: Set[str] = frozenset()
    """The parameters of which the wire or its model takes only some values: `encode` refuses the others."""
    places: Mapping[str, str] = MappingProxyType({})
    """Where parameters go that have another name or place than in OpenAI's API: a path in the body, or in words."""
    binary: ClassVar[bool] = False
    """Whether an answer may be bytes that are no JSON; what calls itself JSON is decoded all the same."""
    headers: Mapping[str, str] = JSON
    """The format headers of its requests; those of a request that has the same object are put together once."""
    framings: ClassVar[Mapping[str, Callable[[], Framing]]] = FRAMINGS
    """What cuts a stream into events, by the media type of its response."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.notice: Notice = ignore
        """Is told of words in answers that no row names; whoever carries the calls puts in its own."""

    def of(self, _request: Q) -> "Codec[Q, A, C]":
        """Return the codec of one call; this one, unless a response repeats what was asked.

        It is asked of operations that can be put as chat.
        """
        return self

    def unsupported(self, request: Q) -> Mapping[str, str]:
        """Return the parameters of a request that ask for what the wire cannot do, each with where it has no place.

        Without `lacks` there are none; those that `encode` refuses need not be among them.
        """
        return unsupported(self.lacks, getattr(request, "options", {})) if self.lacks else NOTHING

    def place(self, name: str, _item: Any, /) -> str | None:
        """Return where a parameter goes: nothing where it goes out as it is, None where it need not be sent.

        Args:
            name: Its name.
            _item: Its value.
        """
        return self.places.get(name, "")

    def split(self, request: Q) -> Sequence[Q]:
        """Return the requests that one HTTP request each can hold (a model may embed one text at a time)."""
        return (request,)

    def join(self, responses: Sequence[A]) -> A:
        """Return the one response that those to the parts make."""
        return responses[0]

    def complete(self, _request: Q, response: A, /) -> A:
        """Return a response as the request wants it; of embeddings alone, which are asked for as they travel best."""
        return response

    def encode(self, request: Q, *, stream: bool) -> HttpRequest:
        """Return what is sent.

        Args:
            request: The request; nothing in it is written to.
            stream: Whether a stream is wanted.

        Raises:
            UnsupportedError: The wire has no place for something in it.
            UnencodableError: It cannot be put into the wire's words.
        """
        raise NotImplementedError

    def decode_ordinary(self, _body: bytes) -> A | None:
        """Return the response in a body that is just what nearly all are; None for another, which `decode` looks at.

        A codec that can tell such bodies by one cheap test spares them all that `decode` has to look for; the value is
        the same.
        """
        return None

    def decode(self, data: Any, headers: Mapping[str, str], /) -> A | None:
        """Return the response in an answer of 2xx that is no error; None if there is none in it.

        Args:
            data: The body, decoded (a JSON object, which may be written to), or if `binary` maybe bytes.
            headers: The response's headers, names in lower case.

        Raises:
            MalformedError: It is not what the wire says.
            FailedAnswerError: It says that it failed.
        """
        raise NotImplementedError

    def usage(self, _data: Any, /) -> Usage | None:
        """Return the tokens that an answer or an event of 2xx reports which is refused; they are paid for all the same.

        Args:
            _data: The body or the event, decoded.
        """
        return None

    def framing(self, _media_type: str, /) -> Framing | None:
        """Return what cuts a stream of a media type that is none of `framings`, nor JSON; None to take it as events."""
        return None

    def parser(self) -> Parser[C]:
        """Return what reads the events of one stream."""
        raise NotImplementedError

    def chunks(self, response: A) -> Sequence[C]:
        """Return a whole response as a stream gives it, for models that cannot stream."""
        raise NotImplementedError


class Wire:
    """A vendor's HTTP API. One instance exists, `WIRE` in the wire's package; `drivers.registry` knows it by name."""

    name: ClassVar[str]
    """What the catalogue's rows call it (`Adapter.wire`)."""
    words: ClassVar[Words] = WORDS
    """What the vendor's error codes and texts mean: the shared table, or one with rows of its own before it."""
    codecs: ClassVar[Mapping[str, Callable[[Endpoint], Codec[Any, Any, Any] | None]]] = MappingProxyType({})
    """The codecs by the names of their operations; what is missing, or None at an endpoint, the wire cannot do, unless
    it can be put as chat."""

    def serves(self, operation: Operation[Any, Any, Any], _model: str, _view: ConnectionView, /) -> bool:
        """Tell whether this wire has an operation, for a model and a connection that may differ from others in it."""
        return operation.name in self.codecs or (operation.as_chat is not None and CHAT.name in self.codecs)

    def codec(self, operation: Operation[Q, A, C], endpoint: Endpoint) -> Codec[Q, A, C] | None:
        """Return how an operation goes to an endpoint; None if this wire cannot do it there."""
        make = self.codecs.get(operation.name)
        made = None if make is None else make(endpoint)
        if made is None and operation.as_chat is not None and CHAT.name in self.codecs:
            return operation.as_chat(self.codecs[CHAT.name](endpoint))  # type: ignore[no-any-return]
        return made

    def error_of(self, data: Any) -> ErrorBody | None:
        """Return the error that a decoded body or event of a 2xx holds, or None."""
        return error_in(data, self.words.statuses)

    def read_error(self, body: bytes) -> ErrorBody:
        """Return what the body of a response that is not 2xx says."""
        return read_error(body, self.words.statuses)

    def refusal(self, status: int, headers: Mapping[str, str], error: ErrorBody) -> RefusalKind:
        """Return what kind of refusal an error is.

        Args:
            status: The HTTP status, or what an error inside a 2xx stands for.
            headers: The response's headers, names in lower case.
            error: The error body.
        """
        return kind_of(status, error, self.words)
