"""Runs a vendor's steps: what is tried again and when is decided once, the two faces send and wait."""

from collections.abc import Generator
from typing import Any, TypeVar

from genai_sdk.drivers.auth.auth import own_auth
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.engine import WireAttempt
from genai_sdk.drivers.exchange import areceive, asend, receive, send
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.errors import ConfigurationError, ProviderError, RateLimitError
from genai_sdk.http import AsyncTransport, Deadline, SyncTransport
from genai_sdk.jobs.wire import Steps
from genai_sdk.routing import CONNECT_TIMEOUT, Clock
from genai_sdk.routing.policy import backoff, rule_for
from genai_sdk.sentence import Sentence
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest, Operation
from genai_sdk.wires.wire import HttpRequest, HttpResponse

T = TypeVar("T")

OPERATIONS: dict[str, Operation[Any, Any, Any]] = {CHAT.name: CHAT, EMBEDDING.name: EMBEDDING}
"""What a batch may ask for, by name."""

_BLANK: dict[str, Any] = {CHAT.name: ChatRequest(()), EMBEDDING.name: EmbeddingRequest(())}

_TryAgain = Generator[HttpRequest | float, HttpResponse | ProviderError, T]
"""Yields what to send, and seconds to wait."""


class Exchange:
    """Sends what batches need over a client's transports.

    Args:
        sync: What sync calls go over.
        async_: What async calls go over.
        unknown: Counts the words of vendors that no row names.
        clock: Time and chance.
        retries: How often a request is tried again that changes nothing, or that was not taken.
    """

    def __init__(
        self, sync: SyncTransport, async_: AsyncTransport, unknown: UnknownWords, clock: Clock, retries: int
    ) -> None:
        self._sync = sync
        self._async = async_
        self._unknown = unknown
        self._clock = clock
        self._retries = retries

    def attempt(self, deployment: Deployment, operation: str, request: Any = None) -> WireAttempt[Any, Any, Any]:
        """Return what encodes a request to a deployment, and reads what comes back.

        Raises:
            ConfigurationError: The connection is broken, or has no key of its own.
            BadRequestError: The wire has no place for a parameter.
        """
        connection = deployment.connection
        if connection.error is not None:
            raise connection.error
        auth = own_auth(connection)
        if auth is None:
            raise ConfigurationError(
                Sentence.of(
                    "batch.no_key",
                    "connection {name!r} has no key of its own, which batches take",
                    name=connection.name,
                )
            )
        named = operation if operation in OPERATIONS else CHAT.name
        blank = _BLANK[named] if request is None else request
        return WireAttempt(OPERATIONS[named], deployment, blank, auth, self._unknown)

    def run(self, attempt: WireAttempt[Any, Any, Any], steps: Steps[T], seconds: float) -> T:
        """Run steps within so many seconds.

        Raises:
            ProviderError: The vendor refuses, or does not answer in time.
        """
        end = self._clock.now() + seconds
        again = self._bounded(steps, end)
        answer: HttpResponse | ProviderError | None = None
        while True:
            try:
                step = next(again) if answer is None else again.send(answer)
            except StopIteration as stop:
                value: T = stop.value
                return value
            answer = None
            if not isinstance(step, HttpRequest):
                self._clock.sleep(step)
                continue
            try:
                deadline = Deadline(max(0.0, end - self._clock.now()), connect=CONNECT_TIMEOUT)
                answer = receive(
                    attempt.deployment, send(self._sync, attempt.deployment, attempt.outgoing(step), deadline)
                )
                attempt.check(answer)
            except ProviderError as error:
                answer = error

    async def arun(self, attempt: WireAttempt[Any, Any, Any], steps: Steps[T], seconds: float) -> T:
        """Run steps; the twin of `run`."""
        end = self._clock.now() + seconds
        again = self._bounded(steps, end)
        answer: HttpResponse | ProviderError | None = None
        while True:
            try:
                step = next(again) if answer is None else again.send(answer)
            except StopIteration as stop:
                value: T = stop.value
                return value
            answer = None
            if not isinstance(step, HttpRequest):
                await self._clock.asleep(step)
                continue
            try:
                deadline = Deadline(max(0.0, end - self._clock.now()), connect=CONNECT_TIMEOUT)
                response = await asend(self._async, attempt.deployment, attempt.outgoing(step), deadline)
                answer = await areceive(attempt.deployment, response)
                attempt.check(answer)
            except ProviderError as error:
                answer = error

    def _bounded(self, steps: Steps[T], end: float) -> _TryAgain[T]:
        """Run steps, and say what is to be sent and waited for."""
        answer: HttpResponse | ProviderError | None = None
        while True:
            try:
                if isinstance(answer, ProviderError):
                    request = steps.throw(answer)
                else:
                    request = next(steps) if answer is None else steps.send(answer)
            except StopIteration as stop:
                value: T = stop.value
                return value
            answer = yield from self._answered(request, end)

    def _answered(self, request: HttpRequest, end: float) -> _TryAgain[HttpResponse | ProviderError]:
        """Send a request, again where that does no harm, and return what came of it in the end."""
        retry = 0
        while True:
            answer = yield request
            if not isinstance(answer, ProviderError) or not _may_repeat(request, answer) or retry >= self._retries:
                return answer
            retry += 1
            wait = max(backoff(retry, self._clock.chance()), answer.retry_after or 0.0)
            if self._clock.now() + wait >= end:
                return answer
            yield float(wait)


def _may_repeat(request: HttpRequest, error: ProviderError) -> bool:
    """Whether a request may be sent again: one that makes something only if it surely made nothing."""
    refused = isinstance(error, RateLimitError) or error.reason == "connect error"
    return rule_for(error).again and (request.method == "GET" or refused)
