"""The attempt loop: every decision of a call, as a generator that waits for nothing itself.

It yields what is to be done (`Try`, `Wait`, `Refetch`, `Deliver`) and is sent what came of it; the sync and the async
face (`run.py`, `stream.py`) do it. So there is one set of decisions, and no clock but the one handed in.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from genai_sdk.connections import Connection
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import (
    ConfigurationError,
    GenAIError,
    ProviderError,
    ProviderTimeoutError,
    RouteExhaustedError,
    StreamInterruptedError,
)
from genai_sdk.http.deadline import TICK
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.health import Health
from genai_sdk.routing.options import RoutingOptions, alone
from genai_sdk.routing.plan import Group, Planner
from genai_sdk.routing.policy import PATIENCE, FallbackKind, MisconfiguredError, backoff, rule_for
from genai_sdk.routing.strategy import arrange, healthy
from genai_sdk.tracing import UNRECORDED, CallTrace
from genai_sdk.types import CANCELLED, Attempt, Usage

T = TypeVar("T")
"""What an attempt brings: a whole reply, or a stream that has reached its first content."""


class Try(msgspec.Struct, frozen=True):
    """Make one attempt within `timeout` seconds; `accept` what it brings, or send back why it brought nothing."""

    deployment: Deployment
    timeout: float


class Wait(msgspec.Struct, frozen=True):
    """Wait; send back None."""

    seconds: float


class Refetch(msgspec.Struct, frozen=True):
    """Ask the source for another key; send back the connection if it has one, else None."""

    connection: Connection


class Deliver(msgspec.Struct, frozen=True):
    """A stream has its first content; send back None at its end, or the `StreamInterruptedError` that broke it."""


Step = Try | Wait | Refetch | Deliver
Outcome = ProviderError | ConfigurationError | Connection | None
"""What is sent back: an error that ended an attempt or a stream, another key, or nothing."""
Steps = Generator[Step, Outcome, None]


Pricing = Callable[[Deployment, Usage | None], Mapping[str, float] | None]
"""What tokens of a deployment cost in US dollars, by kind and in `total`; None where that is not known."""


class Call(Generic[T]):
    """One call under way: its ledger, and what served it.

    Args:
        planner: Turns names into groups and finds fallbacks.
        group: The group that was asked for.
        options: The call's routing options.
        health: What the client remembers of its deployments.
        clock: Time and chance.
        started: When the call began, on that clock.
        streaming: Whether answers are streams, which are delivered before they end.
        trace: Told of every attempt that is over.
        price: Returns what tokens of a deployment cost, by kind; None where that is not known.
    """

    def __init__(
        self,
        planner: Planner,
        group: Group,
        options: RoutingOptions,
        health: Health,
        clock: Clock,
        *,
        started: float,
        streaming: bool = False,
        trace: CallTrace = UNRECORDED,
        price: Pricing = lambda _deployment, _usage: None,
    ) -> None:
        self._price = price
        self.options = options
        self.trace = trace
        self.started = started
        self.warmup = 0.0
        self.attempts: list[Attempt] = []
        self.served: Deployment | None = None
        self._answer: T | None = None
        self._planner = planner
        self._group = group
        self._health = health
        self._clock = clock
        self._streaming = streaming
        self._end = started + options.deadline
        self._entered: set[tuple[str, str]] = set()
        self._rested: dict[tuple[str, str], None] = {}
        self._fallbacks_left = options.max_fallbacks
        self._queue: tuple[Group, ...] = ()
        self._broken: StreamInterruptedError | None = None
        self._asked_whole = False
        self._entering = group

    @property
    def answer(self) -> T:
        """What the last attempt that went well has brought."""
        assert self._answer is not None, "a call that ended without an error was answered"
        return self._answer

    def accept(self, answer: T) -> None:
        """Take what an attempt has brought."""
        self._answer = answer

    def warmed(self, seconds: float) -> None:
        """Take note of how long an attempt waited for its driver to be loaded, which is no part of its latency."""
        self.warmup += seconds
        self.trace.warmed(seconds)

    def may_ask_whole(self) -> bool:
        """Whether a stream that broke without a word may be asked for whole, once in a call.

        It costs a call, so it is done where the reason can matter: with a fallback for a window that is too small.
        """
        table = self.options.context_window_fallbacks
        if self._asked_whole or not (table.rows or table.default):
            return False
        self._asked_whole = True
        return True

    def must_fit(self) -> bool:
        """Whether a request is to be measured before it is sent: only where another group can take it."""
        return self.options.pre_call_checks and bool(self._fallbacks_after(self._entering, "context_window"))

    def continuing(self) -> "Call[T]":
        """Return the call that continues a turn where it was paused: on what served it, and on nothing else.

        Its attempts are rows of the same ledger, and its deadline is the same; that of a stream begins anew, since it
        ended at the first content.
        """
        assert self.served is not None, "only what was answered is continued"
        group = msgspec.structs.replace(self._group, deployments=(self.served,))
        started = self._clock.now() if self._streaming else self.started
        facts: dict[str, Any] = {"streaming": self._streaming, "trace": self.trace, "price": self._price}
        call: Call[T] = Call(
            self._planner, group, alone(self.options), self._health, self._clock, started=started, **facts
        )
        call.attempts = self.attempts
        return call

    def steps(self) -> Steps:
        """Run the call; ends when it is answered, raises the error that ends it."""
        group = self._group
        while True:
            members = self._enter(group)
            error = yield from self._run_group(group, members)
            if error is None:
                return
            ahead = self._ahead(group, error)
            if not ahead or self._clock.now() >= self._end:
                raise self._last_word(error) from None
            group, self._queue = ahead[0], ahead[1:]
            self._fallbacks_left -= 1

    def _enter(self, group: Group) -> list[Deployment]:
        keys = [deployment.key for deployment in group.deployments]
        members = [
            deployment for deployment, key in zip(group.deployments, keys, strict=True) if key not in self._entered
        ]
        self._entered.update(keys)
        return arrange(members, self.options.routing_strategy, self._health, self._clock.chance)

    def _run_group(self, group: Group, members: list[Deployment]) -> Generator[Step, Outcome, ProviderError | None]:
        """Pass 1, then the retries; returns None once answered, else the error that ends the group."""
        self._entering = group
        error: ProviderError | None = None
        dropped: set[tuple[str, str]] = set()
        awake = healthy(members, self._health, self._clock.now())
        if len(awake) < len(members):
            self._rested.update((deployment.key, None) for deployment in members if deployment not in awake)
        for deployment in awake:
            if error is not None and self._clock.now() >= self._end:
                return error
            error = yield from self._attempt(group, members, deployment, dropped)
            if error is None or not rule_for(error).onward:
                return error
        retry = 0
        while error is not None and rule_for(error).onward and retry < self._retries(error):
            retry += 1
            choice = self._next(members, dropped, retry)
            patience = PATIENCE if self._ahead(group, error) else self.options.deadline
            if choice is None or choice[1] > patience or self._clock.now() + choice[1] >= self._end:
                return error
            deployment, seconds = choice
            yield Wait(seconds)
            error = yield from self._attempt(group, members, deployment, dropped, waited=seconds)
        return error

    def _next(
        self, members: Sequence[Deployment], dropped: set[tuple[str, str]], retry: int
    ) -> tuple[Deployment, float] | None:
        """Return who is tried again and after how long: the next in order whose Retry-After does not hold it up."""
        able = [deployment for deployment in members if deployment.key not in dropped]
        if not able:
            return None
        start = (retry - 1) % len(able)
        wait = backoff(retry, self._clock.chance(), self.options.retry_after)
        now = self._clock.now()
        waits = [
            (deployment, max(wait, self._health.told_until(deployment) - now))
            for deployment in able[start:] + able[:start]
        ]
        return min(waits, key=lambda pair: pair[1])

    def _retries(self, error: ProviderError) -> int:
        return self.options.retry_policy.get(rule_for(error).retries or "", self.options.num_retries)

    def _attempt(
        self,
        group: Group,
        members: list[Deployment],
        deployment: Deployment,
        dropped: set[tuple[str, str]],
        waited: float = 0.0,
    ) -> Generator[Step, Outcome, ProviderError | None]:
        """Try a deployment, once more with another key if the source has one, and draw the consequences."""
        error = yield from self._try(group, deployment, waited)
        if error is not None and rule_for(error).refetch:
            fresh = yield Refetch(deployment.connection)
            if isinstance(fresh, Connection) and self._clock.now() < self._end:
                renewed = Deployment(fresh, deployment.model)
                members[members.index(deployment)] = deployment = renewed
                error = yield from self._try(group, deployment, 0.0)
        if error is None:
            return None
        rule = rule_for(error)
        if rule.cools:
            self._health.failed(deployment, error.retry_after, self.options, self._clock.now())
        if not rule.again:
            dropped.add(deployment.key)
        return error

    def _try(
        self, group: Group, deployment: Deployment, waited: float
    ) -> Generator[Step, Outcome, ProviderError | None]:
        begun = self._clock.now()
        if begun >= self._end:
            return self._too_late(deployment)
        self._health.started(deployment)
        reported, cold = len(self.attempts), self.warmup
        left = self._end - begun
        try:
            outcome = yield Try(deployment, min(self.options.timeout, left))
            begun += self.warmup - cold
            latency = self._clock.now() - begun
            failure = _failure_of(outcome, deployment)
            if isinstance(failure, ProviderTimeoutError) and left < self.options.timeout and latency > left - TICK:
                failure = self._cut_short(deployment, left)
            self.attempts.append(self._row(group, deployment, latency, waited, failure))
            if failure is None:
                self.served = deployment
                self._health.succeeded(deployment, latency)
                if self._streaming:
                    failure = yield from self._deliver(group, deployment, latency, waited)
            return failure
        except GeneratorExit:
            if len(self.attempts) == reported:  # the call was cancelled while this attempt was under way
                self.attempts.append(_cancelled(group, deployment, self._clock.now() - begun, waited))
            raise
        finally:
            self._health.ended(deployment)
            if len(self.attempts) > reported:
                self.trace.attempt(self.attempts[-1], begun, self._clock.now())

    def _row(
        self, group: Group, deployment: Deployment, latency: float, waited: float, failure: ProviderError | None
    ) -> Attempt:
        row = _row(group, deployment, latency, waited, failure)
        if failure is None or failure.usage is None:
            return row
        return msgspec.structs.replace(row, usage=failure.usage, costs=self._price(deployment, failure.usage))

    def _deliver(
        self, group: Group, deployment: Deployment, latency: float, waited: float
    ) -> Generator[Step, Outcome, ProviderError | None]:
        """Hand a stream out; if it breaks, end the call or go on with what is left of it."""
        delivered = self._clock.now()
        broken = yield Deliver()
        if not isinstance(broken, StreamInterruptedError):
            return None
        self.attempts[-1] = self._row(group, deployment, latency, waited, broken)
        if self.options.stream_fallback != "restart":
            self._health.failed(deployment, broken.retry_after, self.options, self._clock.now())
            broken.attempts = tuple(self.attempts)
            raise broken from None
        self._broken = broken
        self._end += self._clock.now() - delivered  # the deadline counts while nothing flows
        return broken

    def _ahead(self, group: Group, error: ProviderError) -> tuple[Group, ...]:
        """Return the groups that may still follow `group` after `error`, nearest first."""
        kind: FallbackKind | None = rule_for(error).fallback
        return () if kind is None else self._fallbacks_after(group, kind)

    def _fallbacks_after(self, group: Group, kind: FallbackKind) -> tuple[Group, ...]:
        if self._fallbacks_left <= 0:
            return ()
        groups = (*self._planner.fallbacks(group, kind, self.options), *self._queue)
        return tuple(one for one in groups if any(each.key not in self._entered for each in one.deployments))

    def _too_late(self, deployment: Deployment) -> ProviderError:
        return self._overdue(
            deployment,
            f"the deadline of {self.options.deadline:g} s passed before {deployment.connection.name} could be asked; "
            "raise deadline= or look at what took so long in .attempts",
        )

    def _cut_short(self, deployment: Deployment, left: float) -> ProviderError:
        return self._overdue(
            deployment,
            f"{'/'.join(deployment.key)} did not answer within the {left:.3g} s that were left of the deadline of "
            f"{self.options.deadline:g} s; raise deadline= or look at what took so long in .attempts",
        )

    def _overdue(self, deployment: Deployment, message: str) -> ProviderError:
        return ProviderTimeoutError(
            message,
            provider=deployment.connection.view.adapter,
            connection=deployment.connection.name,
            model=deployment.model,
            reason="deadline",
        )

    def _last_word(self, error: ProviderError) -> GenAIError:
        """Return the error to raise: the only deployment's own, or one that speaks for all that were tried."""
        facts = {
            name: getattr(error, name)
            for name in ("provider", "connection", "model", "status_code", "request_id", "retry_after", "reason")
        }
        if self._broken is not None:
            message = f"{self._broken.message} Starting over failed too: {error.message}"
            return StreamInterruptedError(message, text=self._broken.text, attempts=tuple(self.attempts), **facts)
        deployments_tried = {(row.connection, row.model) for row in self.attempts}
        if len(deployments_tried) <= 1:
            if isinstance(error, MisconfiguredError):
                return error.error
            error.attempts = tuple(self.attempts)
            return error
        tried = "; ".join(f"{row.connection}/{row.model}: {row.reason}" for row in self.attempts)
        resting = [
            f"{connection}/{model}"
            for connection, model in self._rested
            if (connection, model) not in deployments_tried
        ]
        passed = f" Passed over, as they rest after a failure: {', '.join(resting)}." if resting else ""
        message = (
            f"every deployment tried for {self._group.name!r} failed ({tried}).{passed} "
            f"The last one said: {error.message}"
        )
        return RouteExhaustedError(message, attempts=tuple(self.attempts), **facts)


def _failure_of(outcome: Outcome, deployment: Deployment) -> ProviderError | None:
    if not isinstance(outcome, ConfigurationError):
        return outcome if isinstance(outcome, ProviderError) else None
    view = deployment.connection.view
    return MisconfiguredError(outcome, provider=view.adapter, connection=view.name, model=deployment.model)


def _cancelled(group: Group, deployment: Deployment, latency: float, waited: float) -> Attempt:
    return msgspec.structs.replace(_row(group, deployment, latency, waited, None), status=None, reason=CANCELLED)


def _row(group: Group, deployment: Deployment, latency: float, waited: float, failure: ProviderError | None) -> Attempt:
    return Attempt(
        connection=deployment.connection.name,
        model=deployment.model,
        status=200 if failure is None else failure.status_code,
        latency=latency,
        waited=waited,
        reason="ok" if failure is None else failure.reason,
        detail="" if failure is None else failure.message,
        group=group.name,
    )
