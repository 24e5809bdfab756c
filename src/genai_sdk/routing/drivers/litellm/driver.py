"""The driver: its two faces."""

from collections.abc import Iterable
from types import ModuleType

from genai_sdk.connections import Connection
from genai_sdk.http import AsyncTransport, Budget, SyncTransport
from genai_sdk.lifecycle.ending import on_thread
from genai_sdk.routing.drivers.answer import Answer
from genai_sdk.routing.drivers.driver import (
    AsyncChunkStream,
    ChatRequest,
    ChunkStream,
    Deployment,
    EmbeddingRequest,
    Reply,
)
from genai_sdk.routing.drivers.headers import lowered
from genai_sdk.routing.drivers.litellm import conversation, loading
from genai_sdk.routing.drivers.litellm.attempt import TranslatedAttempt
from genai_sdk.routing.drivers.litellm.carriers import AsyncMessenger, Messenger
from genai_sdk.routing.drivers.litellm.conversation import Opening
from genai_sdk.routing.drivers.litellm.host import Host
from genai_sdk.routing.drivers.litellm.tokens import Tokens
from genai_sdk.routing.drivers.litellm.values import has_remote_media
from genai_sdk.routing.drivers.streams import AsyncStream, ReadyStream, SyncStream
from genai_sdk.types import ChatCompletion, EmbeddingResponse


class LiteLLMDriver:
    """A `Driver` for every provider: litellm translates, our transports carry.

    Args:
        sync: What sync calls go over.
        async_: What async calls go over.
    """

    def __init__(self, sync: SyncTransport, async_: AsyncTransport) -> None:
        tokens, host = Tokens(sync, async_), Host(sync)
        self._sync = Messenger(sync, tokens, host)
        self._async = AsyncMessenger(async_, tokens, host)
        self._loaded: ModuleType | None = None
        self._warm = False

    def is_warm(self, _connection: Connection) -> bool:
        """Tell whether litellm is loaded."""
        return self._warm

    def warm_up(self, _connections: Iterable[Connection] = ()) -> None:
        """Import litellm and have it translate a call for each kind of provider, which is slow the first time.

        Whoever gives a first call less time than that (5 s) should call this before; later it does nothing.

        Raises:
            ClientClosedError: The interpreter is shutting down.
            ConfigurationError: litellm cannot be imported.
        """
        if not self._warm:
            loading.rehearse(self._words())
            self._warm = True

    def complete(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> Reply[ChatCompletion]:
        """Answer a chat call."""
        attempt = TranslatedAttempt(deployment, self._sync.identify(deployment, budget), request.options)
        return self._sync.converse(conversation.chat(attempt, self._words(), request), budget)

    async def acomplete(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> Reply[ChatCompletion]:
        """Answer a chat call; the twin of `complete`."""
        words = await self._awords()
        attempt = TranslatedAttempt(deployment, await self._async.identify(deployment, budget), request.options)
        talk = conversation.chat(attempt, words, request)
        return await self._async.converse(talk, budget, aside=has_remote_media(request.messages))

    def embed(self, deployment: Deployment, request: EmbeddingRequest, budget: Budget) -> Reply[EmbeddingResponse]:
        """Answer an embedding call."""
        attempt = TranslatedAttempt(deployment, self._sync.identify(deployment, budget), request.options)
        return self._sync.converse(conversation.embedding(attempt, self._words(), request), budget)

    async def aembed(
        self, deployment: Deployment, request: EmbeddingRequest, budget: Budget
    ) -> Reply[EmbeddingResponse]:
        """Answer an embedding call; the twin of `embed`."""
        words = await self._awords()
        attempt = TranslatedAttempt(deployment, await self._async.identify(deployment, budget), request.options)
        return await self._async.converse(conversation.embedding(attempt, words, request), budget)

    def stream(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> ChunkStream:
        """Open a stream that answers a chat call."""
        attempt = TranslatedAttempt(deployment, self._sync.identify(deployment, budget), request.options)
        opening = Opening(attempt, self._words(), request)
        if opening.whole:
            return ReadyStream(self._sync.converse(conversation.chat(attempt, self._words(), request), budget))
        response = self._sync.open(deployment, attempt.request(opening.question), budget)
        decoder = opening.decoder(Answer(response.status, lowered(response.headers)))
        if decoder is None:
            raise attempt.no_stream(self._sync.read(deployment, response))
        return SyncStream(attempt, decoder, response)

    async def astream(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> AsyncChunkStream:
        """Open a stream that answers a chat call; the twin of `stream`."""
        words = await self._awords()
        attempt = TranslatedAttempt(deployment, await self._async.identify(deployment, budget), request.options)
        aside = has_remote_media(request.messages)
        opening = await on_thread(Opening, attempt, words, request) if aside else Opening(attempt, words, request)
        if opening.whole:
            talk = conversation.chat(attempt, words, request)
            return ReadyStream(await self._async.converse(talk, budget, aside=aside))
        response = await self._async.open(deployment, attempt.request(opening.question), budget)
        decoder = opening.decoder(Answer(response.status, lowered(response.headers)))
        if decoder is None:
            raise attempt.no_stream(await self._async.read(deployment, response))
        return AsyncStream(attempt, decoder, response)

    def _words(self) -> ModuleType:
        """Return the module that uses litellm, importing it if need be."""
        if self._loaded is None:
            self._loaded = loading.translators()
        return self._loaded

    async def _awords(self) -> ModuleType:
        """Return the module that uses litellm, without holding the event loop up while it is imported."""
        return self._words() if self._loaded is not None else await on_thread(self._words)
