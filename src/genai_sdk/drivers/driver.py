"""What a driver is: it makes one attempt on one deployment, and knows no policy."""

from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from genai_sdk.connections import Connection
from genai_sdk.http import Deadline
from genai_sdk.types import Parameters
from genai_sdk.wires.operation import A, C, Operation, Q

C_co = TypeVar("C_co", covariant=True)


class Deployment(msgspec.Struct, frozen=True):
    """One model on one connection."""

    connection: Connection
    model: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells deployments apart: (connection name, model id)."""
        return (self.connection.name, self.model)


class DriverResponse(msgspec.Struct, Generic[A], frozen=True):
    """A response and what its HTTP said beside it."""

    value: A
    request_id: str | None = None


class Stream(Protocol[C_co]):
    """A stream that was answered with 2xx; ends when the provider's stream ends.

    Several items often come at once: whoever takes them from `ready` and waits with `more` pays for a wait once, and
    does the same as whoever iterates.
    """

    def __iter__(self) -> Iterator[C_co]: ...
    def __next__(self) -> C_co: ...
    @property
    def request_id(self) -> str | None:
        """The provider's id of the request, as far as it is known."""
        ...

    @property
    def ready(self) -> Iterator[C_co]:
        """What has come and was not taken yet; raises as the driver does where what came is an error."""
        ...

    def more(self) -> bool:
        """Wait for what comes next, once `ready` has ended, and have it in a new `ready`; False at the end."""
        ...

    def close(self) -> None:
        """Free the connection; allowed at any time, more than once, from any thread."""


class AsyncStream(Protocol[C_co]):
    """The async twin of `Stream`."""

    def __aiter__(self) -> AsyncIterator[C_co]: ...
    async def __anext__(self) -> C_co: ...
    @property
    def request_id(self) -> str | None:
        """The provider's id of the request, as far as it is known."""
        ...

    @property
    def ready(self) -> Iterator[C_co]:
        """What has come and was not taken yet; raises as the driver does where what came is an error."""
        ...

    async def amore(self) -> bool:
        """Wait for what comes next, once `ready` has ended, and have it in a new `ready`; False at the end."""
        ...

    async def aclose(self) -> None:
        """Free the connection; allowed at any time, more than once."""


class Driver(Protocol):
    """Makes one attempt.

    The four methods that attempt raise a `ProviderError` with its facts filled in (provider, connection, model,
    status_code, request_id, retry_after, reason) and no secret in its message, raised with neither cause nor context;
    or a `ConfigurationError` where the provider cannot even be asked. Time is bounded by the deadline; a stream's owner
    lifts its total at the first content.
    """

    def run(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> DriverResponse[A]:
        """Answer a request."""
        ...

    def arun(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> Awaitable[DriverResponse[A]]:
        """Answer a request; the twin of `run`."""
        ...

    def stream(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> Stream[C]:
        """Answer a request with a stream that was accepted with 2xx."""
        ...

    def astream(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, deadline: Deadline
    ) -> Awaitable[AsyncStream[C]]:
        """Answer a request with a stream; the twin of `stream`."""
        ...

    def parameters(
        self, operation: Operation[Q, A, C], deployment: Deployment, request: Q, *, stream: bool
    ) -> Parameters | None:
        """Return what becomes of a request's parameters there; None where the operation cannot be asked for there.

        Sends nothing. Raises `ConfigurationError` where the connection lacks what its adapter needs.
        """
        ...

    def serves(self, operation: Operation[Any, Any, Any], deployment: Deployment, /) -> bool:
        """Tell whether a deployment has an operation."""
        ...

    def is_warm(self, operation: Operation[Any, Any, Any], deployment: Deployment, /) -> bool:
        """Tell whether an attempt has nothing slow to do first."""
        ...

    def prepare(self, operation: Operation[Any, Any, Any], deployment: Deployment, /) -> None:
        """Do what is slow before an attempt: the imports, which shall not count against its timeout."""
        ...

    def warm_up(self, connections: Iterable[Connection], /) -> None:
        """Do now what the first calls on these connections would do: the slow imports."""
        ...
