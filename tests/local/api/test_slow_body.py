"""A head or a body that does not arrive is not waited for."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from tests.contract.wire import basic
from tests.local.clock import PIECES, arriving, run_on_moved_clock
from tests.local.serving import serving

from genai_sdk.broker import protocol
from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.local.api.endpoint import BodyLimits, Context, read_body
from genai_sdk.local.app import application
from genai_sdk.local.home import Home
from genai_sdk.local.platform import Platform
from genai_sdk.local.store import Store
from genai_sdk.local.ui.authentication import Authentication
from genai_sdk.local.ui.player import Player

SCOPE = {"type": "http", "method": "POST", "path": "/", "headers": []}


def test_a_body_that_arrives_in_time_is_read_however_it_trickles_in():
    body = run_on_moved_clock(read_body(Request(SCOPE, arriving(*PIECES)), BodyLimits()))
    assert body == b"abc"


@pytest.mark.parametrize(
    "receive",
    [arriving(*PIECES, (0.2, b"d")), arriving(ends=False), arriving(*((1.0, b"x") for _ in range(31)), ends=False)],
    ids=["a moment late", "never", "a byte a second"],
)
def test_a_body_that_takes_too_long_is_refused(receive):
    with pytest.raises(ApiError) as refused:
        run_on_moved_clock(read_body(Request(SCOPE, receive), BodyLimits()))
    assert (refused.value.status, refused.value.message) == (408, "The body did not arrive within 30 s")


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[tuple[str, Context, Authentication]]:
    """A platform that waits for a body no longer than a moment: where one is asked for here, it never comes."""
    with Home(tmp_path / "home") as home:
        known = home.credentials
        store = Store(home.database, Cipher(known.encryption_key))
        player = Player("http://127.0.0.1:1", known, store)
        context = Context(store, known, limits=BodyLimits(seconds=0.01))
        authentication = Authentication(known.secret_key)
        try:
            with serving(application(context, authentication, player)) as origin:
                yield origin, context, authentication
        finally:
            player.close()
            store.close()


def begun(origin: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send all of a request but its body, and return what is answered."""
    host, _, port = origin.removeprefix("http://").partition(":")
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}:{port}", "Content-Length: 10"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "", "{"]).encode())
        response = http.client.HTTPResponse(connection, method="POST")
        response.begin()
        return response.status, response.read()


def test_the_api_answers_408(impatient):
    origin, context, _ = impatient
    known = context.credentials
    pair = {"Authorization": basic(known.public_key, known.secret_key), "Content-Type": "application/json"}
    status, body = begun(origin, "/api/public/scores", pair)
    assert status == 408
    assert json.loads(body)["message"] == "The body did not arrive within 0.01 s"


def test_who_is_not_let_in_is_not_even_waited_for(impatient):
    status, _ = begun(impatient[0], "/api/public/scores", {"Content-Type": "application/json"})
    assert status == 401


def test_a_page_answers_408_in_the_readers_language(impatient):
    origin, _, authentication = impatient
    port = origin.rpartition(":")[2]
    session = authentication.log_in(authentication.login_key, "127.0.0.1")
    cookies = {"Cookie": f"genai_session_{port}={session}", "Accept-Language": "ko"}
    status, body = begun(origin, "/prompts/write", cookies)
    assert status == 408
    assert "요청 본문이 0.01초 안에 도착하지 않았습니다." in body.decode()


def test_half_a_head_holds_no_connection_of_the_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.01)
    with Platform(tmp_path, port=0) as platform:
        place = urlsplit(platform.url)
        with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
            connection.sendall(b"GET /api/public/health HTTP/1.1\r\nHost: ")
            assert connection.recv(1) == b""
