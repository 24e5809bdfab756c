"""The driver that leaves each attempt to the one that suits it: wires of ours first, all else through litellm."""

from collections.abc import Awaitable, Iterable
from typing import Any

from genai_sdk.catalogue import may_embed
from genai_sdk.connections import Connection
from genai_sdk.drivers.driver import AsyncStream, Deployment, Driver, DriverResponse, Stream
from genai_sdk.drivers.engine import Engine
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.http import AsyncTransport, Deadline, SyncTransport
from genai_sdk.types import Parameters
from genai_sdk.wires.operation import CHAT, EMBEDDING, A, C, Operation, Q


class AutoDriver:
    """A `Driver` for every provider, made of two; what it takes to use litellm is loaded when a call needs it.

    Args:
        sync: What sync calls go over.
        async_: What async calls go over.
        unknown: Counts the words of vendors that no row names; None for a count of its own.
    """

    def __init__(self, sync: SyncTransport, async_: AsyncTransport, unknown: UnknownWords | None = None) -> None:
        self._transports = sync, async_
        self._engine = Engine(sync, async_, unknown=unknown)
        self._loaded: dict[str, Driver] = {}

    def serves(self, operation: Operation[Any, Any, Any], deployment: Deployment) -> bool:
        """Tell whether a deployment has an operation; litellm is asked for nothing but chat and embeddings."""
        if operation is EMBEDDING:
            return may_embed(deployment.connection.view.adapter, deployment.model)
        return operation is CHAT or self._engine.serves(operation, deployment)

    def is_warm(self, operation: Operation[Any, Any, Any], deployment: Deployment) -> bool:
        """Tell whether an attempt would have nothing slow to do first."""
        if ("ours", operation.name, deployment.model) in deployment.connection.memo:
            return True
        return self._for(operation, deployment).is_warm(operation, deployment)

    def prepare(self, operation: Operation[Any, Any, Any], deployment: Deployment) -> None:
        """Load what an attempt needs."""
        self._for(operation, deployment).prepare(operation, deployment)

    def warm_up(self, connections: Iterable[Connection]) -> None:
        """Load the wires that these connections speak; every adapter has one of ours."""
        self._engine.warm_up([connection for connection in connections if connection.error is None])

    def parameters(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, *, stream: bool
    ) -> Parameters | None:
        """Return what becomes of a request's parameters there."""
        return self._for(operation, deployment).parameters(operation, deployment, request, stream=stream)

    def run(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request."""
        return self._for(operation, deployment).run(operation, deployment, request, deadline)

    def arun(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> Awaitable[DriverResponse[A]]:
        """Answer a request; the twin of `run`."""
        return self._for(operation, deployment).arun(operation, deployment, request, deadline)

    def stream(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> Stream[C]:
        """Open a stream that answers a request."""
        return self._for(operation, deployment).stream(operation, deployment, request, deadline)

    def astream(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> Awaitable[AsyncStream[C]]:
        """Open a stream that answers a request; the twin of `stream`."""
        return self._for(operation, deployment).astream(operation, deployment, request, deadline)

    def _for(self, operation: Operation[Any, Any, Any], deployment: Deployment) -> Driver:
        memo, key = deployment.connection.memo, ("ours", operation.name, deployment.model)
        is_ours = memo.get(key)
        if is_ours is None:
            is_ours = self._engine.serves(operation, deployment)
            if is_ours:  # then its route is remembered too, which keeps a bound on what is
                memo[key] = True
        return self._engine if is_ours else self._litellm()

    def _litellm(self) -> Driver:
        driver = self._loaded.get("litellm")
        if driver is None:
            from genai_sdk.drivers.litellm import LiteLLMDriver  # a cost only for those who need it

            driver = self._loaded.setdefault(
                "litellm", LiteLLMDriver(*self._transports, self._engine.auth)
            )  # one, whoever comes first
        return driver
