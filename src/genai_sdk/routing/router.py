"""Carries calls out: every operation, whole and streamed, sync and async."""

import functools
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from genai_sdk.catalogue import Price, costs_of, price_of
from genai_sdk.connections import Connection
from genai_sdk.drivers.driver import Deployment, Driver, DriverResponse
from genai_sdk.drivers.streams import ReadyStream
from genai_sdk.errors import ClientClosedError, ProviderError
from genai_sdk.http import Deadline, TransportClosed
from genai_sdk.lifecycle.ending import on_thread, refuse_at_exit
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.health import Health
from genai_sdk.routing.hedging import HedgeAllowance, HedgedCall
from genai_sdk.routing.limits import Limits
from genai_sdk.routing.opening import AsyncOpened, Opened, aopen_stream, open_stream, tells_nothing
from genai_sdk.routing.options import RoutingOptions
from genai_sdk.routing.plan import Planner
from genai_sdk.routing.run import AsyncRunner, Runner
from genai_sdk.routing.steps import Try
from genai_sdk.routing.stream import AsyncCompletionStream, CompletionStream
from genai_sdk.routing.windows import check_window
from genai_sdk.tracing import UNRECORDED, CallTrace
from genai_sdk.types import CallInfo, ChatCompletion, ChatCompletionChunk, Usage
from genai_sdk.types.call import AnswerReader
from genai_sdk.wires.chunks import chunks_of
from genai_sdk.wires.operation import CHAT, A, C, ChatRequest, Operation, Q

if TYPE_CHECKING:  # loaded where a Redis is named
    from genai_sdk.routing.fleet import Fleet

CONNECT_TIMEOUT = 10.0
"""Seconds that connecting to a provider may take, so that a dead region does not use up the whole `timeout`."""


class KeySource(Protocol):
    """Where a rejected key may have a successor."""

    def refetch(self, failed: Connection) -> Connection | None:
        """Return the connection with other credentials than `failed`, or None."""
        ...

    async def arefetch(self, failed: Connection) -> Connection | None:
        """Return the connection with other credentials; the twin of `refetch`."""
        ...


ProjectPrice = Callable[[str], Price | None]
"""What the project says a model id costs; None where it says nothing. It never waits."""


class _UnderWay:
    """Refuses work once the router is closed, and says so where its closing ends a call."""

    def __init__(self) -> None:
        self.closed = False

    def __enter__(self) -> None:
        refuse_at_exit()
        if self.closed:
            raise ClientClosedError("this client was closed; make a new GenAIClient")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, TransportClosed):
            raise ClientClosedError("the client was closed while the call was under way") from None


class Router:
    """Runs calls over a driver and remembers how deployments fare; safe to share between threads and loops.

    Args:
        driver: Makes the single attempts.
        keys: FallbackRequest for another key when a provider rejects one.
        clock: Time, waits and chance.
        project_price: What the project says a model costs, before the vendor's price; None where nobody says so.
    """

    def __init__(
        self, driver: Driver, keys: KeySource, clock: Clock, project_price: ProjectPrice | None = None
    ) -> None:
        self.health = Health()
        self._driver = driver
        self._keys = keys
        self._clock = clock
        self._project_price = project_price
        self._loop_ready = False
        self._under_way = _UnderWay()
        self._running: set[object] = set()
        self._allowance = HedgeAllowance()
        self.limits = Limits()
        self._fleet: Fleet | None = None
        in_forked_child(self._begin_in_child)

    def _begin_in_child(self) -> None:
        self._running.clear()
        self.health.begin_in_child()
        self._allowance.begin_in_child()
        self.limits.begin_in_child()
        if self._fleet is not None:
            self._fleet.begin_in_child()
        self._clock.begin_in_child()

    def share(self, fleet: "Fleet") -> None:
        """Share health and limits with other processes from the next call on."""
        self._fleet = fleet

    def begin(
        self,
        planner: Planner,
        model: str,
        options: RoutingOptions,
        started: float,
        *,
        streaming: bool = False,
        trace: CallTrace = UNRECORDED,
    ) -> Call[Any]:
        """Resolve `model` and return the call, with nothing attempted yet.

        Raises:
            UnknownModelError: No connection serves the model.
            ConfigurationError: The connection that would serve it is missing or broken.
        """
        if self._fleet is not None:
            self._fleet.start()
        limits = self.limits if options.rpm or options.tpm else None
        arguments = (planner, planner.group(model, options), options, self.health, self._clock)
        if options.hedge_after:
            return HedgedCall(
                *arguments,
                started=started,
                streaming=streaming,
                trace=trace,
                limits=limits,
                allowance=self._allowance,
            )
        return Call(*arguments, started=started, streaming=streaming, trace=trace, limits=limits)

    def run(
        self,
        operation: Operation[Q, A, C],
        call: Call[DriverResponse[A]],
        request: Q,
        model: AnswerReader | None = None,
    ) -> A:
        """Answer a request; `model` is what the answer is to be read as."""

        def attempt(step: Try) -> DriverResponse[A]:
            self._prepare(operation, call, step.deployment)
            _check(call, step, request)
            return self._driver.run(operation, step.deployment, request, _deadline(step))

        token = object()
        self._running.add(token)
        try:
            with self._under_way:
                Runner(call, attempt, self._keys.refetch, self._clock).run(call.steps())
        finally:
            self._running.discard(token)
        return self._answer(call, model)

    async def arun(
        self,
        operation: Operation[Q, A, C],
        call: Call[DriverResponse[A]],
        request: Q,
        model: AnswerReader | None = None,
    ) -> A:
        """Answer a request; the twin of `run`."""

        async def attempt(step: Try) -> DriverResponse[A]:
            if not (self._loop_ready and self._driver.is_warm(operation, step.deployment)):
                await self._aprepare(operation, call, step.deployment)
            _check(call, step, request)
            return await self._driver.arun(operation, step.deployment, request, _deadline(step))

        with self._under_way:
            await AsyncRunner(call, attempt, self._keys.arefetch, self._clock).run(call.steps())
        return self._answer(call, model)

    def stream(self, call: Call[Opened], request: ChatRequest, model: AnswerReader | None = None) -> CompletionStream:
        """Answer a chat call with a stream that has reached its first content."""

        def attempt(step: Try) -> Opened:
            self._prepare(CHAT, call, step.deployment)
            _check(call, step, request)
            deadline = _deadline(step, gap=call.options.stream_timeout)
            try:
                return open_stream(
                    step.deployment, self._driver.stream(CHAT, step.deployment, request, deadline), deadline
                )
            except ProviderError as error:
                if not (tells_nothing(error) and call.may_ask_whole()):
                    raise
            reply = self._driver.run(CHAT, step.deployment, request, deadline)
            return open_stream(step.deployment, _as_stream(reply), deadline)

        steps = call.steps()
        runner = Runner(call, attempt, self._keys.refetch, self._clock, Opened.close)
        with self._under_way:
            runner.run(steps)
        first = self._clock.now() - call.started - call.warmup
        describe = functools.partial(self._info, call, model, first_content=first)
        return CompletionStream(call, steps, runner, describe, include_usage=_wants_usage(request))

    async def astream(
        self, call: Call[AsyncOpened], request: ChatRequest, model: AnswerReader | None = None
    ) -> AsyncCompletionStream:
        """Answer a chat call with a stream that has reached its first content; the twin of `stream`."""

        async def attempt(step: Try) -> AsyncOpened:
            await self._aprepare(CHAT, call, step.deployment)
            _check(call, step, request)
            deadline = _deadline(step, gap=call.options.stream_timeout)
            try:
                chunks = await self._driver.astream(CHAT, step.deployment, request, deadline)
                return await aopen_stream(step.deployment, chunks, deadline)
            except ProviderError as error:
                if not (tells_nothing(error) and call.may_ask_whole()):
                    raise
            reply = await self._driver.arun(CHAT, step.deployment, request, deadline)
            return await aopen_stream(step.deployment, _as_stream(reply), deadline)

        steps = call.steps()
        runner = AsyncRunner(call, attempt, self._keys.arefetch, self._clock, AsyncOpened.aclose)
        with self._under_way:
            await runner.run(steps)
        first = self._clock.now() - call.started - call.warmup
        describe = functools.partial(self._info, call, model, first_content=first)
        return AsyncCompletionStream(call, steps, runner, describe, include_usage=_wants_usage(request))

    def warm_up(self, connections: Iterable[Connection]) -> None:
        """Load what calls on these connections need."""
        self._driver.warm_up(connections)

    async def awarm_up(self, connections: Iterable[Connection]) -> None:
        """Load what calls on these connections need, without holding up the loop; the twin of `warm_up`."""
        await self._load()
        await on_thread(self._driver.warm_up, connections)

    def _prepare(self, operation: Operation[Any, Any, Any], call: Call[Any], deployment: Deployment) -> None:
        """Load what an attempt needs, whose slow imports count neither against its timeout nor as the call's time."""
        if not self._driver.is_warm(operation, deployment):
            began = self._clock.now()
            self._driver.prepare(operation, deployment)
            call.warmed(self._clock.now() - began)

    async def _aprepare(self, operation: Operation[Any, Any, Any], call: Call[Any], deployment: Deployment) -> None:
        if self._loop_ready and self._driver.is_warm(operation, deployment):
            return
        began = self._clock.now()
        await self._load()
        if not self._driver.is_warm(operation, deployment):
            await on_thread(self._driver.prepare, operation, deployment)
        call.warmed(self._clock.now() - began)

    async def _load(self) -> None:
        # What async calls go over is slow to import too, and the loop has others to serve.
        await on_thread(import_module, "genai_sdk.http.aio.session")
        self._loop_ready = True

    def close(self, wait: float) -> None:
        """Refuse new calls, end the waiting ones, and give those on other threads up to `wait` seconds to end."""
        self._under_way.closed = True
        self._clock.close()
        if self._fleet is not None:
            self._fleet.close()
        end = time.monotonic() + wait
        while self._running and time.monotonic() < end:
            time.sleep(0.005)

    def _answer(self, call: Call[DriverResponse[A]], model: AnswerReader | None) -> A:
        value: Any = call.answer.value
        info = self._info(call, model, value.usage, value.model_extra.get("service_tier"))
        response: A = msgspec.structs.replace(value, genai=info)
        call.spent(value.usage)
        call.trace.answered(response)
        return response

    def _info(
        self,
        call: Call[Any],
        model: AnswerReader | None,
        usage: Usage | None,
        tier: str | None,
        first_content: float | None = None,
    ) -> CallInfo:
        served = call.served
        assert served is not None, "a call that ended without an error was served"
        price = self._price(served)
        costs = costs_of(price, usage, service_tier=tier)
        return CallInfo(
            connection=served.connection.name,
            provider=served.connection.view.adapter,
            model=served.model,
            cost=None if costs is None else costs["total"],
            costs=costs,
            price_source=None if price is None or costs is None else price.source,
            latency=self._clock.now() - call.started - call.warmup,
            first_content=first_content,
            request_id=call.answer.request_id,
            attempts=tuple(call.attempts),
            trace_id=call.trace.trace_id,
            trace_url=call.trace.trace_url,
            response_format=model,
        )

    def _price(self, served: Deployment) -> Price | None:
        """Return the project's own price of what served, else the vendor's."""
        own = self._project_price(served.model) if self._project_price is not None else None
        if own is not None:
            return own
        view = served.connection.view
        return price_of(view.adapter, served.model, region=view.region, base_url=view.base_url)


def _check(call: Call[Any], step: Try, request: Any) -> None:
    if call.options.pre_call_checks and call.must_fit():
        check_window(step.deployment, request)


def _as_stream(reply: DriverResponse[ChatCompletion]) -> ReadyStream[ChatCompletionChunk]:
    return ReadyStream(chunks_of(reply.value), reply.request_id)


def _deadline(step: Try, gap: float | None = None) -> Deadline:
    deadline = Deadline(step.timeout, gap=gap, connect=CONNECT_TIMEOUT)
    if step.bound is not None:
        step.bound(deadline)
    return deadline


def _wants_usage(request: ChatRequest) -> bool:
    return bool((request.options.get("stream_options") or {}).get("include_usage"))
