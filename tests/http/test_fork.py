"""A transport on both sides of a fork."""

import asyncio
import os
import signal
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from genai_sdk.http import AsyncTransport, ConnectionCut, Deadline, Request, SyncTransport

BOUND = 20
# Newer Pythons warn of forks in processes with threads, which is what is tested here.
pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")


def fork(work: Callable[[], None]) -> int:
    """Run `work` in a forked child and return its process id; it ends with 0 if `work` returns within the bound."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.alarm(BOUND)
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def exit_code(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def transport_of(engine: Any) -> Any:
    return getattr(engine, "transport", engine)


def fetch(transport: Any, url: str, body: bytes) -> bytes:
    """Make a call in this process, on a loop of its own if it takes one."""
    request = Request("POST", url, (), body)
    if isinstance(transport, SyncTransport):
        with transport.open(request, Deadline(BOUND)) as response:
            return response.read()

    async def call(transport: AsyncTransport) -> bytes:
        async with await transport.open(request, Deadline(BOUND)) as response:
            return await response.read()

    return asyncio.run(call(transport))


@pytest.fixture(params=["http", "https"])
def make_server(request: pytest.FixtureRequest, serve: Any, trust: Any) -> Callable[[Any], Any]:
    return lambda script: serve(script, trust.context if request.param == "https" else None)


@pytest.fixture
def engine(make_engine: Any, trust: Any) -> Any:
    return make_engine(ca_bundle=trust.bundle)


def test_a_transport_used_before_the_fork_works_on_both_sides(engine: Any, make_server: Any, echo: Any) -> None:
    server = make_server(echo)
    ask = Request("POST", server.url, (), b"parent")
    assert engine.open(ask, Deadline(BOUND)).read() == b"parent"

    def work() -> None:
        for number in range(3):
            assert fetch(transport_of(engine), server.url, b"child %d" % number) == b"child %d" % number

    assert exit_code(fork(work)) == 0
    connections = server.connections
    assert connections >= 2
    assert engine.open(ask, Deadline(BOUND)).read() == b"parent"
    assert server.connections == connections  # the parent's connection is as it was


def test_a_stream_goes_on_in_the_parent_and_not_in_the_child(engine: Any, make_server: Any) -> None:
    forked = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        assert forked.wait(BOUND)
        peer.send(b"4\r\nlast\r\n0\r\n\r\n")

    response = engine.open(Request("GET", make_server(script).url), Deadline(BOUND))
    pieces = response.chunks()
    assert next(pieces) == b"first"

    def work() -> None:
        if isinstance(engine, SyncTransport):
            with pytest.raises(ConnectionCut, match="process that opened it"):
                next(pieces)
            response.close()
        else:
            asyncio.run(look(response._response))

    async def look(response: Any) -> None:
        with pytest.raises(ConnectionCut, match="process that opened it"):
            await response.read()
        await response.aclose()

    assert exit_code(fork(work)) == 0
    forked.set()
    assert list(pieces) == [b"last"]


def test_a_stream_closed_by_the_parent_ends_although_a_child_lives(engine: Any, make_server: Any) -> None:
    left = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        if peer.gone():
            left.set()

    response = engine.open(Request("GET", make_server(script).url), Deadline(BOUND))
    reading, writing = os.pipe()
    pid = fork(lambda: os.close(writing) or (os.read(reading, 1) and None))
    response.close()
    assert left.wait(BOUND)
    os.close(writing)
    assert exit_code(pid) == 0
    os.close(reading)


def test_a_closed_transport_stays_closed_in_the_child(engine: Any) -> None:
    engine.close()

    def work() -> None:
        with pytest.raises(Exception, match="make a new client"):
            fetch(transport_of(engine), "http://127.0.0.1:1/", b"")

    assert exit_code(fork(work)) == 0


def test_forks_in_the_middle_of_other_threads_calls_work(engine: Any, serve: Any, echo: Any) -> None:
    server = serve(echo)
    over = threading.Event()

    def hammer() -> None:
        while not over.is_set():
            assert engine.open(Request("POST", server.url, (), b"parent"), Deadline(BOUND)).read() == b"parent"

    def work() -> None:
        assert fetch(transport_of(engine), server.url, b"child") == b"child"

    with ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(hammer) for _ in range(4)]
        try:
            codes = [exit_code(fork(work)) for _ in range(10)]
        finally:
            over.set()
        for call in calls:
            call.result(BOUND)
    assert codes == [0] * 10


def test_a_dropped_transport_leaves_nothing_for_a_child_to_do(serve: Any, echo: Any) -> None:
    server = serve(echo)
    transport = SyncTransport()
    assert fetch(transport, server.url, b"words") == b"words"
    transport.close()
    del transport
    assert exit_code(fork(lambda: None)) == 0
