"""One HTTP exchange over our transports; a transport's failures become errors here."""

from genai_sdk.drivers import failures
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.headers import lowered
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
from genai_sdk.wires.wire import HttpResponse


def send(transport: SyncTransport, deployment: Deployment, request: Request, budget: Budget) -> SyncResponse:
    """Send a request and return the response once its head is there."""
    try:
        return transport.open(request, budget)
    except TransportClosed:
        raise
    except TransportError as error:
        failed = error
    raise failures.from_transport(deployment, failed)


def receive(deployment: Deployment, response: SyncResponse) -> HttpResponse:
    """Read a response to its end."""
    try:
        return HttpResponse(response.status, lowered(response.headers), response.read())
    except TransportClosed:
        raise
    except TransportError as error:
        failed = error
    raise failures.from_transport(deployment, failed)


async def asend(transport: AsyncTransport, deployment: Deployment, request: Request, budget: Budget) -> AsyncResponse:
    """Send a request; the twin of `send`."""
    try:
        return await transport.open(request, budget)
    except TransportClosed:
        raise
    except TransportError as error:
        failed = error
    raise failures.from_transport(deployment, failed)


async def areceive(deployment: Deployment, response: AsyncResponse) -> HttpResponse:
    """Read a response to its end; the twin of `receive`."""
    try:
        return HttpResponse(response.status, lowered(response.headers), await response.read())
    except TransportClosed:
        raise
    except TransportError as error:
        failed = error
    raise failures.from_transport(deployment, failed)
