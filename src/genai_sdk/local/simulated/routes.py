"""The simulated provider's routes: its wire, open to provider keys, and its control, behind the project's key pair."""

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import parse_qsl

import msgspec
from starlette.middleware import Middleware
from starlette.requests import Request as HTTPRequest
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.simulated.answering import BODY_SECONDS, LARGEST_BODY, TOO_LARGE, TOO_LATE, outcome_of
from genai_sdk.local.simulated.behaviour import WrongBehaviourError, parse_behaviour
from genai_sdk.local.simulated.delivery import (
    TooLargeError,
    TooLateError,
    deliver,
    read_body,
    send_whole,
)
from genai_sdk.local.simulated.regions import Regions, TooManyRegionsError, UnknownRegionError
from genai_sdk.testing.call import Request

PREFIX = "/simulated"

_LARGEST_BEHAVIOUR = 64 * 1024


def wire_routes(regions: Regions) -> list[Route]:
    """Return the routes that speak to clients: `/simulated/{region}/v1` OpenAI's wire, `…/openai` that of Azure OpenAI.

    Each checks the provider key itself.
    What stands around them must neither gather a response before it is sent nor keep `http.disconnect` from them.
    """
    return [Route(f"{PREFIX}/{{region}}{base}/{{rest:path}}", _Wire(regions, base)) for base in ("/v1", "/openai")]


def control_routes(regions: Regions, *, middleware: Sequence[Middleware]) -> list[Route]:
    """Return the routes that read and set behaviours: `/simulated` and `/simulated/{region}/behaviour`.

    Args:
        regions: The regions.
        middleware: What stands before each of them, and lets only the project's key pair in; they check nothing.
    """
    control = _Control(regions)
    path = f"{PREFIX}/{{region}}/behaviour"
    return [
        Route(PREFIX, _answered(control.every), methods=["GET"], middleware=middleware, name="simulated_regions"),
        Route(
            path,
            _answered(control.one),
            methods=["GET", "PUT", "DELETE"],
            middleware=middleware,
            name="simulated_behaviour",
        ),
    ]


class _Wire:
    """One wire, as an ASGI application below its base."""

    def __init__(self, regions: Regions, base: str) -> None:
        self._regions = regions
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if _declared(scope) > LARGEST_BODY:
                raise TooLargeError
            body = await read_body(receive, LARGEST_BODY)
        except TooLargeError:
            # What is still to come is not read, so the connection is of no use to another request.
            await send_whole(TOO_LARGE.with_headers({"connection": "close"}), send)
            return
        except TooLateError:
            await send_whole(TOO_LATE.with_headers({"connection": "close"}), send)
            return
        if body is None:
            return
        request = _request(scope, self._base, body)
        with outcome_of(request, self._regions, scope["path_params"]["region"]) as outcome:
            await deliver(outcome, receive, send)


def _declared(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _request(scope: Scope, base: str, body: bytes) -> Request:
    path = f"{base}/{scope['path_params']['rest']}"
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(scope["method"], path, path, query, headers, body)


class _Control:
    """Reading and setting behaviours."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions

    async def every(self, request: HTTPRequest) -> Response:
        """List the regions named so far."""
        return _json({"simulated": True, "regions": list(self._regions)})

    async def one(self, request: HTTPRequest) -> Response:
        """Say what is in force for a region; PUT sets it first, and DELETE forgets the region."""
        name = request.path_params["region"]
        if request.method == "PUT":
            body = await read_body(request.receive, _LARGEST_BEHAVIOUR)
            return _json(self._regions.set(name, parse_behaviour(body or b"")))
        if request.method == "DELETE":
            return _json(self._regions.forget(name))
        return _json(self._regions.state(name))


def _json(value: object, status: int = 200) -> Response:
    headers = {"x-simulated": "true", "cache-control": "no-store"}
    return Response(msgspec.json.encode(value), status, headers, media_type="application/json")


Endpoint = Callable[[HTTPRequest], Awaitable[Response]]


def _answered(endpoint: Endpoint) -> Endpoint:
    """Return an endpoint that puts its own errors into the words of the platform's API."""

    async def answer(request: HTTPRequest) -> Response:
        try:
            return await endpoint(request)
        except WrongBehaviourError as error:
            refusal = ApiError(400, str(error))
        except UnknownRegionError as error:
            refusal = ApiError(404, str(error))
        except TooManyRegionsError as error:
            refusal = ApiError(409, str(error))
        except TooLargeError:
            refusal = ApiError(413, f"a behaviour has at most {_LARGEST_BEHAVIOUR:,} bytes")
        except TooLateError:
            refusal = ApiError(408, f"the behaviour did not arrive within {BODY_SECONDS:g} s")
        return _json(refusal.body(), refusal.status)

    return answer
