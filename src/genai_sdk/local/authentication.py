"""Who is let in where no endpoint of the API looks at the key pair itself."""

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from genai_sdk.langfuse.access import read_basic
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.api.endpoint import Context


class KeyPairAuthentication:
    """Lets only the project's key pair through.

    Args:
        app: What answers those who are let in.
        context: The project and its key pair.
    """

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        try:
            self._context.admit(*read_basic(Headers(scope=scope).get("authorization")))
        except ApiError as refusal:
            await JSONResponse(refusal.body(), refusal.status)(scope, receive, send)
            return
        await self._app(scope, receive, send)
