"""The driver of every wire of ours: what to send and what came back is the wire's to say, all else is done here."""

import functools
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic

from msgspec.structs import replace

from genai_sdk.catalogue import wire_of
from genai_sdk.connections import Connection
from genai_sdk.drivers import failures
from genai_sdk.drivers.attempt import Attempt
from genai_sdk.drivers.auth.auth import Auth, own_auth
from genai_sdk.drivers.decompression import DecompressionError
from genai_sdk.drivers.driver import AsyncStream, Deployment, DriverResponse, Stream
from genai_sdk.drivers.exchange import areceive, asend, receive, send
from genai_sdk.drivers.request_headers import authenticated, composed, extra_headers
from genai_sdk.drivers.response_headers import by_lower_name
from genai_sdk.drivers.route import Route, load_wire, no_route, route_of
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.errors import BadRequestError, ProviderError
from genai_sdk.http import AsyncTransport, Deadline, Request, SyncTransport
from genai_sdk.types import Parameters, Usage
from genai_sdk.wires.assembly import Assembly
from genai_sdk.wires.framing import EVENT_STREAM, ServerSentEvents
from genai_sdk.wires.json_text import read_json
from genai_sdk.wires.operation import CHAT, EMBEDDING, A, C, Operation, Q
from genai_sdk.wires.sniffing import events_of, is_stream
from genai_sdk.wires.wire import (
    FailedAnswerError,
    HttpRequest,
    HttpResponse,
    MalformedError,
    UnencodableError,
    UnsupportedError,
    Wire,
)

if TYPE_CHECKING:  # loaded by those who need them
    from genai_sdk.drivers.auth.source import AuthSource
    from genai_sdk.drivers.parameters import ParameterRules
    from genai_sdk.drivers.stream_reader import StreamReader
    from genai_sdk.drivers.streams import ReadyStream

# What a codec may meet in values that it did not make: a call's, or an answer's.
_SURPRISES = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


class Engine:
    """A `Driver` for the wires of ours.

    Args:
        sync: What sync calls go over.
        async_: What async calls go over.
        auth: Where authentication comes from that a connection does not have by itself; None for one of its own over
            the same transport.
        unknown: Counts the words of vendors that no row names; None for a count of its own.
    """

    def __init__(
        self,
        sync: SyncTransport,
        async_: AsyncTransport,
        auth: "AuthSource | None" = None,
        unknown: UnknownWords | None = None,
    ) -> None:
        self._sync = sync
        self._unknown = unknown or UnknownWords()
        self._async = async_
        if auth is not None:
            self.auth = auth
        self._wires: dict[str, Wire | None] = {}

    @functools.cached_property
    def auth(self) -> "AuthSource":
        """Where authentication comes from that a connection does not have by itself."""
        from genai_sdk.drivers.auth.source import AuthSource

        return AuthSource(self._sync)

    def serves(self, operation: Operation[Any, Any, Any], deployment: Deployment) -> bool:
        """Tell whether a wire of ours can carry an operation to a deployment."""
        view = deployment.connection.view
        name = wire_of(view.adapter, deployment.model)
        wire = self._wires.get(name) or self._load(name)
        return wire is not None and wire.serves(operation, deployment.model, view)

    def is_warm(self, _operation: Operation[Any, Any, Any], deployment: Deployment) -> bool:
        """Tell whether the deployment's wire is loaded."""
        return wire_of(deployment.connection.view.adapter, deployment.model) in self._wires

    def prepare(self, _operation: Operation[Any, Any, Any], deployment: Deployment) -> None:
        """Load the deployment's wire."""
        self._load(wire_of(deployment.connection.view.adapter, deployment.model))

    def warm_up(self, connections: Iterable[Connection]) -> None:
        """Load the wires of some connections."""
        for connection in connections:
            if connection.error is None:
                self._load(wire_of(connection.view.adapter, ""))

    def parameters(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, *, stream: bool
    ) -> Parameters | None:
        """Return what becomes of a request's parameters there; None where no wire of ours can carry it."""
        memo, key = deployment.connection.memo, ("parameters", operation.name, deployment.model)
        if key not in memo:
            from genai_sdk.drivers.parameters import rules_of  # a cost only for calls that have parameters

            memo[key] = rules_of(operation, deployment)
        rules: ParameterRules | None = memo[key]
        return None if rules is None else rules.read(request, operation.options(request), stream=stream)

    def _load(self, name: str) -> Wire | None:
        wire = self._wires[name] = load_wire(name) if name else None
        return wire

    def run(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request."""
        auth = own_auth(deployment.connection) or self.auth.get(deployment, deadline)
        attempt = WireAttempt(operation, deployment, request, auth, self._unknown)
        return self._run(attempt, attempt.encode(request), deadline)

    async def arun(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request; the twin of `run`."""
        auth = own_auth(deployment.connection) or await self.auth.aget(deployment, deadline)
        attempt = WireAttempt(operation, deployment, request, auth, self._unknown)
        return await self._arun(attempt, attempt.encode(request), deadline)

    def stream(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> Stream[C]:
        """Open a stream that answers a request."""
        from genai_sdk.drivers.streams import SyncEventStream

        auth = own_auth(deployment.connection) or self.auth.get(deployment, deadline)
        attempt = WireAttempt(operation, deployment, request, auth, self._unknown)
        first = attempt.encode_one(request, stream=True)
        if not first.streams:
            return attempt.ready(self._run(attempt, (first,), deadline))
        response = send(self._sync, deployment, attempt.outgoing(first), deadline)
        reader = attempt.reader(HttpResponse(response.status, by_lower_name(response.headers)))
        if reader is None:
            return attempt.ready(attempt.reply([attempt.decode(receive(deployment, response))]))
        return SyncEventStream(deployment, reader, response, deadline)

    async def astream(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> AsyncStream[C]:
        """Open a stream that answers a request; the twin of `stream`."""
        from genai_sdk.drivers.streams import AsyncEventStream

        auth = own_auth(deployment.connection) or await self.auth.aget(deployment, deadline)
        attempt = WireAttempt(operation, deployment, request, auth, self._unknown)
        first = attempt.encode_one(request, stream=True)
        if not first.streams:
            return attempt.ready(await self._arun(attempt, (first,), deadline))
        response = await asend(self._async, deployment, attempt.outgoing(first), deadline)
        reader = attempt.reader(HttpResponse(response.status, by_lower_name(response.headers)))
        if reader is None:
            return attempt.ready(attempt.reply([attempt.decode(await areceive(deployment, response))]))
        return AsyncEventStream(deployment, reader, response, deadline)

    def _run(
        self, attempt: "WireAttempt[Q, A, C]", parts: Sequence[HttpRequest], deadline: Deadline
    ) -> DriverResponse[A]:
        deployment, values = attempt.deployment, []
        for part in parts:
            response = send(self._sync, deployment, attempt.outgoing(part), deadline)
            values.append(attempt.decode(receive(deployment, response)))
        return attempt.reply(values)

    async def _arun(
        self, attempt: "WireAttempt[Q, A, C]", parts: Sequence[HttpRequest], deadline: Deadline
    ) -> DriverResponse[A]:
        deployment, values = attempt.deployment, []
        for part in parts:
            response = await asend(self._async, deployment, attempt.outgoing(part), deadline)
            values.append(attempt.decode(await areceive(deployment, response)))
        return attempt.reply(values)


class WireAttempt(Attempt, Generic[Q, A, C]):
    """One attempt over a wire: every decision of it, and no I/O.

    Args:
        operation: What is asked.
        deployment: Whom.
        request: With what.
        auth: What its requests are authenticated with.
        unknown: Counts the words in its answers that no row names.

    Raises:
        BadRequestError: The wire has no place for a parameter.
        ConfigurationError: No wire of ours can carry the operation there, or the connection lacks what that takes.
    """

    def __init__(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, auth: Auth, unknown: UnknownWords
    ) -> None:
        route: Route[Q, A, C] | None = route_of(operation, deployment, auth, unknown)
        if route is None:
            raise no_route(operation, deployment)
        super().__init__(deployment, route.wire, auth.refused, route.codec.notice)
        self._operation: Operation[Any, Any, Any] = operation
        self._request: Any = request
        self._route = route
        self._codec = route.codec if operation.as_chat is None else route.codec.of(request)
        self._auth = auth
        self._extra = operation.options(request).get("extra_headers")
        refused = self._codec.unsupported(request)
        if refused:
            raise failures.unsupported(deployment, refused)

    def encode(self, request: Q) -> Sequence[HttpRequest]:
        """Return what is sent for a request whose response is wanted whole.

        Raises:
            BadRequestError: It cannot be put into the wire's words.
        """
        parts = self._codec.split(request)
        return [self.encode_one(part, stream=False) for part in parts]

    def encode_one(self, request: Q, *, stream: bool) -> HttpRequest:
        """Return what is sent for a request that one HTTP request can hold; raises as `encode`."""
        encoded = self._encode(request, stream=stream)
        if isinstance(encoded, BadRequestError):
            raise encoded
        return encoded

    def _encode(self, request: Q, *, stream: bool) -> HttpRequest | BadRequestError:
        try:
            return self._codec.encode(request, stream=stream)
        except UnsupportedError as error:
            if error.names_file:
                return self._encode_named(request, stream=stream)
            return failures.unsupported(self.deployment, error.refused)
        except UnencodableError as error:
            text = str(error)
        except _SURPRISES as error:
            text = f"it is not in the shape that its operation takes ({error!r})"
        return failures.unsendable(self.deployment, text)

    def _encode_named(self, request: Any, *, stream: bool) -> HttpRequest | BadRequestError:
        """Encode a request that names files which a connection keeps, and put in the ids of this one's vendor."""
        from genai_sdk.wires.kept_files import noted, resolved  # a cost only for calls that name a file

        view, encoded = self.deployment.connection.view, self._encode(noted(request), stream=stream)
        if isinstance(encoded, BadRequestError) or not isinstance(encoded.body, bytes):
            return encoded
        try:
            return replace(encoded, body=resolved(encoded.body, view.name, view.adapter))
        except UnsupportedError as error:
            return failures.unsupported(self.deployment, error.refused)

    def outgoing(self, request: HttpRequest) -> Request:
        """Return a request as it goes out: with the connection's and the call's own headers, and authenticated.

        Raises:
            InvalidRequestError: `extra_headers` of the call would replace authentication or framing.
        """
        headers = self._route.headers
        if headers is None or self._extra is not None or request.headers is not self._codec.headers:
            unsigned = self._route.unsigned.reveal()
            if self._extra is not None or request.headers is not self._codec.headers:
                unsigned = composed(request.headers, extra_headers(self.deployment, self._extra))
            headers = authenticated(unsigned, self._auth.headers(request))
        return Request(request.method, request.url, headers, request.body)

    def decode(self, response: HttpResponse) -> A:
        """Return the value in a response.

        Raises:
            ProviderError: It is an error, or not what it should be.
        """
        self.check(response)
        if (ordinary := self._codec.decode_ordinary(response.body)) is not None:
            return ordinary
        is_bytes = self._codec.binary and "json" not in response.headers.get("content-type", "")
        data: Any = response.body if is_bytes else self.read(response)
        value = data if isinstance(data, ProviderError) else self._value(response, data)
        if isinstance(value, ProviderError) and value.reason == failures.MALFORMED:
            value = self._unasked(response) or value
        if isinstance(value, ProviderError):
            value.usage = value.usage or self._usage(response)
            raise value
        return value

    def _usage(self, response: HttpResponse) -> Usage | None:
        """Return the tokens that a refused response reports: they are paid for all the same."""
        with suppress(*_SURPRISES):
            data = read_json(response.body)
            return self._codec.usage(data[-1] if isinstance(data, list) and data else data)
        return None

    def _unasked(self, response: HttpResponse) -> A | None:
        """Return the answer in a stream that nobody asked for: some servers send nothing else. None if it is none.

        Raises:
            ProviderError: The stream says that it failed, or breaks off.
        """
        body = response.body
        if self._operation is not CHAT or (not is_stream(body, "application/json") and events_of(body) is None):
            return None
        headers = {name: item for name, item in response.headers.items() if name != "content-encoding"}
        reader = self.reader(HttpResponse(response.status, headers))
        if reader is None:
            return None
        assembly = Assembly()
        for chunk in (*reader.feed(body), *reader.end()):
            assembly.add(chunk)  # type: ignore[arg-type]  # chat's chunks
        self.request_id = self.request_id or reader.request_id
        return assembly.completion()  # type: ignore[return-value]

    def _value(self, response: HttpResponse, data: Any) -> A | ProviderError:
        try:
            value = self._codec.decode(data, response.headers)
        except FailedAnswerError as failed:
            ident = self.request_id
            return failures.from_event(self.deployment, response, failed.error, ident, self.wire, self.notice)
        except MalformedError as error:
            value, what = None, str(error)
        except _SURPRISES as error:
            value, what = None, f"something that cannot be read ({type(error).__name__})"
        else:
            what = "no answer in it"
        return failures.malformed(self.deployment, response, what) if value is None else value

    def reply(self, values: Sequence[A]) -> DriverResponse[A]:
        """Return the one reply that the values of all parts make."""
        value = values[0] if len(values) == 1 else self._codec.join(values)
        if self._operation is EMBEDDING:
            self._check_count(value)
            value = self.completed(value)
        elif self._operation.units is not None:
            from genai_sdk.wires.operations import counted  # loaded, as the operation is

            value = counted(self._operation, self._request, value)
        return DriverResponse(value, self.request_id)

    def completed(self, value: A) -> A:
        """Return vectors as they are wanted."""
        try:
            return self._codec.complete(self._request, value)
        except MalformedError as error:
            wrong = str(error)
        made = failures.malformed(self.deployment, HttpResponse(200, {}), wrong)
        made.usage = value.usage
        raise made

    def _check_count(self, value: Any) -> None:
        """See that there is one vector for each text: one too few, and each behind it would be another text's."""
        texts = self._request.input
        wanted, count = 1 if isinstance(texts, str) else len(texts), len(value.data)
        if count != wanted:
            what = f"{count} vectors for {wanted} texts"
            error = failures.malformed(self.deployment, HttpResponse(200, {}), what)
            error.usage = value.usage
            raise error

    def ready(self, reply: DriverResponse[A]) -> "ReadyStream[C]":
        """Return a whole reply as a stream."""
        from genai_sdk.drivers.streams import ReadyStream

        return ReadyStream(self._codec.chunks(reply.value), reply.request_id)

    def reader(self, head: HttpResponse) -> "StreamReader[C] | None":
        """Return what reads the stream behind a head, or None if no stream is behind it."""
        from genai_sdk.drivers.stream_reader import StreamReader

        framings = self._codec.framings
        framing = self.framing(head, framings)
        events = framings.get(EVENT_STREAM)
        if framing is None and 200 <= head.status < 300:
            media_type = head.headers.get("content-type", "").partition(";")[0].strip()
            is_json = "json" in media_type
            framing = None if is_json else self._codec.framing(media_type)
            if framing is None and events is not None:
                framing = events()
            elif framing is None and not is_json:  # AWS' events behind a gateway
                framing = next(iter(framings.values()))()
        if framing is None:
            return None
        whole = self._chunks if isinstance(framing, ServerSentEvents) else None
        try:
            return StreamReader(
                self.deployment, head, framing, self._codec.parser(), self.wire, whole, self.notice, self._codec.usage
            )
        except DecompressionError as error:
            wrong = str(error)
        raise failures.malformed(self.deployment, head, wrong)

    def _chunks(self, response: HttpResponse) -> Sequence[C]:
        """Return a whole response, which came in place of a stream, as a stream gives it."""
        return self._codec.chunks(self.decode(response))
