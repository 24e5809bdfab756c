"""Logging in and out, and how the pages look."""

from urllib.parse import urlsplit

from starlette.responses import Response

from genai_sdk.local.ui.authentication import SESSION_SECONDS
from genai_sdk.local.ui.page import THEMES, Page, cookie_name
from genai_sdk.translation import LANGUAGES

_YEAR = 365 * 24 * 3600


def show(page: Page) -> Response:
    """Show the login; with the key in the address, log in."""
    key = page.query("key")
    if key is not None:
        return _enter(page, key, page.query("next"))
    return page.render("login.html", next=_own(page.query("next")), wrong=False)


def enter(page: Page) -> Response:
    """Log in with what was typed."""
    return _enter(page, page.field("key").strip(), page.field("next"))


def leave(page: Page) -> Response:
    """Log out."""
    response = page.go("/login")
    response.delete_cookie(cookie_name(page.request))
    return response


def prefer(page: Page) -> Response:
    """Take the colours or the language that were chosen, and go back."""
    response = page.go(_own(page.field("next")))
    for name, known in (("theme", THEMES), ("language", tuple(LANGUAGES))):
        if page.field(name) in known:
            response.set_cookie(name, page.field(name), max_age=_YEAR, samesite="lax", httponly=True)
    return response


def _enter(page: Page, key: str, wanted: str | None) -> Response:
    client = page.request.client
    session = page.authentication.log_in(key, client.host if client else "")
    if session is None:
        return page.render("login.html", 403, next=_own(wanted), wrong=True)
    response = page.go(_own(wanted))
    response.set_cookie(cookie_name(page.request), session, max_age=SESSION_SECONDS, httponly=True, samesite="lax")
    return response


def _own(wanted: str | None) -> str:
    """Return a path of ours to go to; anything else becomes the front page."""
    wanted = wanted or "/"
    parts = urlsplit(wanted)
    own = not parts.scheme and not parts.netloc and wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if own and wanted.isprintable() else "/"
