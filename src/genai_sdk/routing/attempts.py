"""The attempt loop: every decision of a call, as a generator that waits for nothing itself.

It yields what is to be done (`steps.py`) and is sent what came of it; the sync and the async face (`run.py`,
`stream.py`) do it. So there is one set of decisions, and no clock but the one handed in.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import msgspec

from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import (
    ProviderError,
    ProviderTimeoutError,
    StreamInterruptedError,
)
from genai_sdk.http.deadline import TICK
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.failures import cut_short, failure_of, last_word, no_token, too_late
from genai_sdk.routing.health import Health, key_of
from genai_sdk.routing.late_keys import LateKey, Refused, await_key, refetch
from genai_sdk.routing.limits import OVER_LIMIT, Limits, over_limit
from genai_sdk.routing.options import RoutingOptions, alone
from genai_sdk.routing.plan import FallbackSource, Group
from genai_sdk.routing.policy import PATIENCE, SUCCESSORS, FallbackKind, backoff, is_skip, names_file, rule_for
from genai_sdk.routing.rows import attempt_row, cancelled_row
from genai_sdk.routing.steps import Deliver, Outcome, Step, Steps, Try, Wait
from genai_sdk.routing.strategy import arrange, healthy
from genai_sdk.tracing import UNRECORDED, CallTrace
from genai_sdk.types import Attempt, Parameters, Usage

if TYPE_CHECKING:  # loaded by the first call that has parameters
    from genai_sdk.routing.parameters import CallParameters

T = TypeVar("T")
"""What an attempt brings: a whole reply, or a stream that has reached its first content."""


Pricing = Callable[[Deployment, Usage | None], Mapping[str, float] | None]
"""What tokens of a deployment cost in US dollars, by kind and in `total`; None where that is not known."""


class Call(Generic[T]):
    """One call under way: its ledger, and what served it.

    Args:
        planner: Finds fallbacks.
        group: The group that was asked for.
        options: The call's routing options.
        health: What the client remembers of its deployments.
        clock: Time and chance.
        started: When the call began, on that clock.
        streaming: Whether answers are streams, which are delivered before they end.
        trace: Told of every attempt that is over.
        limits: What was used of each deployment's minute; None where nothing is limited.
        price: Returns what tokens of a deployment cost, by kind; None where that is not known.
    """

    def __init__(
        self,
        planner: FallbackSource,
        group: Group,
        options: RoutingOptions,
        health: Health,
        clock: Clock,
        *,
        started: float,
        streaming: bool = False,
        trace: CallTrace = UNRECORDED,
        limits: Limits | None = None,
        price: Pricing = lambda _deployment, _usage: None,
    ) -> None:
        self._price = price
        self.options = options
        self.limits = limits
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
        self._stream_end: float | None = None
        self._bound: Literal["deadline", "stream_deadline"] = "deadline"
        self._allowed = options.timeout
        if streaming and options.first_token_timeout:
            self._allowed = min(options.first_token_timeout, options.timeout)
        self._entered: set[tuple[str, str]] = set()
        self._rested: dict[tuple[str, str], None] = {}
        self._fallbacks_left = options.max_fallbacks
        self._queue: tuple[Group, ...] = ()
        self._broken: StreamInterruptedError | None = None
        self._asked_whole = False
        self._refused: Refused = {}
        self._entering = group
        self._awake: list[Deployment] = []
        self.ledger: dict[tuple[str, str], Parameters] = {}
        self.parameters: CallParameters | None = None

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
        """Whether a request is to be measured before it is sent, if it may be: only where another group can take it."""
        return bool(self._fallbacks_after(self._entering, "context_window"))

    def continuing(self) -> "Call[T]":
        """Return the call that continues a turn where it was paused: on what served it, and on nothing else.

        Its attempts are rows of the same ledger, and its deadline is the same; that of a stream begins anew, since it
        ended at the first content, and `stream_deadline` goes on.
        """
        assert self.served is not None, "only what was answered is continued"
        group = msgspec.structs.replace(self._group, deployments=(self.served,))
        started = self._clock.now() if self._streaming else self.started
        facts: dict[str, Any] = {"streaming": self._streaming, "trace": self.trace, "price": self._price}
        arguments = (self._planner, group, alone(self.options), self._health, self._clock)
        call: Call[T] = Call(*arguments, started=started, limits=self.limits, **facts)
        call.attempts = self.attempts
        call.ledger, call.parameters = self.ledger, self.parameters
        call._stream_end = self._stream_end
        call._end_with_stream()
        return call

    def stream_left(self) -> float | None:
        """Seconds that a stream may take from now, as what its caller has read so far took some; None for no limit."""
        if self._stream_end is None:
            return self.options.stream_deadline
        return max(0.0, self._stream_end - self._clock.now())

    def _end_with_stream(self) -> None:
        """Let the call end with its stream: past that nobody may read on."""
        if self._stream_end is not None and self._stream_end < self._end:
            self._end, self._bound = self._stream_end, "stream_deadline"

    def steps(self) -> Steps:
        """Run the call; ends when it is answered, raises the error that ends it."""
        group, members, waited = self._group, self._enter(self._group), 0.0
        failed: ProviderError | None = None
        while True:
            error = yield from self._run_group(group, members, waited)
            if error is None:
                return
            failed = error = _weightier(failed, error)
            ahead = self._ahead(group, error)
            if ahead and self._clock.now() < self._end:
                group, self._queue = ahead[0], ahead[1:]
                self._fallbacks_left -= 1
                members, waited = self._enter(group), 0.0
                continue
            late = None
            if self.options.num_retries > 0 and rule_for(error).onward:  # who wants no retries waits for no key either
                late = yield from await_key(self._refused, self._clock, self._end)
            if late is None:
                if is_skip(error) and self.parameters is not None and not names_file(error):
                    raise self.parameters.nobody_takes(error, self._group.name, self.attempts, self._planner) from None
                raise last_word(error, self._group.name, self.attempts, self._rested, self._broken) from None
            group, members, waited = late.group, [late.deployment], late.again_in

    def _enter(self, group: Group) -> list[Deployment]:
        members = [one for one in group.deployments if not self._entered or one.key not in self._entered]
        self._entered.update([one.key for one in members])
        return arrange(members, self.options.routing_strategy, self._health, self._clock.chance)

    def _run_group(
        self, group: Group, members: list[Deployment], waited: float = 0.0
    ) -> Generator[Step, Outcome, ProviderError | None]:
        """Pass 1, then the retries; returns None once answered, else the error that ends the group."""
        self._entering = group
        error: ProviderError | None = None
        dropped: set[tuple[str, str]] = set()
        resting = not self.options.disable_cooldowns
        self._awake = awake = healthy(members, self._health, self._clock.now()) if resting else list(members)
        if len(awake) < len(members):
            self._rested.update((deployment.key, None) for deployment in members if deployment not in awake)
        while awake:
            if error is not None and self._clock.now() >= self._end:
                return error
            latest = yield from self._attempt(group, members, awake.pop(0), dropped, waited)
            if latest is None:
                return None
            error, waited = _weightier(error, latest), 0.0
            if not rule_for(error).onward:
                return error
            if not awake and is_skip(error):  # nobody was asked: better one who rests than nobody
                awake += [one for one in members if one.key in self._rested and one.key not in dropped]
        retry = 0
        while error is not None and rule_for(error).onward and retry < self._retries(error):
            retry += 1
            choice = self._next(members, dropped, retry)
            patience = PATIENCE if self._ahead(group, error) else self.options.deadline
            if choice is None or choice[1] > patience or self._clock.now() + choice[1] >= self._end:
                return error
            deployment, seconds = choice
            yield Wait(seconds)
            latest = yield from self._attempt(group, members, deployment, dropped, waited=seconds)
            error = latest and _weightier(error, latest)
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
        """Try a deployment, again with another key if the source has one, and draw the consequences."""
        error = yield from self._try(group, deployment, waited)
        if error is None:
            return None
        return (yield from self._follow(error, group, members, deployment, dropped))

    def _follow(
        self,
        error: ProviderError | None,
        group: Group,
        members: list[Deployment],
        deployment: Deployment,
        dropped: set[tuple[str, str]],
    ) -> Generator[Step, Outcome, ProviderError | None]:
        """Draw the consequences of a failure; returns None if another key made it good."""
        successors = SUCCESSORS
        while error is not None and rule_for(error).refetch and successors > 0:
            successors -= 1
            fresh, again_in = yield from refetch(deployment, self._end - self._clock.now())
            if fresh is None or self._clock.now() >= self._end:
                if again_in is not None and rule_for(error).awaits:
                    self._refused[deployment.key] = LateKey(group, deployment, again_in)
                break
            members[members.index(deployment)] = deployment = fresh
            error = yield from self._try(group, deployment, 0.0)
        if error is not None:
            self._mark(error, deployment, dropped)
        return error

    def _mark(self, error: ProviderError, deployment: Deployment, dropped: set[tuple[str, str]]) -> None:
        rule = rule_for(error)
        if rule.cools and error.reason != OVER_LIMIT:
            self._health.failed(deployment, error.retry_after, self.options, self._clock.now())
        if not rule.again:
            dropped.add(deployment.key)
        if self.limits is not None and is_skip(error):
            self.limits.give_back(deployment, self._clock.now())

    def _try(
        self, group: Group, deployment: Deployment, waited: float
    ) -> Generator[Step, Outcome, ProviderError | None]:
        begun = self._clock.now()
        if begun >= self._end:
            return too_late(deployment, self._bound, getattr(self.options, self._bound))
        if self.limits is not None and (over := self._over_limit(self.limits, group, deployment, waited)):
            return over
        self._health.started(deployment)
        reported, cold = len(self.attempts), self.warmup
        left = self._end - begun
        try:
            outcome = yield Try(deployment, min(self._allowed, left))
            begun += self.warmup - cold
            latency = self._clock.now() - begun
            failure = None if outcome is None else self._failure_of(outcome, deployment, latency, left)
            self.attempts.append(self._row(group, deployment, latency, waited, failure))
            if failure is None:
                self.served = deployment
                self._health.succeeded(deployment, latency)
                if self._streaming:
                    failure = yield from self._deliver(group, deployment, latency, waited)
            return failure
        except GeneratorExit:
            if len(self.attempts) == reported:  # the call was cancelled while this attempt was under way
                self.attempts.append(cancelled_row(group, deployment, self._clock.now() - begun, waited))
            raise
        finally:
            self._health.ended(deployment)
            if len(self.attempts) > reported:
                self.trace.attempt(self.attempts[-1], begun, self._clock.now())

    def _row(
        self, group: Group, deployment: Deployment, latency: float, waited: float, failure: ProviderError | None
    ) -> Attempt:
        parameters = self.ledger.get(deployment.key) if self.ledger else None
        row = attempt_row(group, deployment, latency, waited, failure, parameters)
        if failure is None or failure.usage is None:
            return row
        return msgspec.structs.replace(row, usage=failure.usage, costs=self._price(deployment, failure.usage))

    def _over_limit(self, limits: Limits, group: Group, deployment: Deployment, waited: float) -> ProviderError | None:
        """Count an attempt; or say why it is not made, and let the deployment rest until its next minute."""
        now = self._clock.now()
        seconds = limits.admit(deployment, self.options, now)
        if not seconds:
            return None
        until = now + seconds
        self._health.rest(key_of(deployment), 0.0 if self.options.disable_cooldowns else until, until)
        error = over_limit(deployment, seconds)
        self.attempts.append(attempt_row(group, deployment, 0.0, waited, error))
        self.trace.attempt(self.attempts[-1], now, now)
        return error

    def spent(self, served: Deployment, usage: Usage | None) -> None:
        """Count what an answer used of its deployment's minute."""
        if self.limits is not None and usage is not None:
            self.limits.spend(served, usage.total_tokens or 0, self._clock.now())

    def _deliver(
        self, group: Group, deployment: Deployment, latency: float, waited: float
    ) -> Generator[Step, Outcome, ProviderError | None]:
        """Hand a stream out; if it breaks, end the call or go on with what is left of it."""
        delivered = self._clock.now()
        if self._stream_end is None and self.options.stream_deadline is not None:
            self._stream_end = delivered - latency + self.options.stream_deadline
        broken = yield Deliver()
        if not isinstance(broken, StreamInterruptedError):
            return None
        row = self._row(group, deployment, latency, waited, broken)
        self.attempts[-1] = msgspec.structs.replace(row, hedged=self.attempts[-1].hedged)
        now = self._clock.now()
        self._end += now - delivered  # the deadline counts while nothing flows
        self._end_with_stream()
        if self.options.stream_fallback != "restart" or now > self._end - TICK:
            self._health.failed(deployment, broken.retry_after, self.options, now)
            broken.attempts = tuple(self.attempts)
            raise broken from None
        self._broken = broken
        return broken

    def _failure_of(
        self, outcome: Outcome, deployment: Deployment, latency: float, left: float
    ) -> ProviderError | None:
        """Return why an attempt failed; `left` are the seconds that the call had when it began."""
        if isinstance(outcome, ProviderTimeoutError):
            if left < self._allowed and latency > left - TICK:
                return cut_short(deployment, left, self._bound, getattr(self.options, self._bound))
            if self._allowed < self.options.timeout and latency > self._allowed - TICK:
                return no_token(deployment, self._allowed)
        return failure_of(outcome, deployment)

    def _ahead(self, group: Group, error: ProviderError) -> tuple[Group, ...]:
        """Return the groups that may still follow `group` after `error`, nearest first."""
        kind: FallbackKind | None = rule_for(error).fallback
        return () if kind is None else self._fallbacks_after(group, kind)

    def _fallbacks_after(self, group: Group, kind: FallbackKind) -> tuple[Group, ...]:
        if self._fallbacks_left <= 0:
            return ()
        groups = (*self._planner.fallbacks(group, kind, self.options), *self._queue)
        return tuple(one for one in groups if any(each.key not in self._entered for each in one.deployments))


def _weightier(earlier: ProviderError | None, later: ProviderError) -> ProviderError:
    """Return the failure that counts of two: that a deployment was passed over says less than what a provider said."""
    return earlier if earlier is not None and is_skip(later) else later
