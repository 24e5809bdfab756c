"""Proxies: which one, and how it is spoken to."""

import base64
import socket
import threading
from contextlib import suppress
from typing import Any

import pytest

from genai_sdk.errors import ConfigurationError
from genai_sdk.http import AsyncTransport, ConnectFailed, ConnectTimedOut, Deadline, Request, SyncTransport
from genai_sdk.http import TransportSettings as Settings
from genai_sdk.http.proxy import ProxyRules
from genai_sdk.secret import Secret

BOUND = 20.0


class ProxyScript:
    """A proxy: forwards plain requests, and tunnels what is asked by CONNECT."""

    def __init__(self, refuse: bytes = b"") -> None:
        self.seen: list[Any] = []
        self.refuse = refuse

    def __call__(self, peer: Any) -> None:
        while (received := peer.request()) is not None:
            self.seen.append(received)
            if self.refuse:
                peer.send(self.refuse)
                return
            if received.method == "CONNECT":
                host, _, port = received.target.rpartition(":")
                with socket.create_connection((host, int(port)), BOUND) as upstream:
                    peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    back = threading.Thread(target=pump, args=(upstream, peer.sock), daemon=True)
                    back.start()
                    pump(peer.sock, upstream)
                    back.join(BOUND)
                return
            peer.answer(f"{received.method} {received.target} {received.body.decode()}".encode())


def pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def fetch(engine: Any, url: str) -> bytes:
    with engine.open(Request("POST", url, (("X-Own", "1"),), b"words"), Deadline(BOUND)) as response:
        return response.read()


def test_a_plain_request_goes_to_the_proxy_in_absolute_form(make_engine: Any, serve: Any) -> None:
    proxy = ProxyScript()
    server = serve(proxy)
    engine = make_engine(http_proxy=server.url)
    for _ in range(2):
        assert fetch(engine, "http://far.example:8080/v1?a=b") == b"POST http://far.example:8080/v1?a=b words"
    assert fetch(engine, "http://[::1]/") == b"POST http://[::1]/ words"
    assert proxy.seen[0].header("host") == "far.example:8080"
    assert proxy.seen[0].header("proxy-authorization") is None
    assert server.connections == 2


def test_a_tls_request_goes_through_a_tunnel_and_the_tunnel_is_kept(
    make_engine: Any, serve: Any, echo: Any, trust: Any
) -> None:
    proxy, target = ProxyScript(), serve(echo, trust.context)
    server = serve(proxy)
    engine = make_engine(https_proxy=server.url, ca_bundle=trust.bundle)
    assert [fetch(engine, target.url) for _ in range(3)] == [b"words"] * 3
    [connect] = proxy.seen
    assert (connect.method, connect.target) == ("CONNECT", f"127.0.0.1:{target.port}")
    assert connect.header("x-own") is None
    assert (server.connections, target.connections) == (1, 1)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_proxys_user_and_password_go_to_the_proxy_only(
    make_engine: Any, serve: Any, trust: Any, scheme: str
) -> None:
    seen = []

    def script(peer: Any) -> None:
        while (received := peer.request()) is not None:
            seen.append(received)
            peer.answer(b"ok")

    proxy = ProxyScript()
    server = serve(proxy)
    url = server.url.replace("http://", "http://us%40er:p%3Aw@")
    target = serve(script, trust.context)
    engine = make_engine(http_proxy=url, https_proxy=url, ca_bundle=trust.bundle)
    for _ in range(2):
        fetch(engine, target.url if scheme == "https" else "http://far.example/")
    expected = "Basic " + base64.b64encode(b"us@er:p:w").decode()
    assert {received.header("proxy-authorization") for received in proxy.seen} == {expected}
    assert all(received.header("proxy-authorization") is None for received in seen)


def test_a_proxy_that_refuses_a_tunnel_is_a_failed_connection(make_engine: Any, serve: Any) -> None:
    server = serve(ProxyScript(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
    engine = make_engine(https_proxy=server.url.replace("http://", "http://user:sk-secret@"))
    with pytest.raises(ConnectFailed, match=f"127.0.0.1:{server.port}.*407") as caught:
        fetch(engine, "https://far.example/?key=sk-secret")
    assert "sk-secret" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_proxy_that_cannot_be_reached_is_named_without_its_password(make_engine: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    proxy = f"http://user:sk-secret@127.0.0.1:{port}"
    engine = make_engine(http_proxy=proxy, https_proxy=proxy)
    for scheme in ("http", "https"):
        with pytest.raises(ConnectFailed, match=f"far.example.*127.0.0.1:{port}") as caught:
            fetch(engine, f"{scheme}://far.example/")
        assert "sk-secret" not in str(caught.value)


def test_a_proxy_that_never_answers_is_a_connect_timeout(make_engine: Any, serve: Any) -> None:
    server = serve(lambda peer: peer.request() and peer.gone())
    with pytest.raises(ConnectTimedOut):
        make_engine(https_proxy=server.url).open(
            Request("GET", "https://far.example/"), Deadline(BOUND, gap=BOUND, connect=0.3)
        )


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 200", b"\r"])
def test_a_proxy_that_answers_with_something_else_is_a_failed_connection(
    make_engine: Any, serve: Any, answer: bytes
) -> None:
    server = serve(ProxyScript(answer))
    with pytest.raises(ConnectFailed, match=r"cannot connect to far\.example:443 through the proxy"):
        fetch(make_engine(https_proxy=server.url), "https://far.example/")


def test_loopback_goes_through_the_proxy_unless_no_proxy_says_otherwise(
    make_engine: Any, serve: Any, echo: Any
) -> None:
    proxy, target = serve(ProxyScript()), serve(echo)
    assert fetch(make_engine(http_proxy=proxy.url), target.url).startswith(b"POST http://127.0.0.1")
    assert fetch(make_engine(http_proxy=proxy.url, no_proxy="127.0.0.1"), target.url) == b"words"


@pytest.mark.parametrize(
    ("no_proxy", "direct", "proxied"),
    [
        ("example.com", ["example.com", "api.example.com", "example.com:8443"], ["myexample.com", "example.org"]),
        (".example.com", ["example.com", "a.b.example.com"], ["myexample.com"]),
        ("*.example.com", ["api.example.com"], ["example.org"]),
        ("EXAMPLE.com", ["example.com", "example.com."], []),
        ("example.com:8443", ["example.com:8443", "api.example.com:8443"], ["example.com"]),
        ("a.com, b.com c.com", ["a.com", "b.com", "c.com"], ["d.com"]),
        ("*", ["anything.at.all", "127.0.0.1", "[::1]"], []),
        ("127.0.0.1", ["127.0.0.1"], ["127.0.0.2", "localhost"]),
        ("127.0.0.1:8080", ["127.0.0.1:8080"], ["127.0.0.1"]),
        ("10.0.0.0/8,192.168.1.7", ["10.1.2.3", "192.168.1.7"], ["11.0.0.1", "192.168.1.8", "ten.example"]),
        ("::1,fd00::/8", ["[::1]", "[fd12::1]"], ["[fe80::1]"]),
        ("[::1]:8080", ["[::1]:8080"], ["[::1]"]),
        ("", [], ["example.com"]),
    ],
)
def test_no_proxy_names_who_is_reached_directly(no_proxy: str, direct: list[str], proxied: list[str]) -> None:
    from genai_sdk.http.target import split

    rules = ProxyRules(Settings(https_proxy=Secret("http://proxy:3128"), no_proxy=no_proxy))
    for host in direct:
        assert rules.find(*split(f"https://{host}/")[:3]) is None, host
    for host in proxied:
        assert rules.find(*split(f"https://{host}/")[:3]) is not None, host


def test_each_scheme_has_its_own_proxy() -> None:
    rules = ProxyRules(Settings(http_proxy=Secret("plain.example:3128")))
    assert rules.find("https", "host", 443) is None
    proxy = rules.find("http", "host", 80)
    assert proxy is not None
    assert proxy.url == "http://plain.example:3128"


@pytest.mark.parametrize(
    "url", ["https://user:sk-secret@proxy:1", "socks5://u:sk-secret@proxy", "http://:sk-secret@:x"]
)
@pytest.mark.parametrize("transport", [SyncTransport, AsyncTransport])
def test_a_proxy_that_cannot_be_used_is_refused_at_once_and_not_quoted(transport: Any, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"The proxy for https URLs.*http://host:port") as caught:
        transport(Settings(https_proxy=Secret(url)))
    assert "sk-secret" not in str(caught.value)
