"""Bodies that come piece by piece."""

import gc
import threading
from typing import Any

import pytest

from genai_sdk.http import BodyTooLarge, ConnectionCut, Deadline, Request, TransportClosed

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BOUND = 20.0


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def get(engine: Any, server: Any) -> Any:
    return engine.open(Request("GET", server.url), Deadline(20))


@pytest.mark.parametrize("framing", ["chunked", "length", "until-close"])
def test_each_piece_is_delivered_before_the_next_is_sent(engine: Any, serve: Any, framing: str) -> None:
    got = threading.Semaphore(0)

    def script(peer: Any) -> None:
        peer.request()
        head = {"chunked": "Transfer-Encoding: chunked", "length": "Content-Length: 18", "until-close": "X: y"}
        peer.send(f"HTTP/1.1 200 OK\r\n{head[framing]}\r\n\r\n".encode())
        for word in (b"data 1", b"data 2", b"data 3"):
            assert got.acquire(timeout=BOUND)
            peer.send(chunk(word) if framing == "chunked" else word)
        if framing == "chunked":
            peer.send(b"0\r\n\r\n")

    with get(engine, serve(script)) as response:
        got.release()
        pieces = []
        for piece in response.chunks():
            pieces.append(piece)
            got.release()
    assert pieces == [b"data 1", b"data 2", b"data 3"]


def test_the_response_is_there_before_any_of_its_body(engine: Any, serve: Any) -> None:
    opened = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.send(CHUNKED)
        assert opened.wait(BOUND)
        peer.send(chunk(b"late") + b"0\r\n\r\n")

    with get(engine, serve(script)) as response:
        assert response.status == 200
        opened.set()
        assert response.read() == b"late"


def endless(heard: threading.Event) -> Any:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(CHUNKED + chunk(b"first"))
        if peer.gone():
            heard.set()

    return script


def leave_by_close(response: Any) -> Any:
    next(response.chunks())
    response.close()
    response.close()
    return response


def leave_by_breaking_off(response: Any) -> Any:
    for _ in response.chunks():
        break
    return response


def leave_by_context(response: Any) -> Any:
    pieces = response.chunks()
    with response:
        next(pieces)
    return response, pieces


def leave_unread(response: Any) -> Any:
    response.close()
    return response


def leave_by_dropping(response: Any) -> Any:
    del response


@pytest.mark.parametrize(
    "leave", [leave_by_close, leave_by_breaking_off, leave_by_context, leave_unread, leave_by_dropping]
)
def test_leaving_a_body_early_ends_its_connection(engine: Any, serve: Any, leave: Any) -> None:
    heard = threading.Event()
    server = serve(endless(heard))
    kept = leave(get(engine, server))
    gc.collect()
    assert heard.wait(BOUND)
    del kept


def test_a_closed_response_says_so(engine: Any, serve: Any) -> None:
    response = get(engine, serve(endless(threading.Event())))
    response.close()
    with pytest.raises(TransportClosed):
        response.read()


def test_a_response_read_to_its_end_is_over_and_leaves_its_connection(engine: Any, echo_server: Any) -> None:
    for _ in range(3):
        response = engine.open(Request("POST", echo_server.url, (), b"words"), Deadline(20))
        assert response.read() == b"words"
        assert response.read() == b""
        assert list(response.chunks()) == []
        response.close()
    assert echo_server.connections == 1


def test_a_streams_connection_is_used_again_after_its_end(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        while peer.request() is not None:
            peer.send(CHUNKED + chunk(b"a") + chunk(b"b") + b"0\r\n\r\n")

    server = serve(script)
    for _ in range(3):
        assert b"".join(get(engine, server).chunks()) == b"ab"
    assert server.connections == 1


@pytest.mark.parametrize(
    "rest",
    [b"", chunk(b"x")[:-3], b"5\r\nab"],
    ids=["between chunks", "before a chunk's end", "in a chunk"],
)
def test_a_body_that_breaks_off_is_a_cut_connection_after_what_came(engine: Any, serve: Any, rest: bytes) -> None:
    got = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.send(CHUNKED + chunk(b"first"))
        assert got.wait(BOUND)
        peer.send(rest)

    pieces = get(engine, serve(script)).chunks()
    assert next(pieces) == b"first"
    got.set()
    with pytest.raises(ConnectionCut):
        list(pieces)


@pytest.mark.parametrize("size", [b"zz", b"", b"-5"])
def test_a_malformed_chunk_is_a_cut_connection_although_it_is_open(engine: Any, serve: Any, size: bytes) -> None:
    got = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.send(CHUNKED + chunk(b"first"))
        assert got.wait(BOUND)
        peer.send(size + b"\r\nabcde\r\n")
        peer.gone()

    pieces = get(engine, serve(script)).chunks()
    assert next(pieces) == b"first"
    got.set()
    with pytest.raises(ConnectionCut):
        next(pieces)


@pytest.mark.parametrize("way", ["read", "chunks"])
def test_a_body_shorter_than_announced_is_a_cut_connection(engine: Any, serve: Any, way: str) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive5")

    response = get(engine, serve(script))
    with pytest.raises(ConnectionCut):
        response.read() if way == "read" else list(response.chunks())


@pytest.mark.parametrize("framing", ["announced", "chunked", "until-close"])
def test_a_body_over_the_bound_is_refused_and_its_connection_ended(make_engine: Any, serve: Any, framing: str) -> None:
    heard = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        match framing:
            case "announced":
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\nnever whole")
            case "chunked":
                peer.send(CHUNKED + chunk(b"x" * 600) + chunk(b"x" * 401))
            case "until-close":
                peer.send(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001)
        if peer.gone():
            heard.set()

    response = get(make_engine(max_body_bytes=1000), serve(script))
    with pytest.raises(BodyTooLarge):
        response.read()
    assert heard.wait(BOUND)


def test_a_body_of_exactly_the_bound_is_returned(make_engine: Any, echo_server: Any) -> None:
    engine = make_engine(max_body_bytes=1000)
    with engine.open(Request("POST", echo_server.url, (), b"x" * 1000), Deadline(20)) as response:
        assert len(response.read()) == 1000


def test_a_burst_of_small_chunks_arrives_whole(engine: Any, serve: Any) -> None:
    words = [b"data: %d\n\n" % number for number in range(5000)]

    def script(peer: Any) -> None:
        peer.request()
        peer.send(CHUNKED + b"".join(map(chunk, words)) + b"0\r\n\r\n")

    assert b"".join(get(engine, serve(script)).chunks()) == b"".join(words)
