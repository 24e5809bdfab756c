"""Whom a transport trusts, and that nothing but its settings decides that."""

import threading
from pathlib import Path
from typing import Any

import pytest

from genai_sdk.errors import ConfigurationError
from genai_sdk.http import ConnectFailed, Deadline, Request

BOUND = 20.0


def fetch(engine: Any, url: str) -> bytes:
    with engine.open(Request("POST", url, (), b"words"), Deadline(BOUND)) as response:
        return response.read()


def test_a_certificate_of_an_unknown_ca_is_refused_with_the_way_out(
    engine: Any, serve: Any, echo: Any, trust: Any
) -> None:
    server = serve(echo, trust.context)
    with pytest.raises(ConnectFailed, match=f"127.0.0.1:{server.port} is not trusted.*ca_bundle or SSL_CERT_FILE"):
        fetch(engine, server.url)


def test_a_ca_bundle_makes_its_servers_trusted(make_engine: Any, serve: Any, echo: Any, trust: Any) -> None:
    server = serve(echo, trust.context)
    engine = make_engine(ca_bundle=trust.bundle)
    assert [fetch(engine, server.url) for _ in range(3)] == [b"words"] * 3
    assert fetch(engine, server.url.replace("127.0.0.1", "localhost")) == b"words"
    assert server.connections == 2


def test_a_certificate_for_another_host_is_refused(make_engine: Any, serve: Any, echo: Any, trust: Any) -> None:
    server = serve(echo, trust.elsewhere)
    with pytest.raises(ConnectFailed, match=r"is not trusted.*not valid for '127\.0\.0\.1'"):
        fetch(make_engine(ca_bundle=trust.bundle), server.url)


def test_the_environment_decides_nothing(
    engine: Any, serve: Any, echo: Any, trust: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys"
    for name, value in {
        "SSL_CERT_FILE": trust.bundle,
        "SSL_CERT_DIR": str(tmp_path),
        "SSLKEYLOGFILE": str(keys),
        "HTTP_PROXY": "http://127.0.0.1:1",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.lower(), value)
    with pytest.raises(ConnectFailed, match="not trusted"):
        fetch(engine, serve(echo, trust.context).url)
    assert fetch(engine, serve(echo).url) == b"words"
    assert not keys.exists()


@pytest.mark.parametrize("bundle", ["absent", "broken"])
def test_a_bundle_that_cannot_be_read_is_told_by_its_name(make_engine: Any, tmp_path: Path, bundle: str) -> None:
    path = tmp_path / "ca.pem"
    if bundle == "broken":
        path.write_text("no certificate")
    engine = make_engine(ca_bundle=str(path))
    with pytest.raises(ConfigurationError, match=str(path)):
        fetch(engine, "https://127.0.0.1:1/")


def test_plain_http_on_a_tls_port_is_a_failed_connection(engine: Any, serve: Any) -> None:
    def script(peer: Any) -> None:
        peer.sock.recv(65536)
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with pytest.raises(ConnectFailed):
        fetch(engine, serve(script).url.replace("http:", "https:"))


def test_a_stream_over_tls_is_delivered_at_once_and_ended_at_once(make_engine: Any, serve: Any, trust: Any) -> None:
    got, left = threading.Event(), threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        assert got.wait(BOUND)
        peer.send(b"6\r\nsecond\r\n")
        if peer.gone():
            left.set()

    engine = make_engine(ca_bundle=trust.bundle)
    response = engine.open(Request("GET", serve(script, trust.context).url), Deadline(BOUND))
    pieces = response.chunks()
    assert next(pieces) == b"first"
    got.set()
    assert next(pieces) == b"second"
    response.close()
    assert left.wait(BOUND)


def test_megabytes_pass_through_tls_both_ways(make_engine: Any, serve: Any, echo: Any, trust: Any) -> None:
    engine = make_engine(ca_bundle=trust.bundle)
    body = bytes(range(256)) * 10_000
    server = serve(echo, trust.context)
    with engine.open(Request("POST", server.url, (), body), Deadline(BOUND)) as response:
        assert response.read() == body
