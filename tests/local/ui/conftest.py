"""A platform with nothing in it, and a real browser that is logged in to it.

A test fails if the browser's console shows an error or a request leaves this machine. Screenshots for human eyes:
`GENAI_SCREENSHOTS=<directory> python -m pytest tests/local/ui`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

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


class Windows:
    """What pages are opened in: one context for all tests that want the same of it, and one process for its pages.

    A context of its own, with a process for it, costs a test more than the rest of it does. What a test could leave to
    the next one is taken away: its pages and its cookies; what a page stores belongs to its platform's port.

    Attributes:
        wrong: What went wrong on the pages since the last time this was cleared.
    """

    def __init__(self, browser: Browser) -> None:
        self.wrong: list[str] = []
        self._browser = browser
        self._contexts: dict[str, BrowserContext] = {}
        self._documents: set[str] = set()

    def open(self, look: Look, **given: Any) -> Page:
        """Open a page; further arguments are Playwright's, for its context."""
        settings = {"locale": look.language, "timezone_id": "UTC", **given}
        key = str(sorted(settings.items()))
        if key not in self._contexts:
            self._contexts[key] = self._context(**settings)
        page = self._contexts[key].new_page()
        page.set_viewport_size({"width": look.width, "height": 844 if look.width < 600 else 800})
        page.emulate_media(color_scheme=look.scheme)
        return page

    def clear(self) -> None:
        """Close every page but the one that keeps a context's process alive, and forget who was logged in."""
        for context in self._contexts.values():
            for page in context.pages[1:]:
                page.close()
            context.clear_cookies()
        self._documents.clear()

    def _context(self, **settings: Any) -> BrowserContext:
        context = self._browser.new_context(**settings)
        context.set_default_timeout(20_000)
        context.on("request", self._asked)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.wrong.append(f"script: {error.error}"))
        kept = context.new_page()
        kept.route("**", lambda route: route.fulfill(body="", content_type="text/html"))
        kept.goto("http://127.0.0.1:9/")  # answered by the line above; pages of one host share a process
        return context

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium also reports each document that answers 4xx, such as a form shown again: the test looks at that.
        shown = message.location.get("url", "") in self._documents
        if message.type == "error" and not (shown and message.text.startswith("Failed to load resource")):
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        url = urlsplit(request.url)
        if request.is_navigation_request():
            self._documents.add(request.url)
        if url.scheme not in ("data", "blob") and not is_loopback(url.hostname or ""):
            self.wrong.append(f"a request left this machine: {request.url}")


# Not for the whole session: while it runs, Playwright's event loop counts as running, and no asynchronous test can.
@pytest.fixture(scope="module")
def windows() -> Iterator[Windows]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install it (`apt-get install chromium`) to test the pages in it")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--process-per-site"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield Windows(browser)
        browser.close()


@pytest.fixture
def open_page(windows: Windows, platform: Platform, look: Look) -> Iterator[Callable[..., Page]]:
    """Open a page of the platform's, not logged in; arguments are Playwright's, for the context."""

    def make(**given: Any) -> Page:
        page = windows.open(look, **given)
        go = page.goto
        # A context has its base URL for good, and here outlives the platform.
        page.goto = lambda path, **more: go(urljoin(platform.url, path), **more)  # type: ignore[method-assign]
        return page

    windows.wrong.clear()
    yield make
    windows.clear()
    assert windows.wrong == []


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
