"""Which limit ended a wait. None of these waits for long, and none measures how long."""

import socket
import threading
from typing import Any

import pytest

from genai_sdk.http import ConnectTimedOut, Deadline, ReadTimedOut, Request, TotalTimedOut

SOON = 0.3
LONG = 20.0


def silent(peer: Any) -> None:
    peer.request()
    peer.gone()


def test_no_connection_is_a_connect_timeout(engine: Any, unanswered: str) -> None:
    with pytest.raises(ConnectTimedOut):
        engine.open(Request("GET", unanswered), Deadline(LONG, gap=LONG, connect=SOON))


def test_no_connection_within_the_total_is_a_total_timeout(engine: Any, unanswered: str) -> None:
    with pytest.raises(TotalTimedOut):
        engine.open(Request("GET", unanswered), Deadline(SOON, gap=LONG, connect=LONG))


def test_a_name_lookup_that_hangs_is_a_connect_timeout(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    # No name server on loopback can be put before the system's resolver.
    def getaddrinfo(host: str, *_: Any, flags: int = 0, **__: Any) -> Any:
        if not flags & socket.AI_NUMERICHOST:
            over.wait(3 * LONG)
        raise socket.gaierror(socket.EAI_NONAME, f"no {host}")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(ConnectTimedOut):
        engine.open(Request("GET", "http://slow.example/"), Deadline(LONG, gap=LONG, connect=SOON))
    with pytest.raises(TotalTimedOut):
        engine.open(Request("GET", "http://slow.example/"), Deadline(SOON, gap=LONG, connect=LONG))
    over.set()


def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    engine: Any, unanswered: str, echo_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = [int(unanswered.rstrip("/").rpartition(":")[2]), echo_server.port]

    # No name has two addresses on every machine.
    def getaddrinfo(host: str, *_: Any, flags: int = 0, **__: Any) -> Any:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is a name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port)) for port in ports]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with engine.open(Request("GET", "http://two.example/"), Deadline(LONG, connect=2)) as response:
        assert response.read() == b""


def test_a_tls_handshake_that_stalls_is_a_connect_timeout(engine: Any, serve: Any) -> None:
    server = serve(silent)
    with pytest.raises(ConnectTimedOut):
        engine.open(Request("GET", server.url.replace("http:", "https:")), Deadline(LONG, gap=LONG, connect=SOON))


def test_silence_before_the_head_is_a_read_timeout(engine: Any, serve: Any) -> None:
    with pytest.raises(ReadTimedOut):
        engine.open(Request("GET", serve(silent).url), Deadline(LONG, gap=SOON, connect=LONG))


def test_silence_beyond_the_total_is_a_total_timeout(engine: Any, serve: Any) -> None:
    with pytest.raises(TotalTimedOut):
        engine.open(Request("GET", serve(silent).url), Deadline(SOON, gap=LONG, connect=LONG))


@pytest.mark.parametrize("way", ["read", "chunks"])
@pytest.mark.parametrize(
    ("deadline", "error"), [({"total": LONG, "gap": SOON}, ReadTimedOut), ({"total": SOON, "gap": LONG}, TotalTimedOut)]
)
def test_silence_in_the_body_is_told_apart_as_well(
    engine: Any, serve: Any, way: str, deadline: dict[str, float], error: type[Exception]
) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive5")
        peer.gone()

    response = engine.open(Request("GET", serve(script).url), Deadline(**deadline))
    with pytest.raises(error):
        response.read() if way == "read" else list(response.chunks())


# One byte every 20 ms for 20 s: no gap is ever as long as SOON.
TRICKLED = {
    "status": (b"", b"HTTP/1.1 200 " + b"O" * 1000),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"x-slow: " + b"x" * 1000),
    "length": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x" * 1000),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 200),
    "one chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n", b"x" * 1000),
}


@pytest.mark.parametrize("where", TRICKLED)
def test_bytes_that_trickle_in_run_into_the_total_and_not_into_the_gap(engine: Any, serve: Any, where: str) -> None:
    def script(peer: Any) -> None:
        peer.request()
        at_once, slowly = TRICKLED[where]
        peer.send(at_once)
        peer.trickle(slowly)

    with pytest.raises(TotalTimedOut):
        engine.open(Request("GET", serve(script).url), Deadline(2 * SOON, gap=SOON, connect=LONG)).read()


def test_a_body_that_nobody_takes_runs_into_the_total(engine: Any, serve: Any) -> None:
    over = threading.Event()
    server = serve(lambda peer: over.wait(LONG))
    with pytest.raises(TotalTimedOut):
        engine.open(Request("POST", server.url, (), bytes(50_000_000)), Deadline(SOON, gap=LONG, connect=LONG))
    over.set()


def test_lifting_the_total_leaves_only_the_gap(engine: Any, serve: Any) -> None:
    lifted, late = threading.Event(), threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        assert lifted.wait(LONG)
        assert late.wait(LONG)
        peer.send(b"4\r\nlate\r\n")
        peer.gone()

    now = [0.0]
    deadline = Deadline(10, gap=5 * SOON, connect=LONG, now=lambda: now[0])
    pieces = engine.open(Request("GET", serve(script).url), deadline).chunks()
    assert next(pieces) == b"first"
    deadline.lift()
    lifted.set()
    now[0] = 1000.0
    late.set()
    assert next(pieces) == b"late"
    with pytest.raises(ReadTimedOut):
        next(pieces)


def test_a_total_holds_for_a_reader_that_is_slower_than_its_server(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            peer.send(bytes(65536))

    now = [0.0]
    deadline = Deadline(10, gap=LONG, now=lambda: now[0])
    pieces = engine.open(Request("GET", serve(script).url), deadline).chunks()
    for _ in range(5):
        next(pieces)
        threading.Event().wait(0.05)  # meanwhile more arrives
    now[0] = 11
    with pytest.raises(TotalTimedOut):
        for _ in zip(pieces, range(100), strict=False):
            pass


def test_a_gap_counts_only_while_someone_waits(engine: Any, serve: Any) -> None:
    looked_away = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        assert looked_away.wait(LONG)
        peer.send(b"4\r\nlate\r\n0\r\n\r\n")

    pieces = engine.open(Request("GET", serve(script).url), Deadline(LONG, gap=SOON)).chunks()
    assert next(pieces) == b"first"
    threading.Event().wait(2 * SOON)  # the reader is busy for longer than the gap
    looked_away.set()
    assert list(pieces) == [b"late"]


def test_a_budget_that_is_used_up_ends_the_exchange_before_it_begins(engine: Any, echo_server: Any) -> None:
    now = [0.0]
    deadline = Deadline(10, now=lambda: now[0])
    now[0] = 10.0
    with pytest.raises(TotalTimedOut):
        engine.open(Request("GET", echo_server.url), deadline)


def test_after_a_timeout_the_connection_is_ended(engine: Any, serve: Any) -> None:
    heard = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        if peer.gone():
            heard.set()

    with pytest.raises(ReadTimedOut):
        engine.open(Request("GET", serve(script).url), Deadline(LONG, gap=SOON))
    assert heard.wait(LONG)
