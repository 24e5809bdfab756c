"""Langfuse's public API over the platform's store."""

from starlette.routing import Route

from genai_sdk.langfuse.api.routes import HEALTH, PREFIX, ROUTES
from genai_sdk.local.api.allowance import Allowance
from genai_sdk.local.api.endpoint import Context, endpoint


def routes(context: Context) -> list[Route]:
    """Return the routes of the API."""
    allowance = Allowance()
    return [
        endpoint(context, PREFIX + each.path, each, allowance, open_to_all=each is HEALTH) for each in (HEALTH, *ROUTES)
    ]
