"""The driver: its two faces."""

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from genai_sdk.catalogue import may_embed
from genai_sdk.connections import Connection
from genai_sdk.drivers import failures
from genai_sdk.drivers.auth.source import AuthSource
from genai_sdk.drivers.driver import AsyncStream, Deployment, DriverResponse, Stream
from genai_sdk.drivers.exchange import areceive, asend, receive, send
from genai_sdk.drivers.litellm import conversation, loading
from genai_sdk.drivers.litellm.attempt import TranslatedAttempt
from genai_sdk.drivers.litellm.conversation import Conversation, Opening
from genai_sdk.drivers.litellm.shapes import shape_of
from genai_sdk.drivers.litellm.values import has_remote_media
from genai_sdk.drivers.parameters import translated_by_litellm
from genai_sdk.drivers.response_headers import by_lower_name
from genai_sdk.drivers.streams import AsyncEventStream, ReadyStream, SyncEventStream
from genai_sdk.http import AsyncTransport, Deadline, SyncTransport
from genai_sdk.lifecycle.ending import on_thread
from genai_sdk.types import Parameters
from genai_sdk.wires.chunks import chunks_of
from genai_sdk.wires.operation import CHAT, EMBEDDING, A, C, Operation, Q
from genai_sdk.wires.wire import HttpResponse


class LiteLLMDriver:
    """A `Driver` for every provider: litellm translates, our transports carry. It has chat and embeddings.

    Args:
        sync: What sync calls go over.
        async_: What async calls go over.
        auth: Where authentication comes from; None for one of its own over the same transports.
    """

    def __init__(self, sync: SyncTransport, async_: AsyncTransport, auth: AuthSource | None = None) -> None:
        self._sync = sync
        self._async = async_
        self._auth = auth or AuthSource(sync)
        self._loaded: ModuleType | None = None
        self._warm = False

    def serves(self, operation: Operation[Any, Any, Any], deployment: Deployment) -> bool:
        """Tell whether a deployment has an operation, and this driver too."""
        if operation is EMBEDDING:
            return may_embed(deployment.connection.view.adapter, deployment.model)
        return operation is CHAT

    def is_warm(self, _operation: Operation[Any, Any, Any], _deployment: Deployment) -> bool:
        """Tell whether litellm is loaded."""
        return self._warm

    def prepare(self, operation: Operation[Any, Any, Any], deployment: Deployment) -> None:
        """Do what `warm_up` does, once it is sure that the attempt could be made."""
        _check(operation, deployment)
        loading.require(f"{operation.name} on {'/'.join(deployment.key)}")
        self.warm_up()

    def warm_up(self, _connections: Iterable[Connection] = ()) -> None:
        """Import litellm and have it translate a call for each kind of provider, which is slow the first time.

        Whoever gives a first call less time than that (5 s) should call this before; later it does nothing.

        Raises:
            ClientClosedError: The interpreter is shutting down.
            ConfigurationError: litellm is not installed, or cannot be imported.
        """
        if not self._warm:
            loading.rehearse(self._words())
            self._warm = True

    def parameters(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, *, stream: bool
    ) -> Parameters | None:
        """Return what becomes of a request's parameters there, as far as that is known before litellm translates."""
        try:
            shape = shape_of(deployment)
        except ValueError:
            return None
        lacks = shape.lacks_in_embedding if operation.name == EMBEDDING.name else shape.lacks
        return translated_by_litellm(deployment, lacks, operation.options(request))

    def run(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request."""
        _check(operation, deployment)
        attempt = TranslatedAttempt(deployment, self._auth.get(deployment, deadline), operation.options(request))
        return self._converse(conversation.begin(operation, attempt, self._words(), request), deadline)

    async def arun(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request; the twin of `run`."""
        _check(operation, deployment)
        words = await self._awords()
        attempt = TranslatedAttempt(deployment, await self._auth.aget(deployment, deadline), operation.options(request))
        talk = conversation.begin(operation, attempt, words, request)
        return await self._aconverse(talk, deadline, aside=has_remote_media(getattr(request, "messages", ())))

    def stream(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> Stream[C]:
        """Open a stream that answers a request."""
        _check(operation, deployment, stream=True)
        attempt = TranslatedAttempt(deployment, self._auth.get(deployment, deadline), operation.options(request))
        chat: Any = request  # nothing else has streams here
        opening = Opening(attempt, self._words(), chat)
        if opening.whole:
            reply = self._converse(conversation.chat(attempt, self._words(), chat), deadline)
            return _ready(reply)
        response = send(self._sync, deployment, attempt.outgoing(opening.request), deadline)
        reader: Any = opening.reader(HttpResponse(response.status, by_lower_name(response.headers)))
        if reader is None:
            raise attempt.no_stream(receive(deployment, response))
        return SyncEventStream(deployment, reader, response, deadline)

    async def astream(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> AsyncStream[C]:
        """Open a stream that answers a request; the twin of `stream`."""
        _check(operation, deployment, stream=True)
        words = await self._awords()
        attempt = TranslatedAttempt(deployment, await self._auth.aget(deployment, deadline), operation.options(request))
        chat: Any = request
        aside = has_remote_media(chat.messages)
        opening = await on_thread(Opening, attempt, words, chat) if aside else Opening(attempt, words, chat)
        if opening.whole:
            return _ready(await self._aconverse(conversation.chat(attempt, words, chat), deadline, aside=aside))
        response = await asend(self._async, deployment, attempt.outgoing(opening.request), deadline)
        reader: Any = opening.reader(HttpResponse(response.status, by_lower_name(response.headers)))
        if reader is None:
            raise attempt.no_stream(await areceive(deployment, response))
        return AsyncEventStream(deployment, reader, response, deadline)

    def _converse(self, talk: Conversation[A], deadline: Deadline) -> DriverResponse[A]:
        """Carry a conversation to its end."""
        attempt, response = talk.attempt, None
        while (request := talk.turn(response)) is not None:
            sent = send(self._sync, attempt.deployment, attempt.outgoing(request), deadline)
            response = receive(attempt.deployment, sent)
            attempt.accept(response)
        return DriverResponse(talk.value, attempt.request_id)

    async def _aconverse(self, talk: Conversation[A], deadline: Deadline, *, aside: bool = False) -> DriverResponse[A]:
        """Carry a conversation to its end; with `aside` litellm's turns are taken on a thread."""
        attempt, response = talk.attempt, None
        while (request := await on_thread(talk.turn, response) if aside else talk.turn(response)) is not None:
            sent = await asend(self._async, attempt.deployment, attempt.outgoing(request), deadline)
            response = await areceive(attempt.deployment, sent)
            attempt.accept(response)
        return DriverResponse(talk.value, attempt.request_id)

    def _words(self) -> ModuleType:
        """Return the module that uses litellm, importing it if need be."""
        if self._loaded is None:
            self._loaded = loading.translators()
        return self._loaded

    async def _awords(self) -> ModuleType:
        """Return the module that uses litellm, without holding the event loop up while it is imported."""
        return self._words() if self._loaded is not None else await on_thread(self._words)


def _check(operation: Operation[Any, Any, Any], deployment: Deployment, *, stream: bool = False) -> None:
    if operation.name not in conversation.BEGINNINGS or (stream and operation is not CHAT):
        what = f"{operation.name} as a stream" if stream else operation.name
        raise failures.unsendable(deployment, f"there is no {what} through LiteLLM")


def _ready(reply: DriverResponse[Any]) -> ReadyStream[Any]:
    return ReadyStream(chunks_of(reply.value), reply.request_id)
