"""Hedging: a slow attempt gets a second one beside it on the next deployment, and the first content wins."""

import threading
from collections.abc import Generator
from typing import Any

import msgspec

from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ProviderError
from genai_sdk.routing.attempts import Call, T
from genai_sdk.routing.plan import Group
from genai_sdk.routing.policy import is_skip, rule_for
from genai_sdk.routing.rows import cancelled_row
from genai_sdk.routing.steps import Begin, Cancel, Next, Outcome, Over, Step, Try

_AHEAD = 1.0
_SAVED = 10.0


class HedgeAllowance:
    """How many more calls may be made twice: each call that could be earns its share of one, a hedge costs one.

    One is granted ahead, so that a first slow call need not wait for others, and at most ten are saved up, so that a
    quiet night does not pay for a storm. Safe to share between threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._credit = _AHEAD

    def earn(self, share: float) -> None:
        """Count a call."""
        with self._lock:
            self._credit = min(max(_SAVED, share), self._credit + share)

    def spend(self, share: float) -> bool:
        """Whether a call may be made twice now; counts it if so."""
        with self._lock:
            if share <= 0 or self._credit < 1 - 1e-9:
                return False
            self._credit -= 1
            return True


class _Running(msgspec.Struct):
    """An attempt under way in a lane."""

    deployment: Deployment
    begun: float
    cold: float
    left: float
    waited: float
    hedged: bool


class HedgedCall(Call[T]):
    """A call whose attempts of the first pass are hedged.

    Args:
        *arguments: As `Call`.
        allowance: Says whether a call may be made twice.
        **keywords: As `Call`.
    """

    def __init__(self, *arguments: Any, allowance: HedgeAllowance, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._allowance = allowance
        allowance.earn(self.options.max_hedge_share)

    def _attempt(
        self,
        group: Group,
        members: list[Deployment],
        deployment: Deployment,
        dropped: set[tuple[str, str]],
        waited: float = 0.0,
    ) -> Generator[Step, Outcome, ProviderError | None]:
        if not self._awake or self._clock.now() >= self._end:
            return (yield from super()._attempt(group, members, deployment, dropped, waited))
        if self.limits is not None and (over := self._over_limit(self.limits, group, deployment, waited)):
            return (yield from self._follow(over, group, members, deployment, dropped))
        lost = yield from self._race(group, deployment, dropped, waited)
        if lost is None:
            return None
        deployment, error = lost
        return (yield from self._follow(error, group, members, deployment, dropped))

    def _race(
        self, group: Group, first: Deployment, dropped: set[tuple[str, str]], waited: float
    ) -> Generator[Step, Outcome, tuple[Deployment, ProviderError] | None]:
        """Run one lane, and a second one if the first is slow; returns None once answered, else the last failure."""
        lanes: dict[int, _Running] = {}
        winner: tuple[_Running, float] | None = None
        failed: tuple[Deployment, ProviderError] | None = None
        try:
            yield self._enter_lane(lanes, first, waited, hedged=False)
            over = yield Next(self.options.hedge_after)
            if over is None and (spare := self._spare(group)) is not None:
                yield self._enter_lane(lanes, spare, 0.0, hedged=True)
            while lanes:
                over = over or (yield Next(None))
                assert isinstance(over, Over), "a wait without an end brings a lane that is over"
                running = lanes.pop(over.lane)
                latency, error = self._settle(group, running, over)
                if error is None:
                    yield from self._leave_lanes(group, lanes)
                    winner = running, latency
                    return (yield from self._win(group, running, latency, over))
                if failed is not None and is_skip(error):  # what a provider said weighs more
                    self._mark(error, running.deployment, dropped)
                    over = None
                    continue
                if failed is not None:
                    self._mark(failed[1], failed[0], dropped)
                failed = running.deployment, error
                if not rule_for(error).onward:
                    yield from self._leave_lanes(group, lanes)
                over = None
            return failed
        finally:
            if winner is not None:
                self._end_lane(winner[0])
            for running in lanes.values():  # the call was cancelled
                self._give_up(group, running)

    def _spare(self, group: Group) -> Deployment | None:
        """Return who is asked beside a slow attempt, if anybody may be."""
        if not self._allowance.spend(self.options.max_hedge_share):
            return None
        while self._awake:
            spare = self._awake.pop(0)
            if self.limits is None or self._over_limit(self.limits, group, spare, 0.0) is None:
                return spare
        self._allowance.earn(1.0)
        return None

    def _enter_lane(self, lanes: dict[int, _Running], deployment: Deployment, waited: float, *, hedged: bool) -> Begin:
        begun, lane = self._clock.now(), len(lanes)
        left = max(self._end - begun, 0.0)
        self._health.started(deployment)
        lanes[lane] = _Running(deployment, begun, self.warmup, left, waited, hedged)
        return Begin(lane, Try(deployment, min(self._allowed, left)))

    def _settle(self, group: Group, running: _Running, over: Over) -> tuple[float, ProviderError | None]:
        running.begun += self.warmup - running.cold
        latency = self._clock.now() - running.begun
        error = self._failure_of(over.error, running.deployment, latency, running.left)
        if error is not None:
            self._report(group, running, latency, error)
            self._end_lane(running)
        return latency, error

    def _win(
        self, group: Group, running: _Running, latency: float, over: Over
    ) -> Generator[Step, Outcome, tuple[Deployment, ProviderError] | None]:
        self._answer = over.answer  # type: ignore[assignment]  # what `accept` would have been given
        self.served = running.deployment
        self._health.succeeded(running.deployment, latency)
        self._report(group, running, latency, None)
        if not self._streaming:
            return None
        broken = yield from self._deliver(group, running.deployment, latency, running.waited)
        return None if broken is None else (running.deployment, broken)

    def _leave_lanes(self, group: Group, lanes: dict[int, _Running]) -> Generator[Step, Outcome, None]:
        while lanes:
            lane, running = lanes.popitem()
            self._give_up(group, running)
            yield Cancel(lane)

    def _give_up(self, group: Group, running: _Running) -> None:
        latency = self._clock.now() - running.begun
        row = cancelled_row(group, running.deployment, latency, running.waited)
        self.attempts.append(msgspec.structs.replace(row, hedged=running.hedged))
        self.trace.attempt(self.attempts[-1], running.begun, self._clock.now())
        self._end_lane(running)

    def _report(self, group: Group, running: _Running, latency: float, error: ProviderError | None) -> None:
        row = self._row(group, running.deployment, latency, running.waited, error)
        self.attempts.append(msgspec.structs.replace(row, hedged=running.hedged))
        self.trace.attempt(self.attempts[-1], running.begun, self._clock.now())

    def _end_lane(self, running: _Running) -> None:
        self._health.ended(running.deployment)
