"""The other side, in a process of its own: a provider, a broker and a Langfuse that cost as little as can be.

`python -m benchmarks.server PEM [CORE]` prints two ports, the second one with TLS by the key and the certificate in
PEM, and serves until its input ends. It reads no more of a request than it must and answers with bytes made before.
"""

import asyncio
import os
import re
import ssl
import sys
from collections.abc import Callable
from typing import cast

from benchmarks import canned
from benchmarks.machine import pin
from benchmarks.wires import WIRES, Stream, connections, stream

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"transfer-encoding: *chunked", re.IGNORECASE)
_STREAMED = re.compile(rb'"stream": ?true')
_BASE64 = re.compile(rb'"encoding_format": ?"base64"')


class Answers:
    """The answers by path.

    Attributes:
        base: The server's own address, which its broker names as the provider's.
        counts: How many connections were made, how many deliveries of traces came, and how many bytes those had.
    """

    def __init__(self) -> None:
        self.base = ""
        self.counts = {"connections": 0, "deliveries": 0, "bytes": 0}
        self._wires = [
            (wire.chat, wire.streams, canned.answer(canned.dump(wire.answer())), stream(wire))
            for wire in WIRES.values()
        ]
        self.floats, self.packed = canned.embeddings(as_base64=False), canned.embeddings(as_base64=True)
        self._brokers: dict[tuple[str, str, int], bytes] = {}

    def to(self, path: bytes, body: bytes) -> bytes | Stream:
        """Return the answer to a request, or a stream that is to be paced."""
        for chat, streams, whole, streamed in self._wires:
            if streams is not None and streams in path:
                return streamed if path.startswith(b"/paced") else streamed.burst
            if chat in path:
                if streams is not None or not _STREAMED.search(body):
                    return whole
                return streamed if path.startswith(b"/paced") else streamed.burst
        if path.endswith(b"/embeddings"):
            return self.packed if _BASE64.search(body) else self.floats
        if path.endswith((b"/v1/traces", b"/ingestion")):
            if path.startswith(b"/silent/"):
                return canned.NOTHING
            self.counts["deliveries"] += 1
            self.counts["bytes"] += len(body)
            return canned.ACCEPTED if path.endswith(b"traces") else canned.MULTI_STATUS
        if path.endswith(b"/api/public/projects"):
            return canned.PROJECTS
        if b"/api/genai/v1/connections" in path:
            return self._broker(path)
        return canned.counts(self.counts) if path == b"/counts" else canned.UNKNOWN

    def _broker(self, path: bytes) -> bytes:
        """Return the connections for `/WIRE/SPEED/COUNT/api/genai/v1/connections`; SPEED is "burst" or "paced"."""
        _, wire, speed, count, *_ = path.decode().split("/")
        key = wire, speed, int(count)
        if key not in self._brokers:
            self._brokers[key] = connections(wire, f"{self.base}/{speed}", key[2])
        return self._brokers[key]


class Wire(asyncio.Protocol):
    """One connection: requests in, answers out."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._answers.counts["connections"] += 1

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (request := self._take()) is not None and self._transport is not None:
            answer = self._answers.to(*request)
            if isinstance(answer, Stream):
                self._transport.write(answer.head)
                self._pace(iter(answer.pieces).__next__, asyncio.get_running_loop().time())
            else:
                self._transport.write(answer)

    def _take(self) -> tuple[bytes, bytes] | None:
        """Take a whole request from the buffer: its path and its body."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head, start = self._buffer[:end], end + 4
        length = _LENGTH.search(head)
        if length is None and _CHUNKED.search(head):
            stop = self._buffer.find(canned.STREAM_END, start)
            if stop < 0:
                return None
            body, self._buffer = self._buffer[start:stop], self._buffer[stop + len(canned.STREAM_END) :]
        else:
            stop = start + (int(length[1]) if length else 0)
            if len(self._buffer) < stop:
                return None
            body, self._buffer = self._buffer[start:stop], self._buffer[stop:]
        return head.split(b" ", 2)[1], body

    def _pace(self, following: Callable[[], bytes], due: float) -> None:
        if self._transport is None:
            return
        try:
            self._transport.write(following())
        except StopIteration:
            self._transport.write(canned.STREAM_END)
        else:
            due += canned.GAP
            asyncio.get_running_loop().call_at(due, self._pace, following, due)


async def listen(context: ssl.SSLContext | None) -> tuple[asyncio.Server, int]:
    """Listen with TLS or without; return the port too."""
    answers, loop = Answers(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Wire(answers), "127.0.0.1", 0, backlog=1_024, ssl=context)
    port = server.sockets[0].getsockname()[1]
    answers.base = f"{'https' if context else 'http'}://127.0.0.1:{port}"
    return server, port


async def serve(pem: str) -> None:
    """Serve until the input ends, which it does when the harness does."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    (plain, port), (secure, secure_port) = await listen(None), await listen(context)
    print(port, secure_port, flush=True)
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), lambda: over.set() if not os.read(sys.stdin.fileno(), 4_096) else None)
    await over.wait()
    plain.close()
    secure.close()


if __name__ == "__main__":
    pin(int(sys.argv[2]) if len(sys.argv) > 2 else None)
    asyncio.run(serve(sys.argv[1]))
