"""The simulated regions: fake providers on loopback, spoken to over the real wires by the real driver."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import msgspec

from genai_sdk.cli.rehearse.scenario import Fault, Region, Scenario
from genai_sdk.cli.rehearse.simulated_time import SimulatedTime
from genai_sdk.connections import Connection, Credentials, RefetchResult, Secret
from genai_sdk.drivers.driver import Deployment, Driver, DriverResponse
from genai_sdk.errors import ProviderTimeoutError
from genai_sdk.http import Deadline
from genai_sdk.sentence import Sentence
from genai_sdk.testing import CutBeforeHeaders, FakeProvider, Reply, Status
from genai_sdk.types import ConnectionView, Parameters
from genai_sdk.wires.operation import A, C, Operation, Q

_BIRTH = datetime(2026, 1, 1, tzinfo=UTC)
_KEY = Secret("simulated")
_CREDENTIALS: Mapping[str, Credentials] = {
    "bedrock": Credentials("aws_bearer", {"key": _KEY}),
    "google-vertex-ai": Credentials("access_token", {"key": _KEY, "project": Secret("simulated")}),
}
_BY_KEY = Credentials("api_key", {"key": _KEY})
_AZURE = "https://simulated.openai.azure.com"


class Regions:
    """The regions of a rehearsal, as the router's driver and its source of keys; a context manager.

    Of a driver's methods it has those that whole async calls need, which are all that a rehearsal makes.

    What the router plans with and prices by are connections at the vendors' own addresses. A request goes to loopback
    instead; how long it takes is simulated, and what comes back went over the wire.

    Args:
        scenario: What there is, and what goes wrong.
        faults: What goes wrong in this run.
        time: The time.
        driver: Makes the requests.

    Attributes:
        met: How many requests met each fault.
    """

    def __init__(self, scenario: Scenario, faults: Iterable[Fault], time: SimulatedTime, driver: Driver) -> None:
        self._scenario = scenario
        self._faults = tuple(faults)
        self._time = time
        self._driver = driver
        self._chance = random.Random(scenario.seed)  # noqa: S311 - it draws who meets a fault
        self._wire = asyncio.Lock()
        self._stack = ExitStack()
        self._fakes: dict[str, FakeProvider] = {}
        self.met = [0] * len(self._faults)

    def __enter__(self) -> Self:
        answer = Reply(
            text="simulated",
            prompt_tokens=self._scenario.prompt_tokens,
            completion_tokens=self._scenario.completion_tokens,
        )
        with self._stack as stack:
            for name, region in self._scenario.regions.items():
                self._fakes[name] = stack.enter_context(FakeProvider(name, answer=answer, models=region.models))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def connections(self) -> tuple[Connection, ...]:
        """Return a connection for each region, in their order."""
        return tuple(_connection(name, region) for name, region in self._scenario.regions.items())

    async def arefetch(self, failed: Connection, timeout: float) -> RefetchResult:  # noqa: ASYNC109 - a key source's
        """Have no other key for a region that refused one."""
        return RefetchResult()

    def refetch(self, failed: Connection, timeout: float) -> RefetchResult:
        """Have no other key for a region that refused one."""
        return RefetchResult()

    async def arun(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request after its simulated time, or fail as a fault has it."""
        name, model = deployment.key
        fault = self._fault(name, model)
        latency = self._scenario.regions[name].latency
        if fault is not None and fault.latency is not None:
            latency = fault.latency
        allowed = deadline.total
        if allowed is not None and (latency > allowed or (fault is not None and fault.silent)):
            await asyncio.sleep(allowed)
            raise ProviderTimeoutError(
                Sentence.of(
                    "rehearse.late",
                    "{name}/{model}: no whole answer within {allowed:g} s",
                    name=name,
                    model=model,
                    allowed=allowed,
                ),
                provider=deployment.connection.view.adapter,
                connection=name,
                model=model,
            )
        await asyncio.sleep(latency)
        async with self._wire:  # one at a time, so that a rehearsal goes the same way each time
            fake = self._fakes[name]
            if fault is not None and fault.status is not None:
                fake.always(Status(fault.status, retry_after=fault.retry_after))
            elif fault is not None and fault.cut:  # `always`: a socket that was kept is cut, and the new one too
                fake.always(CutBeforeHeaders())
            try:
                with self._time.exchange():
                    here = _at(fake, deployment)
                    return await self._driver.arun(operation, here, request, Deadline(None, gap=30.0, connect=30.0))
            finally:
                fake.clear()

    def parameters(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, *, stream: bool
    ) -> Parameters | None:
        """Return what becomes of a request's parameters."""
        return self._driver.parameters(operation, deployment, request, stream=stream)

    def serves(self, operation: Operation[Any, Any, Any], deployment: Deployment, /) -> bool:
        """Tell whether a deployment has an operation."""
        return self._driver.serves(operation, deployment)

    def is_warm(self, operation: Operation[Any, Any, Any], deployment: Deployment, /) -> bool:
        """Tell whether an attempt has nothing slow to do first."""
        return self._driver.is_warm(operation, deployment)

    def prepare(self, operation: Operation[Any, Any, Any], deployment: Deployment, /) -> None:
        """Do what is slow before an attempt."""
        self._driver.prepare(operation, deployment)

    def warm_up(self, connections: Iterable[Connection], /) -> None:
        """Do now what the first calls would do."""
        self._driver.warm_up(connections)

    def _fault(self, region: str, model: str) -> Fault | None:
        """Return the first fault that a request meets now."""
        for place, fault in enumerate(self._faults):
            if fault.meets(region, model, self._time.seconds) and self._chance.random() < fault.share:
                self.met[place] += 1
                return fault
        return None


def _connection(name: str, region: Region) -> Connection:
    view = ConnectionView(
        name=name,
        adapter=region.adapter,
        base_url=_AZURE if region.adapter == "azure" else None,
        custom_models=region.models,
        with_default_models=False,
        region=region.region,
        created_at=_BIRTH,
        updated_at=_BIRTH,
    )
    return Connection(view, _CREDENTIALS.get(region.adapter, _BY_KEY))


def _at(fake: FakeProvider, deployment: Deployment) -> Deployment:
    """Return a deployment at the address of a fake."""
    connection = deployment.connection
    view = msgspec.structs.replace(connection.view, base_url=fake.base_url(connection.view.adapter))
    return Deployment(Connection(view, connection.credentials), deployment.model)
