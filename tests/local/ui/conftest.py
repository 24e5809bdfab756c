"""A platform with nothing in it, and a real browser that is logged in to it.

A test fails if the browser's console shows an error or a request leaves this machine. Screenshots for human eyes:
`GENAI_SCREENSHOTS=<directory> python -m pytest tests/local/ui`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from genai_sdk.local.hosts import is_loopback
from genai_sdk.local.platform import Platform

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCREENSHOTS = os.environ.get("GENAI_SCREENSHOTS")


class Look(NamedTuple):
    """How a page is looked at: the colours, the width in pixels, the language."""

    scheme: str = "light"
    width: int = 1280
    language: str = "en-US"

    def __str__(self) -> str:
        return f"{self.scheme}-{self.width}-{self.language[:2]}"


LOOKS = [Look(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]
"""What each page has to be good at: `@pytest.mark.parametrize("look", LOOKS, ids=str, indirect=True)`."""


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    """A platform of this test's own, which its clients find by themselves; `platform.store` fills it quickly."""
    with Platform(tmp_path / "genai-home", port=0) as platform:
        yield platform


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Look:
    """How the browser looks at the pages."""
    return getattr(request, "param", Look())


# Not for the whole session: while it runs, Playwright's event loop counts as running, and no asynchronous test can.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install it (`apt-get install chromium`) to test the pages in it")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, platform: Platform, look: Look) -> Iterator[Callable[..., Page]]:
    """Open a page of the platform's in a browser of its own, not logged in; arguments are Playwright's."""
    contexts = []
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # Chromium also reports each document that answers 4xx, such as a form shown again: the test looks at that.
        shown = message.location.get("url", "") in documents
        if message.type == "error" and not (shown and message.text.startswith("Failed to load resource")):
            wrong.append(f"console: {message.text}")

    def asked(request: Request) -> None:
        url = urlsplit(request.url)
        if request.is_navigation_request():
            documents.add(request.url)
        if url.scheme not in ("data", "blob") and not is_loopback(url.hostname or ""):
            wrong.append(f"a request left this machine: {request.url}")

    documents: set[str] = set()

    def make(**given: Any) -> Page:
        size = {"width": look.width, "height": 844 if look.width < 600 else 800}
        settings = {"viewport": size, "color_scheme": look.scheme, "locale": look.language, "timezone_id": "UTC"}
        context = browser.new_context(base_url=platform.url, **{**settings, **given})
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.on("request", asked)
        context.on("console", heard)
        context.on("weberror", lambda error: wrong.append(f"script: {error.error}"))
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def browser_page(open_page: Callable[..., Page], platform: Platform) -> Page:
    """A page of a browser that is logged in, at no address yet."""
    page = open_page()
    page.context.request.get(platform.login_url, max_redirects=0)
    return page


@pytest.fixture
def plain_page(open_page: Callable[..., Page], platform: Platform) -> Page:
    """The same without JavaScript."""
    page = open_page(java_script_enabled=False)
    page.context.request.get(platform.login_url, max_redirects=0)
    return page


@pytest.fixture
def shoot(look: Look) -> Callable[[Page, str], None]:
    """Keep a picture of a whole page under a name, if somebody wants to look."""

    def keep(page: Page, name: str) -> None:
        if SCREENSHOTS:
            page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{look}.png", full_page=True)

    return keep
