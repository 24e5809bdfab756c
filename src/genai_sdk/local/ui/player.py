"""The client that the playground calls with: it points at the platform itself, and is made when it is first needed."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from genai_sdk.client import GenAIClient
from genai_sdk.errors import ClientClosedError
from genai_sdk.local.home import PlatformCredentials
from genai_sdk.local.store import Store
from genai_sdk.sentence import Sentence

SECONDS = 120.0
"""How long one model may take to answer in the playground."""

_MOST_CONNECTIONS = 10_000

State = tuple[tuple[str, datetime], ...]


class _Held:
    """A client with the connections that it was made for, and by how many it is used."""

    def __init__(self, client: GenAIClient, state: State) -> None:
        self.client = client
        self.state = state
        self.users = 0
        self.retired = False


class Player:
    """Hands out a client over the platform's own connections.

    A client serves connections for a minute without asking for them. Somebody who has just registered one wants to
    play with it now, so that whenever the store's connections changed there is a new client; the one before is closed
    once nobody uses it.

    Args:
        url: The platform's address.
        credentials: Its project and key pair.
        store: What it keeps.
        seconds: How long one model may take to answer.

    Attributes:
        seconds: How long one model may take to answer.
    """

    def __init__(self, url: str, credentials: PlatformCredentials, store: Store, *, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._url = url
        self._credentials = credentials
        self._store = store
        self._held: _Held | None = None
        self._in_use: set[_Held] = set()
        self._closed = False
        self._lock = threading.Lock()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[GenAIClient]:
        """Lend a client for as long as a block lasts.

        Raises:
            ClientClosedError: The platform is stopping.
            ConfigurationError: A client cannot be made in this environment.
        """
        held, idle = self._take(await run_in_threadpool(self._state))
        try:
            if idle is not None:
                await idle.client.aclose()
            yield held.client
        finally:
            if self._give_back(held):
                await held.client.aclose()

    def close(self) -> None:
        """End the client and every call under way; may be repeated."""
        with self._lock:
            self._closed = True
            doomed = {*self._in_use, *([] if self._held is None else [self._held])}
            self._held = None
            self._in_use.clear()
        for held in doomed:
            held.client.close()

    def _state(self) -> State:
        return tuple((each.id, each.updated_at) for each in self._store.connections.page(_MOST_CONNECTIONS, 0)[0])

    def _take(self, state: State) -> tuple[_Held, _Held | None]:
        """Return a client for the connections as they are, and the one before if that is to be closed now."""
        with self._lock:
            if self._closed:
                raise ClientClosedError(Sentence.of("platform.stopping", "the platform is stopping"))
            before = self._held
            if before is not None and before.state == state:
                held, idle = before, None
            else:
                self._held = held = _Held(self._make(), state)
                idle = None if before is None or before.users else before
                if before is not None:
                    before.retired = True
            held.users += 1
            self._in_use.add(held)
        return held, idle

    def _give_back(self, held: _Held) -> bool:
        """Take a client back; returns whether it is to be closed, since it is retired and this was its last use."""
        with self._lock:
            held.users -= 1
            if held.users == 0:
                self._in_use.discard(held)
            return held.retired and held.users == 0

    def _make(self) -> GenAIClient:
        known = self._credentials
        return GenAIClient(
            host=self._url,
            broker_url=self._url,
            public_key=known.public_key,
            secret_key=known.secret_key,
            prompt_cache_ttl=0,
            sample_rate=1.0,
            exit_timeout=2,
        )
