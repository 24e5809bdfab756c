"""Carries calls out: every operation, whole and streamed, sync and async."""

import functools
import time
from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from genai_sdk.connections import Connection
from genai_sdk.drivers.driver import Deployment, Driver, DriverResponse
from genai_sdk.errors import ConfigurationError, ProviderError
from genai_sdk.lifecycle.ending import on_thread, refuse_at_exit
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.bounds import deadline_of
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.facts import Facts, ProjectPrice
from genai_sdk.routing.health import Health
from genai_sdk.routing.item_streams import ItemStreams
from genai_sdk.routing.limits import Limits
from genai_sdk.routing.options import RoutingOptions
from genai_sdk.routing.plan import Planner
from genai_sdk.routing.run import AsyncRunner, KeySource, Runner
from genai_sdk.routing.steps import Steps, Try
from genai_sdk.routing.turn import Turn, turn_of
from genai_sdk.routing.under_way import UnderWay
from genai_sdk.tracing import UNRECORDED, CallTrace
from genai_sdk.types import ChatCompletion
from genai_sdk.types.call import AnswerReader
from genai_sdk.wires.operation import CHAT, A, C, ChatRequest, Operation, Q

if TYPE_CHECKING:  # loaded by the first stream, the first hedged call, and where a Redis is named
    from genai_sdk.routing.capable import CapablePlanner
    from genai_sdk.routing.fleet import Fleet
    from genai_sdk.routing.hedging import HedgeAllowance
    from genai_sdk.routing.opening import AsyncOpened, Opened
    from genai_sdk.routing.parameters import CallParameters
    from genai_sdk.routing.stream import AsyncCompletionStream, CompletionStream


class Router(ItemStreams):
    """Runs calls over a driver and remembers how deployments fare; safe to share between threads and loops.

    Args:
        driver: Makes the single attempts.
        keys: Asked for another key when a provider rejects one.
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
        self._facts = Facts(clock.now, project_price)
        self._loop_ready = False
        self._under_way = UnderWay()
        self._running: set[object] = set()
        self._allowance: HedgeAllowance | None = None
        self.limits = Limits()
        self._fleet: Fleet | None = None
        in_forked_child(self._begin_in_child)

    def _begin_in_child(self) -> None:
        self._running.clear()
        self.health.begin_in_child()
        self._allowance = None
        self.limits.begin_in_child()
        if self._fleet is not None:
            self._fleet.begin_in_child()
        self._clock.begin_in_child()

    def share(self, fleet: "Fleet") -> None:
        """Share health and limits with other processes from the next call on."""
        self._fleet = fleet

    def begin(
        self,
        planner: "Planner | CapablePlanner",
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
        make = self._hedged if options.hedge_after else Call
        return make(
            planner,
            planner.group(model, options),
            options,
            self.health,
            self._clock,
            started=started,
            streaming=streaming,
            trace=trace,
            price=self._facts.cost,
            limits=self.limits if options.rpm or options.tpm else None,
        )

    def _hedged(self, *arguments: Any, **facts: Any) -> Call[Any]:
        from genai_sdk.routing.hedging import HedgeAllowance, HedgedCall

        self._allowance = self._allowance or HedgeAllowance()
        return HedgedCall(*arguments, allowance=self._allowance, **facts)

    def run(
        self,
        operation: Operation[Q, A, C],
        call: Call[DriverResponse[A]],
        request: Q,
        model: AnswerReader | None = None,
    ) -> A:
        """Answer a request; `model` is what the answer is to be read as."""
        turn = turn_of(request, call.options.max_continuations)

        def attempt(step: Try) -> DriverResponse[A]:
            asked: Any = request if turn is None else turn.request
            self._prepare(operation, call, step.deployment)
            asked = self._fitted(operation, call, step, asked)
            return self._driver.run(operation, step.deployment, asked, deadline_of(step))

        token = object()
        self._running.add(token)
        try:
            with self._under_way:
                Runner(call, attempt, self._keys.refetch, self._clock).run(call.steps())
                while turn is not None and turn.may_go_on(_value(call)):
                    self._facts.take(turn, call, _value(call))
                    rest = call.continuing()
                    try:
                        Runner(rest, attempt, self._keys.refetch, self._clock).run(rest.steps())
                    except (ProviderError, ConfigurationError):  # it is in the ledger; what there is, is paid for
                        turn.give_up()
                        break
                    call.accept(rest.answer)
        finally:
            self._running.discard(token)
        return self._facts.answer(call, model, turn)

    async def arun(
        self,
        operation: Operation[Q, A, C],
        call: Call[DriverResponse[A]],
        request: Q,
        model: AnswerReader | None = None,
    ) -> A:
        """Answer a request; the twin of `run`."""
        turn = turn_of(request, call.options.max_continuations)

        async def attempt(step: Try) -> DriverResponse[A]:
            asked: Any = request if turn is None else turn.request
            if not (self._loop_ready and self._driver.is_warm(operation, step.deployment)):
                await self._aprepare(operation, call, step.deployment)
            asked = self._fitted(operation, call, step, asked)
            return await self._driver.arun(operation, step.deployment, asked, deadline_of(step))

        with self._under_way:
            await AsyncRunner(call, attempt, self._keys.arefetch, self._clock).run(call.steps())
            while turn is not None and turn.may_go_on(_value(call)):
                self._facts.take(turn, call, _value(call))
                rest = call.continuing()
                try:
                    await AsyncRunner(rest, attempt, self._keys.arefetch, self._clock).run(rest.steps())
                except (ProviderError, ConfigurationError):
                    turn.give_up()
                    break
                call.accept(rest.answer)
        return self._facts.answer(call, model, turn)

    def stream(
        self, call: "Call[Opened]", request: ChatRequest, model: AnswerReader | None = None
    ) -> "CompletionStream":
        """Answer a chat call with a stream that has reached its first content."""
        refuse_at_exit()  # nothing can be imported then
        from genai_sdk.routing.opening import Opened, as_stream, open_stream, tells_nothing
        from genai_sdk.routing.stream import CompletionStream

        turn = Turn(request, call.options.max_continuations)

        def attempt(step: Try) -> "Opened":
            self._prepare(CHAT, call, step.deployment)
            request = self._fitted(CHAT, call, step, turn.request, streaming=True)
            deadline = deadline_of(step, gap=call.options.stream_timeout, stream=call.stream_left())
            try:
                return open_stream(
                    step.deployment, self._driver.stream(CHAT, step.deployment, request, deadline), deadline
                )
            except ProviderError as error:
                if not (tells_nothing(error) and call.may_ask_whole()):
                    raise
            reply = self._driver.run(CHAT, step.deployment, request, deadline)
            return open_stream(step.deployment, as_stream(reply), deadline)

        steps = call.steps()
        runner = Runner(call, attempt, self._keys.refetch, self._clock, Opened.close)
        with self._under_way:
            runner.run(steps)
        first = self._clock.now() - call.started - call.warmup
        describe = functools.partial(self._facts.info, call, model, turn=turn, first_content=first)

        def go_on(paused: ChatCompletion) -> "tuple[Steps, Runner[Opened], Opened] | None":
            self._facts.take(turn, call, paused)
            rest = call.continuing()
            steps = rest.steps()
            runner = Runner(rest, attempt, self._keys.refetch, self._clock)
            try:
                with self._under_way:
                    runner.run(steps)
            except (ProviderError, ConfigurationError):
                turn.give_up()
                return None
            return steps, runner, rest.answer

        return CompletionStream(call, steps, runner, describe, turn, go_on, include_usage=request.wants_usage)

    async def astream(
        self, call: "Call[AsyncOpened]", request: ChatRequest, model: AnswerReader | None = None
    ) -> "AsyncCompletionStream":
        """Answer a chat call with a stream that has reached its first content; the twin of `stream`."""
        refuse_at_exit()
        from genai_sdk.routing.opening import AsyncOpened, aopen_stream, as_stream, tells_nothing
        from genai_sdk.routing.stream import AsyncCompletionStream

        turn = Turn(request, call.options.max_continuations)

        async def attempt(step: Try) -> "AsyncOpened":
            await self._aprepare(CHAT, call, step.deployment)
            request = self._fitted(CHAT, call, step, turn.request, streaming=True)
            deadline = deadline_of(step, gap=call.options.stream_timeout, stream=call.stream_left())
            try:
                chunks = await self._driver.astream(CHAT, step.deployment, request, deadline)
                return await aopen_stream(step.deployment, chunks, deadline)
            except ProviderError as error:
                if not (tells_nothing(error) and call.may_ask_whole()):
                    raise
            reply = await self._driver.arun(CHAT, step.deployment, request, deadline)
            return await aopen_stream(step.deployment, as_stream(reply), deadline)

        steps = call.steps()
        runner = AsyncRunner(call, attempt, self._keys.arefetch, self._clock, AsyncOpened.aclose)
        with self._under_way:
            await runner.run(steps)
        first = self._clock.now() - call.started - call.warmup
        describe = functools.partial(self._facts.info, call, model, turn=turn, first_content=first)

        async def go_on(paused: ChatCompletion) -> "tuple[Steps, AsyncRunner[AsyncOpened], AsyncOpened] | None":
            self._facts.take(turn, call, paused)
            rest = call.continuing()
            steps = rest.steps()
            runner = AsyncRunner(rest, attempt, self._keys.arefetch, self._clock)
            try:
                with self._under_way:
                    await runner.run(steps)
            except (ProviderError, ConfigurationError):
                turn.give_up()
                return None
            return steps, runner, rest.answer

        return AsyncCompletionStream(call, steps, runner, describe, turn, go_on, include_usage=request.wants_usage)

    def _fitted(
        self, operation: Operation[Q, A, C], call: Call[Any], step: Try, request: Q, *, streaming: bool = False
    ) -> Q:
        """Return a request as it can go to a deployment; raises what keeps it from going there."""
        if options := operation.options(request):
            one = step.deployment
            taken = one.connection.memo.get((operation.name, one.model, frozenset(options)))
            if taken is not None:
                call.ledger[one.key] = taken
            else:  # something among them is refused, or may be
                if call.parameters is None:
                    make, drop = self._call_parameters, call.options.drop_params
                    call.parameters = make(self._driver, operation, call.ledger, streaming=streaming, drop=drop)
                request = call.parameters.fitted(one, request)
        if call.options.pre_call_checks and call.must_fit():
            from genai_sdk.routing.windows import check_window

            check_window(step.deployment, request)
        return request

    @functools.cached_property
    def _call_parameters(self) -> "type[CallParameters]":
        from genai_sdk.routing.parameters import CallParameters  # a cost only for calls that have parameters

        return CallParameters

    def capable(
        self, planner: Planner, operation: Operation[Any, Any, Any], home: str | None = None
    ) -> "CapablePlanner":
        """Return the part of a plan that has an operation; of one connection alone, where `home` names it."""
        from genai_sdk.routing.capable import CapablePlanner

        return CapablePlanner(planner, operation, self._driver.serves, home)

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


def _value(call: Call[Any]) -> ChatCompletion:
    value: ChatCompletion = call.answer.value
    return value
