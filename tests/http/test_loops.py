"""One async transport on several event loops, and what becomes of those that end."""

import asyncio
import gc
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from genai_sdk.http import AsyncTransport, Deadline, Request, TransportClosed

BOUND = 20.0


async def fetch(transport: AsyncTransport, url: str, body: bytes = b"words") -> bytes:
    async with await transport.open(Request("POST", url, (), body), Deadline(BOUND)) as response:
        return await response.read()


def test_each_loop_has_its_own_connections_and_takes_them_along_when_it_ends(serve: Any) -> None:
    ended = threading.Semaphore(0)

    def script(peer: Any) -> None:
        while (received := peer.request()) is not None:
            peer.answer(received.body)
        ended.release()

    server = serve(script)
    transport = AsyncTransport()

    async def twice() -> None:
        assert [await fetch(transport, server.url) for _ in range(2)] == [b"words"] * 2

    for number in range(3):
        asyncio.run(twice())
        assert ended.acquire(timeout=BOUND)
        assert server.connections == number + 1
    transport.close()


def test_loops_in_several_threads_share_a_transport(echo_server: Any) -> None:
    transport = AsyncTransport()
    together = threading.Barrier(4)

    async def calls(thread: int) -> list[bytes]:
        await asyncio.to_thread(together.wait, BOUND)
        bodies = [b"%d/%d" % (thread, number) for number in range(50)]
        return await asyncio.gather(*[fetch(transport, echo_server.url, body) for body in bodies])

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda thread: asyncio.run(calls(thread)), range(4)))
    assert answers == [[b"%d/%d" % (thread, number) for number in range(50)] for thread in range(4)]
    transport.close()


def test_closing_reaches_every_loop(serve: Any) -> None:
    arrived = threading.Semaphore(0)

    def script(peer: Any) -> None:
        peer.request()
        arrived.release()
        peer.gone()

    server = serve(script)
    transport = AsyncTransport()
    with ThreadPoolExecutor(3) as threads:
        calls = [threads.submit(asyncio.run, fetch(transport, server.url)) for _ in range(3)]
        for _ in calls:
            assert arrived.acquire(timeout=BOUND)
        transport.close()
        for call in calls:
            with pytest.raises(TransportClosed):
                call.result(BOUND)


# In processes of their own, where every complaint ends up on stderr, be it a finaliser's warning or a log.
PRELUDE = """
import asyncio, gc, sys
from genai_sdk.http import AsyncTransport, Deadline, Request
async def fetch(transport, url, read=True):
    response = await transport.open(Request("POST", url, (), b"words"), Deadline(20))
    if not read:
        return response
    assert await response.read() == b"words"
url = sys.argv[1]
transport = AsyncTransport(TransportSettings(ca_bundle=sys.argv[2]))
""".replace("Request\n", "Request, TransportSettings\n", 1)

PROGRAMS = {
    "asyncio.run twice": """
asyncio.run(fetch(transport, url))
asyncio.run(fetch(transport, url))
""",
    "loops closed by hand": """
for _ in range(3):
    loop = asyncio.new_event_loop()
    loop.run_until_complete(fetch(transport, url))
    loop.close()
    gc.collect()
transport.close()
""",
    "a loop closed by hand with a body unread": """
loop = asyncio.new_event_loop()
response = loop.run_until_complete(fetch(transport, url, read=False))
loop.close()
transport.close()
del response
gc.collect()
""",
    "a transport dropped while its loop turns": """
async def main(transport):
    await fetch(transport, url)
    del transport
    gc.collect()
    await asyncio.sleep(0)
    gc.collect()
one, transport = [transport], None
asyncio.run(main(one.pop()))
""",
    "a transport dropped after its loop": """
asyncio.run(fetch(transport, url))
del transport
gc.collect()
""",
    "a response dropped unread": """
async def main():
    await fetch(transport, url, read=False)
    gc.collect()
    await fetch(transport, url)
asyncio.run(main())
""",
    "a response left unread when the loop ends": """
response = asyncio.run(fetch(transport, url, read=False))
""",
    "a stream left in the middle when the loop ends": """
async def main():
    response = await fetch(transport, url, read=False)
    async for piece in response.chunks():
        return response
response = asyncio.run(main())
""",
    "a task cancelled by the end of its loop": """
async def main():
    asyncio.create_task(fetch(transport, url + "/never"))
    await asyncio.sleep(0.1)
asyncio.run(main())
""",
    "a close from another thread while the loop ends": """
import threading
async def main():
    await fetch(transport, url)
    threading.Thread(target=transport.close).start()
asyncio.run(main())
""",
    "aclose": """
async def main():
    await fetch(transport, url)
    await transport.aclose()
    await transport.aclose()
asyncio.run(main())
""",
    "nothing at all": "",
}


@pytest.mark.parametrize(
    ("program", "scheme"),
    [
        *[(program, "http") for program in PROGRAMS],
        # These end connections, and TLS has a transport of its own in asyncio.
        ("asyncio.run twice", "https"),
        ("loops closed by hand", "https"),
        ("a stream left in the middle when the loop ends", "https"),
    ],
)
def test_loops_and_transports_end_without_a_complaint(serve: Any, trust: Any, program: str, scheme: str) -> None:
    def script(peer: Any) -> None:
        while (received := peer.request()) is not None:
            if received.target == "/never":
                peer.gone()
                return
            peer.answer(received.body)

    server = serve(script, trust.context if scheme == "https" else None)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PRELUDE + PROGRAMS[program], server.url, trust.bundle],
        capture_output=True,
        text=True,
        timeout=2 * BOUND,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)


async def test_dropping_a_transport_ends_its_connections(serve: Any) -> None:
    ended = threading.Event()

    def script(peer: Any) -> None:
        peer.request()
        peer.answer(b"words")
        if peer.gone():
            ended.set()

    transport = AsyncTransport()
    assert await fetch(transport, serve(script).url) == b"words"
    del transport
    gc.collect()
    assert await asyncio.to_thread(ended.wait, BOUND)
