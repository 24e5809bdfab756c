"""How an exchange is ended from outside: by closing the transport, by cancelling, by Ctrl-C."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from genai_sdk.http import AsyncTransport, Deadline, Request, SyncTransport, TransportClosed

BOUND = 20.0
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"


class Watched:
    """A script that stops at a point of the exchange, tells that it got there, and that the client then left."""

    def __init__(self, stop: str) -> None:
        self.stop = stop
        self.reached = threading.Event()
        self.ended = threading.Event()  # set by the test
        self.left = threading.Event()

    def __call__(self, peer: Any) -> None:
        if self.stop == "sending":
            peer.sock.recv(1)
            self.reached.set()
            assert self.ended.wait(BOUND)  # reading on would let the client send on
        else:
            peer.request()
            if self.stop == "body":
                peer.send(CHUNKED)
            self.reached.set()
        if peer.gone():
            self.left.set()

    def request(self, url: str) -> Request:
        return Request("POST", url, (), bytes(50_000_000) if self.stop == "sending" else b"hello")


def whole(engine: Any, request: Request) -> bytes:
    with engine.open(request, Deadline(None)) as response:
        return response.read()


@pytest.mark.parametrize("stop", ["head", "body", "sending"])
def test_closing_the_transport_ends_what_is_in_flight(engine: Any, serve: Any, stop: str) -> None:
    watched = Watched(stop)
    server = serve(watched)
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(whole, engine, watched.request(server.url))
        assert watched.reached.wait(BOUND)
        engine.close()
        with pytest.raises(TransportClosed):
            call.result(BOUND)
        watched.ended.set()
        assert watched.left.wait(BOUND)


def test_closing_the_transport_ends_an_attempt_to_connect(engine: Any, unanswered: str) -> None:
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(whole, engine, Request("GET", unanswered))
        with pytest.raises(TimeoutError):
            call.result(0.2)  # by then it waits for the connection
        engine.close()
        with pytest.raises(TransportClosed):
            call.result(BOUND)


@pytest.mark.parametrize("through", ["straight", "proxy"])
def test_closing_the_transport_ends_a_tls_handshake(make_engine: Any, serve: Any, through: str) -> None:
    arrived = threading.Event()

    def script(peer: Any) -> None:
        if through == "proxy":
            peer.request()
            peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
        peer.sock.recv(65536)  # the client's hello, which is never answered
        arrived.set()
        peer.gone()

    server = serve(script)
    engine = make_engine(https_proxy=server.url if through == "proxy" else None)
    url = "https://elsewhere.example/" if through == "proxy" else server.url.replace("http:", "https:")
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(whole, engine, Request("GET", url))
        assert arrived.wait(BOUND)
        engine.close()
        with pytest.raises(TransportClosed):
            call.result(BOUND)


def test_closing_the_transport_ends_a_name_lookup(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, over = threading.Event(), threading.Event()

    # No name server on loopback can be put before the system's resolver.
    def getaddrinfo(host: str, *_: Any, flags: int = 0, **__: Any) -> Any:
        if not flags & socket.AI_NUMERICHOST:
            asked.set()
            over.wait(3 * BOUND)
        raise socket.gaierror(socket.EAI_NONAME, f"no {host}")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(whole, engine, Request("GET", "http://slow.example/"))
        assert asked.wait(BOUND)
        engine.close()
        with pytest.raises(TransportClosed):
            call.result(BOUND)
        over.set()


def test_closing_the_transport_ends_a_stream_that_nobody_reads_right_now(engine: Any, serve: Any) -> None:
    watched = Watched("body")
    response = engine.open(Request("GET", serve(watched).url), Deadline(BOUND))
    pieces = response.chunks()
    assert next(pieces) == b"first"
    engine.close()
    assert watched.left.wait(BOUND)
    with pytest.raises(TransportClosed):
        next(pieces)


def test_closing_the_transport_ends_idle_connections_and_refuses_new_exchanges(engine: Any, serve: Any) -> None:
    left = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.answer(b"ok")
        if peer.gone():
            left.set()

    server = serve(script)
    assert whole(engine, Request("GET", server.url)) == b"ok"
    engine.close()
    engine.close()
    assert left.wait(BOUND)
    with pytest.raises(TransportClosed, match="make a new client"):
        engine.open(Request("GET", server.url), Deadline(BOUND))
    assert server.connections == 1


def test_many_exchanges_at_once_all_end_with_the_transport(engine: Any, serve: Any) -> None:
    arrived = threading.Semaphore(0)

    def script(peer: Any) -> None:
        peer.request()
        arrived.release()
        peer.gone()

    server = serve(script)
    with ThreadPoolExecutor(16) as threads:
        calls = [threads.submit(whole, engine, Request("GET", server.url)) for _ in range(16)]
        for _ in calls:
            assert arrived.acquire(timeout=BOUND)
        engine.close()
        for call in calls:
            with pytest.raises(TransportClosed):
                call.result(BOUND)


def test_a_transport_is_a_context_manager(echo_server: Any) -> None:
    request = Request("POST", echo_server.url, (), b"words")
    with SyncTransport() as transport:
        assert whole(transport, request) == b"words"
    with pytest.raises(TransportClosed):
        transport.open(request, Deadline(BOUND))


async def test_an_async_transport_is_a_context_manager(echo_server: Any) -> None:
    request = Request("POST", echo_server.url, (), b"words")
    async with AsyncTransport() as transport, await transport.open(request, Deadline(BOUND)) as response:
        assert await response.read() == b"words"
    with pytest.raises(TransportClosed):
        await transport.open(request, Deadline(BOUND))


async def test_waiting_for_the_end_does_not_wait_for_a_server_that_takes_nothing(serve: Any) -> None:
    watched = Watched("sending")
    transport = AsyncTransport()
    task = asyncio.create_task(transport.open(watched.request(serve(watched).url), Deadline(None)))
    assert await asyncio.to_thread(watched.reached.wait, BOUND)
    await asyncio.wait_for(transport.aclose(), BOUND)
    with pytest.raises(TransportClosed):
        await task
    watched.ended.set()


def test_a_sync_stream_may_be_closed_by_another_thread(serve: Any) -> None:
    watched = Watched("body")
    with SyncTransport() as transport, ThreadPoolExecutor(1) as threads:
        response = transport.open(Request("GET", serve(watched).url), Deadline(None))
        got: Future[None] = Future()

        def read() -> None:
            for _ in response.chunks():
                got.set_result(None)

        call = threads.submit(read)
        got.result(BOUND)
        response.close()
        with pytest.raises(TransportClosed):
            call.result(BOUND)
        assert watched.left.wait(BOUND)


@pytest.mark.parametrize("stop", ["head", "body", "sending"])
async def test_cancelling_a_task_ends_its_connection(serve: Any, stop: str) -> None:
    watched = Watched(stop)
    server = serve(watched)

    async def call() -> bytes:
        async with await transport.open(watched.request(server.url), Deadline(None)) as response:
            return await response.read()

    async with AsyncTransport() as transport:
        task = asyncio.create_task(call())
        assert await asyncio.to_thread(watched.reached.wait, BOUND)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        watched.ended.set()
        assert await asyncio.to_thread(watched.left.wait, BOUND)
        server.script = lambda peer: peer.request() and peer.answer(b"next")
        async with await transport.open(Request("GET", server.url), Deadline(BOUND)) as response:
            assert await response.read() == b"next"


async def test_cancelling_ends_an_attempt_to_connect(unanswered: str) -> None:
    async with AsyncTransport() as transport:
        task = asyncio.create_task(transport.open(Request("GET", unanswered), Deadline(None)))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(task), 0.2)  # by then it waits for the connection
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_cancelling_one_task_leaves_the_others_alone(serve: Any) -> None:
    go = threading.Event()
    arrived = threading.Semaphore(0)

    def script(peer: Any) -> None:
        received = peer.request()
        arrived.release()
        if received.target == "/stay":
            assert go.wait(BOUND)
            peer.answer(b"stayed")
        else:
            peer.gone()

    server = serve(script)
    async with AsyncTransport() as transport:

        async def call(path: str) -> bytes:
            async with await transport.open(Request("GET", server.url + path), Deadline(BOUND)) as response:
                return await response.read()

        stay, leave = asyncio.create_task(call("/stay")), asyncio.create_task(call("/leave"))
        for _ in range(2):
            assert await asyncio.to_thread(arrived.acquire, timeout=BOUND)
        leave.cancel()
        await asyncio.wait([leave])
        go.set()
        assert await stay == b"stayed"


SYNC_PROGRAM = """
import sys
from genai_sdk.http import Deadline, Request, SyncTransport
url = sys.argv[1]
with SyncTransport() as transport:
    try:
        with transport.open(Request("GET", url), Deadline(None)) as response:
            response.read()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    with transport.open(Request("GET", url), Deadline(20)) as response:
        print(response.read().decode(), flush=True)
"""

ASYNC_PROGRAM = """
import asyncio, sys
from genai_sdk.http import AsyncTransport, Deadline, Request
url = sys.argv[1]
transport = AsyncTransport()
async def call(deadline):
    async with await transport.open(Request("GET", url), deadline) as response:
        return await response.read()
try:
    asyncio.run(call(Deadline(None)))
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(asyncio.run(call(Deadline(20))).decode(), flush=True)
"""


@pytest.mark.parametrize("stop", ["head", "body"])
@pytest.mark.parametrize("program", [SYNC_PROGRAM, ASYNC_PROGRAM], ids=["sync", "async"])
def test_ctrl_c_gets_through_and_leaves_nothing_half_read(serve: Any, program: str, stop: str) -> None:
    watched = Watched(stop)
    server = serve(watched)
    # A shell that starts the tests in the background has them, and what they start, ignore Ctrl-C.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    command = [sys.executable, "-W", "error", "-c", heard + program, server.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert watched.reached.wait(BOUND)
        server.script = lambda peer: peer.request() and peer.answer(b"next")
        child.send_signal(signal.SIGINT)
        assert watched.left.wait(BOUND)
        output, complaints = child.communicate(timeout=BOUND)
    assert output.split() == ["interrupted", "next"]
    assert complaints == ""


def test_a_call_while_the_interpreter_ends_is_still_answered(echo_server: Any) -> None:
    program = """
import atexit, sys
from genai_sdk.http import Deadline, Request, SyncTransport
transport = SyncTransport()
def farewell():
    with transport.open(Request("POST", sys.argv[1], (), b"last words"), Deadline(20)) as response:
        print(response.read().decode(), flush=True)
    transport.close()
atexit.register(farewell)
"""
    # By name: a lookup wants a thread, and newer Pythons start none at that point.
    url = echo_server.url.replace("127.0.0.1", "localhost")
    command = [sys.executable, "-W", "error", "-c", program, url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BOUND, check=False)
    assert (done.stdout, done.stderr) == ("last words\n", "")


def test_a_transport_that_nobody_closes_ends_without_a_complaint(echo_server: Any) -> None:
    program = """
import sys
from genai_sdk.http import Deadline, Request, SyncTransport
transport = SyncTransport()
transport.itself = transport  # part of a cycle, as a client's is
print(transport.open(Request("POST", sys.argv[1], (), b"kept"), Deadline(20)).read().decode())
"""
    command = [sys.executable, "-W", "error", "-c", program, echo_server.url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=BOUND, check=False)
    assert (done.stdout, done.stderr) == ("kept\n", "")
