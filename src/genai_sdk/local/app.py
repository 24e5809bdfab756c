"""The platform as an application: its pages, Langfuse's API, the broker's wire and the simulated provider."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from genai_sdk.broker import routes as broker
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.api import routes as api
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.authentication import KeyPairAuthentication
from genai_sdk.local.broker_storage import BrokerStorage
from genai_sdk.local.hosts import HostGuard
from genai_sdk.local.simulated import Regions, control_routes, wire_routes
from genai_sdk.local.ui import routes as ui
from genai_sdk.local.ui.authentication import Authentication
from genai_sdk.local.ui.player import Player

_FOR_PROGRAMS = ("/api/", "/simulated/", "/static/")


def application(
    context: Context, authentication: Authentication, player: Player, *, loopback_only: bool = True
) -> Starlette:
    """Return the whole application.

    Args:
        context: The store, the project and its key pair.
        authentication: Who may see the pages.
        player: Lends the client that the playground calls with.
        loopback_only: Whether requests have to name this machine's loopback in their Host header.
    """
    regions, guarded = Regions(), [Middleware(KeyPairAuthentication, context=context)]
    absent = ui.absent(context, authentication)

    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return absent(request) if error.status_code == 404 and _is_for_eyes(request) else _refuse(request, error)

    app = Starlette(
        routes=[
            *api.routes(context),
            *broker.routes(BrokerStorage(context)),
            *wire_routes(regions),
            *control_routes(regions, middleware=guarded),
            *ui.routes(context, authentication, player),
        ],
        middleware=[Middleware(HostGuard)] if loopback_only else [],
        exception_handlers={HTTPException: refuse},
    )
    app.router.redirect_slashes = False  # a path that is not there is not there
    return app


def _is_for_eyes(request: Request) -> bool:
    """Whether somebody looks for a page, and no program for an answer of an API's."""
    path, accepted = request.scope["path"], request.headers.get("accept", "")
    return request.method == "GET" and "text/html" in accepted and not path.startswith(_FOR_PROGRAMS)


def _refuse(request: Request, error: HTTPException) -> Response:
    path = request.scope["path"]
    words = {404: f"The local platform has nothing at {path}", 405: "Method not allowed"}
    refusal = ApiError(error.status_code, words.get(error.status_code, error.detail))
    return JSONResponse(refusal.body(), refusal.status, dict(error.headers or {}))
