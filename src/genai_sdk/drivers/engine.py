"""The driver of every wire of ours: what to send and what came back is the wire's to say, all else is done here."""

from collections.abc import Iterable, Sequence
from typing import Any, Generic

from genai_sdk.catalogue import wire_of
from genai_sdk.connections import Connection
from genai_sdk.drivers import failures
from genai_sdk.drivers.attempt import Attempt
from genai_sdk.drivers.auth.auth import Auth, own_auth
from genai_sdk.drivers.auth.source import AuthSource
from genai_sdk.drivers.decompression import DecompressionError
from genai_sdk.drivers.driver import AsyncStream, Deployment, DriverResponse, Stream
from genai_sdk.drivers.exchange import areceive, asend, receive, send
from genai_sdk.drivers.request_headers import authenticated, composed, extra_headers
from genai_sdk.drivers.response_headers import by_lower_name
from genai_sdk.drivers.route import Route, load_wire, no_route, route_of
from genai_sdk.drivers.stream_reader import StreamReader
from genai_sdk.drivers.streams import AsyncEventStream, ReadyStream, SyncEventStream
from genai_sdk.errors import BadRequestError, ProviderError
from genai_sdk.http import AsyncTransport, Deadline, Request, SyncTransport
from genai_sdk.wires.framing import EVENT_STREAM, ServerSentEvents
from genai_sdk.wires.operation import A, C, Operation, Q
from genai_sdk.wires.wire import (
    FailedAnswerError,
    HttpRequest,
    HttpResponse,
    MalformedError,
    UnencodableError,
    UnsupportedError,
    Wire,
)

# What a codec may meet in values that it did not make: a call's, or an answer's.
_SURPRISES = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


class Engine:
    """A `Driver` for the wires of ours.

    Args:
        sync: What sync calls go over.
        async_: What async calls go over.
        auth: Where authentication comes from; None for one of its own over the same transports.
    """

    def __init__(self, sync: SyncTransport, async_: AsyncTransport, auth: AuthSource | None = None) -> None:
        self._sync = sync
        self._async = async_
        self._auth = auth or AuthSource(sync)
        self._wires: dict[str, Wire | None] = {}

    def serves(self, operation: Operation[Any, Any, Any], deployment: Deployment) -> bool:
        """Tell whether a wire of ours can carry an operation to a deployment."""
        name = wire_of(deployment.connection.view.adapter, deployment.model)
        wire = self._wires.get(name) or self._load(name)
        return wire is not None and wire.serves(operation, deployment.model)

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

    def _load(self, name: str) -> Wire | None:
        wire = self._wires[name] = load_wire(name) if name else None
        return wire

    def run(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request."""
        auth = own_auth(deployment.connection) or self._auth.get(deployment, deadline)
        attempt = WireAttempt(operation, deployment, request, auth)
        return self._run(attempt, attempt.encode(request), deadline)

    async def arun(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request; the twin of `run`."""
        auth = own_auth(deployment.connection) or await self._auth.aget(deployment, deadline)
        attempt = WireAttempt(operation, deployment, request, auth)
        return await self._arun(attempt, attempt.encode(request), deadline)

    def stream(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> Stream[C]:
        """Open a stream that answers a request."""
        auth = own_auth(deployment.connection) or self._auth.get(deployment, deadline)
        attempt = WireAttempt(operation, deployment, request, auth)
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
        auth = own_auth(deployment.connection) or await self._auth.aget(deployment, deadline)
        attempt = WireAttempt(operation, deployment, request, auth)
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

    Raises:
        BadRequestError: The wire has no place for a parameter.
        ConfigurationError: No wire of ours can carry the operation there, or the connection lacks what that takes.
    """

    def __init__(self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, auth: Auth) -> None:
        route: Route[Q, A, C] | None = route_of(operation, deployment, auth)
        if route is None:
            raise no_route(operation, deployment)
        super().__init__(deployment, route.wire, auth.refused)
        self._route = route
        self._codec = route.codec
        self._auth = auth
        self._extra = operation.options(request).get("extra_headers")
        names = self._codec.unsupported(request)
        if names:
            raise failures.unsupported(deployment, names)

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
            return failures.unsupported(self.deployment, error.names)
        except UnencodableError as error:
            text = str(error)
        except _SURPRISES as error:
            text = f"it is not in the shape that its operation takes ({error!r})"
        return failures.unsendable(self.deployment, text)

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
        data: Any = response.body if self._codec.binary else self.object_in(response)
        value = self._value(response, data)
        if isinstance(value, ProviderError):
            raise value
        return value

    def _value(self, response: HttpResponse, data: Any) -> A | ProviderError:
        try:
            value = self._codec.decode(data, response.headers)
        except FailedAnswerError as failed:
            ident = self.request_id
            return failures.from_event(self.deployment, response, failed.error, ident, self.wire)
        except MalformedError as error:
            value, what = None, str(error)
        except _SURPRISES as error:
            value, what = None, f"something that cannot be read ({type(error).__name__})"
        else:
            what = "no answer in it"
        return failures.malformed(self.deployment, response, what) if value is None else value

    def reply(self, values: Sequence[A]) -> DriverResponse[A]:
        """Return the one reply that the values of all parts make."""
        return DriverResponse(values[0] if len(values) == 1 else self._codec.join(values), self.request_id)

    def ready(self, reply: DriverResponse[A]) -> ReadyStream[C]:
        """Return a whole reply as a stream."""
        return ReadyStream(self._codec.chunks(reply.value), reply.request_id)

    def reader(self, head: HttpResponse) -> StreamReader[C] | None:
        """Return what reads the stream behind a head, or None if no stream is behind it."""
        framings = self._codec.framings
        framing = self.framing(head, framings)
        events = framings.get(EVENT_STREAM)
        if framing is None and 200 <= head.status < 300 and events is not None:
            framing = events()
        if framing is None:
            return None
        whole = self._chunks if isinstance(framing, ServerSentEvents) else None
        try:
            return StreamReader(self.deployment, head, framing, self._codec.parser(), self.wire, whole)
        except DecompressionError as error:
            wrong = str(error)
        raise failures.malformed(self.deployment, head, wrong)

    def _chunks(self, response: HttpResponse) -> Sequence[C]:
        """Return a whole response, which came in place of a stream, as a stream gives it."""
        return self._codec.chunks(self.decode(response))
