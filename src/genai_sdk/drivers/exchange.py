"""One HTTP exchange over our transports; a transport's failures become errors here."""

from genai_sdk.drivers import failures
from genai_sdk.drivers.decompression import DecompressionError, unpacked
from genai_sdk.drivers.driver import Deployment
from genai_sdk.drivers.response_headers import by_lower_name
from genai_sdk.http import (
    AsyncResponse,
    AsyncTransport,
    Deadline,
    Request,
    SyncResponse,
    SyncTransport,
    TransportClosed,
    TransportError,
)
from genai_sdk.wires.wire import HttpResponse


def send(transport: SyncTransport, deployment: Deployment, request: Request, deadline: Deadline) -> SyncResponse:
    """Send a request and return the response once its head is there."""
    try:
        return transport.open(request, deadline)
    except TransportClosed:
        raise
    except TransportError as error:
        failed = error
    raise failures.from_transport(deployment, failed)


def receive(deployment: Deployment, response: SyncResponse) -> HttpResponse:
    """Read a response to its end."""
    try:
        body = response.read()
    except TransportClosed:
        raise
    except TransportError as error:
        failed = error
    else:
        return _whole(deployment, response, body)
    raise failures.from_transport(deployment, failed)


async def asend(
    transport: AsyncTransport, deployment: Deployment, request: Request, deadline: Deadline
) -> AsyncResponse:
    """Send a request; the twin of `send`."""
    try:
        return await transport.open(request, deadline)
    except TransportClosed:
        raise
    except TransportError as error:
        failed = error
    raise failures.from_transport(deployment, failed)


async def areceive(deployment: Deployment, response: AsyncResponse) -> HttpResponse:
    """Read a response to its end; the twin of `receive`."""
    try:
        body = await response.read()
    except TransportClosed:
        raise
    except TransportError as error:
        failed = error
    else:
        return _whole(deployment, response, body)
    raise failures.from_transport(deployment, failed)


def _whole(deployment: Deployment, response: SyncResponse | AsyncResponse, body: bytes) -> HttpResponse:
    headers = by_lower_name(response.headers)
    if "content-encoding" not in headers:
        return HttpResponse(response.status, headers, body)
    try:
        return HttpResponse(response.status, headers, unpacked(headers, body, response.limit))
    except DecompressionError as error:
        wrong = str(error)
    raise failures.malformed(deployment, HttpResponse(response.status, headers), wrong)
