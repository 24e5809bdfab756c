"""The server under the fakes: HTTP as clients really send it, many at once, and a clean end."""

import asyncio
import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from genai_sdk.testing import FakeProvider, StallBeforeHeaders

BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": "hi"}]}).encode()
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nauthorization: Bearer sk-good\r\n"


def port(fake: FakeProvider) -> int:
    return int(fake.url.rsplit(":", 1)[1])


def exchange(fake: FakeProvider, *pieces: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port(fake)), timeout=5) as opened:
        for piece in pieces:
            opened.sendall(piece)
        opened.shutdown(socket.SHUT_WR)
        received = b""
        while data := opened.recv(65536):
            received += data
    return received


def test_a_chunked_request_is_understood(fake: FakeProvider) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port(fake), timeout=5)
    headers = {"authorization": "Bearer sk-good"}
    connection.request("POST", "/v1/chat/completions", iter([BODY[:5], BODY[5:]]), headers, encode_chunked=True)
    assert connection.getresponse().status == 200
    connection.close()
    assert fake.journal[0].raw == BODY


def test_a_client_that_waits_for_100_continue_gets_it(fake: FakeProvider) -> None:
    with socket.create_connection(("127.0.0.1", port(fake)), timeout=5) as opened:
        opened.sendall(HEAD + b"expect: 100-continue\r\ncontent-length: %d\r\n\r\n" % len(BODY))
        assert opened.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        opened.sendall(BODY)
        assert opened.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_request_may_come_byte_by_byte(fake: FakeProvider) -> None:
    whole = HEAD + b"content-length: %d\r\n\r\n" % len(BODY) + BODY
    with socket.create_connection(("127.0.0.1", port(fake)), timeout=5) as opened:
        for place in range(len(whole)):
            opened.sendall(whole[place : place + 1])
        assert opened.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_what_is_not_http_is_hung_up_on(fake: FakeProvider) -> None:
    assert exchange(fake, b"content-length: x\r\n\r\ncontent-length: x\r\n\r\n") == b""
    assert exchange(fake, HEAD + b"content-length: many\r\n\r\n") == b""
    assert not fake.journal.entries


def test_a_request_cut_short_is_no_request(fake: FakeProvider) -> None:
    assert exchange(fake, HEAD + b"content-length: 100\r\n\r\n" + BODY[:10]) == b""
    fake.wait_closed()
    assert not fake.journal.entries


def test_thirty_two_threads_and_two_hundred_tasks_are_served(fake: FakeProvider) -> None:
    def one(number: int) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port(fake), timeout=30)
        connection.request("POST", "/v1/chat/completions", BODY, {"authorization": "Bearer sk-good"})
        status = connection.getresponse().status
        connection.close()
        return status

    async def task() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port(fake))
        writer.write(HEAD + b"content-length: %d\r\n\r\n" % len(BODY) + BODY)
        line = await asyncio.wait_for(reader.readline(), 30)
        writer.close()
        return int(line.split()[1])

    async def tasks() -> list[int]:
        return await asyncio.gather(*(task() for _ in range(200)))

    with ThreadPoolExecutor(32) as pool:
        threads = [pool.submit(one, number) for number in range(64)]
        assert asyncio.run(tasks()) == [200] * 200
        assert [future.result(30) for future in threads] == [200] * 64
    assert len(fake.journal) == 264


def test_stopping_leaves_neither_thread_nor_descriptor(fake: FakeProvider) -> None:
    before = len(os.listdir("/proc/self/fd"))
    threads = threading.active_count()
    with FakeProvider() as other:
        other.script(StallBeforeHeaders())
        opened = socket.create_connection(("127.0.0.1", port(other)), timeout=5)
        opened.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(BODY) + BODY)
        other.journal.wait_for()
    opened.close()
    assert len(os.listdir("/proc/self/fd")) == before
    assert threading.active_count() == threads
    other.stop()


def test_a_connection_made_in_the_moment_it_goes_down_is_ended_too() -> None:
    for _ in range(50):
        with FakeProvider() as fake, socket.create_connection(("127.0.0.1", port(fake)), timeout=5) as opened:
            fake.down()
            with contextlib.suppress(ConnectionResetError):  # as when it had not been taken yet
                assert opened.recv(1) == b""


def test_a_fake_that_is_not_running_says_so() -> None:
    fake = FakeProvider()
    with pytest.raises(RuntimeError, match="not running"):
        _ = fake.url
    fake.stop()
    with fake, pytest.raises(RuntimeError, match="make another one"):
        fake.start()
    with pytest.raises(RuntimeError, match="not running"):
        fake.up()


def test_a_cut_reaches_the_client_though_a_forked_child_holds_the_descriptor(fake: FakeProvider) -> None:
    opened = socket.create_connection(("127.0.0.1", port(fake)), timeout=5)
    opened.sendall(HEAD + b"content-length: %d\r\n\r\n" % len(BODY) + BODY)
    assert opened.recv(1000).startswith(b"HTTP/1.1 200")
    ready, done = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        os.write(ready[1], b"x")
        os.read(done[0], 1)
        os._exit(0)
    try:
        os.read(ready[0], 1)
        fake.down()
        assert opened.recv(1000) == b""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port(fake)), timeout=5)
        fake.up()
        assert exchange(fake, HEAD + b"content-length: %d\r\n\r\n" % len(BODY) + BODY).startswith(b"HTTP/1.1 200")
    finally:
        os.write(done[1], b"x")
        os.waitpid(child, 0)
        for end in (*ready, *done):
            os.close(end)
        opened.close()


def test_importing_the_doubles_or_the_plugin_loads_nothing_heavy() -> None:
    heavy = ("starlette", "uvicorn", "cryptography", "litellm", "openai", "aiohttp", "httpx", "botocore")
    code = f"import sys, genai_sdk.testing, genai_sdk.testing.plugin; print([m for m in {heavy!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[]"


def test_a_fake_comes_back_on_the_port_that_it_is_told() -> None:
    with FakeProvider(keys={"sk-good"}) as first:
        number = port(first)
    with FakeProvider(keys={"sk-good"}, port=number) as again:
        assert port(again) == number
        assert exchange(again, HEAD + b"content-length: %d\r\n\r\n" % len(BODY) + BODY).startswith(b"HTTP/1.1 200")
