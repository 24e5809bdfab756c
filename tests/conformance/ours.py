"""Plays a scenario through our own loop, with the real driver, over real HTTP; only the waits are skipped."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.conformance.outcome import End, Heard, describe, wait
from tests.conformance.scenario import Ask, Provider, Scenario
from tests.conformance.stage import MESSAGES, Stage, key, staged

from genai_sdk import errors
from genai_sdk.connections import Connection, ConnectionSet, Credentials, RefetchResult, Secret
from genai_sdk.drivers import Driver
from genai_sdk.routing import (
    Clock,
    Planner,
    Router,
    RoutingOptions,
    read_call_options,
    read_router_args,
)
from genai_sdk.types import ConnectionView
from genai_sdk.wires.operation import CHAT, ChatRequest

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)


class SkippingClock(Clock):
    """Real time, but a wait is noted and skipped; chance is always one half."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0
        self.waits: list[Heard] = []

    def now(self) -> float:
        return time.monotonic() + self.skipped

    def chance(self) -> float:
        return 0.5

    def sleep(self, seconds: float) -> None:
        noted = wait(time.monotonic(), seconds)
        self.waits += [noted] if noted else []
        self.skipped += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)


class Source:
    """Where a rejected key may have a successor."""

    def __init__(self, renewed: Mapping[str, Connection]) -> None:
        self._renewed = renewed

    def refetch(self, failed: Connection, timeout: float) -> RefetchResult:
        return RefetchResult(self._renewed.get(failed.name))

    async def arefetch(self, failed: Connection, timeout: float) -> RefetchResult:  # noqa: ASYNC109 - the loop's own
        return self.refetch(failed, timeout)


class Client:
    """A client as the composition root makes it, without the database that the connections would come from."""

    def __init__(self, scenario: Scenario, stage: Stage, driver: Driver) -> None:
        providers = list(enumerate(scenario.providers))
        connections = tuple(_connection(provider, stage, age) for age, provider in providers)
        renewed = {
            provider.name: _connection(provider, stage, age, stale=False)
            for age, provider in providers
            if provider.rotated
        }
        self.clock = SkippingClock()
        self._planner = Planner(ConnectionSet(None, connections), None)
        self._options = read_router_args(scenario.args, RoutingOptions())
        self._router = Router(driver, Source(renewed), self.clock)

    def call(self, ask: Ask) -> End:
        """Make a call."""
        text = ""
        try:
            call = self._begin(ask)
            request = ChatRequest(MESSAGES)
            if not ask.stream:
                return End(self._router.run(CHAT, call, request).text or "")
            with self._router.stream(call, request) as stream:
                for chunk in stream:
                    text += chunk.text
            return End(text)
        except errors.GenAIError as error:
            return _failed(text, error)

    async def acall(self, ask: Ask) -> End:
        """Make a call; the twin of `call`."""
        text = ""
        try:
            call = self._begin(ask)
            request = ChatRequest(MESSAGES)
            if not ask.stream:
                return End((await self._router.arun(CHAT, call, request)).text or "")
            async with await self._router.astream(call, request) as stream:
                async for chunk in stream:
                    text += chunk.text
            return End(text)
        except errors.GenAIError as error:
            return _failed(text, error)

    def _begin(self, ask: Ask) -> Any:
        self.clock.skipped += ask.after
        self.clock.waits.clear()
        given = {**ask.options, "deadline": ask.deadline}
        options = read_call_options(given, self._options)
        return self._router.begin(self._planner, ask.model, options, self.clock.now(), streaming=ask.stream)


def play_ours(scenario: Scenario, driver: Driver, runner: asyncio.Runner | None) -> tuple[str, ...]:
    """Play a scenario, on the async face if there is a runner; returns what came of each call."""
    told = []
    with staged(scenario) as stage:
        clients = [Client(scenario, stage, driver) for _ in range(scenario.clients)]
        for ask in scenario.calls:
            client = clients[ask.client]
            end = client.call(ask) if runner is None else runner.run(client.acall(ask))
            told.append(describe([*stage.heard(), *client.clock.waits], end, stage.whole))
    return tuple(told)


def _connection(provider: Provider, stage: Stage, age: int, *, stale: bool = True) -> Connection:
    born = BIRTH + timedelta(days=age)
    view = ConnectionView(
        name=provider.name,
        adapter=provider.adapter,
        base_url=stage.base_url(provider),
        custom_models=provider.models,
        with_default_models=False,
        created_at=born,
        updated_at=born,
    )
    return Connection(view, Credentials("api_key", {"key": Secret(key(provider, stale=stale))}))


def _failed(text: str, error: errors.GenAIError) -> End:
    return End(text, _family(error), getattr(error, "status_code", None))


_FAMILIES: tuple[tuple[type[errors.GenAIError], str], ...] = (
    (errors.AuthenticationError, "authentication"),
    (errors.PermissionDeniedError, "permission"),
    (errors.ModelNotFoundError, "not found"),
    (errors.BadRequestError, "bad request"),
    (errors.RateLimitError, "rate limit"),
    (errors.ContextWindowExceededError, "context window"),
    (errors.ContentFilterError, "content filter"),
    (errors.ProviderTimeoutError, "timeout"),
    (errors.ProviderUnavailableError, "unavailable"),
    (errors.StreamInterruptedError, "interrupted"),
    (errors.UnknownModelError, "unknown model"),
)


def _family(error: errors.GenAIError) -> str:
    """Name an error; one that speaks for several attempts goes by the class of the last."""
    means = error.last if isinstance(error, errors.RouteExhaustedError) else type(error)
    return next((family for kind, family in _FAMILIES if issubclass(means, kind)), means.__name__)
