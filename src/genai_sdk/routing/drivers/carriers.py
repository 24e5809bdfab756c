"""What waits for heads and for bodies, over our transports; a transport's failures become errors here."""

from genai_sdk.http import (
    AsyncResponse,
    AsyncTransport,
    Budget,
    Request,
    SyncResponse,
    SyncTransport,
    TransportClosed,
    TransportError,
)
from genai_sdk.routing.drivers import failures
from genai_sdk.routing.drivers.answer import Answer
from genai_sdk.routing.drivers.driver import Deployment
from genai_sdk.routing.drivers.headers import lowered


class Carrier:
    """Carries over the sync transport."""

    def __init__(self, transport: SyncTransport) -> None:
        self._transport = transport

    def open(self, deployment: Deployment, request: Request, budget: Budget) -> SyncResponse:
        """Send a request and return the response once its head is there."""
        try:
            return self._transport.open(request, budget)
        except TransportClosed:
            raise
        except TransportError as error:
            failed = error
        raise failures.from_transport(deployment, failed)

    def read(self, deployment: Deployment, response: SyncResponse) -> Answer:
        """Read a response to its end."""
        try:
            return Answer(response.status, lowered(response.headers), response.read())
        except TransportClosed:
            raise
        except TransportError as error:
            failed = error
        raise failures.from_transport(deployment, failed)


class AsyncCarrier:
    """Carries over the async transport; the twin of `Carrier`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def open(self, deployment: Deployment, request: Request, budget: Budget) -> AsyncResponse:
        """Send a request and return the response once its head is there."""
        try:
            return await self._transport.open(request, budget)
        except TransportClosed:
            raise
        except TransportError as error:
            failed = error
        raise failures.from_transport(deployment, failed)

    async def read(self, deployment: Deployment, response: AsyncResponse) -> Answer:
        """Read a response to its end."""
        try:
            return Answer(response.status, lowered(response.headers), await response.read())
        except TransportClosed:
            raise
        except TransportError as error:
            failed = error
        raise failures.from_transport(deployment, failed)
