"""The broker's wire over HTTP: routes for Starlette, over a storage."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from genai_sdk.broker.storage import Storage
from genai_sdk.broker.wire import ACCEPT, PATH, answer
from genai_sdk.errors import SourceUnavailableError
from genai_sdk.langfuse.access import read_basic
from genai_sdk.langfuse.errors import ApiError

_LISTED = "name"


def routes(storage: Storage) -> list[Route]:
    """Return what a broker answers on.

    Args:
        storage: Where connections are.
    """

    async def connections(request: Request) -> Response:
        names = request.query_params.getlist(_LISTED)
        try:
            pair = read_basic(request.headers.get("authorization"))
            delivery = await run_in_threadpool(storage.deliver, *pair, names or None)
        except ApiError as refusal:
            return JSONResponse(refusal.body(), refusal.status, {"cache-control": "no-store"})
        except SourceUnavailableError as error:
            return JSONResponse({"message": str(error)}, 503, {"cache-control": "no-store"})
        headers = request.headers
        response = answer(delivery, headers.get("if-none-match"), accept=headers.get(ACCEPT), secret_key=pair[1])
        return Response(response.body, response.status, dict(response.headers))

    return [Route(PATH, connections, methods=["GET"])]
