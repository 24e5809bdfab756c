"""The paths of a fake Langfuse: those of its public API, and the broker's."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote

import msgspec

from genai_sdk.langfuse import api
from genai_sdk.langfuse.api.routes import HEALTH, PREFIX, ROUTES
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Request
from genai_sdk.testing.langfuse.broker import deliver_connections
from genai_sdk.testing.langfuse.media import answer_media
from genai_sdk.testing.langfuse.project import FakeProject


def _own(operation: str, *methods: str) -> api.ApiRoute:
    """Return a route that the fake answers itself."""
    return api.ApiRoute(operation, "", {method: lambda context, request: api.ApiResponse(None) for method in methods})


BROKER = _own("connections", "GET")
"""The broker's path, which a Langfuse by itself does not have."""

MEDIA, ONE_MEDIA = _own("media", "POST"), _own("media", "GET", "PATCH")
STORAGE = _own("storage", "PUT")
"""Where media is put to, which takes no key pair."""

_PLACEHOLDER = re.compile(r"\{(\w+)(?::path)?\}")


class RouteMatch(msgspec.Struct, frozen=True):
    """The route of a request, and what its path's placeholders hold."""

    route: api.ApiRoute
    path: Mapping[str, str]


def find(request: Request, *, broker: bool) -> RouteMatch | None:
    """Return the route of a request, or None if there is no such path.

    Raises:
        ApiError: There is, but not with this method.
    """
    there = False
    for pattern, route in _PATTERNS:
        matched = pattern.fullmatch(request.path)
        if matched is None or (route is BROKER and not broker):
            continue
        if request.method in route.works:
            return RouteMatch(route, {name: unquote(part) for name, part in matched.groupdict().items()})
        there = True
    if there:
        raise ApiError(405, "Method not allowed")
    return None


def work(context: api.Context, project: FakeProject, match: RouteMatch, request: Request) -> Answer:
    """Answer a request on its route.

    Raises:
        ApiError: Langfuse would refuse it.
    """
    if match.route is BROKER:
        return deliver_connections(project, request)
    if match.route is MEDIA or match.route is ONE_MEDIA:
        return answer_media(project, request, match.path.get("id"))
    api_request = api.ApiRequest(
        path=match.path,
        query=parse_qs(request.target.partition("?")[2], keep_blank_values=True),
        headers=request.headers,
        body=request.body,
    )
    return answer(api.respond(context, match.route, request.method, api_request))


def answer(response: api.ApiResponse) -> Answer:
    """Return a response of the API's as one that can be sent."""
    if response.status == 204:
        return Answer(204, {})
    return json_answer(response.body, response.status)


def _pattern(path: str) -> re.Pattern[str]:
    """Return what a path matches while it is still percent-encoded, so that no name's slash divides it."""
    return re.compile(_PLACEHOLDER.sub(r"(?P<\1>[^/]+)", path))


_PATTERNS = (
    *((_pattern(PREFIX + route.path), route) for route in (HEALTH, *ROUTES)),
    (_pattern("/api/genai/v1/connections"), BROKER),
    (_pattern(f"{PREFIX}media"), MEDIA),
    (_pattern(f"{PREFIX}media/{{id}}"), ONE_MEDIA),
    (_pattern("/api/storage/{ticket}"), STORAGE),
)
