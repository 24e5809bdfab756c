"""The project's own model definitions in Langfuse, loaded and kept fresh in the background."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from genai_sdk import log
from genai_sdk.catalogue import Price
from genai_sdk.errors import AccessDeniedError, SourceUnavailableError
from genai_sdk.http import BasicAuthEndpoint, Deadline, SyncTransport, TransportError, error_message_of
from genai_sdk.lifecycle import Cache, CacheEntry, Fetch, Freshness
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:  # loaded beside the calls, by what reads them
    from genai_sdk.catalogue import ProjectPrices

PATH = "/api/public/models"

FRESH = 300.0
"""Seconds that definitions serve without a question, and from a failure to the next one: prices seldom change, and all
of Langfuse's own rows, some 180, are asked for with them."""

ROWS = 100
"""Rows of a page, the most that Langfuse gives."""

PAGES = 50
"""Pages that are read at most."""


class DefinitionPage(msgspec.Struct, frozen=True):
    """A page as it was answered, without Langfuse's own rows.

    Attributes:
        etag: Its entity tag, or None.
        last: The number of the last page.
        rows: The project's own definitions on it.
    """

    etag: str | None
    last: int
    rows: tuple[Mapping[str, Any], ...]


class ModelDefinitions(msgspec.Struct, frozen=True):
    """What was loaded: the pages as they came, and the prices read from them."""

    pages: tuple[DefinitionPage, ...]
    prices: "ProjectPrices"


class PriceLookup:
    """Knows what a project says a model costs, as far as that is loaded; nobody ever waits.

    Langfuse is asked in the background when a call is priced. Until it answers, where it denies or fails, there are no
    prices of the project. Fit for threads, event loops and forks.

    Args:
        endpoint: Langfuse's address and the key pair.
        transport: Sends the requests; not closed here.
        max_stale: Seconds that what was loaded last serves while Langfuse fails.
        timeout: Seconds that all pages together may take.
        now: The wall clock in seconds.
    """

    def __init__(
        self,
        endpoint: BasicAuthEndpoint,
        transport: SyncTransport,
        *,
        max_stale: float = 86_400.0,
        timeout: float = 10.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._endpoint = endpoint
        self._transport = transport
        self._timeout = timeout
        self._now = now
        self._cache: Cache[None, ModelDefinitions] = Cache(
            self._load,
            Freshness(fresh_for=FRESH, max_stale=max_stale, retry_after=FRESH, shared=FRESH, denied=FRESH),
            source=lambda: f"Langfuse at {endpoint.url}",
            thread="genai-prices",
            timeout=timeout,
            settled=self._settled,
            now=now,
        )

    def price_of(self, model: str) -> Price | None:
        """Return the project's price of a model at this moment; None where it has, or is known to have, none."""
        loaded = self._cache.prefetch(None)
        if loaded is None or not loaded.prices.definitions:
            return None
        return loaded.prices.price_of(model, datetime.fromtimestamp(self._now(), UTC))

    def close(self) -> None:
        """Ask no more."""
        self._cache.close()

    def _load(self, fetch: Fetch[None, ModelDefinitions]) -> ModelDefinitions:
        deadline = Deadline(self._timeout, connect=3.0)
        known = () if fetch.last is None else fetch.last.pages
        pages = [self._page(1, known[0] if known else None, deadline)]
        while len(pages) < min(pages[0].last, PAGES):
            number = len(pages)
            pages.append(self._page(number + 1, known[number] if number < len(known) else None, deadline))
        if fetch.last is not None and tuple(pages) == known:
            return fetch.last
        from genai_sdk.catalogue import ProjectPrices

        return ModelDefinitions(tuple(pages), ProjectPrices.read(row for page in pages for row in page.rows))

    def _page(self, number: int, known: DefinitionPage | None, deadline: Deadline) -> DefinitionPage:
        """Return a page; the known one where Langfuse says that it did not change."""
        query = (("limit", str(ROWS)), ("page", str(number)))
        tag = (("if-none-match", known.etag),) if known is not None and known.etag is not None else ()
        try:
            with self._transport.open(self._endpoint.get(PATH, query, tag), deadline) as response:
                status, body, etag = response.status, response.read(), response.header("etag") or None
        except TransportError as error:
            raise SourceUnavailableError(
                Sentence.of("prices.no_answer", "it does not answer: {error}", error=error)
            ) from error
        if status == 304 and known is not None:
            return known
        if status != 200:
            kind = AccessDeniedError if status in (401, 403, 404) else SourceUnavailableError
            raise kind(f"it answered {status} ({error_message_of(body) or 'no reason given'})")
        try:
            answer = _decode(body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise SourceUnavailableError(
                Sentence.of("prices.no_list", "it answered with something that is no list of models")
            ) from error
        own = tuple(row for row in answer.data if row.get("isLangfuseManaged") is False)
        return DefinitionPage(etag, answer.meta.totalPages, own)

    def _settled(
        self, _: None, before: CacheEntry[ModelDefinitions] | None, entry: CacheEntry[ModelDefinitions]
    ) -> None:
        if entry.error is not None:
            log.info("the model prices of %r are not known: %s", self._endpoint, entry.error)
        elif entry.value is not None and (before is None or before.value is not entry.value):
            for warning in entry.value.prices.warnings:
                log.warning("%s", warning)


class _Meta(msgspec.Struct):
    totalPages: int = 1  # noqa: N815 - Langfuse's name


class _Answer(msgspec.Struct):
    data: list[dict[str, Any]]
    meta: _Meta = msgspec.field(default_factory=_Meta)


_decode = msgspec.json.Decoder(_Answer).decode
