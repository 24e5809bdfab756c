"""A project's own prices: loaded beside the calls, and quietly absent where Langfuse gives none."""

import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.connections.sources import Clock, settle

from genai_sdk.catalogue import Price
from genai_sdk.http import Deadline, SyncTransport, read_endpoint
from genai_sdk.pricing import PriceLookup
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeLangfuse, Malformed, StallBeforeHeaders, Status, Step

THREAD = "genai-prices"


@pytest.fixture
def langfuse() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as fake:
        yield fake


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def transport() -> Iterator[SyncTransport]:
    with SyncTransport() as transport:
        yield transport


@pytest.fixture
def lookup(langfuse: FakeLangfuse, clock: Clock, transport: SyncTransport) -> PriceLookup:
    endpoint = read_endpoint(langfuse.url, langfuse.public_key, Secret(langfuse.secret_key), named="LANGFUSE_BASE_URL")
    return PriceLookup(endpoint, transport, now=clock)


def define(langfuse: FakeLangfuse, transport: SyncTransport, name: str, price: float = 1e-6) -> None:
    """Write a model definition over the API, as a team does."""
    endpoint = read_endpoint(langfuse.url, langfuse.public_key, Secret(langfuse.secret_key), named="LANGFUSE_BASE_URL")
    body = {"modelName": name, "matchPattern": f"(?i)^({name})$", "unit": "TOKENS", "inputPrice": price}
    request = endpoint.send("POST", "/api/public/models", json.dumps(body).encode())
    with transport.open(request, Deadline(10)) as response:
        assert response.status == 200, response.read()
    langfuse.journal.clear()


def ask(lookup: PriceLookup, model: str = "house-1") -> Price | None:
    lookup.price_of(model)
    settle(THREAD)
    return lookup.price_of(model)


def test_nothing_is_asked_before_the_first_call_is_priced_and_nobody_waits(
    langfuse: FakeLangfuse, lookup: PriceLookup, transport: SyncTransport
) -> None:
    define(langfuse, transport, "house-1")
    assert not langfuse.journal
    langfuse.script(StallBeforeHeaders())
    assert [lookup.price_of("house-1") for _ in range(5)] == [None] * 5
    langfuse.journal.wait_for(1)
    assert len(langfuse.journal) == 1


def test_a_price_of_the_project_is_known_once_it_is_loaded(
    langfuse: FakeLangfuse, lookup: PriceLookup, transport: SyncTransport
) -> None:
    define(langfuse, transport, "house-1")
    price = ask(lookup, "House-1")
    assert price is not None
    assert price.source == "project"
    assert lookup.price_of("house-2") is None


def test_every_page_is_read(langfuse: FakeLangfuse, lookup: PriceLookup, transport: SyncTransport) -> None:
    for number in range(101):
        define(langfuse, transport, f"house-{number:03}")
    assert ask(lookup, "house-100") is not None
    assert [dict(entry.query) for entry in langfuse.journal] == [
        {"limit": "100", "page": "1"},
        {"limit": "100", "page": "2"},
    ]


def test_langfuses_own_rows_are_left_out(clock: Clock, transport: SyncTransport) -> None:
    recorded = Path(__file__).parents[1].joinpath("data/langfuse-exchanges-v4.json").read_text()
    (page,) = [
        each["response"]["json"] for each in json.loads(recorded)["exchanges"] if each["name"] == "models_last_page"
    ]
    assert page["data"][0]["isLangfuseManaged"] is True
    own = {**page["data"][0], "modelName": "house-1", "matchPattern": "^house-1$", "isLangfuseManaged": False}
    page = {"data": [*page["data"], own], "meta": {**page["meta"], "totalPages": 1}}
    with answering(json.dumps(page).encode()) as url:
        lookup = PriceLookup(read_endpoint(url, "pk", Secret("sk"), named="LANGFUSE_BASE_URL"), transport, now=clock)
        assert ask(lookup, page["data"][0]["modelName"]) is None
        assert ask(lookup) is not None


def test_a_definition_that_is_not_understood_is_warned_of_once(
    langfuse: FakeLangfuse,
    lookup: PriceLookup,
    clock: Clock,
    transport: SyncTransport,
    caplog: pytest.LogCaptureFixture,
) -> None:
    define(langfuse, transport, "(a+)+")
    assert ask(lookup) is None
    clock.advance(300)
    assert ask(lookup) is None
    assert ["'(a+)+' of Langfuse is ignored" in message for message in caplog.messages] == [True]


def test_it_is_asked_again_after_five_minutes_and_gets_no_body_if_nothing_changed(
    langfuse: FakeLangfuse, lookup: PriceLookup, clock: Clock, transport: SyncTransport
) -> None:
    define(langfuse, transport, "house-1")
    ask(lookup)
    clock.advance(299)
    ask(lookup)
    assert len(langfuse.journal) == 1
    clock.advance(1)
    assert ask(lookup) is not None
    assert [entry.status for entry in langfuse.journal] == [200, 304]
    define(langfuse, transport, "house-2")
    clock.advance(300)
    assert ask(lookup, "house-2") is not None


@pytest.mark.parametrize("step", [Status(401), Status(403), Status(404), Status(500), Malformed("html")])
def test_without_an_answer_there_are_no_prices_quietly_and_it_is_asked_later(
    langfuse: FakeLangfuse,
    lookup: PriceLookup,
    clock: Clock,
    transport: SyncTransport,
    caplog: pytest.LogCaptureFixture,
    step: Step,
) -> None:
    define(langfuse, transport, "house-1")
    langfuse.script(step)
    with caplog.at_level(logging.INFO, "genai_sdk"):
        assert ask(lookup) is None
        assert ask(lookup) is None
    (record,) = caplog.records
    assert (record.levelname, "sk-lf" in record.getMessage()) == ("INFO", False)
    assert len(langfuse.journal) == 1
    clock.advance(300)
    assert ask(lookup) is not None


def test_while_langfuse_is_down_the_last_prices_serve(
    langfuse: FakeLangfuse, lookup: PriceLookup, clock: Clock, transport: SyncTransport
) -> None:
    define(langfuse, transport, "house-1")
    ask(lookup)
    langfuse.down()
    clock.advance(300)
    assert ask(lookup) is not None
    clock.advance(86_400)
    assert ask(lookup) is None


def test_a_closed_one_asks_no_more(langfuse: FakeLangfuse, lookup: PriceLookup) -> None:
    lookup.close()
    assert ask(lookup) is None
    assert not langfuse.journal


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_forked_child_asks_itself(langfuse: FakeLangfuse, lookup: PriceLookup, transport: SyncTransport) -> None:
    define(langfuse, transport, "house-1")
    langfuse.script(StallBeforeHeaders())
    lookup.price_of("house-1")
    langfuse.journal.wait_for(1)
    pid = os.fork()
    if pid == 0:
        ok = False
        try:
            ok = ask(lookup) is not None
        finally:
            os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    """Answer every GET with a body: what a Langfuse was recorded to answer, which the fake has no rows for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
