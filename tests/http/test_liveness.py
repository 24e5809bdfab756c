"""Connections whose path died without a word: no FIN, no RST, nothing confirmed."""

import socket
import sys
from typing import Any

import pytest
from tests.silence import silence

from genai_sdk.http import Deadline, ReadTimedOut, Request, TotalTimedOut, TransportError
from genai_sdk.http.liveness import PROBED_AFTER, PROBED_EVERY, UNANSWERED, UNCONFIRMED
from genai_sdk.http.pool import Pool

BOUND = 20.0
KEY = ("http", "127.0.0.1", 80)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a test drop what arrives")


def fetch(engine: Any, url: str, deadline: Deadline | None = None) -> bytes:
    with engine.open(Request("POST", url, (), b"words"), deadline or Deadline(BOUND)) as response:
        return response.read()


def fetch_at_once(engine: Any, url: str, count: int) -> None:
    """Leave so many idle connections behind."""
    responses = [engine.open(Request("POST", url, (), b"words"), Deadline(BOUND)) for _ in range(count)]
    for response in responses:
        assert response.read() == b"words"


def test_a_kept_connection_whose_path_died_is_given_up_and_the_request_sent_on_a_new_one(
    engine: Any, echo_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genai_sdk.http.liveness.UNCONFIRMED", 0.2)
    assert fetch(engine, echo_server.url) == b"words"
    silence(echo_server.peers[0].sock)
    assert fetch(engine, echo_server.url) == b"words"
    assert echo_server.connections == 2


@pytest.mark.parametrize(
    ("deadline", "error"),
    [({"total": BOUND, "gap": 0.1}, ReadTimedOut), ({"total": 0.1}, TotalTimedOut)],
    ids=["gap", "total"],
)
def test_one_exchange_that_is_not_heard_of_ends_all_connections_that_were_idle_beside_it(
    engine: Any, echo_server: Any, deadline: Any, error: type[Exception]
) -> None:
    fetch_at_once(engine, echo_server.url, 5)
    for peer in echo_server.peers:
        silence(peer.sock)
    with pytest.raises(error):
        fetch(engine, echo_server.url, Deadline(**deadline))
    assert fetch(engine, echo_server.url) == b"words"
    assert echo_server.connections == 6


class Kept:
    """What a pool keeps, and whether it was ended."""

    idle_since = 0.0
    ended = False

    def usable(self) -> bool:
        return not self.ended

    def end(self, error: TransportError) -> None:
        self.ended = True


def test_connections_that_were_put_back_meanwhile_are_kept() -> None:
    clock = [1.0]
    pool: Pool[Kept] = Pool(256, 30.0, lambda: clock[0])
    before, silent, busy = Kept(), Kept(), Kept()
    for connection in (before, silent, busy):
        pool.enter(connection)
        pool.give(KEY, connection)
        clock[0] += 1
    assert [pool.take(KEY), pool.take(KEY)] == [busy, silent]
    clock[0] += 5
    pool.give(KEY, busy)
    pool.distrust(KEY, silent)
    assert (before.ended, busy.ended) == (True, False)
    assert pool.take(KEY) is busy
    assert pool.take(KEY) is None


def test_other_hosts_keep_their_connections(engine: Any, serve: Any, echo: Any, echo_server: Any) -> None:
    other = serve(echo)
    assert fetch(engine, other.url) == b"words"
    assert fetch(engine, echo_server.url) == b"words"
    silence(echo_server.peers[0].sock)
    with pytest.raises(ReadTimedOut):
        fetch(engine, echo_server.url, Deadline(BOUND, gap=0.1))
    assert fetch(engine, other.url) == b"words"
    assert other.connections == 1


def test_an_answer_that_began_and_stalls_says_nothing_of_other_connections(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        while (received := peer.request()) is not None:
            if received.header("stall"):
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Len")
                peer.gone()
            else:
                peer.answer(b"words")

    server = serve(script)
    fetch_at_once(engine, server.url, 2)
    with pytest.raises(ReadTimedOut):
        engine.open(Request("GET", server.url, (("stall", "1"),)), Deadline(BOUND, gap=0.1))
    assert fetch(engine, server.url) == b"words"
    assert server.connections == 2


def test_the_system_probes_a_silent_connection_and_gives_up_what_is_not_confirmed(
    engine: Any, echo_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets: list[socket.socket] = []
    for module in ("sync", "aio"):
        target = f"genai_sdk.http.{module}.dial.watch_path"
        watch = __import__("genai_sdk.http.liveness", fromlist=["watch_path"]).watch_path
        monkeypatch.setattr(target, lambda sock, watch=watch: (watch(sock), sockets.append(sock)))
    with engine.open(Request("POST", echo_server.url, (), b"words"), Deadline(BOUND)) as response:
        (sock,) = sockets
        tcp = [
            sock.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
        ]
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert tcp == [PROBED_AFTER, PROBED_EVERY, UNANSWERED, UNCONFIRMED * 1000]
        assert response.read() == b"words"
