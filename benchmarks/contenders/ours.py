"""GenAI SDK: the client as a program makes it, on connections that a broker delivers, recorded by a Langfuse."""

import time
from collections.abc import Callable
from typing import Any

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, TEXTS, Count, Streamed, check_text, check_vectors
from genai_sdk import GenAIClient


class Ours:
    """One client for each speed, as the broker says where the provider is.

    Args:
        url: The server's address.
        driver: A driver of the client, or "memory" for one that answers without a wire, which leaves our own share.
        tracing: Whether the calls are recorded.
        connections: How many connections the broker delivers.
        wire: Which wire they lead to.
        heard: Whether its Langfuse answers; where it does not, the traces stay in the queue.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(
        self,
        url: str,
        driver: str = "auto",
        tracing: bool = True,
        connections: int = 1,
        wire: str = "openai",
        heard: bool = True,
        ca: str | None = None,
    ) -> None:
        self._heard = heard
        self._model = canned.MODELS[wire]
        broker, langfuse = f"{url}/{wire}", url if heard else f"{url}/silent"
        self._make = _maker(broker, driver, tracing, connections, langfuse, ca)
        self._clients: dict[bool, GenAIClient] = {}

    def client(self, paced: bool = False) -> GenAIClient:
        """Return the client of a speed, made when it is first asked for."""
        if paced not in self._clients:
            self._clients[paced] = self._make("paced" if paced else "burst")
        return self._clients[paced]

    def chat(self) -> None:
        check_text(self.client().completion(self._model, MESSAGES).text)

    async def achat(self) -> None:
        check_text((await self.client().acompletion(self._model, MESSAGES)).text)

    def stream(self, *, paced: bool) -> Streamed:
        count = Count()
        for chunk in self.client(paced).completion(self._model, MESSAGES, stream=True):
            if chunk.choices:
                count.add(chunk.choices[0].delta.content)
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        count = Count()
        async for chunk in await self.client(paced).acompletion(self._model, MESSAGES, stream=True):
            if chunk.choices:
                count.add(chunk.choices[0].delta.content)
        return count.result(paced=paced)

    def embed(self) -> None:
        data = self.client().embedding("text-embedding-3-small", TEXTS).data
        check_vectors(len(data), len(data[-1].embedding))

    def flush(self) -> None:
        """Wait until what was recorded is sent, where it is."""
        for client in self._clients.values() if self._heard else ():
            assert client.flush(60), "the traces were not sent"

    def dropped(self) -> int:
        """Return how many records never arrived."""
        return sum(sum(client.stats().dropped.values()) for client in self._clients.values())

    def queued(self) -> float:
        """Return how full the queue of traces is, as a share of its bound."""
        from genai_sdk.tracing.queue import MAX_BYTES

        return max(client.stats().queued_bytes for client in self._clients.values()) / MAX_BYTES


def _maker(
    broker: str, driver: str, tracing: bool, connections: int, langfuse: str, ca: str | None = None
) -> Callable[[str], GenAIClient]:
    def make(speed: str) -> GenAIClient:
        client = GenAIClient(
            public_key=canned.PUBLIC_KEY,
            secret_key=canned.SECRET_KEY,
            host=langfuse,
            broker_url=f"{broker}/{speed}/{connections}",
            driver="litellm" if driver == "memory" else driver,  # type: ignore[arg-type]
            tracing=tracing,
            ca_bundle=ca,
        )
        if driver == "memory":
            _answer_from_memory(client)
        return client

    return make


def _answer_from_memory(client: Any) -> None:
    from benchmarks.contenders.memory import MemoryDriver
    from genai_sdk.routing import Router

    client._router = Router(MemoryDriver(), client._registry, client._clock)


def resolve(url: str, connections: int, times: int) -> float:
    """Return the seconds of CPU that one warm resolution takes among so many connections."""
    from genai_sdk.models import ModelIndex

    client = _maker(f"{url}/openai", "memory", False, connections, url)("burst")
    index = ModelIndex(client.connections())
    index.resolve(canned.MODEL)
    begun = time.thread_time()
    for _ in range(times):
        index.resolve(canned.MODEL)
    return (time.thread_time() - begun) / times
