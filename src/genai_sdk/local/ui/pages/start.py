"""The first run."""

from starlette.responses import Response

from genai_sdk.local.ui.page import Page


def show(page: Page) -> Response:
    """Show how to begin."""
    return page.render("start.html")
