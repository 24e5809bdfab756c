"""A page being made: what was asked, who asks, and how the answer is rendered."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.ui import filters
from genai_sdk.local.ui.authentication import Authentication
from genai_sdk.local.ui.axis import compact
from genai_sdk.local.ui.drafts import Drafts
from genai_sdk.local.ui.language import Words, choose
from genai_sdk.sentence import Sentence
from genai_sdk.translation import LANGUAGES
from genai_sdk.version import __version__

THEMES = ("auto", "light", "dark")

_MOST_FIELDS = 1_000


def environment() -> jinja2.Environment:
    """Return the templates: everything is escaped, and a name that is not there is an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("genai_sdk.local.ui"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("dollars", "duration", "count", "percent", "moment", "iso", "nanos", "pretty"):
        made.filters[name] = getattr(filters, name)
    made.filters["path"] = lambda text: quote(str(text), safe="")
    made.filters["step_name"] = filters.step_name
    made.filters["compact"] = compact
    made.globals["stamp"] = __version__
    return made


class Page:
    """One request for a page.

    Args:
        request: The request.
        body: Its body.
        context: The store and the project.
        authentication: Who is let in.
        templates: From `environment`.
        drafts: Connections that were tried and refused.

    Attributes:
        request: The request.
        context: The store and the project.
        store: What the platform keeps.
        words: The phrases of the browser's language.
        session: The browser's session; empty before a login.
        authentication: Who is let in.
        drafts: Connections that were tried and refused.
    """

    def __init__(
        self,
        request: Request,
        body: bytes,
        context: Context,
        authentication: Authentication,
        templates: jinja2.Environment,
        drafts: Drafts,
    ) -> None:
        self.request = request
        self.context = context
        self.store = context.store
        self.words = Words(choose(request.cookies.get("language"), request.headers.get("accept-language", "")))
        self.session = request.cookies.get(cookie_name(request), "")
        self.authentication = authentication
        self.drafts = drafts
        self._templates = templates
        self._body = body

    @property
    def path(self) -> Mapping[str, str]:
        """What the path's placeholders hold, decoded."""
        return self.request.path_params

    def query(self, name: str) -> str | None:
        """Return a parameter of the query, None if it is not there or empty."""
        return self.request.query_params.get(name) or None

    @property
    def form(self) -> dict[str, list[str]]:
        """The fields of the form that was sent, each with all its values.

        Raises:
            ApiError: It cannot be read (400).
        """
        try:
            pairs = parse_qsl(self._body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise ApiError(400, Sentence.of("page.unreadable_form", "The form cannot be read")) from None
        fields: dict[str, list[str]] = {}
        for name, text in pairs:
            fields.setdefault(name, []).append(text.replace("\r\n", "\n"))
        return fields

    def field(self, name: str) -> str:
        """Return a field of the form, empty if it is not there."""
        return self.form.get(name, [""])[-1]

    @property
    def body(self) -> bytes:
        """The body that was sent, for requests that are no forms."""
        return self._body

    @property
    def theme(self) -> str:
        """The colours that were chosen."""
        chosen = self.request.cookies.get("theme", "")
        return chosen if chosen in THEMES else THEMES[0]

    @property
    def origin(self) -> str:
        """The platform's address, as this browser reaches it."""
        return f"{self.request.url.scheme}://{self.request.headers.get('host', '')}"

    @property
    def here(self) -> str:
        """The address of this very page: path and query."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """Return a page.

        Args:
            template: The template's file.
            status: The HTTP status.
            **context: What the template needs beside what every page has.
        """
        html = self._templates.get_template(template).render(
            page=self,
            t=self.words,
            languages=LANGUAGES,
            themes=THEMES,
            project=self.context.credentials,
            token=self.authentication.token(self.session),
            said=self.query("said"),
            **context,
        )
        return HTMLResponse(html, status)

    def go(self, path: str, **query: str) -> Response:
        """Send the browser to another page; `said` names a phrase to show there."""
        return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303)


def cookie_name(request: Request) -> str:
    """Return the session's cookie; browsers share cookies between the ports of a host, so it names the port."""
    return f"genai_session_{request.url.port or 80}"
