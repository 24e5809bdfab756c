"""One request and its answer, as they look on the wire."""

import http
from typing import Any

import pytest

from genai_sdk.http import ConnectionCut, Deadline, Request, UnsendableRequest
from genai_sdk.secret import Secret


def get(engine: Any, url: str, **fields: Any) -> Any:
    return engine.open(Request("GET", url, **fields), Deadline(20))


def test_a_request_arrives_as_given_with_only_host_and_length_added(engine: Any, serve: Any) -> None:
    seen = []

    def script(peer: Any) -> None:
        seen.append(peer.request())
        peer.answer(b"{}")

    server = serve(script)
    headers = (("Authorization", "Bearer k"), ("X-Many", "1"), ("X-Many", "2"), ("X-Name", "세종"))
    request = Request("POST", f"{server.url}/v1/chat?a=%2F&b=1", headers, b'{"hi": 1}')
    with engine.open(request, Deadline(20)) as response:
        assert response.read() == b"{}"
    [received] = seen
    assert (received.method, received.target, received.body) == ("POST", "/v1/chat?a=%2F&b=1", b'{"hi": 1}')
    assert sorted(received.headers) == sorted([("Host", f"127.0.0.1:{server.port}"), *headers, ("Content-Length", "9")])


@pytest.mark.parametrize("name", ["Content-Length", "Transfer-Encoding", "Expect"])
def test_headers_that_frame_the_body_are_the_transports_own(engine: Any, serve: Any, name: str) -> None:
    seen = []

    def script(peer: Any) -> None:
        seen.append(peer.request())
        peer.answer()

    server = serve(script)
    value = {"Content-Length": "99", "Transfer-Encoding": "chunked", "Expect": "100-continue"}[name]
    with engine.open(Request("POST", server.url, ((name, value),), b"body"), Deadline(20)) as response:
        response.read()
    assert {key for key, _ in seen[0].headers} == {"Host", "Content-Length"}
    assert seen[0].body == b"body"


def test_a_host_header_of_the_callers_own_is_kept(engine: Any, serve: Any) -> None:
    seen = []

    def script(peer: Any) -> None:
        seen.append(peer.request())
        peer.answer()

    with get(engine, serve(script).url, headers=(("Host", "inner.example"),)) as response:
        response.read()
    assert seen[0].headers == [("Host", "inner.example")]


def test_status_reason_headers_and_body_come_back_as_sent(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.answer(b"no", "404 Not Here", "X-Request-ID: 7\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nEmpty:\r\n")

    with get(engine, serve(script).url) as response:
        assert (response.status, response.reason) == (404, "Not Here")
        assert response.headers == [
            ("Content-Length", "2"),
            ("X-Request-ID", "7"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
            ("Empty", ""),
        ]
        assert (response.header("x-request-id"), response.header("absent")) == ("7", None)
        assert response.read() == b"no"


def test_cookies_are_not_kept(engine: Any, serve: Any) -> None:
    seen = []

    def script(peer: Any) -> None:
        while (received := peer.request()) is not None:
            seen.append(received)
            peer.answer(headers="Set-Cookie: session=1; Path=/\r\n")

    server = serve(script)
    for _ in range(2):
        with get(engine, server.url) as response:
            response.read()
    assert [received.header("cookie") for received in seen] == [None, None]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Again", "308 For Good"])
def test_no_redirect_is_followed(engine: Any, serve: Any, status: str) -> None:
    elsewhere = serve(lambda peer: peer.request())

    def script(peer: Any) -> None:
        peer.request()
        peer.answer(b"there", status, f"Location: {elsewhere.url}/\r\n")

    with get(engine, serve(script).url, headers=(("Authorization", "Bearer k"),)) as response:
        assert (response.status, response.read()) == (int(status[:3]), b"there")
    assert elsewhere.connections == 0


def test_a_compressed_body_is_left_as_it_is(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.answer(b"\x1f\x8b not really", headers="Content-Encoding: gzip\r\n")

    with get(engine, serve(script).url) as response:
        assert response.read() == b"\x1f\x8b not really"


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 11\r\n\r\nhello world",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;note=1\r\n world\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\nb\r\nhello world\r\n0\r\nX-Sum: 1\r\n\r\n",
        b"Connection: close\r\n\r\nhello world",
    ],
    ids=["length", "chunks", "trailers", "until-close"],
)
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_every_framing_of_a_body_is_understood_however_it_is_cut_up(
    engine: Any, serve: Any, framing: bytes, size: int
) -> None:
    def script(peer: Any) -> None:
        peer.request()
        answer = b"HTTP/1.1 200 OK\r\nServer: x\r\n" + framing
        for start in range(0, len(answer), size):
            peer.send(answer[start : start + size])

    server = serve(script)
    with get(engine, server.url) as response:
        assert response.read() == b"hello world"
    with get(engine, server.url) as response:
        assert b"".join(response.chunks()) == b"hello world"


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Not Modified")]
)
def test_answers_without_a_body_end_at_their_head(engine: Any, serve: Any, method: str, status: str) -> None:
    def script(peer: Any) -> None:
        while peer.request() is not None:
            peer.send(f"HTTP/1.1 {status}\r\nContent-Length: {0 if status[0] == '2' else 5}\r\n\r\n".encode())

    server = serve(script)
    for _ in range(2):
        with engine.open(Request(method, server.url), Deadline(20)) as response:
            assert response.read() == b""
    assert server.connections == 1


@pytest.mark.parametrize(
    "interim",
    [
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
    ],
)
def test_interim_answers_are_passed_over(engine: Any, serve: Any, interim: bytes) -> None:
    def script(peer: Any) -> None:
        while peer.request() is not None:
            peer.send(interim)
            peer.answer(b"real")

    server = serve(script)
    for _ in range(2):
        with get(engine, server.url) as response:
            assert (response.status, response.read()) == (200, b"real")
    assert server.connections == 1


def test_bodies_of_many_megabytes_arrive_both_ways(engine: Any, echo_server: Any) -> None:
    body = bytes(range(256)) * 20_000
    with engine.open(Request("POST", echo_server.url, (), body), Deadline(20)) as response:
        assert response.read() == body


def test_an_answer_that_comes_before_the_body_was_taken_is_returned(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        peer.sock.recv(65536)
        peer.answer(b"too large", "413 Content Too Large")

    server = serve(script)
    for _ in range(3):
        with engine.open(Request("POST", server.url, (), bytes(50_000_000)), Deadline(20)) as response:
            assert (response.status, response.read()) == (413, b"too large")
    assert server.connections == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-Key", "sk-secret\r\nInjected: yes"), ("X-Key", "sk-secret\n"), ("X-Key\r\nInjected", "sk-secret")],
)
def test_a_header_that_would_inject_another_is_refused_without_being_quoted(
    engine: Any, echo_server: Any, name: str, value: str
) -> None:
    with pytest.raises(UnsendableRequest) as caught:
        get(engine, echo_server.url, headers=((name, value),))
    assert "sk-secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "start",
    [
        "relative",
        "ftp://host/",
        "http://",
        "http://a..b/",
        f"http://{'x' * 70}/",
        "http://host:port/",
        "http://u:sk-secret@host/",
        "http://host/a b",
        "http://host/세종",
    ],
)
def test_a_url_that_cannot_be_sent_is_refused_without_being_quoted(engine: Any, start: str) -> None:
    with pytest.raises(UnsendableRequest) as caught:
        get(engine, f"{start}?key=sk-secret")
    assert "sk-secret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_after_an_unsendable_request_the_transport_works_on(engine: Any, echo_server: Any) -> None:
    for _ in range(2):
        with get(engine, echo_server.url) as response:
            assert response.status == http.HTTPStatus.OK
            response.read()
        with pytest.raises(UnsendableRequest):
            get(engine, echo_server.url, headers=(("a", "b\n"),))


def test_neither_requests_nor_settings_show_what_could_be_secret() -> None:
    from genai_sdk.http import TransportSettings

    request = Request("POST", "https://host/path?key=sk-1", (("Authorization", "sk-2"),), b"sk-3")
    settings = TransportSettings(http_proxy=Secret("http://user:sk-4@proxy:1"))
    assert "sk-" not in repr(request) + repr(settings)
    assert "https://host/path" in repr(request)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"\x16\x03\x01\x00\x05",
    ],
)
def test_a_head_that_is_not_http_is_a_cut_connection(engine: Any, serve: Any, head: bytes) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(head)

    server = serve(script)
    with pytest.raises(ConnectionCut):
        get(engine, server.url)
    assert server.connections == 1
