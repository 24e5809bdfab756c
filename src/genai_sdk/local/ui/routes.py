"""Every page, who may see it, and what browsers are told to forbid."""

import inspect
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from genai_sdk.errors import GenAIError
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.api.endpoint import Context, read_body
from genai_sdk.local.store.database import DatabaseClosed, TooSlow
from genai_sdk.local.ui.authentication import Authentication
from genai_sdk.local.ui.drafts import Drafts
from genai_sdk.local.ui.language import Words
from genai_sdk.local.ui.page import Page, cookie_name, environment
from genai_sdk.local.ui.pages import dashboard, login
from genai_sdk.local.ui.pages.connections import reading as connections
from genai_sdk.local.ui.pages.connections import writing as connecting
from genai_sdk.local.ui.pages.playground import Playground
from genai_sdk.local.ui.pages.prompts import changing, reading, writing
from genai_sdk.local.ui.pages.traces import listing, scoring, showing
from genai_sdk.local.ui.player import Player

logger = logging.getLogger("genai_sdk.local")

Work = Callable[[Page], Response | Awaitable[Response]]

# https://developer.mozilla.org/docs/Web/HTTP/CSP: nothing from elsewhere, nothing inline.
_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer, browsers send our own forms with `Origin: null`
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}

_STRANGERS_BYTES = 64 * 1024  # of a body from whoever has not logged in

_OPEN: tuple[tuple[str, str, Work], ...] = (
    ("GET", "/login", login.show),
    ("POST", "/login", login.enter),
)
_PAGES: tuple[tuple[str, str, Work], ...] = (
    ("POST", "/logout", login.leave),
    ("POST", "/preferences", login.prefer),
    ("GET", "/", dashboard.show),
    ("GET", "/dashboard.csv", dashboard.export),
    ("GET", "/traces", listing.listing),
    ("GET", "/traces/newest", listing.newest),
    ("GET", "/traces/{id}", showing.show_trace),
    ("GET", "/traces/{id}/state", showing.state),
    ("POST", "/traces/{id}/score", scoring.score),
    ("POST", "/traces/{id}/unscore", scoring.take_back),
    ("GET", "/project/{project}/traces/{id}", showing.of_project),
    ("GET", "/project/{project}/prompts/{name:path}", reading.of_project),
    # A prompt's name is a parameter of the query: it may hold slashes, and `..`, which browsers resolve in a path.
    ("GET", "/prompts", reading.listing),
    ("GET", "/prompts/show", reading.show),
    ("GET", "/prompts/compare", reading.side_by_side),
    ("GET", "/prompts/new", writing.new),
    ("GET", "/prompts/write", writing.next_version),
    ("POST", "/prompts/write", writing.take),
    ("GET", "/prompts/label", changing.ask_label),
    ("POST", "/prompts/label", changing.move_label),
    ("GET", "/prompts/unlabel", changing.ask_unlabel),
    ("POST", "/prompts/unlabel", changing.remove_label),
    ("GET", "/prompts/delete", changing.ask_delete),
    ("POST", "/prompts/delete", changing.delete),
    ("GET", "/connections", connections.listing),
    ("GET", "/connections/new", connecting.new),
    ("GET", "/connections/edit", connecting.edit),
    ("POST", "/connections/write", connecting.take),
    ("POST", "/connections/try", connections.try_again),
    ("POST", "/connections/simulated", connections.simulate),
    ("GET", "/connections/delete", connections.ask_delete),
    ("POST", "/connections/delete", connections.delete),
)


def routes(context: Context, authentication: Authentication, player: Player) -> list[BaseRoute]:
    """Return the routes of the pages.

    Args:
        context: The store and the project.
        authentication: Who is let in.
        player: Lends the client that the playground calls with.
    """
    playground = Playground(player)
    played: tuple[tuple[str, str, Work], ...] = (
        ("GET", "/playground", playground.show),
        ("POST", "/playground", playground.take),
        ("POST", "/playground/run", playground.run),
    )
    templates, drafts = environment(), Drafts()

    def route(method: str, path: str, work: Work, *, open_to_all: bool = False) -> Route:
        limits = context.limits
        if open_to_all:
            limits = msgspec.structs.replace(limits, bytes=min(limits.bytes, _STRANGERS_BYTES))

        async def respond(request: Request) -> Response:
            if not open_to_all and not authentication.knows(request.cookies.get(cookie_name(request))):
                return _to_login(request)
            page = Page(request, b"", context, authentication, templates, drafts)
            try:
                page = Page(request, await read_body(request, limits), context, authentication, templates, drafts)
                if method != "GET" and not open_to_all:
                    token = request.headers.get("x-form-token") or page.field("token")
                    authentication.check_form(page.session, token, request.headers, page.origin)
                response = await _done(work, page)
            except ApiError as refusal:
                response = page.render(
                    "error.html", refusal.status, code=refusal.status, message=_words(refusal, page.words)
                )
            except ClientDisconnect:
                return Response(status_code=499)
            except (GenAIError, TooSlow, DatabaseClosed, sqlite3.Error) as error:
                logger.warning("a page failed: %s", error)
                response = page.render("error.html", 503, code=503, message=page.words.translate(_text(error)))
            for name, value in _HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return Route(path, respond, methods=[method])

    return [
        Mount("/static", StaticFiles(directory=Path(str(files("genai_sdk.local.ui") / "static")))),
        *(route(method, path, work, open_to_all=True) for method, path, work in _OPEN),
        *(route(method, path, work) for method, path, work in (*_PAGES, *played)),
    ]


def absent(context: Context, authentication: Authentication) -> Callable[[Request], Response]:
    """Return what tells a browser that there is no page at an address."""
    templates, drafts = environment(), Drafts()

    def respond(request: Request) -> Response:
        if not authentication.knows(request.cookies.get(cookie_name(request))):
            return _to_login(request)
        page = Page(request, b"", context, authentication, templates, drafts)
        message = page.words("error.no_page", path=request.scope["path"][:200])
        response = page.render("error.html", 404, code=404, message=message)
        response.headers.update(_HEADERS)
        return response

    return respond


async def _done(work: Work, page: Page) -> Response:
    """Do what a page takes: on a thread, unless it is written to wait without one."""
    done = work(page) if inspect.iscoroutinefunction(work) else await run_in_threadpool(work, page)
    return await done if inspect.isawaitable(done) else done


def _to_login(request: Request) -> Response:
    if request.method != "GET" or request.headers.get("x-form-token"):
        return Response("Log in first", 401, _HEADERS, "text/plain")
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    query = "" if here == "/" else f"?{urlencode({'next': here})}"
    return RedirectResponse(f"/login{query}", 303, _HEADERS)


def _text(error: Exception) -> str:
    """Return what an error says, with its key and fields where it has them."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, str) else str(error)


def _words(refusal: ApiError, words: Words) -> str:
    """Return a refusal in words: of a body that was wrong, each field with what is wrong with it."""
    if not isinstance(refusal.error, list):
        return words.translate(refusal.message)
    return "; ".join(
        f"{'.'.join(map(str, each.get('path', ())))}: {words.translate(each.get('message', ''))}"
        for each in refusal.error
    )
