"""Which project a key pair belongs to, asked beside the calls."""

import logging
import sys
import threading
import time
from collections.abc import Callable

import msgspec

from genai_sdk.connections.connection import Project
from genai_sdk.errors import GenAIError, SourceUnavailableError
from genai_sdk.http import Budget, Endpoint, SyncTransport, TransportError, words_of
from genai_sdk.http.fork import in_forked_child

logger = logging.getLogger("genai_sdk")

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
        endpoint: Endpoint,
        transport: SyncTransport,
        *,
        timeout: float = 10.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self._timeout = timeout
        self._now = now
        self._project: Project | None = None
        self._asking: threading.Thread | None = None
        self._failed_at: float | None = None
        self._closed = False
        self._lock = threading.Lock()
        in_forked_child(self._begin_in_child)

    def get(self) -> Project | None:
        """Return the project if it is known by now; if not, see to it that it is asked for."""
        if self._project is None:
            self._ask()
        return self._project

    def learn(self, project: Project | None) -> None:
        """Take over what a source of connections said of it."""
        if project is not None:
            self._project = project

    def close(self) -> None:
        """Ask no more."""
        self._closed = True

    def _ask(self) -> None:
        if sys.is_finalizing():
            return  # a thread started now would never run
        with self._lock:
            paused = self._failed_at is not None and 0 <= self._now() - self._failed_at < PAUSE
            if self._asking is not None or paused or self._closed:
                return
            self._asking = threading.Thread(target=self._perform, name="genai-project", daemon=True)
            try:
                self._asking.start()
            except RuntimeError:  # the process has no more threads to give, or is exiting
                self._asking, self._failed_at = None, self._now()

    def _perform(self) -> None:
        try:
            self.learn(self._fetch())
        except (GenAIError, TransportError, msgspec.DecodeError, IndexError, RecursionError) as error:
            if not self._closed:
                logger.info("the project of %r, which links to traces need, is not known: %s", self._endpoint, error)
        finally:
            with self._lock:
                self._asking = None
                self._failed_at = None if self._project is not None else self._now()

    def _fetch(self) -> Project:
        with self._transport.open(self._endpoint.get(PATH), Budget(self._timeout, connect=3.0)) as response:
            status, body = response.status, response.read()
        if status != 200:
            raise SourceUnavailableError(f"Langfuse answered {status} ({words_of(body) or 'no reason given'})")
        return _decode(body).data[0]

    def _begin_in_child(self) -> None:
        self._lock = threading.Lock()
        self._asking = None


class _Projects(msgspec.Struct):
    data: list[Project]


_decode = msgspec.json.Decoder(_Projects).decode
