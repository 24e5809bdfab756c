"""Access tokens of service accounts: fetched over our transports, one flight at a time, kept until they run out."""

import asyncio
import functools
import threading
import time
from collections.abc import Callable

from genai_sdk.connections import Secret
from genai_sdk.drivers import failures
from genai_sdk.drivers.auth.google import Token, read_token, token_request
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.headers import lowered
from genai_sdk.http import AsyncTransport, Budget, SyncTransport, TotalTimedOut, TransportClosed, TransportError
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.wires.wire import HttpResponse

PATIENCE = 10.0
"""Seconds that fetching a token may take."""
MARGIN = 120.0
"""Seconds before its end that a token is no longer used."""

Outcome = Token | HttpResponse | TransportError
"""What came of a flight: a token, an answer that is none, or none at all."""


class Tokens:
    """Tokens by the key file that they were made from; safe between threads and event loops."""

    def __init__(self, sync: SyncTransport, async_: AsyncTransport, now: Callable[[], float] = time.time) -> None:
        self._sync = sync
        self._async = async_
        self._now = now
        self._kept: dict[Secret, Token] = {}
        self._locks: dict[Secret, threading.Lock] = {}
        self._flights: dict[tuple[asyncio.AbstractEventLoop, Secret], asyncio.Task[Outcome]] = {}
        in_forked_child(self._leave_behind)

    def get(self, deployment: Deployment, key_file: Secret, budget: Budget) -> str:
        """Return a token for a service account.

        Raises:
            ProviderError: There is none to be had.
            TransportClosed: The transport was closed meanwhile.
        """
        lock = self._locks.setdefault(key_file, threading.Lock())
        if not lock.acquire(timeout=-1 if budget.remaining() is None else budget.remaining() or 0):
            return _value(deployment, _overdue(budget))
        try:
            outcome = self._fresh(key_file) or self._fetch(key_file, budget)
        finally:
            lock.release()
        return _value(deployment, outcome)

    async def aget(self, deployment: Deployment, key_file: Secret, budget: Budget) -> str:
        """Return a token for a service account; the twin of `get`."""
        outcome: Outcome | None = self._fresh(key_file)
        if outcome is None:
            flight = self._flight(key_file)
            done, _ = await asyncio.wait([flight], timeout=budget.remaining())
            outcome = flight.result() if done else _overdue(budget)
        return _value(deployment, outcome)

    def drop(self, key_file: Secret, token: str) -> None:
        """Forget a token that was refused; the next call asks for another."""
        kept = self._kept.get(key_file)
        if kept is not None and kept.value == token:
            self._kept.pop(key_file, None)

    def _leave_behind(self) -> None:
        # Threads and tasks of the parent hold these, and there are none of them here.
        self._locks, self._flights = {}, {}

    def _flight(self, key_file: Secret) -> "asyncio.Task[Outcome]":
        place = asyncio.get_running_loop(), key_file
        flight = self._flights.get(place)
        if flight is None:
            # A task of its own: whoever waits may be cancelled, the others still want the token.
            flight = self._flights[place] = place[0].create_task(self._afetch(key_file))
            flight.add_done_callback(functools.partial(self._landed, place))
        return flight

    def _landed(self, place: tuple[asyncio.AbstractEventLoop, Secret], flight: "asyncio.Task[Outcome]") -> None:
        self._flights.pop(place, None)
        if not flight.cancelled():
            flight.exception()  # seen, though nobody may be waiting any more

    def _fetch(self, key_file: Secret, budget: Budget) -> Outcome:
        left = budget.remaining()
        limit = Budget(PATIENCE if left is None else min(left, PATIENCE))
        try:
            response = self._sync.open(token_request(key_file, self._now()), limit)
            answer = HttpResponse(response.status, lowered(response.headers), response.read())
        except TransportError as error:
            return error
        return self._keep(key_file, answer)

    async def _afetch(self, key_file: Secret) -> Outcome:
        try:
            response = await self._async.open(token_request(key_file, self._now()), Budget(PATIENCE))
            answer = HttpResponse(response.status, lowered(response.headers), await response.read())
        except TransportError as error:
            return error
        return self._keep(key_file, answer)

    def _fresh(self, key_file: Secret) -> Token | None:
        token = self._kept.get(key_file)
        return token if token is not None and token.expires - self._now() > MARGIN else None

    def _keep(self, key_file: Secret, answer: HttpResponse) -> Outcome:
        token = read_token(answer.body, self._now()) if answer.status == 200 else None
        if token is None:
            return answer
        live = {key: kept for key, kept in self._kept.items() if kept.expires > self._now()}
        self._kept = {**live, key_file: token}
        return token


def _overdue(budget: Budget) -> TransportError:
    return TotalTimedOut(f"no access token from Google within {budget.total or 0:g} s")


def _value(deployment: Deployment, outcome: Outcome) -> str:
    if isinstance(outcome, Token):
        return outcome.value
    if isinstance(outcome, HttpResponse):
        raise failures.no_token(deployment, outcome)
    if isinstance(outcome, TransportClosed):
        raise TransportClosed(str(outcome))
    raise failures.from_transport(deployment, outcome)
