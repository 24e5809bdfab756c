"""The driver: its two faces."""

from collections.abc import Iterable

from genai_sdk.connections import Connection
from genai_sdk.http import AsyncTransport, Budget, Request, SyncTransport
from genai_sdk.routing.drivers.answer import Answer
from genai_sdk.routing.drivers.attempt import Attempt
from genai_sdk.routing.drivers.carriers import AsyncCarrier, Carrier
from genai_sdk.routing.drivers.direct.body import chat_body, embedding_body
from genai_sdk.routing.drivers.direct.reading import chat_reply, decoder_of, embedding_reply
from genai_sdk.routing.drivers.direct.site import ADAPTERS, post, site_of
from genai_sdk.routing.drivers.driver import (
    AsyncChunkStream,
    ChatRequest,
    ChunkStream,
    Deployment,
    EmbeddingRequest,
    Reply,
)
from genai_sdk.routing.drivers.headers import lowered
from genai_sdk.routing.drivers.streams import AsyncStream, SyncStream
from genai_sdk.types import ChatCompletion, EmbeddingResponse


class DirectDriver:
    """A `Driver` for OpenAI's wire: it makes requests and reads answers itself.

    Args:
        sync: What sync calls go over.
        async_: What async calls go over.
    """

    def __init__(self, sync: SyncTransport, async_: AsyncTransport) -> None:
        self._sync = Carrier(sync)
        self._async = AsyncCarrier(async_)

    @staticmethod
    def serves(connection: Connection) -> bool:
        """Tell whether a connection speaks this driver's wire."""
        return connection.view.adapter in ADAPTERS

    def is_warm(self, _connection: Connection) -> bool:
        """Tell that there is nothing slow to be done before a call."""
        return True

    def warm_up(self, _connections: Iterable[Connection]) -> None:
        """Do nothing: there is nothing slow."""

    def complete(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> Reply[ChatCompletion]:
        """Answer a chat call."""
        response = self._sync.open(deployment, _chat(deployment, request, stream=False), budget)
        return chat_reply(deployment, self._sync.read(deployment, response))

    async def acomplete(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> Reply[ChatCompletion]:
        """Answer a chat call; the twin of `complete`."""
        response = await self._async.open(deployment, _chat(deployment, request, stream=False), budget)
        return chat_reply(deployment, await self._async.read(deployment, response))

    def embed(self, deployment: Deployment, request: EmbeddingRequest, budget: Budget) -> Reply[EmbeddingResponse]:
        """Answer an embedding call."""
        response = self._sync.open(deployment, _embedding(deployment, request), budget)
        return embedding_reply(deployment, self._sync.read(deployment, response))

    async def aembed(
        self, deployment: Deployment, request: EmbeddingRequest, budget: Budget
    ) -> Reply[EmbeddingResponse]:
        """Answer an embedding call; the twin of `embed`."""
        response = await self._async.open(deployment, _embedding(deployment, request), budget)
        return embedding_reply(deployment, await self._async.read(deployment, response))

    def stream(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> ChunkStream:
        """Open a stream that answers a chat call."""
        response = self._sync.open(deployment, _chat(deployment, request, stream=True), budget)
        attempt = Attempt(deployment)
        decoder = decoder_of(attempt, Answer(response.status, lowered(response.headers)))
        if decoder is None:
            raise attempt.no_stream(self._sync.read(deployment, response))
        return SyncStream(attempt, decoder, response)

    async def astream(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> AsyncChunkStream:
        """Open a stream that answers a chat call; the twin of `stream`."""
        response = await self._async.open(deployment, _chat(deployment, request, stream=True), budget)
        attempt = Attempt(deployment)
        decoder = decoder_of(attempt, Answer(response.status, lowered(response.headers)))
        if decoder is None:
            raise attempt.no_stream(await self._async.read(deployment, response))
        return AsyncStream(attempt, decoder, response)


def _chat(deployment: Deployment, request: ChatRequest, *, stream: bool) -> Request:
    site = site_of(deployment)
    return post(deployment, site.chat, chat_body(deployment, site, request, stream=stream), request.options)


def _embedding(deployment: Deployment, request: EmbeddingRequest) -> Request:
    return post(deployment, site_of(deployment).embeddings, embedding_body(deployment, request), request.options)
