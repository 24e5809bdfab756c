"""The recorded calls again, over the client's own routing in simulated time, as often as outcomes are drawn."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

import msgspec

from genai_sdk.catalogue import Price
from genai_sdk.cli.rehearse.run import Outcome
from genai_sdk.cli.rehearse.simulated_time import SimulatedClock, SimulatedLoop, SimulatedTime
from genai_sdk.cli.whatif.driver import TURN, ObservedDriver, Turn, UnobservedError
from genai_sdk.cli.whatif.observed import Observed
from genai_sdk.cli.whatif.recorded import RecordedCall
from genai_sdk.connections import ConnectionSet
from genai_sdk.drivers.driver import Driver
from genai_sdk.drivers.factory import make_driver
from genai_sdk.errors import ConfigurationError, ProviderError, UnknownModelError
from genai_sdk.http import AsyncTransport, SyncTransport, TransportSettings
from genai_sdk.routing import Planner, Router, RoutingOptions, read_router_args
from genai_sdk.wires.operation import CHAT, ChatRequest

_MESSAGES = [{"role": "user", "content": "…"}]


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """What is tried.

    Attributes:
        calls: The recorded calls.
        connections: The connections, in the order in which the client would have them.
        listed: Their names, where they are named.
        options: The routing options.
        price: What the project itself says a model costs.
        near: Seconds within which one attempt tells of another.
        runs: How often outcomes are drawn.
        seed: What chance begins with.
    """

    calls: Sequence[RecordedCall]
    connections: ConnectionSet
    listed: Sequence[str] | None
    options: RoutingOptions
    price: Callable[[str], Price | None]
    near: float
    runs: int
    seed: int


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """One run.

    Attributes:
        outcomes: What became of each call; None where a deployment would have been asked that nobody observed.
        unobserved: Those deployments, for each call that has one.
        drawn: How many attempts were drawn, and did not happen.
        from_few: How many of them from few observations.
    """

    outcomes: Sequence[Outcome | None]
    unobserved: Mapping[int, str]
    drawn: int
    from_few: int


def routing_options(router_args: Mapping[str, Any], deadline: float) -> RoutingOptions:
    """Read routing options.

    Raises:
        InvalidRequestError: They are of the wrong form.
    """
    return read_router_args(router_args, RoutingOptions(deadline=deadline))


def draw(what: WhatIf, progress: Callable[[int], object] = lambda _done: None) -> list[Drawing]:
    """Return what becomes of the calls, once for each run.

    Args:
        what: What is tried.
        progress: Told of each call that is over, with how many it was.
    """
    observed = Observed(what.calls, what.near)
    runs = []
    for number in range(what.runs):
        time = SimulatedTime()
        with asyncio.Runner(loop_factory=partial(SimulatedLoop, time)) as runner:
            runs.append(runner.run(_run(what, observed, time, what.seed + number, progress)))
    return runs


async def _run(
    what: WhatIf, observed: Observed, time: SimulatedTime, seed: int, progress: Callable[[int], object]
) -> Drawing:
    began = what.calls[0].at
    settings = TransportSettings()
    real = make_driver("direct", SyncTransport(settings), AsyncTransport(settings))
    driver = ObservedDriver(observed, random.Random(seed), real, began)  # noqa: S311 - it draws outcomes
    clock = SimulatedClock(time, seed)
    planner = Planner(what.connections, what.listed)
    router = Router(cast("Driver", driver), driver, clock, what.price)
    with time.exchange():
        await router.awarm_up(())
    turns = [Turn(call) for call in what.calls]
    unobserved: dict[int, str] = {}

    async def run(number: int, turn: Turn) -> Outcome | None:
        await asyncio.sleep(turn.call.at - began)
        try:
            return await _call(router, planner, turn, what.options, clock)
        except UnobservedError as error:
            unobserved[number] = error.deployment
            return None
        finally:
            progress(1)

    outcomes = await asyncio.gather(*(run(number, turn) for number, turn in enumerate(turns)))
    return Drawing(
        outcomes=outcomes,
        unobserved=unobserved,
        drawn=sum(turn.drawn for turn in turns),
        from_few=sum(turn.from_few for turn in turns),
    )


async def _call(
    router: Router, planner: Planner, turn: Turn, options: RoutingOptions, clock: SimulatedClock
) -> Outcome:
    TURN.set(turn)
    started = clock.now()
    attempts: Sequence[Any] = ()
    try:
        call = router.begin(planner, turn.call.model, options, started)
        attempts = call.attempts
        response = await router.arun(CHAT, call, ChatRequest(_MESSAGES, dict(turn.call.parameters)))
    except (ProviderError, ConfigurationError, UnknownModelError) as error:
        message = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        return Outcome(latency=clock.now() - started, attempts=len(attempts), error=message)
    info = response.genai
    return Outcome(
        latency=clock.now() - started,
        attempts=len(call.attempts),
        served=f"{info.connection}/{info.model}",
        cost=turn.call.cost if turn.is_recorded and not turn.call.lost else info.cost,
    )
