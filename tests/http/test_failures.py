"""Exchanges without an answer."""

import socket
from typing import Any

import pytest

from genai_sdk.http import ConnectFailed, ConnectionCut, Deadline, Request


def get(engine: Any, url: str) -> Any:
    return engine.open(Request("GET", url), Deadline(20, connect=20))


def test_a_refused_connection_names_host_and_port(engine: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectFailed, match=f"127.0.0.1:{port}.*refused"):
        get(engine, f"http://127.0.0.1:{port}/?key=sk-secret")


@pytest.mark.network
def test_an_unknown_host_is_a_failed_connection(engine: Any) -> None:
    with pytest.raises(ConnectFailed, match=r"no-such-host\.invalid:80"):
        get(engine, "http://no-such-host.invalid/?key=sk-secret")


def test_a_host_with_several_addresses_is_reached_by_the_one_that_answers(engine: Any, echo_server: Any) -> None:
    # localhost is ::1 as well on most machines, where nobody listens.
    with get(engine, f"http://localhost:{echo_server.port}/") as response:
        assert response.status == 200
        response.read()


def test_a_new_connection_cut_before_its_answer_is_not_tried_again(engine: Any, serve: Any) -> None:
    server = serve(lambda peer: peer.request())
    for connections in (1, 2):
        with pytest.raises(ConnectionCut):
            get(engine, server.url)
        assert server.connections == connections


@pytest.mark.parametrize("sent", [b"H", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-Len"])
def test_a_connection_cut_inside_the_head_is_told(engine: Any, serve: Any, sent: bytes) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.send(sent)

    with pytest.raises(ConnectionCut):
        get(engine, serve(script).url)


@pytest.mark.parametrize("bomb", ["a line", "many lines", "a status line", "a folded line"])
def test_a_head_without_bounds_is_given_up(engine: Any, serve: Any, bomb: str) -> None:
    def script(peer: Any) -> None:
        peer.request()
        if bomb == "a status line":
            peer.send(b"HTTP/1.1 200 " + b"O" * 200_000)
            return
        peer.send(b"HTTP/1.1 200 OK\r\n")
        line = {"a line": b"a" * 1000, "many lines": b"name: value\r\n" * 100, "a folded line": b"a: b\r\n c" * 200}
        for _ in range(5000):
            peer.send(line[bomb])
        peer.gone()

    with pytest.raises(ConnectionCut):
        get(engine, serve(script).url)


def test_a_large_header_of_a_real_server_passes(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        peer.request()
        peer.answer(b"ok", headers=f"Content-Security-Policy: {'x' * 30_000}\r\n" + "A: b\r\n" * 90)

    with get(engine, serve(script).url) as response:
        assert len(response.header("content-security-policy")) == 30_000
        assert response.read() == b"ok"
