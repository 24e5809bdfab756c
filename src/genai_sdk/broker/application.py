"""The broker as an ASGI application: connections, health, readiness and metrics."""

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, Iterable

from genai_sdk.broker.endpoint import ConnectionsEndpoint
from genai_sdk.broker.metrics import exposition
from genai_sdk.broker.readers import ProjectReader
from genai_sdk.broker.request import BrokerRequest, Receive, Scope, Send, as_json, respond
from genai_sdk.broker.wire import PATH, BrokerAnswer
from genai_sdk.errors import GenAIError
from genai_sdk.exposition import Sample
from genai_sdk.lifecycle import Cache, Freshness
from genai_sdk.secret import Secret

logger = logging.getLogger("genai_sdk.broker")

_READY = Freshness(fresh_for=5.0, max_stale=15.0, load_after=10.0, retry_after=1.0, shared=1.0)
_PROBE = 8.0
_FORWARDED = (b"x-forwarded-for", b"forwarded")
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

Chore = Callable[[], Awaitable[None]]
"""What is done beside the answers, until it is cancelled."""


class Application:
    """An ASGI application; any number of its processes answer alike.

    Args:
        connections: Answers requests for connections.
        reader: What they are answered from.
        samples: The numbers of all processes, for `/metrics`.
        token: What `/metrics` asks for as a bearer token; None to answer whoever comes through no proxy.
        chores: What is done beside the answers.
        close: Called at the end.
    """

    def __init__(
        self,
        connections: ConnectionsEndpoint,
        reader: ProjectReader,
        *,
        samples: Callable[[], Iterable[Sample]],
        token: Secret | None = None,
        chores: Iterable[Chore] = (),
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._connections = connections
        self._samples = samples
        self._token = token
        self._chores = tuple(chores)
        self._close = close
        self.draining = False
        self._ready: Cache[None, bool] = Cache(
            lambda _: _probe(reader),
            _READY,
            source=lambda: "what the broker reads from",
            thread="genai-broker-probe",
            timeout=_PROBE,
            grace=0.5,
            now=time.time,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve as ASGI says."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            request = BrokerRequest(scope)
            await respond(await self._answer(request), send, head=request.method == "HEAD")

    def close(self) -> None:
        """Forget every secret and close what is open."""
        self._ready.close()
        self._close()

    async def _answer(self, request: BrokerRequest) -> BrokerAnswer:
        if request.path not in _PATHS:
            return as_json(404, {"message": f"The broker has no such path; it answers {PATH}"})
        if request.method not in ("GET", "HEAD"):
            return BrokerAnswer(405, {"allow": "GET, HEAD", "cache-control": "no-store"})
        if request.path == PATH:
            return await self._connections.answer(request)
        if request.path == "/metrics":
            return self._metrics(request)
        if request.path == "/ready":
            return await self._readiness()
        return BrokerAnswer(200, {"cache-control": "no-store"})

    async def _readiness(self) -> BrokerAnswer:
        if self.draining:
            return as_json(503, {"ready": False, "reason": "it is stopping"})
        try:
            await self._ready.aget(None)
        except GenAIError as error:
            logger.warning("the broker is not ready: %s", error)
            return as_json(503, {"ready": False, "reason": type(error).__name__})
        return as_json(200, {"ready": True})

    def _metrics(self, request: BrokerRequest) -> BrokerAnswer:
        """Answer a scrape: the numbers name projects and public keys, which is nobody's business outside."""
        if self._token is not None:
            shown = request.header(b"authorization") or ""
            if not hmac.compare_digest(shown.encode(), f"Bearer {self._token.reveal()}".encode()):
                return as_json(401, {"message": "The metrics take a bearer token"})
        elif any(request.header(name) is not None for name in _FORWARDED):
            return as_json(403, {"message": "The metrics are not given out through a proxy without a token"})
        return BrokerAnswer(
            200, {"content-type": _PROMETHEUS, "cache-control": "no-store"}, exposition(self._samples())
        )

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        tasks = [asyncio.ensure_future(chore()) for chore in self._chores]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.close()
        await send({"type": "lifespan.shutdown.complete"})


_PATHS = frozenset({PATH, "/health", "/ready", "/metrics"})


def _probe(reader: ProjectReader) -> bool:
    reader.probe()
    return True
