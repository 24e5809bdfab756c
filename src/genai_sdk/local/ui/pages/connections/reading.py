"""Connections listed with how their last try went, tried again, and deleted."""

from datetime import UTC, datetime

import msgspec
from starlette.responses import Response

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.client.trial import Trial, try_connection
from genai_sdk.connections import ConnectionRecord
from genai_sdk.langfuse.api.records import StoredConnection
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_connection import read_connection
from genai_sdk.local.store.checks import Check
from genai_sdk.local.ui.page import Page
from genai_sdk.local.ui.simulation import can_simulate, missing_regions
from genai_sdk.sentence import Sentence

_SHOWN = 500  # connections on one page


def listing(page: Page) -> Response:
    """Show every connection, in the order that they answer in."""
    rows, total = page.store.connections.page(_SHOWN, 0, oldest_first=True)
    checks = page.store.checks.all()
    shown = [(row, _valid(row, checks.get(row.name))) for row in rows]
    offered = can_simulate(page.store, page.origin)
    return page.render("connections/list.html", rows=shown, total=total, adapters=ADAPTERS, can_simulate=offered)


def try_again(page: Page) -> Response:
    """Try a connection, and keep how it went."""
    record = record_of(page, page.field("name"))
    keep(page, try_connection(record, model=page.field("model").strip() or None))
    return page.go("/connections", said="tried")


def ask_delete(page: Page) -> Response:
    """Ask for the name of what is to be deleted."""
    stored = stored_of(page, page.query("name") or "")
    return page.render("connections/delete.html", stored=stored, typed="", wrong=False)


def delete(page: Page) -> Response:
    """Delete a connection whose name was typed."""
    stored = stored_of(page, page.field("name"))
    typed = page.field("typed").strip()
    if typed != stored.name:
        return page.render("connections/delete.html", 400, stored=stored, typed=typed, wrong=True)
    page.store.connections.delete(stored.id)
    return page.go("/connections", said="deleted")


def simulate(page: Page) -> Response:
    """Register two simulated regions, which need no key."""
    for ready in missing_regions(page.store, page.origin):
        page.store.connections.put(read_connection(msgspec.json.encode(ready.body())))
        keep(page, try_connection(record_of(page, ready.name)))
    return page.go("/connections", said="simulated")


def keep(page: Page, trial: Trial) -> None:
    """Keep how a try went beside its connection."""
    check = Check(moment=datetime.now(UTC), ok=trial.ok, model=trial.model, latency=trial.latency, message=trial.error)
    page.store.checks.put(trial.connection, check)


def stored_of(page: Page, name: str) -> StoredConnection:
    """Return the connection of a name.

    Raises:
        ApiError: There is none (404).
    """
    stored = page.store.connections.find(name)
    if stored is None:
        raise ApiError(404, Sentence.of("page.no_connection", "There is no connection called {name!r}", name=name))
    return stored


def record_of(page: Page, name: str) -> ConnectionRecord:
    """Return the connection of a name in clear.

    Raises:
        ApiError: There is none (404).
    """
    records, _ = page.store.connections.records([name])
    if not records:
        raise ApiError(404, Sentence.of("page.no_connection", "There is no connection called {name!r}", name=name))
    return records[0]


def _valid(row: StoredConnection, check: Check | None) -> Check | None:
    """Return a check unless the connection was written after it."""
    return check if check is not None and check.moment >= row.updated_at else None
