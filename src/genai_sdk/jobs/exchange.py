"""Runs a vendor's steps: what is tried again and when is decided once, the two faces send and wait."""

from collections.abc import Generator
from typing import Any, TypeVar

import msgspec

from genai_sdk.connections import RefetchResult
from genai_sdk.drivers.auth.auth import own_auth
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.engine import WireAttempt
from genai_sdk.drivers.exchange import areceive, asend, receive, send
from genai_sdk.drivers.route import endpoint_of
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.errors import ConfigurationError, ProviderError, RateLimitError
from genai_sdk.http import AsyncTransport, Deadline, SyncTransport
from genai_sdk.jobs.wire import Steps
from genai_sdk.routing import CONNECT_TIMEOUT, Clock
from genai_sdk.routing.policy import backoff, rule_for
from genai_sdk.routing.run import KeySource
from genai_sdk.routing.steps import Refetch, Wait
from genai_sdk.sentence import Sentence
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest, Operation
from genai_sdk.wires.responses.call import ResponsesRequest
from genai_sdk.wires.responses.operation import RESPONSES
from genai_sdk.wires.wire import HttpRequest, HttpResponse

T = TypeVar("T")

OPERATIONS: dict[str, Operation[Any, Any, Any]] = {each.name: each for each in (CHAT, EMBEDDING, RESPONSES)}
"""What a batch may ask for, by name."""

_BLANK: dict[str, Any] = {
    CHAT.name: ChatRequest(()),
    EMBEDDING.name: EmbeddingRequest(()),
    RESPONSES.name: ResponsesRequest(""),
}


class Send(msgspec.Struct, frozen=True):
    """Send a request; the response is sent back, or the error that it ends with."""

    attempt: WireAttempt[Any, Any, Any]
    request: HttpRequest


_Step = Send | Refetch | Wait
"""What a face does."""
_Outcome = HttpResponse | ProviderError | RefetchResult | None
_TryAgain = Generator[_Step, _Outcome, T]


class Exchange:
    """Sends what batches need over a client's transports.

    Args:
        sync: What sync calls go over.
        async_: What async calls go over.
        unknown: Counts the words of vendors that no row names.
        keys: Asked for another key, once, when a vendor refuses one.
        clock: Time and chance.
        retries: How often a request is tried again that changes nothing, or that was not taken.
    """

    def __init__(
        self,
        sync: SyncTransport,
        async_: AsyncTransport,
        unknown: UnknownWords,
        keys: KeySource,
        clock: Clock,
        retries: int,
    ) -> None:
        self._sync = sync
        self._async = async_
        self._unknown = unknown
        self._keys = keys
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
        again = self._bounded(attempt, steps, end)
        outcome: _Outcome = None
        while True:
            try:
                step = again.send(outcome)
            except StopIteration as stop:
                value: T = stop.value
                return value
            outcome = None
            if isinstance(step, Wait):
                self._clock.sleep(step.seconds)
            elif isinstance(step, Refetch):
                outcome = self._keys.refetch(step.connection, step.timeout)
            else:
                deployment = step.attempt.deployment
                try:
                    request, deadline = step.attempt.outgoing(step.request), self._deadline(end)
                    outcome = receive(deployment, send(self._sync, deployment, request, deadline))
                    step.attempt.check(outcome)
                except ProviderError as error:
                    outcome = error

    async def arun(self, attempt: WireAttempt[Any, Any, Any], steps: Steps[T], seconds: float) -> T:
        """Run steps; the twin of `run`."""
        end = self._clock.now() + seconds
        again = self._bounded(attempt, steps, end)
        outcome: _Outcome = None
        while True:
            try:
                step = again.send(outcome)
            except StopIteration as stop:
                value: T = stop.value
                return value
            outcome = None
            if isinstance(step, Wait):
                await self._clock.asleep(step.seconds)
            elif isinstance(step, Refetch):
                outcome = await self._keys.arefetch(step.connection, step.timeout)
            else:
                deployment = step.attempt.deployment
                try:
                    request, deadline = step.attempt.outgoing(step.request), self._deadline(end)
                    outcome = await areceive(deployment, await asend(self._async, deployment, request, deadline))
                    step.attempt.check(outcome)
                except ProviderError as error:
                    outcome = error

    def _deadline(self, end: float) -> Deadline:
        return Deadline(self._left(end), connect=CONNECT_TIMEOUT)

    def _bounded(self, attempt: WireAttempt[Any, Any, Any], steps: Steps[T], end: float) -> _TryAgain[T]:
        """Run steps, and say what is to be done for them."""
        answer: _Outcome = None
        renewed = False
        while True:
            try:
                if isinstance(answer, ProviderError):
                    request = steps.throw(answer)
                else:
                    request = next(steps) if not isinstance(answer, HttpResponse) else steps.send(answer)
            except StopIteration as stop:
                value: T = stop.value
                return value
            answer = yield from self._answered(attempt, request, end)
            if isinstance(answer, ProviderError) and rule_for(answer).refetch and not renewed:
                renewed = True
                fresh = self._renewed(attempt, (yield Refetch(attempt.deployment.connection, self._left(end))))
                if fresh is not None:  # a refused request has made nothing, whatever it was to make
                    attempt = fresh
                    answer = yield from self._answered(attempt, request, end)

    def _left(self, end: float) -> float:
        return max(0.0, end - self._clock.now())

    def _renewed(self, attempt: WireAttempt[Any, Any, Any], result: _Outcome) -> WireAttempt[Any, Any, Any] | None:
        """Return an attempt with another key; None if there is none, or its connection leads elsewhere by now."""
        old = attempt.deployment
        connection = result.connection if isinstance(result, RefetchResult) else None
        if connection is None or connection.error is not None:
            return None
        fresh = Deployment(connection, old.model)
        # The URLs of the steps are worked out: another endpoint's key is not for them.
        return self.attempt(fresh, CHAT.name) if endpoint_of(fresh) == endpoint_of(old) else None

    def _answered(self, attempt: WireAttempt[Any, Any, Any], request: HttpRequest, end: float) -> _TryAgain[_Outcome]:
        """Send a request, again where that does no harm, and return what came of it in the end."""
        retry = 0
        while True:
            answer = yield Send(attempt, request)
            if not isinstance(answer, ProviderError) or not _may_repeat(request, answer) or retry >= self._retries:
                return answer
            retry += 1
            wait = max(backoff(retry, self._clock.chance()), answer.retry_after or 0.0)
            if self._clock.now() + wait >= end:
                return answer
            yield Wait(wait)


def _may_repeat(request: HttpRequest, error: ProviderError) -> bool:
    """Whether a request may be sent again: one that makes something only if it surely made nothing."""
    refused = isinstance(error, RateLimitError) or error.reason == "connect error"
    return rule_for(error).again and (request.method == "GET" or refused)
