"""Connections that are kept, and those that must not be."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from genai_sdk.http import ConnectionCut, ConnectTimedOut, Deadline, Request, SyncTransport, TransportSettings

BOUND = 20.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def fetch(engine: Any, url: str, method: str = "GET", body: bytes = b"") -> bytes:
    with engine.open(Request(method, url, (), body), Deadline(BOUND)) as response:
        return response.read()


def test_calls_one_after_the_other_share_a_connection(engine: Any, echo_server: Any) -> None:
    for number in range(20):
        assert fetch(engine, echo_server.url, "POST", b"%d" % number) == b"%d" % number
    assert echo_server.connections == 1


def reach(engine: Any, url: str, connect: float = BOUND) -> None:
    deadline = Deadline(BOUND, connect=connect)
    if isinstance(engine, SyncTransport):
        engine.reach(url, deadline)
    else:
        engine.run(engine.transport.reach(url, deadline))


def test_a_host_that_was_reached_before_is_not_dialled_again(engine: Any, echo_server: Any) -> None:
    for _ in range(2):
        reach(engine, f"{echo_server.url}/any/path")
    assert fetch(engine, echo_server.url, "POST", b"words") == b"words"
    reach(engine, echo_server.url)
    assert echo_server.connections == 1


def test_a_host_that_cannot_be_reached_is_told(engine: Any, unanswered: str) -> None:
    with pytest.raises(ConnectTimedOut):
        reach(engine, unanswered, connect=0.1)


def test_hosts_and_ports_do_not_share_connections(engine: Any, serve: Any, echo_server: Any) -> None:
    def script(peer: Any) -> None:
        while peer.request() is not None:
            peer.answer(b"other")

    other = serve(script)
    for _ in range(3):
        assert fetch(engine, echo_server.url, "POST", b"one") == b"one"
        assert fetch(engine, other.url) == b"other"
    assert (echo_server.connections, other.connections) == (1, 1)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        OK + OK.replace(b"ok", b"no"),
    ],
    ids=["connection: close", "http/1.0", "an answer nobody asked for"],
)
def test_a_connection_that_cannot_go_on_is_not_used_again(engine: Any, serve: Any, answer: bytes) -> None:
    def script(peer: Any) -> None:
        while peer.request() is not None:
            peer.send(answer)

    server = serve(script)
    for _ in range(3):
        assert fetch(engine, server.url) == b"ok"
    assert server.connections == 3


def test_an_http_1_0_server_may_keep_its_connection(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        while peer.request() is not None:
            peer.send(b"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nok")

    server = serve(script)
    for _ in range(3):
        assert fetch(engine, server.url) == b"ok"
    assert server.connections == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_kept_connection_that_the_server_closed_is_replaced(engine: Any, serve: Any, method: str) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(OK)

    server = serve(script)
    for _ in range(5):
        assert fetch(engine, server.url, method, b"body" if method == "POST" else b"") == b"ok"
    assert server.connections == 5


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_kept_connection_found_dead_is_tried_once_more_on_a_new_one(engine: Any, serve: Any, method: str) -> None:
    seen = []

    def script(peer: Any) -> None:
        peer.request()
        peer.send(OK)
        seen.append(peer.request())  # taken, but the connection is at its end
        if peer.number:
            seen.append(peer.request())

    server = serve(script)
    assert fetch(engine, server.url) == b"ok"
    assert fetch(engine, server.url, method, b"again") == b"ok"
    assert server.connections == 2
    assert (seen[0].method, seen[0].body) == (method, b"again")


def test_a_new_connection_that_dies_as_well_is_told_and_not_tried_a_third_time(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        peer.request()
        if peer.number == 0:
            peer.send(OK)
            peer.request()

    server = serve(script)
    assert fetch(engine, server.url) == b"ok"
    with pytest.raises(ConnectionCut):
        fetch(engine, server.url)
    assert server.connections == 2


@pytest.mark.parametrize(
    "sent", [b"H", b"HTTP/1.1 200 OK\r\nContent-", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"]
)
def test_a_kept_connection_cut_after_a_byte_of_the_answer_is_not_tried_again(
    engine: Any, serve: Any, sent: bytes
) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(OK)
        peer.request()
        peer.send(sent)

    server = serve(script)
    assert fetch(engine, server.url) == b"ok"
    with pytest.raises(ConnectionCut):
        fetch(engine, server.url, "POST", b"again")
    assert server.connections == 1


def test_the_second_try_does_not_meet_another_kept_connection(engine: Any, serve: Any) -> None:
    together = threading.Barrier(3)

    def script(peer: Any) -> None:
        peer.request()
        if peer.number < 3:
            together.wait(BOUND)
        peer.send(OK)
        peer.request()  # and hang up, on every connection

    server = serve(script)
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda _: fetch(engine, server.url), range(3))) == [b"ok"] * 3
    assert fetch(engine, server.url) == b"ok"
    assert server.connections == 4


def numbered(peer: Any) -> None:
    while peer.request() is not None:
        peer.answer(b"%d" % peer.number)


def test_no_more_than_the_bound_are_kept_idle(make_engine: Any, serve: Any) -> None:
    together = threading.Barrier(5)
    ended = threading.Semaphore(0)

    def script(peer: Any) -> None:
        peer.request()
        together.wait(BOUND)
        peer.send(OK)
        if peer.request() is None:
            ended.release()

    engine = make_engine(max_idle_per_host=2)
    server = serve(script)
    with ThreadPoolExecutor(5) as threads:
        assert list(threads.map(lambda _: fetch(engine, server.url), range(5))) == [b"ok"] * 5
    for _ in range(3):
        assert ended.acquire(timeout=BOUND)
    assert not ended.acquire(timeout=0.1)


def test_the_connection_used_last_is_used_next(engine: Any, serve: Any) -> None:
    together = threading.Barrier(3)
    turn = [threading.Event() for _ in range(3)]

    def script(peer: Any) -> None:
        peer.request()
        together.wait(BOUND)
        assert turn[peer.number].wait(BOUND)
        peer.answer(b"%d" % peer.number)
        numbered(peer)

    server = serve(script)
    with ThreadPoolExecutor(3) as threads:
        calls = [threads.submit(fetch, engine, server.url) for _ in range(3)]
        for number in (1, 0, 2):
            turn[number].set()
            while not any(call.done() and call.result() == b"%d" % number for call in calls):
                threading.Event().wait(0.001)
    assert [fetch(engine, server.url) for _ in range(3)] == [b"2"] * 3


def test_the_sync_pool_lets_go_of_what_was_idle_too_long(serve: Any) -> None:
    now = [0.0]
    ended = threading.Semaphore(0)

    def script(peer: Any) -> None:
        numbered(peer)
        ended.release()

    server, other = serve(script), serve(script)
    with SyncTransport(TransportSettings(idle_seconds=30), now=lambda: now[0]) as transport:
        assert fetch(transport, server.url) == b"0"
        now[0] = 29.0
        assert fetch(transport, server.url) == b"0"
        now[0] = 60.0  # 31 s later
        assert fetch(transport, server.url) == b"1"
        assert ended.acquire(timeout=BOUND)
        now[0] = 120.0
        assert fetch(transport, other.url) == b"0"  # any use lets go of what is idle anywhere
        assert ended.acquire(timeout=BOUND)


@pytest.mark.parametrize("make_engine", ["async"], indirect=True)
def test_the_async_pool_lets_go_of_what_was_idle_too_long(make_engine: Any, serve: Any) -> None:
    ended = threading.Event()

    def script(peer: Any) -> None:
        numbered(peer)
        ended.set()

    server = serve(script)
    engine = make_engine(idle_seconds=0.1)
    assert fetch(engine, server.url) == b"0"
    assert ended.wait(BOUND)
    assert fetch(engine, server.url) == b"1"


def test_many_threads_on_one_transport_each_get_their_own_answer(engine: Any, echo_server: Any) -> None:
    def call(thread: int) -> list[bytes]:
        return [fetch(engine, echo_server.url, "POST", b"%d/%d" % (thread, number)) for number in range(50)]

    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(call, range(32)))
    assert answers == [[b"%d/%d" % (thread, number) for number in range(50)] for thread in range(32)]
    assert echo_server.connections <= 32
