"""The driver that leaves each attempt to the one that suits it: our own wires directly, all others through litellm."""

from collections.abc import Awaitable, Iterable

from genai_sdk.connections import Connection
from genai_sdk.http import AsyncTransport, Budget, SyncTransport
from genai_sdk.routing.drivers.direct import DirectDriver
from genai_sdk.routing.drivers.driver import (
    AsyncChunkStream,
    ChatRequest,
    ChunkStream,
    Deployment,
    Driver,
    EmbeddingRequest,
    Reply,
)
from genai_sdk.types import ChatCompletion, EmbeddingResponse


class AutoDriver:
    """A `Driver` for every provider, made of two; what it takes to use litellm is loaded when a call needs it.

    Args:
        sync: What sync calls go over.
        async_: What async calls go over.
    """

    def __init__(self, sync: SyncTransport, async_: AsyncTransport) -> None:
        self._transports = sync, async_
        self._direct = DirectDriver(sync, async_)
        self._loaded: dict[str, Driver] = {}

    def is_warm(self, connection: Connection) -> bool:
        """Tell whether a call on a connection would have nothing slow to do first."""
        return self._for(connection).is_warm(connection)

    def warm_up(self, connections: Iterable[Connection]) -> None:
        """Load what these connections need: nothing, if all of them speak a wire of ours."""
        usable = (connection for connection in connections if connection.error is None)
        foreign = [connection for connection in usable if not self._direct.serves(connection)]
        if foreign:
            self._for(foreign[0]).warm_up(foreign)

    def complete(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> Reply[ChatCompletion]:
        """Answer a chat call."""
        return self._for(deployment.connection).complete(deployment, request, budget)

    def acomplete(
        self, deployment: Deployment, request: ChatRequest, budget: Budget
    ) -> Awaitable[Reply[ChatCompletion]]:
        """Answer a chat call; the twin of `complete`."""
        return self._for(deployment.connection).acomplete(deployment, request, budget)

    def stream(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> ChunkStream:
        """Open a stream that answers a chat call."""
        return self._for(deployment.connection).stream(deployment, request, budget)

    def astream(self, deployment: Deployment, request: ChatRequest, budget: Budget) -> Awaitable[AsyncChunkStream]:
        """Open a stream that answers a chat call; the twin of `stream`."""
        return self._for(deployment.connection).astream(deployment, request, budget)

    def embed(self, deployment: Deployment, request: EmbeddingRequest, budget: Budget) -> Reply[EmbeddingResponse]:
        """Answer an embedding call."""
        return self._for(deployment.connection).embed(deployment, request, budget)

    def aembed(
        self, deployment: Deployment, request: EmbeddingRequest, budget: Budget
    ) -> Awaitable[Reply[EmbeddingResponse]]:
        """Answer an embedding call; the twin of `embed`."""
        return self._for(deployment.connection).aembed(deployment, request, budget)

    def _for(self, connection: Connection) -> Driver:
        if self._direct.serves(connection):
            return self._direct
        driver = self._loaded.get("litellm")
        if driver is None:
            from genai_sdk.routing.drivers.litellm import LiteLLMDriver  # a cost only for those who need it

            driver = self._loaded.setdefault("litellm", LiteLLMDriver(*self._transports))  # one, whoever comes first
        return driver
