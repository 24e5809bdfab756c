"""A rehearsal: the same calls twice, on quiet regions and with the faults, over the client's own routing."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import msgspec

from genai_sdk.cli.rehearse.regions import Regions
from genai_sdk.cli.rehearse.scenario import Fault, Scenario
from genai_sdk.cli.rehearse.simulated_time import SimulatedClock, SimulatedLoop, SimulatedTime
from genai_sdk.connections import ConnectionSet
from genai_sdk.drivers.driver import Driver
from genai_sdk.drivers.factory import make_driver
from genai_sdk.errors import ConfigurationError, GenAIError, ProviderError
from genai_sdk.http import AsyncTransport, SyncTransport, TransportSettings
from genai_sdk.routing import Planner, Router, RoutingOptions, read_router_args
from genai_sdk.wires.operation import CHAT, ChatRequest

_REQUEST = ChatRequest([{"role": "user", "content": "A rehearsal."}])
_NEVER = 1e9
"""Seconds after which a rehearsal's sockets would be closed: on simulated time they are all idle at once."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a call.

    Attributes:
        latency: Simulated seconds until it was answered or raised.
        attempts: How many attempts it took.
        served: The `connection/model` that answered; None where none did.
        cost: US dollars; None where that is not known, or nobody answered.
        error: Why nobody answered.
    """

    latency: float
    attempts: int
    served: str | None = None
    cost: float | None = None
    error: str | None = None


class Run(msgspec.Struct, frozen=True):
    """The calls in order, and how many requests met each fault."""

    outcomes: Sequence[Outcome]
    met: Sequence[int] = ()


def rehearse(
    scenario: Scenario, router_args: Mapping[str, Any], progress: Callable[[int], object] = lambda _done: None
) -> tuple[Run, Run]:
    """Return what becomes of the calls on quiet regions, and with the faults.

    Args:
        scenario: What is rehearsed.
        router_args: The routing options.
        progress: Told of each call that is over, with how many it was.

    Raises:
        InvalidRequestError: `router_args` are of the wrong form.
        UnknownModelError: No region serves the model.
    """
    options = read_router_args(router_args, RoutingOptions(deadline=scenario.deadline))
    quiet = _run(scenario, (), options, progress)
    return quiet, _run(scenario, scenario.faults, options, progress)


def _run(
    scenario: Scenario, faults: Sequence[Fault], options: RoutingOptions, progress: Callable[[int], object]
) -> Run:
    time = SimulatedTime()
    with asyncio.Runner(loop_factory=lambda: SimulatedLoop(time)) as runner:
        return runner.run(_calls(scenario, faults, options, time, progress))


async def _calls(
    scenario: Scenario,
    faults: Sequence[Fault],
    options: RoutingOptions,
    time: SimulatedTime,
    progress: Callable[[int], object],
) -> Run:
    settings = TransportSettings(idle_seconds=_NEVER)
    transport = AsyncTransport(settings)
    driver = make_driver("direct", SyncTransport(settings), transport)
    clock = SimulatedClock(time, scenario.seed)
    with Regions(scenario, faults, time, driver) as regions:
        connections = regions.connections()
        planner = Planner(ConnectionSet(None, connections), None)
        router = Router(cast("Driver", regions), regions, clock)
        with time.exchange():
            await router.awarm_up(connections)

        async def call(number: int) -> Outcome:
            await asyncio.sleep(number / scenario.rate)
            outcome = await _call(router, planner, scenario.model, options, clock)
            progress(1)
            return outcome

        try:
            outcomes = await asyncio.gather(*(call(number) for number in range(scenario.calls)))
        finally:
            with time.exchange():
                await transport.aclose()
        return Run(outcomes, regions.met)


async def _call(
    router: Router, planner: Planner, model: str, options: RoutingOptions, clock: SimulatedClock
) -> Outcome:
    started = clock.now()
    call = router.begin(planner, model, options, started)
    try:
        response = await router.arun(CHAT, call, _REQUEST)
    except (ProviderError, ConfigurationError) as error:
        message = f"{type(error).__name__}: {_first_line(error)}"
        return Outcome(latency=clock.now() - started, attempts=len(call.attempts), error=message)
    info = response.genai
    served = f"{info.connection}/{info.model}"
    return Outcome(latency=clock.now() - started, attempts=len(call.attempts), served=served, cost=info.cost)


def _first_line(error: GenAIError) -> str:
    return str(error).partition("\n")[0]
