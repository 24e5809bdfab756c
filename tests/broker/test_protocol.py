"""A request's head that does not arrive is not waited for; the clock is moved on, so no test waits."""

import asyncio
import socket
from collections.abc import Callable

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from tests.local.clock import MovedLoop, run_on_moved_clock

from genai_sdk.broker.protocol import HEAD_SECONDS, Protocol

HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


async def sent(*steps: bytes | float) -> bytes:
    """Send bytes to the protocol over a real socket, move the clock on by seconds, and return what came back."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, MovedLoop)
    config = uvicorn.Config(answer, http=Protocol, log_level="error", lifespan="off", timeout_keep_alive=60)
    config.load()
    state = uvicorn.server.ServerState()
    protocol: Callable[[], asyncio.Protocol] = lambda: Protocol(config, state, {})  # noqa: E731
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.setblocking(False)
        transport, _ = await loop.connect_accepted_socket(protocol, ours)
        came = b""
        for step in steps:
            if isinstance(step, bytes):
                await loop.sock_sendall(theirs, step)
            else:
                loop.now += step
            for _ in range(20):
                await asyncio.sleep(0)
        try:
            while True:
                part = theirs.recv(4096)
                if not part:
                    return came + b"(closed)"
                came += part
        except BlockingIOError:
            return came
        finally:
            transport.close()
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    "steps",
    [
        (HEAD_SECONDS + 1,),
        (HEAD, HEAD_SECONDS + 1),
        (b"G", 4.0, b"ET / HTTP/1.1\r\n", 4.0, b"Host: a\r\n", 3.0),
        (HEAD + b"\r\n", 5.0, HEAD, HEAD_SECONDS + 1),
    ],
    ids=["nothing", "half a head", "a head that trickles in", "half a head after an answer"],
)
def test_a_head_that_does_not_arrive_ends_the_connection(steps: tuple[bytes | float, ...]) -> None:
    assert run_on_moved_clock(sent(*steps)).endswith(b"(closed)")


@pytest.mark.parametrize(
    ("steps", "answers"),
    [
        ((HEAD, HEAD_SECONDS - 1, b"\r\n"), 1),
        ((HEAD + b"\r\n", 50.0), 1),
        ((HEAD + b"\r\n", 50.0, HEAD, 5.0, b"\r\n"), 2),
        ((HEAD + b"Content-Length: 2\r\n\r\na", 25.0, b"b"), 1),
    ],
    ids=["in time", "idle after an answer", "the next request after a while", "a slow body"],
)
def test_a_head_in_time_is_answered_and_the_connection_kept(steps: tuple[bytes | float, ...], answers: int) -> None:
    came = run_on_moved_clock(sent(*steps))
    assert came.count(b"HTTP/1.1 204") == answers
    assert not came.endswith(b"(closed)")
