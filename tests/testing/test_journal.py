"""What the fake has seen, and how a test waits for it."""

import asyncio
import http.client
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest

from genai_sdk.testing import FakeProvider, Reply, Slow, StallBeforeHeaders, StallStream

Ask = Callable[..., Any]
BODY = {"model": "m", "messages": [{"role": "user", "content": "a b c"}], "stream": True}


def connect(fake: FakeProvider) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(fake.url.removeprefix("http://"), timeout=5)


def post(connection: http.client.HTTPConnection, body: Any = BODY) -> http.client.HTTPResponse:
    connection.request(
        "POST", "/v1/chat/completions?api=1&empty=", json.dumps(body), {"Authorization": "Bearer sk-good"}
    )
    return connection.getresponse()


def test_an_entry_says_what_came_and_who_sent_it(fake: FakeProvider) -> None:
    connection = connect(fake)
    response = post(connection)
    response.read()
    connection.close()
    (entry,) = fake.journal.wait_ended()
    assert (entry.wire, entry.operation, entry.method) == ("openai", "chat", "POST")
    assert entry.path == "/v1/chat/completions"
    assert entry.query == {"api": "1", "empty": ""}
    assert entry.headers["authorization"] == "Bearer sk-good"
    assert (entry.model, entry.stream) == ("m", True)
    assert entry.body == BODY
    assert json.loads(entry.raw) == BODY
    assert (entry.scheme, entry.authenticated_as) == ("bearer", "sk-good")
    assert entry.request_id == response.headers["x-request-id"]
    assert (entry.status, entry.aborted, entry.ended) == (200, False, True)
    assert list(fake.journal) == [entry]
    assert fake.journal.models == ["m"]


def test_connections_are_counted_and_reuse_is_seen(fake: FakeProvider) -> None:
    assert (fake.open_connections, fake.accepted_connections) == (0, 0)
    first, second = connect(fake), connect(fake)
    for connection in (first, first, second):
        post(connection).read()
    assert [entry.connection for entry in fake.journal] == [1, 1, 2]
    assert (fake.open_connections, fake.accepted_connections) == (2, 2)
    first.close()
    fake.wait_closed(down_to=1)
    second.close()
    fake.wait_closed()
    assert (fake.open_connections, fake.accepted_connections) == (0, 2)


def test_a_client_that_closes_is_answered_and_let_go(fake: FakeProvider) -> None:
    connection = connect(fake)
    connection.request(
        "POST", "/v1/chat/completions", json.dumps(BODY), {"Authorization": "Bearer sk-good", "Connection": "close"}
    )
    assert b"[DONE]" in connection.getresponse().read()
    fake.wait_closed()
    connection.close()


@pytest.mark.parametrize(
    "step", [StallBeforeHeaders(), StallStream(after_chunks=0), Slow(600), Slow(0, between=600, then=Reply("a b"))]
)
def test_a_client_that_leaves_early_is_noticed_at_once(fake: FakeProvider, step: Any) -> None:
    fake.script(step)
    connection = connect(fake)
    connection.request("POST", "/v1/chat/completions", json.dumps(BODY), {"Authorization": "Bearer sk-good"})
    fake.journal.wait_for()
    assert not fake.journal[0].ended
    connection.close()
    (entry,) = fake.journal.wait_aborted()
    assert entry.ended
    fake.wait_closed()


def test_a_client_that_leaves_by_reset_is_noticed(fake: FakeProvider) -> None:
    import struct

    fake.script(StallBeforeHeaders())
    connection = connect(fake)
    connection.request("POST", "/v1/chat/completions", json.dumps(BODY), {"Authorization": "Bearer sk-good"})
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    fake.journal.wait_for()
    connection.close()
    assert fake.journal.wait_aborted()


def test_a_stream_that_was_not_read_to_its_end_is_aborted(fake: FakeProvider) -> None:
    fake.always(Slow(0, between=0.02, then=Reply("word " * 2000)))
    connection = connect(fake)
    response = post(connection)
    assert response.readline()
    response.close()
    connection.close()
    assert fake.journal.wait_aborted()


def test_a_client_that_leaves_when_it_has_all_has_not_left_early(fake: FakeProvider) -> None:
    for _ in range(50):
        connection = connect(fake)
        post(connection).read()
        connection.close()
    assert not any(entry.aborted for entry in fake.journal.wait_ended(50))


def test_waiting_is_bounded_and_says_what_there_was(fake: FakeProvider) -> None:
    with pytest.raises(TimeoutError, match=r"0\.01 s for 2 requests; there are 0"):
        fake.journal.wait_for(2, timeout=0.01)
    with pytest.raises(TimeoutError, match="1 aborted requests"):
        fake.journal.wait_aborted(timeout=0.01)
    connection = connect(fake)
    post(connection).read()
    with pytest.raises(TimeoutError, match="at most 0 open connections; there are 1"):
        fake.wait_closed(timeout=0.01)
    connection.close()


async def test_waiting_from_async_code_goes_through_a_thread(fake: FakeProvider) -> None:
    fake.script(StallBeforeHeaders())
    _, writer = await asyncio.open_connection("127.0.0.1", int(fake.url.rsplit(":", 1)[1]))
    body = json.dumps(BODY).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nauthorization: Bearer sk-good\r\ncontent-length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await asyncio.to_thread(fake.journal.wait_for)
    writer.close()
    assert await asyncio.to_thread(fake.journal.wait_aborted)
