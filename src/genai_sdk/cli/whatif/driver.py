"""A driver whose attempts meet what was observed: the recorded outcome where there is one, else one drawn from near."""

import asyncio
import random
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from typing import Any, cast

from genai_sdk.cli.whatif.observed import CANCELLED, FEW, Observed
from genai_sdk.cli.whatif.recorded import RecordedCall
from genai_sdk.connections import Connection, RefetchResult
from genai_sdk.drivers.driver import Deployment, Driver, DriverResponse
from genai_sdk.errors import (
    AuthenticationError,
    BadRequestError,
    ContentFilterError,
    ContextWindowExceededError,
    ModelNotFoundError,
    PermissionDeniedError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    RateLimitError,
    StreamInterruptedError,
    UnsupportedParameterError,
)
from genai_sdk.http import Deadline
from genai_sdk.tracing.ledger import LedgerRow
from genai_sdk.types import ChatCompletion, Parameters
from genai_sdk.wires.operation import A, C, Operation, Q

_KINDS = (
    AuthenticationError, PermissionDeniedError, ModelNotFoundError, BadRequestError, UnsupportedParameterError,
    RateLimitError, ContextWindowExceededError, ContentFilterError, ProviderTimeoutError, StreamInterruptedError,
)  # fmt: skip
ERRORS: Mapping[str, type[ProviderError]] = {
    **{kind.default_reason: kind for kind in _KINDS},
    "account refused": PermissionDeniedError,
    "no identity": AuthenticationError,
    "unsupported parameter": UnsupportedParameterError,
    "connect timeout": ProviderTimeoutError,
    "first token timeout": ProviderTimeoutError,
}
"""The error of each recorded reason; every other one is of a provider that was not available."""

_SILENT = frozenset({"timeout", "first token timeout"})
"""Reasons by which the provider was given up: how long it would have taken, nobody saw."""


class UnobservedError(Exception):
    """A call would have asked a deployment of which nothing was observed near that time."""

    def __init__(self, deployment: str) -> None:
        super().__init__(deployment)
        self.deployment = deployment


class Turn:
    """One call as it is run again.

    Args:
        call: As it was recorded.

    Attributes:
        drawn: How many attempts were drawn.
        from_few: How many of them from few observations.
        is_recorded: Whether the last attempt met what it met then.
    """

    def __init__(self, call: RecordedCall) -> None:
        self.call = call
        self.drawn = 0
        self.from_few = 0
        self.is_recorded = False
        self._left = list(call.attempts)

    def recorded(self, deployment: tuple[str, str]) -> LedgerRow | None:
        """Return what the call met at a deployment, each attempt once; None where it did not ask it (again)."""
        for place, row in enumerate(self._left):
            if (row.connection, row.model) == deployment:
                return self._left.pop(place)
        return None


TURN: ContextVar[Turn] = ContextVar("genai_sdk.whatif")


class ObservedDriver:
    """Makes attempts on simulated time; of a driver's methods it has those that whole async calls need.

    Args:
        observed: What was observed.
        chance: Draws.
        driver: Knows which parameters a deployment takes.
        began: When the simulated time begins, in seconds since 1970.
    """

    def __init__(self, observed: Observed, chance: random.Random, driver: Driver, began: float) -> None:
        self._observed = observed
        self._chance = chance
        self._driver = driver
        self._began = began

    async def arun(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request, or fail, as it was observed."""
        turn = TURN.get()
        row = self._outcome(turn, deployment.key)
        allowed = deadline.total
        if allowed is not None and (row.reason in _SILENT or row.latency > allowed):
            await asyncio.sleep(allowed)
            raise _error(deployment, ProviderTimeoutError, "timeout", None)
        await asyncio.sleep(row.latency)
        if row.reason != "ok":
            raise _error(deployment, ERRORS.get(row.reason, ProviderUnavailableError), row.reason, row.status)
        return DriverResponse(cast("A", _answer(turn.call, deployment.model)))

    def _outcome(self, turn: Turn, deployment: tuple[str, str]) -> LedgerRow:
        recorded = turn.recorded(deployment)
        overtaken = recorded is not None and recorded.reason == CANCELLED
        turn.is_recorded = recorded is not None and not overtaken
        if recorded is not None and not overtaken:
            return recorded
        at = self._began + asyncio.get_running_loop().time()
        near = self._observed.near(deployment, at, streamed=turn.call.streamed)
        if recorded is not None:  # it would have taken longer than it was waited for
            near = [row for row in near if row.latency > recorded.latency]
        if not near:
            raise UnobservedError("/".join(deployment))
        turn.drawn += 1
        turn.from_few += len(near) < FEW
        return self._chance.choice(near)

    def parameters(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, *, stream: bool
    ) -> Parameters | None:
        """Return what becomes of a request's parameters."""
        return self._driver.parameters(operation, deployment, request, stream=stream)

    def serves(self, operation: Operation[Any, Any, Any], deployment: Deployment, /) -> bool:
        """Tell whether a deployment has an operation."""
        return True

    def is_warm(self, operation: Operation[Any, Any, Any], deployment: Deployment, /) -> bool:
        """Have nothing slow to do."""
        return True

    def prepare(self, operation: Operation[Any, Any, Any], deployment: Deployment, /) -> None:
        """Have nothing slow to do."""

    def warm_up(self, connections: Iterable[Connection], /) -> None:
        """Have nothing slow to do."""

    async def arefetch(self, failed: Connection, timeout: float) -> RefetchResult:  # noqa: ASYNC109 - a key source's
        """Have no other key."""
        return RefetchResult()

    def refetch(self, failed: Connection, timeout: float) -> RefetchResult:
        """Have no other key."""
        return RefetchResult()


def _answer(call: RecordedCall, model: str) -> ChatCompletion:
    message = {"role": "assistant", "content": ""}
    fields: dict[str, Any] = {"id": "", "model": model, "choices": [{"index": 0, "message": message}]}
    return ChatCompletion.from_dict({**fields, **({} if call.usage is None else {"usage": call.usage})})


def _error(deployment: Deployment, kind: type[ProviderError], reason: str, status: int | None) -> ProviderError:
    name, model = deployment.key
    adapter = deployment.connection.view.adapter
    return kind(
        f"{name}/{model}: {reason}", provider=adapter, connection=name, model=model, status_code=status, reason=reason
    )
