"""An answer that never ends, or is larger than it may be, ends in an error, and memory stays bounded."""

import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from genai_sdk import InvalidRequestError, ProviderError, StreamInterruptedError
from genai_sdk.connections import ConnectionRecord
from genai_sdk.secret import Secret

MIB = 1024 * 1024
EVENT = (
    b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"endless","choices":[{"index":0,'
    b'"delta":{"content":"' + b"word " * 200 + b'"},"finish_reason":null}]}\n\n'
)


class Endless:
    """A server of OpenAI's wire whose answers never end: a stream of content, packed or not, or one body."""

    def __init__(self) -> None:
        self.form = "stream"
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._answer, args=(self._socket.accept()[0],), daemon=True).start()

    def _answer(self, sock: socket.socket) -> None:
        with sock, suppress(OSError):
            sock.recv(65536)
            kind = "application/json" if self.form == "whole" else "text/event-stream"
            packed = "content-encoding: gzip\r\n" if self.form == "packed" else ""
            sock.sendall(f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{packed}connection: close\r\n\r\n".encode())
            packer = zlib.compressobj(wbits=31)
            while True:
                block = EVENT * 64
                if self.form == "packed":
                    block = packer.compress(block) + packer.flush(zlib.Z_SYNC_FLUSH)
                sock.sendall(block)


@pytest.fixture
def endless(regions) -> Iterator[Endless]:
    server = Endless()
    now = datetime.now(UTC)
    regions.langfuse.connections.put(
        ConnectionRecord(
            name="endless", adapter="openai", secret=Secret("sk-1"), base_url=server.url, custom_models=("endless",),
            with_default_models=False, created_at=now, updated_at=now,
        )
    )  # fmt: skip
    yield server
    server.close()


@pytest.fixture
def make(make_client, regions, endless):
    """Make clients of the fake Langfuse's broker."""

    def make(**options):
        langfuse = regions.langfuse
        pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
        given = {"database_url": None, "encryption_key": None, "salt": None, "host": langfuse.url, "tracing": False}
        return make_client(**{**given, **pair, "router_args": {"num_retries": 0}, **options})

    return make


@pytest.mark.parametrize("form", ["stream", "packed"])
def test_endless_content_ends_at_the_bound_with_what_had_come(make, face, endless, form):
    endless.form = form
    client = make(max_response_bytes=4 * MIB)
    stream = face.ask(client, "endless", stream=True)
    with pytest.raises(StreamInterruptedError, match=r"larger than 4194304 bytes.*max_response_bytes") as caught:
        face.read(stream)
    assert MIB < len(caught.value.text) < 4 * MIB


def test_a_stream_of_which_the_beginning_was_read_costs_no_more_memory_than_its_bound(make, face, endless):
    client = make(max_response_bytes=8 * MIB)
    face.ask(client, "endless", stream=True)
    tracemalloc.start()
    try:
        stream = face.ask(client, "endless", stream=True)
        with pytest.raises(StreamInterruptedError):
            face.read(stream)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 64 * MIB


def test_a_whole_answer_ends_at_the_bound(make, face, endless):
    endless.form = "whole"
    with pytest.raises(ProviderError, match=r"larger than 1048576 bytes.*max_response_bytes"):
        face.ask(make(max_response_bytes=MIB), "endless")


@pytest.mark.parametrize("where", ["client", "call"])
def test_a_stream_ends_at_its_deadline_however_much_comes(make, face, endless, where):
    limit = {"stream_deadline": 0.5}
    client = make(**(limit if where == "client" else {}))
    stream = face.ask(client, "endless", stream=True, **(limit if where == "call" else {}))
    with pytest.raises(StreamInterruptedError, match=r"did not end within 0\.5 s, its stream_deadline") as caught:
        face.read(stream)
    assert caught.value.text


def test_a_stream_past_its_deadline_does_not_start_over(make, face, endless):
    client = make(stream_deadline=0.5, stream_fallback="restart", router_args={"num_retries": 2})
    stream = face.ask(client, "endless", stream=True)
    with pytest.raises(StreamInterruptedError, match="its stream_deadline") as caught:
        face.read(stream)
    assert [row.reason for row in caught.value.attempts] == ["stream interrupted"]


@pytest.mark.parametrize("wrong", [{"max_response_bytes": 0}, {"max_response_bytes": 1.5}, {"stream_deadline": 0}])
def test_a_bound_that_is_none_is_refused(make, wrong):
    with pytest.raises(InvalidRequestError, match=next(iter(wrong))):
        make(**wrong)
