"""The guard lets loopback and Unix sockets through, and nothing else, wherever the call is made."""

import asyncio
import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from genai_sdk.testing import FakeProvider, NetworkForbiddenError, NetworkGuard
from genai_sdk.testing.guard import is_loopback

OUTSIDE = ("192.0.2.1", 80)  # TEST-NET-1, RFC 5737


@pytest.fixture
def guard() -> Iterator[NetworkGuard]:
    with NetworkGuard() as running:
        yield running


def test_loopback_works_under_the_guard(guard: NetworkGuard, fake: FakeProvider) -> None:
    for host in ("127.0.0.1", "localhost"):
        connection = http.client.HTTPConnection(host, int(fake.url.rsplit(":", 1)[1]), timeout=5)
        connection.request("GET", "/v1/models", headers={"authorization": "Bearer sk-good"})
        assert connection.getresponse().status == 200
        connection.close()
    assert guard.refused == []


def test_unix_sockets_work_under_the_guard(guard: NetworkGuard, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as client:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        client.connect(str(tmp_path / "s"))
    assert guard.refused == []


def connect() -> None:
    with socket.socket() as opened:
        opened.connect(OUTSIDE)


def connect_ex() -> None:
    with socket.socket() as opened:
        opened.connect_ex(OUTSIDE)


def connect_over_ipv6() -> None:
    with socket.socket(socket.AF_INET6) as opened:
        opened.connect(("2001:db8::1", 80))


def send_a_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.sendto(b"x", 0, OUTSIDE)


def look_up() -> None:
    socket.getaddrinfo("api.example.com", 443)


def look_up_by_name() -> None:
    socket.gethostbyname(b"api.example.com")


def create_a_connection() -> None:
    socket.create_connection(OUTSIDE)


def request_by_name() -> None:
    http.client.HTTPSConnection("api.example.com").request("GET", "/")


WAYS = [
    connect,
    connect_ex,
    connect_over_ipv6,
    send_a_datagram,
    look_up,
    look_up_by_name,
    create_a_connection,
    request_by_name,
]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_out_is_refused_with_the_host(guard: NetworkGuard, way: Callable[[], None]) -> None:
    with pytest.raises(NetworkForbiddenError, match=r"192\.0\.2\.1|2001:db8::1:80|api\.example\.com") as caught:
        way()
    assert "only loopback is allowed here" in str(caught.value)
    assert len(guard.refused) == 1


def test_other_threads_are_guarded_too(guard: NetworkGuard) -> None:
    caught: list[BaseException] = []

    def run() -> None:
        try:
            connect()
        except NetworkForbiddenError as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(5)
    assert len(caught) == 1


async def test_event_loops_are_guarded_too(guard: NetworkGuard, fake: FakeProvider) -> None:
    for address in (OUTSIDE, ("api.example.com", 443)):
        with pytest.raises(NetworkForbiddenError):
            await asyncio.open_connection(*address)
    _, writer = await asyncio.open_connection("localhost", int(fake.url.rsplit(":", 1)[1]))
    writer.close()
    assert guard.refused == ["192.0.2.1:80", "api.example.com"]


def test_afterwards_everything_is_as_it_was() -> None:
    def state() -> list[object]:
        found = [vars(socket.socket).get(name) for name in ("connect", "connect_ex", "sendto")]
        return [*found, socket.getaddrinfo, socket.gethostbyname, socket.gethostbyname_ex]

    before = state()
    with NetworkGuard():
        with NetworkGuard(), pytest.raises(NetworkForbiddenError):
            connect()
        with pytest.raises(NetworkForbiddenError):
            connect()
    assert state() == before


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.9.9.9", "::1", "::1%lo", "::ffff:127.0.0.1", "localhost", "LOCALHOST.", "0.0.0.0", "", None],
)
def test_this_machine_has_many_names(host: str | None) -> None:
    assert is_loopback(host)
    assert is_loopback(host.encode() if host is not None else None)


@pytest.mark.parametrize("host", ["10.0.0.1", "::ffff:10.0.0.1", "localhost.example.com", "127.0.0.1.example.com"])
def test_what_only_looks_like_it_is_refused(guard: NetworkGuard, host: str) -> None:
    with pytest.raises(NetworkForbiddenError):
        socket.getaddrinfo(host, 80)
