"""Which project a key pair belongs to, asked beside the calls."""

import math
import time
from collections.abc import Callable

import msgspec

from genai_sdk import log
from genai_sdk.connections.connection import Project
from genai_sdk.errors import SourceUnavailableError
from genai_sdk.http import BasicAuthEndpoint, Deadline, SyncTransport, TransportError, error_message_of
from genai_sdk.lifecycle import Cache, CacheEntry, Fetch, Freshness
from genai_sdk.sentence import Sentence

PATH = "/api/public/projects"

PAUSE = 60.0
"""Seconds from a failure to the next question."""


class ProjectLookup:
    """Knows the project of a key pair, or asks Langfuse for it in the background; nobody ever waits.

    Fit for threads, event loops and forks.

    Args:
        endpoint: Langfuse's address and the key pair.
        transport: Sends the request; not closed here.
        timeout: Seconds that an answer may take.
        now: The wall clock in seconds.
    """

    def __init__(
        self,
        endpoint: BasicAuthEndpoint,
        transport: SyncTransport,
        *,
        timeout: float = 10.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self._timeout = timeout
        self._cache: Cache[None, Project] = Cache(
            self._load,
            # A key pair never changes its project, so what is known once is known for good.
            Freshness(fresh_for=math.inf, retry_after=PAUSE, shared=PAUSE, denied=PAUSE),
            source=lambda: f"Langfuse at {endpoint.url}",
            thread="genai-project",
            timeout=timeout,
            settled=self._settled,
            now=now,
        )

    def get(self) -> Project | None:
        """Return the project if it is known by now; if not, see to it that it is asked for."""
        return self._cache.prefetch(None)

    def learn(self, project: Project | None) -> None:
        """Take over what a source of connections said of it."""
        if project is not None:
            self._cache.put(None, project)

    def close(self) -> None:
        """Ask no more."""
        self._cache.close()

    def _load(self, _: Fetch[None, Project]) -> Project:
        try:
            with self._transport.open(self._endpoint.get(PATH), Deadline(self._timeout, connect=3.0)) as response:
                status, body = response.status, response.read()
        except TransportError as error:
            raise SourceUnavailableError(
                Sentence.of("langfuse.no_answer", "Langfuse does not answer: {error}", error=error)
            ) from error
        if status != 200:
            raise SourceUnavailableError(
                Sentence.of(
                    "langfuse.answered",
                    "Langfuse answered {status} ({reason})",
                    status=status,
                    reason=error_message_of(body) or "no reason given",
                )
            )
        try:
            return _decode(body).data[0]
        except (msgspec.DecodeError, IndexError, RecursionError) as error:
            raise SourceUnavailableError(
                Sentence.of("langfuse.no_project", "Langfuse answered with something that names no project")
            ) from error

    def _settled(self, _: None, before: CacheEntry[Project] | None, entry: CacheEntry[Project]) -> None:
        if entry.error is not None:
            log.info("the project of %r, which links to traces need, is not known: %s", self._endpoint, entry.error)


class _Projects(msgspec.Struct):
    data: list[Project]


_decode = msgspec.json.Decoder(_Projects).decode
